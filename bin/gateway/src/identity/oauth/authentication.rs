//! Which client asks, and how it proves it (RFC 6749 section 2.3).

use mainstay_auth::{ClientAuthentication, OAuthError};
use mainstay_edge::{BasicClient, Failure, Rejection};
use mainstay_kernel::Secret;

/// The client that the header names, or the body; not yet believed.
pub(super) fn claimed(
    BasicClient(basic): BasicClient,
    client_id: Option<String>,
    secret: Option<Secret<String>>,
) -> Result<ClientAuthentication, Failure> {
    match (basic, client_id, secret) {
        (Some(_), _, Some(_)) => Err(twice()),
        (Some((id, _)), Some(other), None) if id != other => Err(twice()),
        (Some((client_id, secret)), _, None) => Ok(ClientAuthentication::Basic { client_id, secret }),
        (None, Some(client_id), Some(secret)) => Ok(ClientAuthentication::Post { client_id, secret }),
        (None, Some(client_id), None) => Ok(ClientAuthentication::None { client_id }),
        (None, None, _) => Err(OAuthError::Missing("client_id").into()),
    }
}

fn twice() -> Failure {
    Rejection::Malformed("The client must say in one way who it is.".to_owned()).into()
}
