//! `/projects`: a file a resource, its wire types beside it.

mod clients;
mod dto;
mod invites;
mod members;
mod permissions;
mod scopes;
mod seats;

use super::message::Message;
use actix_web::web;
use dto::{CreateProjectRequest, ProjectResponse, SeenProjectResponse, UpdateProjectRequest};
use mainstay_edge::{Created, Doc, Failure, Holds, Identity, PathIds, Plain, Surface, Valid};
use mainstay_kernel::{Kind, Principal, WorkspaceId};
use mainstay_tenancy::{ProjectService, WorkspaceService};
pub(super) use scopes::ProjectsWrite;
use scopes::{ProjectsDelete, ProjectsRead};

const TAG: &str = "Projects";

const NOT_FOUND: (Kind, &str) = (Kind::NotFound, "No such project.");
const NOT_A_MEMBER: (Kind, &str) = (Kind::Forbidden, "The caller is not a member, or lacks the scope.");
const TOO_LOW: (Kind, &str) = (Kind::Forbidden, "The caller is not a member, is too little there, or lacks the scope.");

/// The routes of this surface.
pub(crate) fn declare(surface: &mut Surface<'_, Identity>) {
    let doc = |id, summary, text, fails| Doc { id, tag: TAG, summary, text, fails };
    let text = "The projects that the caller is a member of, the newest first.";
    surface.get("", list, doc("listProjects", "List projects", text, &[]));
    let text = "In the caller's active workspace, which takes the role member there; else in their personal one, \
        which is made when there is none. The creator becomes the project's owner. The slug is made from the name, \
        and stays.";
    let fails = &[(Kind::Forbidden, "The caller's role in the workspace is too low, or the scope is missing.")];
    surface.post("", create, doc("createProject", "Create a project", text, fails));
    let text = "A public project for everyone, a private one for its members.";
    surface.get("/{slug}", get, doc("getProject", "Get a project", text, &[NOT_A_MEMBER, NOT_FOUND]));
    let text = "For the owner and admins. Members stay when a public project becomes private.";
    surface.patch("/{slug}", update, doc("updateProject", "Update a project", text, &[TOO_LOW, NOT_FOUND]));
    let text = "For the owner. Its members, permissions and invites end with it.";
    surface.delete("/{slug}", delete, doc("deleteProject", "Delete a project", text, &[TOO_LOW, NOT_FOUND]));
    seats::declare(surface);
    members::declare(surface);
    permissions::declare(surface);
    invites::declare(surface);
    clients::declare(surface);
}

type Service = web::Data<dyn ProjectService>;

async fn list(caller: Holds<ProjectsRead>, projects: Service) -> Result<Plain<Vec<SeenProjectResponse>>, Failure> {
    let seen = projects.list(caller.principal.user).await?;
    Ok(Plain(seen.into_iter().map(SeenProjectResponse::from).collect()))
}

async fn get(
    caller: Holds<ProjectsRead>,
    PathIds(slug): PathIds<String>,
    projects: Service,
) -> Result<Plain<SeenProjectResponse>, Failure> {
    Ok(Plain(projects.get(caller.principal.user, &slug).await?.into()))
}

async fn create(
    caller: Holds<ProjectsWrite>,
    Valid(request): Valid<CreateProjectRequest>,
    projects: Service,
    workspaces: web::Data<dyn WorkspaceService>,
) -> Result<Created<ProjectResponse>, Failure> {
    let workspace = active_workspace(&caller.principal, &**workspaces).await?;
    let made = projects.create(caller.principal.user, workspace, request.into()).await?;
    Ok(Created(made.project.into()))
}

async fn active_workspace(caller: &Principal, workspaces: &dyn WorkspaceService) -> Result<WorkspaceId, Failure> {
    match caller.workspace {
        Some(active) => Ok(active),
        None => Ok(workspaces.personal(caller.user).await?.id),
    }
}

async fn update(
    caller: Holds<ProjectsWrite>,
    PathIds(slug): PathIds<String>,
    Valid(request): Valid<UpdateProjectRequest>,
    projects: Service,
) -> Result<Plain<ProjectResponse>, Failure> {
    let changed = projects.update(caller.principal.user, &slug, request.into()).await?;
    Ok(Plain(changed.project.into()))
}

async fn delete(
    caller: Holds<ProjectsDelete>,
    PathIds(slug): PathIds<String>,
    projects: Service,
) -> Result<Message, Failure> {
    projects.delete(caller.principal.user, &slug).await?;
    Ok(Message::new("Project deleted"))
}
