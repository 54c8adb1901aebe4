//! `/auth/register/with-invite`: who holds an invite reads mail at its address, and needs no code.

use super::dto::{InvitedRequest, InvitedResponse};
use crate::identity::account::TAG;
use crate::identity::account::opened::SessionResponse;
use crate::identity::client::Device;
use crate::identity::joining::Joining;
use actix_web::web;
use mainstay_auth::SignedUp;
use mainstay_edge::{Doc, Failure, Identity, Plain, Surface, Valid};
use mainstay_kernel::{Clock, Kind};
use mainstay_tenancy::InviteToken;
use mainstay_tenancy::invites::Accepted;

pub(super) fn declare(surface: &mut Surface<'_, Identity>) {
    let text = "The account, its personal workspace and the seat that was offered, in one step. Who has an account logs in \
        and accepts the invite.";
    let fails = &[
        (Kind::Malformed, "The invite has expired or is for another address, or the address has an account."),
        (Kind::NotFound, "No such invite: unknown, cancelled or used."),
    ];
    let (id, summary) = ("registerWithInvite", "Sign up with an invite");
    surface.post("/register/with-invite", register, Doc { id, tag: TAG, summary, text, fails });
}

async fn register(
    device: Device,
    Valid(request): Valid<InvitedRequest>,
    joining: Joining,
    clock: web::Data<dyn Clock>,
) -> Result<Plain<InvitedResponse>, Failure> {
    let token = InviteToken::presented(request.invite_token.expose().as_str());
    let (signed_up, accepted) = joining.sign_up(&request.email, &request.password, &token, &device.client).await?;
    Ok(Plain(response(&signed_up, accepted, &**clock)))
}

fn response(signed_up: &SignedUp, accepted: Accepted, clock: &dyn Clock) -> InvitedResponse {
    let session = SessionResponse::new(&signed_up.tokens, &signed_up.person, clock.now());
    let Accepted { invite, place_slug } = accepted;
    let (project_slug, workspace_slug) = match invite.offer.project() {
        Some(_) => (Some(place_slug), None),
        None => (None, Some(place_slug)),
    };
    InvitedResponse { session, project_slug, workspace_slug, redirect_url: invite.redirect_url }
}
