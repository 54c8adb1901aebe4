//! `/api/v1/workspaces/{id}/oauth-clients`: the OAuth clients of a workspace. They belong to it, whoever made them.

mod dto;

use super::few::page_of;
use super::{OAuthClientsDelete, OAuthClientsRead, OAuthClientsWrite};
use crate::identity::oauth::clients::dto::{CreateClientRequest, UpdateClientRequest};
use actix_web::web;
use dto::{ClientList, IssuedWorkspaceClient, WorkspaceClientResponse};
use mainstay_auth::{ClientId, ClientOwner, ClientService};
use mainstay_edge::{
    Created, Data, Doc, Failure, Holds, List, Listed, NoContent, PathIds, Platform, Surface, Told, Valid,
};
use mainstay_kernel::{Clock, Kind, Role, UserId, WorkspaceId};
use mainstay_tenancy::{Memberships, TenancyError};
use uuid::Uuid;

const NO_CLIENT: (Kind, &str) = (Kind::NotFound, "No such workspace, or no such client of it.");

pub(super) fn declare(surface: &mut Surface<'_, Platform>) {
    let doc = |id, summary, text, fails| Doc { id, tag: "OAuth", summary, text, fails };
    let text = "For owners and admins.";
    let list_doc = doc("listWorkspaceClients", "List a workspace's OAuth clients", text, &[]);
    surface.get("/workspaces/{id}/oauth-clients", list, list_doc);
    let text = "For owners and admins. The secret is shown this once; a public client has none, and must use PKCE.";
    let fails = &[(Kind::Malformed, "There are too many clients, or the body is not JSON.")];
    let create_doc = doc("createWorkspaceClient", "Register an OAuth client of a workspace", text, fails);
    surface.post("/workspaces/{id}/oauth-clients", create, create_doc);
    let (text, fails) = ("For owners and admins.", &[NO_CLIENT]);
    let get_doc = doc("getWorkspaceClient", "Get a workspace's OAuth client", text, fails);
    surface.get("/workspaces/{id}/oauth-clients/{client}", get, get_doc);
    let text = "For owners and admins. What is absent stays; addresses given replace all there are.";
    let update_doc = doc("updateWorkspaceClient", "Change a workspace's OAuth client", text, fails);
    surface.patch("/workspaces/{id}/oauth-clients/{client}", update, update_doc);
    let text = "For owners and admins. All that was granted to it ends.";
    let delete_doc = doc("deleteWorkspaceClient", "Delete a workspace's OAuth client", text, fails);
    surface.delete("/workspaces/{id}/oauth-clients/{client}", delete, delete_doc);
    let text = "For owners and admins. The old secret is void at once; tokens stand. The new one is shown this once.";
    let fails = &[
        NO_CLIENT,
        (Kind::Conflict, "The client is public, or the first request with this idempotency key is still running."),
    ];
    let rotate_doc = doc("rotateWorkspaceClientSecret", "Give a workspace's OAuth client another secret", text, fails);
    surface.post("/workspaces/{id}/oauth-clients/{client}/rotate-secret", rotate, rotate_doc);
}

type Clients = web::Data<dyn ClientService>;
type Seats = web::Data<dyn Memberships>;

/// The workspace as the owner of its clients, for whom may see to them: its owners and admins.
async fn run_by(user: UserId, id: WorkspaceId, seats: &dyn Memberships) -> Result<ClientOwner, TenancyError> {
    match seats.role(user, id).await? {
        Some(role) if role >= Role::Admin => Ok(ClientOwner::Workspace(id)),
        Some(_) => Err(TenancyError::Forbidden { needs: Role::Admin }),
        None => Err(TenancyError::NotFound),
    }
}

async fn list(
    caller: Holds<OAuthClientsRead>,
    PathIds(id): PathIds<WorkspaceId>,
    query: List<ClientList>,
    (seats, clients): (Seats, Clients),
    clock: web::Data<dyn Clock>,
) -> Result<Listed<WorkspaceClientResponse>, Failure> {
    let owner = run_by(caller.principal.user, id, &**seats).await?;
    let page = page_of(clients.list(owner).await?, &query, clock.now());
    Ok(Listed::new(page.map(WorkspaceClientResponse::from), &query.shape))
}

async fn create(
    caller: Holds<OAuthClientsWrite>,
    PathIds(id): PathIds<WorkspaceId>,
    Valid(request): Valid<CreateClientRequest>,
    seats: Seats,
    clients: Clients,
) -> Result<Created<Told<IssuedWorkspaceClient>>, Failure> {
    let owner = run_by(caller.principal.user, id, &**seats).await?;
    let (client, secret) = clients.create(owner, caller.principal.user, request.try_into()?).await?;
    let data = IssuedWorkspaceClient::new(client, secret);
    Ok(Created(Told { message: "OAuth client created successfully.".to_owned(), data }))
}

async fn get(
    caller: Holds<OAuthClientsRead>,
    PathIds((id, client)): PathIds<(WorkspaceId, Uuid)>,
    seats: Seats,
    clients: Clients,
) -> Result<Data<WorkspaceClientResponse>, Failure> {
    let owner = run_by(caller.principal.user, id, &**seats).await?;
    Ok(Data { data: clients.get(owner, ClientId(client)).await?.into() })
}

async fn update(
    caller: Holds<OAuthClientsWrite>,
    PathIds((id, client)): PathIds<(WorkspaceId, Uuid)>,
    Valid(request): Valid<UpdateClientRequest>,
    seats: Seats,
    clients: Clients,
) -> Result<Data<WorkspaceClientResponse>, Failure> {
    let owner = run_by(caller.principal.user, id, &**seats).await?;
    Ok(Data { data: clients.update(owner, ClientId(client), request.try_into()?).await?.into() })
}

async fn delete(
    caller: Holds<OAuthClientsDelete>,
    PathIds((id, client)): PathIds<(WorkspaceId, Uuid)>,
    seats: Seats,
    clients: Clients,
) -> Result<NoContent, Failure> {
    let owner = run_by(caller.principal.user, id, &**seats).await?;
    clients.delete(owner, ClientId(client)).await?;
    Ok(NoContent)
}

async fn rotate(
    caller: Holds<OAuthClientsWrite>,
    PathIds((id, client)): PathIds<(WorkspaceId, Uuid)>,
    seats: Seats,
    clients: Clients,
) -> Result<Told<IssuedWorkspaceClient>, Failure> {
    let owner = run_by(caller.principal.user, id, &**seats).await?;
    let client = clients.get(owner, ClientId(client)).await?;
    let secret = clients.rotate_secret(owner, client.id).await?;
    let data = IssuedWorkspaceClient::new(client, Some(secret));
    Ok(Told { message: "OAuth client secret rotated successfully.".to_owned(), data })
}
