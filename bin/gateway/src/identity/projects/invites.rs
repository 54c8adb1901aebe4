//! `/projects/{slug}/invites`: who is asked into a project.

mod dto;

use super::{NOT_FOUND, ProjectsRead, ProjectsWrite, TOO_LOW};
use crate::identity::message::Message;
use actix_web::web;
use dto::{CreateInviteRequest, ProjectInviteResponse};
use mainstay_edge::{Created, Doc, Failure, Holds, Identity, PathIds, Plain, Surface, Valid};
use mainstay_kernel::{Clock, Kind};
use mainstay_tenancy::invites::Place;
use mainstay_tenancy::{InviteId, InviteService};
use uuid::Uuid;

pub(super) fn declare(surface: &mut Surface<'_, Identity>) {
    let doc = |id, summary, text, fails| Doc { id, tag: "Invites", summary, text, fails };
    let text = "Those that wait or have expired, the newest first. For the owner and admins.";
    let fails = &[TOO_LOW, NOT_FOUND];
    surface.get("/{slug}/invites", list, doc("listProjectInvites", "List a project's invites", text, fails));
    let text = "Mails a link that works for seven days. For the owner and admins; only the owner invites admins. An \
        expired invite of the same address is replaced.";
    let fails = &[
        (Kind::Malformed, "The address has a waiting invite, or is a member's, or the body is not JSON."),
        TOO_LOW,
        NOT_FOUND,
    ];
    let create_doc = doc("createProjectInvite", "Invite into a project", text, fails);
    surface.post("/{slug}/invites", create, create_doc);
    let text = "The mailed link ends. For the owner and admins.";
    let fails = &[TOO_LOW, (Kind::NotFound, "No such project, or no such invite to it.")];
    let cancel_doc = doc("cancelProjectInvite", "Cancel a project's invite", text, fails);
    surface.delete("/{slug}/invites/{invite}", cancel, cancel_doc);
}

type Service = web::Data<dyn InviteService>;
type Now = web::Data<dyn Clock>;

async fn list(
    caller: Holds<ProjectsRead>,
    PathIds(slug): PathIds<String>,
    invites: Service,
    clock: Now,
) -> Result<Plain<Vec<ProjectInviteResponse>>, Failure> {
    let invites = invites.list(caller.principal.user, &Place::Project(slug)).await?;
    let now = clock.now();
    Ok(Plain(invites.into_iter().map(|invite| ProjectInviteResponse::new(invite, now)).collect()))
}

async fn create(
    caller: Holds<ProjectsWrite>,
    PathIds(slug): PathIds<String>,
    Valid(request): Valid<CreateInviteRequest>,
    invites: Service,
    clock: Now,
) -> Result<Created<ProjectInviteResponse>, Failure> {
    let invite = invites.create(caller.principal.user, &Place::Project(slug), request.into()).await?;
    Ok(Created(ProjectInviteResponse::new(invite, clock.now())))
}

async fn cancel(
    caller: Holds<ProjectsWrite>,
    PathIds((slug, id)): PathIds<(String, Uuid)>,
    invites: Service,
) -> Result<Message, Failure> {
    invites.cancel(caller.principal.user, &Place::Project(slug), InviteId(id)).await?;
    Ok(Message::new("Invite cancelled"))
}
