//! `/oauth/userinfo`: what a client may know of the person who let it in (OpenID Connect Core section 5.3).

use super::TAG;
use super::unkept::Unkept;
use actix_web::web;
use mainstay_auth::ProviderService;
use mainstay_edge::{BearerToken, Doc, Failure, OAuth, PostedToken, Surface};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Map, Value};
use uuid::Uuid;

pub(super) fn declare(surface: &mut Surface<'_, OAuth>) {
    surface.is_for_clients("/userinfo");
    let (tag, summary) = (TAG, "Show who let the client in");
    let text = "Takes an access token of `/oauth/token`, and no other credential. What the token's scopes cover is shown \
        as it is now; what is not known is null.";
    let doc = |id| Doc { id, tag, summary, text, fails: &[] };
    surface.get("/userinfo", userinfo, doc("getUserinfo"));
    surface.post("/userinfo", posted_userinfo, doc("postUserinfo"));
}

/// Claims about a person.
#[derive(Serialize, JsonSchema)]
#[serde(transparent)]
struct UserinfoResponse(#[schemars(with = "UserinfoClaims")] Map<String, Value>);

/// Claims by scope.
#[derive(JsonSchema)]
#[expect(dead_code, reason = "only its schema is used")]
struct UserinfoClaims {
    /// Who it is, for ever.
    sub: Uuid,
    /// The same as `sub`.
    id: Uuid,
    /// With `profile`: their whole name.
    name: Option<String>,
    given_name: Option<String>,
    family_name: Option<String>,
    /// What to call them.
    display_name: Option<String>,
    /// Their username.
    preferred_username: Option<String>,
    /// Their name in its own script.
    native_script: Option<String>,
    /// `western` or `eastern`.
    preferred_order: Option<String>,
    /// With `email`: their default address.
    email: Option<String>,
    /// Where it is asked for by name, in the parameter `claims`.
    email_verified: Option<bool>,
    /// With `project:read`: what they are in the project of the client.
    project: Option<UserinfoProject>,
}

/// A person in a project.
#[derive(JsonSchema)]
#[expect(dead_code, reason = "only its schema is used")]
struct UserinfoProject {
    project_id: Uuid,
    project_name: String,
    project_slug: String,
    /// `owner`, `admin` or `member`.
    role: String,
    /// Keys of permissions.
    permissions: Vec<String>,
}

type Provider = web::Data<dyn ProviderService>;

async fn userinfo(BearerToken(token): BearerToken, provider: Provider) -> Result<Unkept<UserinfoResponse>, Failure> {
    Ok(Unkept(UserinfoResponse(provider.userinfo(token.expose()).await?)))
}

async fn posted_userinfo(
    PostedToken(token): PostedToken,
    provider: Provider,
) -> Result<Unkept<UserinfoResponse>, Failure> {
    userinfo(BearerToken(token), provider).await
}
