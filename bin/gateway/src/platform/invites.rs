//! `/api/v1/workspaces/{id}/invites`: who is asked into a workspace.

mod dto;
mod page;

use super::few::page_of;
use super::{WorkspacesRead, WorkspacesWrite};
use actix_web::web;
use dto::{InviteList, InviteToWorkspaceRequest, WorkspaceInviteResponse};
use mainstay_edge::{Created, Doc, Failure, Holds, List, Listed, NoContent, PathIds, Platform, Surface, Told, Valid};
use mainstay_kernel::{Clock, Kind, WorkspaceId};
use mainstay_tenancy::invites::Place;
use mainstay_tenancy::{InviteId, InviteService};
use uuid::Uuid;

pub(super) fn declare(surface: &mut Surface<'_, Platform>) {
    let doc = |id, summary, text, fails| Doc { id, tag: "Workspaces", summary, text, fails };
    let text = "Those that wait or have expired. For owners and admins.";
    surface.get("/workspaces/{id}/invites", list, doc("listInvites", "List invites", text, &[]));
    let text = "Mails a link that works for seven days. For owners, and for admins except as owner. An expired invite \
        of the same address is replaced.";
    let fails = &[(Kind::Malformed, "The address has a waiting invite, or is a member's, or the body is not JSON.")];
    surface.post("/workspaces/{id}/invites", create, doc("createInvite", "Invite into a workspace", text, fails));
    let text = "The mailed link ends. For owners and admins.";
    let cancel_doc = doc("cancelInvite", "Cancel an invite", text, &[]);
    surface.delete("/workspaces/{id}/invites/{invite}", cancel, cancel_doc);
}

type Service = web::Data<dyn InviteService>;
type Now = web::Data<dyn Clock>;

async fn list(
    caller: Holds<WorkspacesRead>,
    PathIds(id): PathIds<WorkspaceId>,
    query: List<InviteList>,
    invites: Service,
    clock: Now,
) -> Result<Listed<WorkspaceInviteResponse>, Failure> {
    let found = invites.list(caller.principal.user, &Place::Workspace(id)).await?;
    let now = clock.now();
    let page = page_of(found, &query, now).map(|invite| WorkspaceInviteResponse::new(invite, now));
    Ok(Listed::new(page, &query.shape))
}

async fn create(
    caller: Holds<WorkspacesWrite>,
    PathIds(id): PathIds<WorkspaceId>,
    Valid(request): Valid<InviteToWorkspaceRequest>,
    invites: Service,
    clock: Now,
) -> Result<Created<Told<WorkspaceInviteResponse>>, Failure> {
    let invite = invites.create(caller.principal.user, &Place::Workspace(id), request.into()).await?;
    let data = WorkspaceInviteResponse::new(invite, clock.now());
    Ok(Created(Told { message: "Invite sent successfully.".to_owned(), data }))
}

async fn cancel(
    caller: Holds<WorkspacesWrite>,
    PathIds((id, invite)): PathIds<(WorkspaceId, Uuid)>,
    invites: Service,
) -> Result<NoContent, Failure> {
    invites.cancel(caller.principal.user, &Place::Workspace(id), InviteId(invite)).await?;
    Ok(NoContent)
}
