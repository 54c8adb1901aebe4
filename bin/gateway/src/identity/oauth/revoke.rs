//! `/oauth/revoke`: a client gives tokens back (RFC 7009).

use super::TAG;
use super::introspect::TokenQuestion;
use super::unkept::Unkept;
use actix_web::web;
use mainstay_auth::ProviderService;
use mainstay_edge::{BasicClient, BodyParameters, Doc, Failure, OAuth, Surface};
use schemars::JsonSchema;
use serde::Serialize;

pub(super) fn declare(surface: &mut Surface<'_, OAuth>) {
    surface.is_for_clients("/revoke");
    let text = "Ends an access or refresh token with all that came of the same login. A token that nobody knows, or that is \
        another client's, is no error.";
    surface.post(
        "/revoke",
        revoke,
        Doc { id: "revokeToken", tag: TAG, summary: "Give a token back", text, fails: &[] },
    );
}

/// Nothing is told: an empty object (RFC 7009 section 2.2 has clients ignore the body).
#[derive(Serialize, JsonSchema)]
struct RevokedResponse {}

async fn revoke(
    basic: BasicClient,
    BodyParameters(body): BodyParameters<TokenQuestion>,
    provider: web::Data<dyn ProviderService>,
) -> Result<Unkept<RevokedResponse>, Failure> {
    let (token, claimed) = body.parts();
    provider.revoke(&claimed.beside(basic)?, token.expose()).await?;
    Ok(Unkept(RevokedResponse {}))
}
