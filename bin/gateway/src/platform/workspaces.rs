//! `/api/v1/workspaces`: the workspaces that the caller belongs to.

mod dto;

use super::{PlanChoice, WorkspacesDelete, WorkspacesRead, WorkspacesWrite};
use actix_web::web;
use dto::{
    CreateWorkspaceRequest, CreatedWorkspace, UpdateWorkspaceRequest, WorkspaceItem, WorkspaceList, WorkspaceResponse,
};
use mainstay_auth::AuthService;
use mainstay_edge::{
    Created, Data, Doc, Failure, Holds, List, Listed, NoContent, PathIds, Platform, Surface, Told, Valid,
};
use mainstay_kernel::{Role, UserId, WorkspaceId};
use mainstay_tenancy::{Member, WorkspaceQuery, WorkspaceService};
use std::collections::HashMap;

const TAG: &str = "Workspaces";

pub(super) fn declare(surface: &mut Surface<'_, Platform>) {
    let doc = |id, summary, text| Doc { id, tag: TAG, summary, text, fails: &[] };
    let text = "The workspaces that the caller belongs to; of a key, those that its creator does.";
    surface.get("/workspaces", list, doc("listWorkspaces", "List workspaces", text));
    let text = "The creator becomes its owner. A plan other than `free` takes the installation's owner, or the setting \
        that opens plans to all.";
    surface.post("/workspaces", create, doc("createWorkspace", "Create a workspace", text));
    surface.get("/workspaces/{id}", get, doc("getWorkspace", "Get a workspace", ""));
    let text = "For owners and admins. Settings are merged key by key; null removes a key.";
    surface.patch("/workspaces/{id}", update, doc("updateWorkspace", "Update a workspace", text));
    let text = "For owners; nobody can delete their only workspace.";
    surface.delete("/workspaces/{id}", delete, doc("deleteWorkspace", "Delete a workspace", text));
}

type Service = web::Data<dyn WorkspaceService>;

async fn list(
    caller: Holds<WorkspacesRead>,
    query: List<WorkspaceList>,
    workspaces: Service,
) -> Result<Listed<WorkspaceItem>, Failure> {
    let user = caller.principal.user;
    let page = workspaces.list(user, WorkspaceQuery { listing: query.listing, status: query.status }).await?;
    let ids: Vec<_> = page.items.iter().map(|workspace| workspace.id).collect();
    let members =
        if query.shape.includes("members") { Some(people_of(&**workspaces, user, &ids, None).await?) } else { None };
    let owners = if query.shape.includes("owner") {
        Some(people_of(&**workspaces, user, &ids, Some(Role::Owner)).await?)
    } else {
        None
    };
    let page = page.map(|workspace| WorkspaceItem::new(workspace, members.as_ref(), owners.as_ref()));
    Ok(Listed::new(page, &query.shape))
}

async fn people_of(
    workspaces: &dyn WorkspaceService,
    user: UserId,
    ids: &[WorkspaceId],
    role: Option<Role>,
) -> Result<HashMap<WorkspaceId, Vec<Member>>, Failure> {
    Ok(workspaces.owners_and_members(user, ids, role).await?)
}

async fn get(
    caller: Holds<WorkspacesRead>,
    PathIds(id): PathIds<WorkspaceId>,
    workspaces: Service,
) -> Result<Data<WorkspaceResponse>, Failure> {
    let workspace = workspaces.get(caller.principal.user, id).await?;
    Ok(Data { data: workspace.into() })
}

async fn create(
    caller: Holds<WorkspacesWrite>,
    Valid(request): Valid<CreateWorkspaceRequest>,
    workspaces: Service,
    plan_choice: web::Data<PlanChoice>,
    people: web::Data<dyn AuthService>,
) -> Result<Created<Told<CreatedWorkspace>>, Failure> {
    let user = caller.principal.user;
    let may_choose_tier = plan_choice.is_open_to(user, &**people).await?;
    let workspace = workspaces.create(user, request.into_new(may_choose_tier)).await?;
    Ok(Created(Told { message: "Workspace created successfully.".to_owned(), data: workspace.into() }))
}

async fn update(
    caller: Holds<WorkspacesWrite>,
    PathIds(id): PathIds<WorkspaceId>,
    Valid(request): Valid<UpdateWorkspaceRequest>,
    workspaces: Service,
    (plan_choice, people): (web::Data<PlanChoice>, web::Data<dyn AuthService>),
) -> Result<Data<WorkspaceResponse>, Failure> {
    let user = caller.principal.user;
    let may_choose_tier = plan_choice.is_open_to(user, &**people).await?;
    let workspace = workspaces.update(user, id, request.into_change(may_choose_tier)).await?;
    Ok(Data { data: workspace.into() })
}

async fn delete(
    caller: Holds<WorkspacesDelete>,
    PathIds(id): PathIds<WorkspaceId>,
    workspaces: Service,
) -> Result<NoContent, Failure> {
    workspaces.delete(caller.principal.user, id).await?;
    Ok(NoContent)
}
