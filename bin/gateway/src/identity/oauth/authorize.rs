//! `/oauth/authorize`: a person lets a client in (RFC 6749 section 4.1.1, OpenID Connect Core section 3.1.2).

use super::TAG;
use super::unkept::Unkept;
use crate::identity::account::login;
use actix_web::web;
use mainstay_auth::{AuthorizeRequest, ProviderService};
use mainstay_edge::{Doc, Failure, LoggedIn, OAuth, QueryParameters, Surface};
use mainstay_kernel::{Kind, Secret};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

pub(super) fn declare(surface: &mut Surface<'_, OAuth>) {
    let text = "For the page where a person logs in: to call it is to allow it, and the answer says where the browser goes \
        next. What is wrong is told here and never by sending the browser away. A browser that comes without a token \
        is shown pages instead.";
    let fails = &[
        (Kind::Malformed, "The client, its address or another parameter is wrong."),
        (Kind::Forbidden, "The client's project is private and the person no member, or the caller came with a key."),
    ];
    surface.get("/authorize", authorize, Doc { id: "authorize", tag: TAG, summary: "Let a client in", text, fails });
}

/// What a client asks of a person.
#[derive(Deserialize, JsonSchema)]
struct AuthorizeQuery {
    /// Which client.
    #[schemars(required)]
    client_id: Option<String>,
    /// Where the person goes back to, as it was registered.
    #[schemars(required)]
    redirect_uri: Option<String>,
    /// `code`.
    #[schemars(required)]
    response_type: Option<String>,
    /// Comes back as it is.
    state: Option<String>,
    /// Separated by spaces; `openid` where there is none that is known.
    scope: Option<String>,
    /// The challenge of PKCE (RFC 7636); required of public clients.
    code_challenge: Option<String>,
    /// `S256`, with a challenge.
    code_challenge_method: Option<String>,
    /// Comes back in the ID token.
    nonce: Option<String>,
    /// `none`, `login`, `consent` or `select_account`, separated by spaces.
    prompt: Option<String>,
    /// The most seconds since the person logged in.
    max_age: Option<String>,
    /// For whom the access token is (RFC 8707).
    resource: Option<String>,
    /// Claims that are asked for one by one, as JSON (OpenID Connect Core section 5.5).
    claims: Option<String>,
    /// `query`.
    response_mode: Option<String>,
    /// An ID token of the client: whom it expects.
    #[schemars(with = "Option<String>")]
    id_token_hint: Option<Secret<String>>,
    /// Refused with `request_not_supported`.
    request: Option<String>,
    /// Refused with `request_uri_not_supported`.
    request_uri: Option<String>,
    /// Refused with `registration_not_supported`.
    registration: Option<String>,
}

impl From<AuthorizeQuery> for AuthorizeRequest {
    fn from(query: AuthorizeQuery) -> Self {
        Self {
            client_id: query.client_id,
            redirect_uri: query.redirect_uri,
            response_type: query.response_type,
            state: query.state,
            scope: query.scope,
            code_challenge: query.code_challenge,
            code_challenge_method: query.code_challenge_method,
            nonce: query.nonce,
            prompt: query.prompt,
            max_age: query.max_age,
            resource: query.resource,
            claims: query.claims,
            response_mode: query.response_mode,
            id_token_hint: query.id_token_hint,
            request: query.request,
            request_uri: query.request_uri,
            registration: query.registration,
        }
    }
}

/// Where the browser goes.
#[derive(Serialize, JsonSchema)]
struct RedirectResponse {
    /// The client's address with `code`, `state` and `iss`.
    redirect_url: String,
}

async fn authorize(
    caller: LoggedIn,
    QueryParameters(query): QueryParameters<AuthorizeQuery>,
    provider: web::Data<dyn ProviderService>,
) -> Result<Unkept<RedirectResponse>, Failure> {
    let redirect = provider.approve(login(caller), &query.into()).await?;
    Ok(Unkept(RedirectResponse { redirect_url: redirect.expose().clone() }))
}
