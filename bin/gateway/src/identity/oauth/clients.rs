//! `/oauth/clients`: the clients of a person.

mod algorithm;
pub(crate) mod dto;
mod method;

use super::TAG;
use crate::identity::message::Message;
use actix_web::web;
use dto::{
    ClientResponse, ClientRow, CreateClientRequest, IssuedClientResponse, NamedClientResponse, UpdateClientRequest,
};
use mainstay_auth::{ClientId, ClientOwner, ClientService, OAuthError};
use mainstay_edge::{Created, Doc, Failure, LoggedIn, OAuth, PathIds, Plain, Surface, Valid};
use mainstay_kernel::Kind;
use uuid::Uuid;

const NOT_FOUND: (Kind, &str) = (Kind::NotFound, "You have no such client.");

pub(super) fn declare(surface: &mut Surface<'_, OAuth>) {
    let doc = |id, summary, text, fails| Doc { id, tag: TAG, summary, text, fails };
    let text = "Your own, the oldest first; those of projects stand at `/projects/{slug}/clients`.";
    surface.get("/clients", list, doc("listClients", "List your clients", text, &[]));
    let text = "The secret is shown this once. A public client has none, and must use PKCE; nor has one that shows itself by what \
        it signs (`private_key_jwt`), of which the keys are given instead.";
    surface.post("/clients", create, doc("createClient", "Register a client", text, &[]));
    surface.get("/clients/{id}", get, doc("getClient", "Get a client", "", &[NOT_FOUND]));
    let text = "What is absent stays; addresses given replace all there are.";
    surface.patch("/clients/{id}", update, doc("updateClient", "Change a client", text, &[NOT_FOUND]));
    let text = "All that was granted to it ends.";
    surface.delete("/clients/{id}", delete, doc("deleteClient", "Delete a client", text, &[NOT_FOUND]));
    let text = "The old secret is void at once; tokens stand. The new one is shown this once.";
    let fails = &[
        NOT_FOUND,
        (Kind::Conflict, "The client is public, or the first request with this idempotency key is still running."),
    ];
    let rotate_doc = doc("rotateClientSecret", "Give a client another secret", text, fails);
    surface.post("/clients/{id}/rotate-secret", rotate, rotate_doc);
    let text = "By what the client calls itself; for whoever asks a person whether to let it in.";
    let fails = &[(Kind::NotFound, "Nobody is called that.")];
    surface.get("/clients/{client_id}/public", public, doc("getPublicClient", "Name a client", text, fails));
}

type Clients = web::Data<dyn ClientService>;

fn own(caller: LoggedIn) -> ClientOwner {
    ClientOwner::Personal(caller.user)
}

async fn list(caller: LoggedIn, clients: Clients) -> Result<Plain<Vec<ClientRow>>, Failure> {
    let all = clients.list(own(caller)).await?;
    Ok(Plain(all.into_iter().map(ClientRow::from).collect()))
}

async fn create(
    caller: LoggedIn,
    Valid(request): Valid<CreateClientRequest>,
    clients: Clients,
) -> Result<Created<IssuedClientResponse>, Failure> {
    let (client, secret) = clients.create(own(caller), caller.user, request.try_into()?).await?;
    Ok(Created(IssuedClientResponse::new(client, secret)))
}

async fn get(caller: LoggedIn, PathIds(id): PathIds<Uuid>, clients: Clients) -> Result<Plain<ClientResponse>, Failure> {
    Ok(Plain(clients.get(own(caller), ClientId(id)).await?.into()))
}

async fn update(
    caller: LoggedIn,
    PathIds(id): PathIds<Uuid>,
    Valid(request): Valid<UpdateClientRequest>,
    clients: Clients,
) -> Result<Plain<ClientResponse>, Failure> {
    Ok(Plain(clients.update(own(caller), ClientId(id), request.try_into()?).await?.into()))
}

async fn delete(caller: LoggedIn, PathIds(id): PathIds<Uuid>, clients: Clients) -> Result<Message, Failure> {
    clients.delete(own(caller), ClientId(id)).await?;
    Ok(Message::new("Client deleted"))
}

async fn rotate(
    caller: LoggedIn,
    PathIds(id): PathIds<Uuid>,
    clients: Clients,
) -> Result<Plain<IssuedClientResponse>, Failure> {
    let client = clients.get(own(caller), ClientId(id)).await?;
    let secret = clients.rotate_secret(own(caller), ClientId(id)).await?;
    Ok(Plain(IssuedClientResponse::new(client, Some(secret))))
}

async fn public(PathIds(id): PathIds<String>, clients: Clients) -> Result<Plain<NamedClientResponse>, Failure> {
    let client = clients.public(&id).await?.ok_or(OAuthError::ClientNotFound)?;
    Ok(Plain(NamedClientResponse { name: client.name }))
}
