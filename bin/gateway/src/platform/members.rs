//! `/api/v1/workspaces/{id}/members`: the people of a workspace.

mod dto;

use super::{WorkspacesRead, WorkspacesWrite};
use actix_web::web;
pub(super) use dto::MemberResponse;
use dto::{AddMemberRequest, ChangeRoleRequest, MemberList};
use mainstay_edge::{
    Created, Data, Doc, Failure, Holds, List, Listed, NoContent, PathIds, Platform, Surface, Told, Valid,
};
use mainstay_kernel::{Kind, UserId, WorkspaceId};
use mainstay_tenancy::{MemberQuery, WorkspaceService};

const TAG: &str = "Workspaces";

pub(super) fn declare(surface: &mut Surface<'_, Platform>) {
    let doc = |id, summary, text| Doc { id, tag: TAG, summary, text, fails: &[] };
    let text = "For everyone in the workspace. `status` filters by role.";
    surface.get("/workspaces/{id}/members", list, doc("listMembers", "List members", text));
    let text =
        "Adds the person to whom exactly this verified address belongs. For owners, and for admins except as owner.";
    let fails = &[(Kind::Conflict, "The person is a member already.")];
    let add_doc = Doc { fails, ..doc("addMember", "Add a member", text) };
    surface.post("/workspaces/{id}/members", add, add_doc);
    let text = "For owners, and for admins where neither role is owner. The last owner stays one.";
    surface.patch("/workspaces/{id}/members/{user}", change, doc("changeRole", "Change a member's role", text));
    let text = "For owners, for admins where the member is no owner, and for everyone who leaves by themselves.";
    surface.delete("/workspaces/{id}/members/{user}", remove, doc("removeMember", "Remove a member", text));
}

type Service = web::Data<dyn WorkspaceService>;

async fn list(
    caller: Holds<WorkspacesRead>,
    PathIds(id): PathIds<WorkspaceId>,
    query: List<MemberList>,
    workspaces: Service,
) -> Result<Listed<MemberResponse>, Failure> {
    let wanted = MemberQuery { listing: query.listing, role: query.status };
    let page = workspaces.members(caller.principal.user, id, wanted).await?;
    Ok(Listed::new(page.map(MemberResponse::from), &query.shape))
}

async fn add(
    caller: Holds<WorkspacesWrite>,
    PathIds(id): PathIds<WorkspaceId>,
    Valid(request): Valid<AddMemberRequest>,
    workspaces: Service,
) -> Result<Created<Told<MemberResponse>>, Failure> {
    let member = workspaces.add_member(caller.principal.user, id, &request.email, request.role.into()).await?;
    Ok(Created(Told { message: "Member added successfully.".to_owned(), data: member.into() }))
}

async fn change(
    caller: Holds<WorkspacesWrite>,
    PathIds((id, member)): PathIds<(WorkspaceId, UserId)>,
    Valid(request): Valid<ChangeRoleRequest>,
    workspaces: Service,
) -> Result<Data<MemberResponse>, Failure> {
    let member = workspaces.change_role(caller.principal.user, id, member, request.role.into()).await?;
    Ok(Data { data: member.into() })
}

async fn remove(
    caller: Holds<WorkspacesWrite>,
    PathIds((id, member)): PathIds<(WorkspaceId, UserId)>,
    workspaces: Service,
) -> Result<NoContent, Failure> {
    workspaces.remove_member(caller.principal.user, id, member).await?;
    Ok(NoContent)
}
