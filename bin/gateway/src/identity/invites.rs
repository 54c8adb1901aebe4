//! `/invites/{token}`: what the invited do. The token comes from the mail, and from nowhere else.

mod dto;

use super::projects::ProjectsWrite;
use actix_web::web;
use dto::{AcceptedInviteResponse, InviteResponse};
use mainstay_edge::{Doc, Failure, Holds, Identity, PathIds, Plain, Surface};
use mainstay_kernel::{Clock, Kind};
use mainstay_tenancy::{InviteService, InviteToken};

/// The routes of this surface.
pub(crate) fn declare(surface: &mut Surface<'_, Identity>) {
    let doc = |id, summary, text, fails| Doc { id, tag: "Invites", summary, text, fails };
    let text = "What is offered, to whoever holds the token of the mailed link.";
    let fails = &[(Kind::NotFound, "No such invite: unknown, cancelled, used or expired.")];
    surface.get("/{token}", view, doc("getInvite", "See an invite", text, fails));
    let text = "Takes the seat that is offered; any verified address of the caller may be the invited one. Where to go \
        then is told, not followed.";
    let fails = &[
        (Kind::Malformed, "The invite has expired, was sent to another address, or the caller is there already."),
        (Kind::NotFound, "No such invite: unknown, cancelled or used."),
    ];
    surface.post("/{token}/accept", accept, doc("acceptInvite", "Accept an invite", text, fails));
}

type Service = web::Data<dyn InviteService>;

async fn view(
    PathIds(token): PathIds<String>,
    invites: Service,
    clock: web::Data<dyn Clock>,
) -> Result<Plain<InviteResponse>, Failure> {
    let view = invites.view(&InviteToken::presented(token)).await?;
    Ok(Plain(InviteResponse::new(view, clock.now())))
}

async fn accept(
    caller: Holds<ProjectsWrite>,
    PathIds(token): PathIds<String>,
    invites: Service,
) -> Result<Plain<AcceptedInviteResponse>, Failure> {
    let accepted = invites.accept(caller.principal.user, &InviteToken::presented(token)).await?;
    Ok(Plain(accepted.into()))
}
