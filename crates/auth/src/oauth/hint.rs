//! Whom a client expects to meet (OpenID Connect Core section 3.1.2.1).

use super::error::OAuthError;
use super::model::{AuthorizeRequest, OAuthClient};
use super::provider::Provider;
use crate::tokens::TYPE;
use mainstay_kernel::UserId;
use serde::Deserialize;

/// Longer texts are no ID tokens of ours.
const MAX_HINT: usize = 8_192;

/// What counts of an ID token here. That it is over does not: a client shows it long after.
#[derive(Deserialize)]
struct Hint {
    iss: String,
    aud: String,
    sub: String,
}

impl Provider {
    /// Whether a person is the one that the client's `id_token_hint` names, if it names one.
    pub(super) async fn expects(
        &self,
        client: &OAuthClient,
        request: &AuthorizeRequest,
        person: UserId,
    ) -> Result<bool, OAuthError> {
        let token = request.id_token_hint.as_ref().filter(|hint| hint.expose().len() <= MAX_HINT);
        let Some(token) = token else { return Ok(true) };
        let hint: Option<Hint> = self.auth.access_tokens.keys.read(token.expose(), TYPE).await?;
        // One that was given to somebody else tells this client nothing, not even who is logged in.
        let hint = hint.filter(|hint| hint.iss == self.issuer() && hint.aud == client.client_id);
        Ok(hint.is_none_or(|hint| hint.sub == person.to_string()))
    }
}
