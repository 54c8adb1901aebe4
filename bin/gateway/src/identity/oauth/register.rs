//! `/oauth/register`: clients register themselves (RFC 7591) and manage what they registered (RFC 7592).

mod dto;
mod said;

use super::TAG;
use super::unkept::{Unkept, UnkeptNew};
use crate::identity::client::Device;
use actix_web::web;
use dto::{RegisterRequest, RegisteredResponse, ReplaceRequest};
use mainstay_auth::{ClientRegistrationService, Registered};
use mainstay_edge::{BearerToken, Doc, Failure, NoContent, OAuth, PathIds, PublicUrl, Surface};
use mainstay_kernel::Kind;
use said::Said;

const UNSUPPORTED: (Kind, &str) = (Kind::Malformed, "Something that the client says of itself is not supported.");

const CROWDED: (Kind, &str) =
    (Kind::Unavailable, "There are too many that were just registered, or the database does not answer.");

pub(super) fn declare(surface: &mut Surface<'_, OAuth>) {
    surface.is_for_clients("/register/{client_id}");
    let doc = |id, summary, text, fails| Doc { id, tag: TAG, summary, text, fails };
    let text = "Where `MAINSTAY_OAUTH_REGISTRATION` is on. Nobody vouches for such a client: people are told so, it speaks \
        for nobody but them, and it is deleted when nobody uses it for 30 days. A client without a secret that says the \
        same as one before, from the same network, gets that one, which nobody can change from then on: there is no \
        `registration_access_token` then. Of those that nobody uses there are 10 000 at most: the oldest make room, or \
        nobody registers for a while.";
    let fails = &[UNSUPPORTED, (Kind::NotFound, "This installation lets nobody register."), CROWDED];
    surface.post("/register", register, doc("registerClient", "Let a client register itself", text, fails));
    let text = "By the `registration_access_token`. The secret is not shown again.";
    surface.get("/register/{client_id}", read, doc("readRegistration", "What a client registered", text, &[]));
    let text = "All that was registered is replaced; the client says its `client_id` again.";
    let replace_doc = doc("replaceRegistration", "Change what a client registered", text, &[UNSUPPORTED]);
    surface.put("/register/{client_id}", replace, replace_doc);
    let text = "All that was granted to it ends.";
    let delete_doc = doc("deleteRegistration", "Let a client be forgotten", text, &[]);
    surface.delete("/register/{client_id}", delete, delete_doc);
}

type Registrations = web::Data<dyn ClientRegistrationService>;

async fn register(
    device: Device,
    Said(request): Said<RegisterRequest>,
    registrations: Registrations,
    public_url: web::Data<PublicUrl>,
) -> Result<UnkeptNew<RegisteredResponse>, Failure> {
    let registered = registrations.register(request.into(), &device.client).await?;
    Ok(UnkeptNew(RegisteredResponse::new(registered, &public_url)))
}

async fn read(
    PathIds(client_id): PathIds<String>,
    BearerToken(token): BearerToken,
    registrations: Registrations,
    public_url: web::Data<PublicUrl>,
) -> Result<Unkept<RegisteredResponse>, Failure> {
    let client = registrations.read(&client_id, &token).await?;
    let registered = Registered { client, secret: None, management: Some(token) };
    Ok(Unkept(RegisteredResponse::new(registered, &public_url)))
}

async fn replace(
    PathIds(client_id): PathIds<String>,
    BearerToken(token): BearerToken,
    Said(request): Said<ReplaceRequest>,
    registrations: Registrations,
    public_url: web::Data<PublicUrl>,
) -> Result<Unkept<RegisteredResponse>, Failure> {
    let registered = registrations.replace(&client_id, &token, request.into()).await?;
    Ok(Unkept(RegisteredResponse::new(registered, &public_url)))
}

async fn delete(
    PathIds(client_id): PathIds<String>,
    BearerToken(token): BearerToken,
    registrations: Registrations,
) -> Result<NoContent, Failure> {
    registrations.delete(&client_id, &token).await?;
    Ok(NoContent)
}
