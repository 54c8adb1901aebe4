//! What this node remembers, so that a token seen before costs no database.

use super::access::AccessClaims;
use super::authorization::Standing;
use super::described::is_address;
use super::documents::ADDRESS_LENGTH;
use super::error::OAuthError;
use super::fetched::Fetched;
use super::keys::KeySet;
use super::metadata::Described;
use super::store::KnownClient;
use crate::store::AuthStore;
use mainstay_store::Remembered;
use std::sync::Arc;
use uuid::Uuid;

/// The topic under which nodes tell each other that a client has changed; the subject is what it calls itself.
pub(crate) const CLIENTS: &str = "oauth_clients";
/// The topic under which nodes tell each other that tokens of a client are over.
pub(crate) const AUTHORIZATIONS: &str = "oauth_authorizations";

const MOST_CLIENTS: usize = 10_000;
const MOST_TOKENS: usize = 50_000;
const MOST_AUTHORIZATIONS: usize = 100_000;
/// What a client calls itself has so many letters, or is an address; nobody is looked up by any other name.
const CLIENT_ID_LENGTH: usize = 32;

pub(crate) struct Memory {
    pub(super) clients: Remembered<String, Arc<KnownClient>>,
    /// Claims of tokens whose signature is good, by the hash of the token.
    pub(super) tokens: Remembered<[u8; 32], Arc<AccessClaims>>,
    authorizations: Remembered<Uuid, Standing>,
    /// The keys of clients that keep them elsewhere.
    pub(super) keys: Fetched<KeySet>,
    /// The clients that documents elsewhere describe.
    pub(super) described: Fetched<Arc<Described>>,
}

impl Memory {
    pub(crate) fn new() -> Self {
        Self {
            clients: Remembered::new(MOST_CLIENTS),
            tokens: Remembered::new(MOST_TOKENS),
            authorizations: Remembered::new(MOST_AUTHORIZATIONS),
            keys: Fetched::new(),
            described: Fetched::new(),
        }
    }

    /// The client that calls itself so.
    pub(super) async fn client(
        &self,
        store: &dyn AuthStore,
        client_id: &str,
    ) -> Result<Option<Arc<KnownClient>>, OAuthError> {
        let lengths = if is_address(client_id) { 1..=ADDRESS_LENGTH } else { CLIENT_ID_LENGTH..=CLIENT_ID_LENGTH };
        if !lengths.contains(&client_id.len()) {
            return Ok(None);
        }
        let key = client_id.to_owned();
        let load = async { Ok(store.client_called(client_id.to_owned()).await?.map(Arc::new)) };
        self.clients.get_or_load(&key, load).await
    }

    /// How tokens that came of one code stand; none where there was none, or long ago.
    pub(super) async fn standing(&self, store: &dyn AuthStore, id: Uuid) -> Result<Option<Standing>, OAuthError> {
        let load = async { Ok(store.authorization(id).await?.map(|found| found.standing())) };
        self.authorizations.get_or_load(&id, load).await
    }

    pub(crate) fn forget_client(&self, subject: &str) {
        self.clients.forget(&subject.to_owned());
    }

    pub(crate) fn forget_authorization(&self, subject: &str) {
        if let Ok(id) = subject.parse() {
            self.authorizations.forget(&id);
        }
    }

    /// Forgets tokens that this node has just ended.
    pub(crate) fn forget_authorizations(&self, ids: &[Uuid]) {
        for id in ids {
            self.authorizations.forget(id);
        }
    }
}
