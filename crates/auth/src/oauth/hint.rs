//! ID tokens that clients show again, to say whom they mean (OpenID Connect Core section 3.1.2.1, RP-Initiated Logout
//! 1.0 section 2).

use super::error::OAuthError;
use super::model::{AuthorizeRequest, OAuthClient};
use super::provider::Provider;
use super::store::KnownClient;
use crate::tokens::TYPE;
use mainstay_kernel::{Secret, UserId};
use serde::Deserialize;
use std::sync::Arc;
use uuid::Uuid;

/// Longer texts are no ID tokens of ours.
const MAX_HINT: usize = 8_192;

/// What counts of an ID token here. That it is over does not: a client shows it long after. Session tokens have no
/// `aud`, and so are none.
#[derive(Debug, Deserialize)]
struct Hint {
    iss: String,
    sub: Uuid,
    aud: String,
}

/// An ID token of ours, over or not, whose client is there.
pub(super) struct Vouched {
    pub(super) person: UserId,
    pub(super) client: Arc<KnownClient>,
}

impl Provider {
    /// Whose ID token this is; none for what is no ID token of ours.
    pub(super) async fn vouched(&self, hint: &Secret<String>) -> Result<Option<Vouched>, OAuthError> {
        if hint.expose().len() > MAX_HINT {
            return Ok(None);
        }
        let hint: Option<Hint> = self.auth.access_tokens.keys.read(hint.expose(), TYPE).await?;
        let Some(hint) = hint.filter(|hint| hint.iss == self.issuer()) else { return Ok(None) };
        let client = self.called(&hint.aud).await?;
        Ok(client.map(|client| Vouched { person: UserId(hint.sub), client }))
    }

    /// Whether a person is the one that the client's `id_token_hint` names, if it names one.
    pub(super) async fn expects(
        &self,
        client: &OAuthClient,
        request: &AuthorizeRequest,
        person: UserId,
    ) -> Result<bool, OAuthError> {
        let Some(hint) = &request.id_token_hint else { return Ok(true) };
        // One that was given to somebody else tells this client nothing, not even who is logged in.
        let vouched = self.vouched(hint).await?.filter(|vouched| vouched.client.client.id == client.id);
        Ok(vouched.is_none_or(|vouched| vouched.person == person))
    }
}
