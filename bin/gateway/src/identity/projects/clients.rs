//! `/projects/{slug}/clients`: the OAuth clients of a project. They belong to it, whoever made them.

use super::{NOT_FOUND, ProjectsRead, ProjectsWrite, TAG, TOO_LOW};
use crate::identity::message::Message;
use crate::identity::oauth::clients::dto::{
    ClientResponse, ClientRow, CreateClientRequest, IssuedClientResponse, UpdateClientRequest,
};
use actix_web::web;
use mainstay_auth::{ClientId, ClientOwner, ClientService};
use mainstay_edge::{Created, Doc, Failure, Holds, Identity, PathIds, Plain, Surface, Valid};
use mainstay_kernel::{Kind, UserId};
use mainstay_tenancy::projects::ProjectError;
use mainstay_tenancy::{ProjectRole, ProjectService};
use uuid::Uuid;

const NO_CLIENT: (Kind, &str) = (Kind::NotFound, "No such project, or no such client of it.");

pub(super) fn declare(surface: &mut Surface<'_, Identity>) {
    let doc = |id, summary, text, fails| Doc { id, tag: TAG, summary, text, fails };
    let text = "For the owner and admins; the oldest first.";
    let fails = &[TOO_LOW, NOT_FOUND];
    surface.get("/{slug}/clients", list, doc("listProjectClients", "List a project's OAuth clients", text, fails));
    let text = "For the owner and admins. The secret is shown this once. While the project is private only its members \
        log in to it, and it may ask for `project:read`.";
    let fails = &[(Kind::Malformed, "There are too many clients, or the body is not JSON."), TOO_LOW, NOT_FOUND];
    surface.post(
        "/{slug}/clients",
        create,
        doc("createProjectClient", "Register an OAuth client of a project", text, fails),
    );
    let (text, fails) = ("For the owner and admins.", &[TOO_LOW, NO_CLIENT]);
    surface.get("/{slug}/clients/{id}", get, doc("getProjectClient", "Get a project's OAuth client", text, fails));
    let text = "For the owner and admins. What is absent stays; addresses given replace all there are.";
    let update_doc = doc("updateProjectClient", "Change a project's OAuth client", text, fails);
    surface.patch("/{slug}/clients/{id}", update, update_doc);
    let text = "For the owner and admins. All that was granted to it ends.";
    let delete_doc = doc("deleteProjectClient", "Delete a project's OAuth client", text, fails);
    surface.delete("/{slug}/clients/{id}", delete, delete_doc);
    let text =
        "For the owner and admins. The old secret is void at once; tokens stand. The new one is shown this once.";
    let fails = &[
        TOO_LOW,
        NO_CLIENT,
        (Kind::Conflict, "The client is public, or the first request with this idempotency key is still running."),
    ];
    let rotate_doc = doc("rotateProjectClientSecret", "Give a project's OAuth client another secret", text, fails);
    surface.post("/{slug}/clients/{id}/rotate-secret", rotate, rotate_doc);
}

type Clients = web::Data<dyn ClientService>;
type Projects = web::Data<dyn ProjectService>;

/// The project as the owner of its clients, for whom may see to them: its owner and admins.
async fn run_by(user: UserId, slug: &str, projects: &dyn ProjectService) -> Result<ClientOwner, ProjectError> {
    let seen = projects.get(user, slug).await?;
    match seen.role {
        Some(role) if role >= ProjectRole::Admin => Ok(ClientOwner::Project(seen.project.id.0)),
        Some(_) => Err(ProjectError::InsufficientRole { needs: ProjectRole::Admin }),
        None => Err(ProjectError::NotProjectMember),
    }
}

async fn list(
    caller: Holds<ProjectsRead>,
    PathIds(slug): PathIds<String>,
    projects: Projects,
    clients: Clients,
) -> Result<Plain<Vec<ClientRow>>, Failure> {
    let owner = run_by(caller.principal.user, &slug, &**projects).await?;
    let all = clients.list(owner).await?;
    Ok(Plain(all.into_iter().map(ClientRow::from).collect()))
}

async fn create(
    caller: Holds<ProjectsWrite>,
    PathIds(slug): PathIds<String>,
    Valid(request): Valid<CreateClientRequest>,
    projects: Projects,
    clients: Clients,
) -> Result<Created<IssuedClientResponse>, Failure> {
    let owner = run_by(caller.principal.user, &slug, &**projects).await?;
    let (client, secret) = clients.create(owner, caller.principal.user, request.try_into()?).await?;
    Ok(Created(IssuedClientResponse::new(client, secret)))
}

async fn get(
    caller: Holds<ProjectsRead>,
    PathIds((slug, id)): PathIds<(String, Uuid)>,
    projects: Projects,
    clients: Clients,
) -> Result<Plain<ClientResponse>, Failure> {
    let owner = run_by(caller.principal.user, &slug, &**projects).await?;
    Ok(Plain(clients.get(owner, ClientId(id)).await?.into()))
}

async fn update(
    caller: Holds<ProjectsWrite>,
    PathIds((slug, id)): PathIds<(String, Uuid)>,
    Valid(request): Valid<UpdateClientRequest>,
    projects: Projects,
    clients: Clients,
) -> Result<Plain<ClientResponse>, Failure> {
    let owner = run_by(caller.principal.user, &slug, &**projects).await?;
    Ok(Plain(clients.update(owner, ClientId(id), request.try_into()?).await?.into()))
}

async fn delete(
    caller: Holds<ProjectsWrite>,
    PathIds((slug, id)): PathIds<(String, Uuid)>,
    projects: Projects,
    clients: Clients,
) -> Result<Message, Failure> {
    let owner = run_by(caller.principal.user, &slug, &**projects).await?;
    clients.delete(owner, ClientId(id)).await?;
    Ok(Message::new("Client deleted"))
}

async fn rotate(
    caller: Holds<ProjectsWrite>,
    PathIds((slug, id)): PathIds<(String, Uuid)>,
    projects: Projects,
    clients: Clients,
) -> Result<Plain<IssuedClientResponse>, Failure> {
    let owner = run_by(caller.principal.user, &slug, &**projects).await?;
    let client = clients.get(owner, ClientId(id)).await?;
    let secret = clients.rotate_secret(owner, ClientId(id)).await?;
    Ok(Plain(IssuedClientResponse::new(client, Some(secret))))
}
