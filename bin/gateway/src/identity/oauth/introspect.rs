//! `/oauth/introspect`: what a token is (RFC 7662).

use super::TAG;
use super::authentication::Claimed;
use super::unkept::Unkept;
use actix_web::web;
use mainstay_auth::{Introspection, ProviderService, TokenKind, TokenView};
use mainstay_edge::{BasicClient, BodyParameters, Doc, Failure, OAuth, Surface};
use mainstay_kernel::Secret;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

pub(super) fn declare(surface: &mut Surface<'_, OAuth>) {
    surface.is_for_clients("/introspect");
    let text = "For clients with a secret, about their own tokens and those of clients that have the same owner. Of any \
        other token nothing is told but that it is not active.";
    let doc = Doc { id: "introspectToken", tag: TAG, summary: "Ask what a token is", text, fails: &[] };
    surface.post("/introspect", introspect, doc);
}

/// A token, and who has it.
#[derive(Deserialize, JsonSchema)]
pub(super) struct TokenQuestion {
    /// The token.
    #[schemars(with = "String")]
    token: Secret<String>,
    /// `access_token` or `refresh_token`; tokens are recognised without it.
    #[expect(dead_code, reason = "documented, since the standards have it")]
    token_type_hint: Option<String>,
    /// Which client asks, unless the header says it.
    client_id: Option<String>,
    /// The client's secret, unless the header has it or there is none.
    #[schemars(with = "Option<String>")]
    client_secret: Option<Secret<String>>,
    /// `urn:ietf:params:oauth:client-assertion-type:jwt-bearer`, with an assertion.
    client_assertion_type: Option<String>,
    /// What the client signed (RFC 7523), in place of a secret.
    #[schemars(with = "Option<String>")]
    client_assertion: Option<Secret<String>>,
}

impl TokenQuestion {
    /// The token, and what is said of the client.
    pub(super) fn parts(self) -> (Secret<String>, Claimed) {
        let Self { token, client_id: id, client_secret: secret, .. } = self;
        let Self { client_assertion_type: assertion_type, client_assertion: assertion, .. } = self;
        (token, Claimed { id, secret, assertion_type, assertion })
    }
}

/// What is told of a token (RFC 7662 section 2.2); of one that is not active nothing else.
#[derive(Default, Serialize, JsonSchema)]
struct IntrospectionResponse {
    /// Whether it stands.
    active: bool,
    #[serde(flatten)]
    token: Option<TokenFacts>,
}

/// A token that stands.
#[derive(Serialize, JsonSchema)]
struct TokenFacts {
    /// What it is good for, separated by spaces.
    scope: String,
    /// The client that it was given to.
    client_id: String,
    /// `Bearer`, of an access token.
    #[serde(skip_serializing_if = "Option::is_none")]
    token_type: Option<&'static str>,
    /// When it is over, in Unix seconds.
    exp: i64,
    /// When it was given out, in Unix seconds.
    iat: i64,
    /// The person, or the client where it speaks for itself.
    sub: String,
    /// For whom it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    aud: Option<String>,
    /// Who gave it out.
    iss: String,
    /// Its name.
    #[serde(skip_serializing_if = "Option::is_none")]
    jti: Option<String>,
}

impl From<TokenView> for TokenFacts {
    fn from(view: TokenView) -> Self {
        Self {
            scope: view.scopes.to_string(),
            client_id: view.client_id,
            token_type: (view.kind == TokenKind::Access).then_some("Bearer"),
            exp: view.expires_at.seconds(),
            iat: view.issued_at.seconds(),
            sub: view.subject,
            aud: view.audience,
            iss: view.issuer,
            jti: view.jti,
        }
    }
}

impl From<Introspection> for IntrospectionResponse {
    fn from(found: Introspection) -> Self {
        match found {
            Introspection::Inactive => Self::default(),
            Introspection::Active(view) => Self { active: true, token: Some(view.into()) },
        }
    }
}

async fn introspect(
    basic: BasicClient,
    BodyParameters(body): BodyParameters<TokenQuestion>,
    provider: web::Data<dyn ProviderService>,
) -> Result<Unkept<IntrospectionResponse>, Failure> {
    let (token, claimed) = body.parts();
    let found = provider.introspect(&claimed.beside(basic)?, token.expose()).await?;
    Ok(Unkept(found.into()))
}
