//! What a client says of itself (RFC 7591 section 2), and what of it is taken.

use super::documents::DocumentSource;
use super::draft;
use super::error::OAuthError;
use super::keys;
use super::model::{AuthMethod, ClientId, ClientKeys, ClientOwner, OAuthClient};
use super::redirect;
use crate::tokens::SigningAlgorithm;
use mainstay_kernel::Timestamp;
use serde::Deserialize;
use serde_json::Value;

/// What a client says of itself. What is not named here is not supported, and is ignored.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
pub struct ClientMetadata {
    /// Where people may be sent back to; one to ten.
    #[serde(default)]
    pub redirect_uris: Vec<String>,
    /// What people read when they are asked, 1 to 100 characters; the host of the first address where there is none.
    #[serde(default)]
    pub client_name: Option<String>,
    /// How it will show who it is.
    #[serde(default)]
    pub token_endpoint_auth_method: Option<String>,
    /// `authorization_code`, and `refresh_token`, which comes with it.
    #[serde(default)]
    pub grant_types: Option<Vec<String>>,
    /// `code`.
    #[serde(default)]
    pub response_types: Option<Vec<String>>,
    /// The keys that it signs with, for `private_key_jwt`.
    #[serde(default)]
    pub jwks: Option<Value>,
    /// Where they are found, in place of the keys themselves.
    #[serde(default)]
    pub jwks_uri: Option<String>,
    /// What its ID tokens are to be signed with (OpenID Connect Dynamic Client Registration 1.0 section 2).
    #[serde(default)]
    pub id_token_signed_response_alg: Option<String>,
}

/// What was taken of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Described {
    pub(super) name: String,
    pub(super) redirect_uris: Vec<String>,
    pub(super) method: AuthMethod,
    pub(super) keys: Option<ClientKeys>,
    pub(super) id_token_algorithm: SigningAlgorithm,
}

impl Described {
    /// The client that it makes: nobody's, called so, first met and last changed at these times.
    pub(super) fn client(
        self,
        id: ClientId,
        client_id: String,
        (created_at, updated_at): (Timestamp, Timestamp),
    ) -> OAuthClient {
        let Self { name, redirect_uris, method, keys, id_token_algorithm } = self;
        OAuthClient {
            id,
            client_id,
            name,
            redirect_uris,
            post_logout_redirect_uris: Vec::new(),
            has_device_flow: false,
            method,
            keys,
            id_token_algorithm,
            owner: ClientOwner::Itself(id),
            created_at,
            updated_at,
        }
    }
}

impl ClientMetadata {
    /// What of it holds; `usual` is how a client shows itself that does not say.
    ///
    /// # Errors
    /// [`OAuthError::InvalidRedirectUri`], [`OAuthError::InvalidClientMetadata`].
    pub(super) fn judge(self, usual: AuthMethod, source: &dyn DocumentSource) -> Result<Described, OAuthError> {
        let wrong = |message: &str| OAuthError::InvalidClientMetadata(message.to_owned());
        let method = match self.token_endpoint_auth_method.as_deref().map(AuthMethod::parse) {
            None => usual,
            Some(known) => known.ok_or_else(|| wrong("This token_endpoint_auth_method is not supported."))?,
        };
        let id_token_algorithm = match self.id_token_signed_response_alg.as_deref().map(SigningAlgorithm::parse) {
            None => SigningAlgorithm::default(),
            Some(known) => known.ok_or_else(|| wrong("id_token_signed_response_alg is RS256 or ES256."))?,
        };
        let can = |kind: &String| matches!(kind.as_str(), "authorization_code" | "refresh_token");
        let grants = self.grant_types.unwrap_or_else(|| vec!["authorization_code".to_owned()]);
        if !grants.iter().all(can) || !grants.iter().any(|kind| kind == "authorization_code") {
            return Err(wrong("grant_types are authorization_code, and refresh_token with it."));
        }
        if self.response_types.is_some_and(|types| types.iter().any(|kind| kind != "code") || types.is_empty()) {
            return Err(wrong("The one response type is code."));
        }
        if let Some(objection) = draft::objections_to_ways_back(&self.redirect_uris, method.kind()).first() {
            return Err(OAuthError::InvalidRedirectUri(objection.message.clone()));
        }
        let name = self.client_name.unwrap_or_else(|| place_of(&self.redirect_uris));
        let name = draft::name(&name).map_err(|objection| OAuthError::InvalidClientMetadata(objection.message))?;
        let keys = keys_of(method, self.jwks, self.jwks_uri)?;
        match keys::objection(keys.as_ref(), method, source) {
            Some(objection) => Err(wrong(objection)),
            None => Ok(Described { name, redirect_uris: self.redirect_uris, method, keys, id_token_algorithm }),
        }
    }
}

/// The keys of a client that signs; those of others are of no use, and are left out.
fn keys_of(
    method: AuthMethod,
    jwks: Option<Value>,
    jwks_uri: Option<String>,
) -> Result<Option<ClientKeys>, OAuthError> {
    if method != AuthMethod::PrivateKeyJwt {
        return Ok(None);
    }
    ClientKeys::of_members(jwks, jwks_uri).map_err(|message| OAuthError::InvalidClientMetadata(message.to_owned()))
}

/// What a client is called that does not say: by where people go from here.
fn place_of(redirect_uris: &[String]) -> String {
    redirect_uris.first().map(|uri| redirect::place(uri)).unwrap_or_default()
}
