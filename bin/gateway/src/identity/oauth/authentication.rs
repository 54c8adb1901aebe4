//! Which client asks, and how it proves it (RFC 6749 section 2.3).

use mainstay_auth::{ClientAuthentication, OAuthError};
use mainstay_edge::{BasicClient, Failure, Rejection};
use mainstay_kernel::Secret;

/// What a body says of the client.
pub(super) struct Claimed {
    pub(super) id: Option<String>,
    pub(super) secret: Option<Secret<String>>,
    pub(super) assertion_type: Option<String>,
    pub(super) assertion: Option<Secret<String>>,
}

impl Claimed {
    /// The client that the header names, or the body; not yet believed.
    pub(super) fn beside(self, BasicClient(basic): BasicClient) -> Result<ClientAuthentication, Failure> {
        let Self { id, secret, assertion_type, assertion } = self;
        if let Some(assertion) = assertion {
            if basic.is_some() || secret.is_some() {
                return Err(twice());
            }
            return Ok(ClientAuthentication::asserted(id, assertion_type.as_deref(), assertion)?);
        }
        match (basic, id, secret) {
            (Some(_), _, Some(_)) => Err(twice()),
            (Some((id, _)), Some(other), None) if id != other => Err(twice()),
            (Some((client_id, secret)), _, None) => Ok(ClientAuthentication::Basic { client_id, secret }),
            (None, Some(client_id), Some(secret)) => Ok(ClientAuthentication::Post { client_id, secret }),
            (None, Some(client_id), None) => Ok(ClientAuthentication::None { client_id }),
            (None, None, _) => Err(OAuthError::Missing("client_id").into()),
        }
    }
}

fn twice() -> Failure {
    Rejection::Malformed("The client must say in one way who it is.".to_owned()).into()
}
