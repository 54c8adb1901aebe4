//! Clients that a document describes (draft-ietf-oauth-client-id-metadata-document): the document's address is what they
//! call themselves.

use super::documents;
use super::error::OAuthError;
use super::metadata::{ClientMetadata, Described};
use super::model::{AuthMethod, ClientId, OAuthClient};
use super::provider::Provider;
use super::store::KnownClient;
use serde::Deserialize;
use serde_json::Value;
use std::sync::Arc;
use url::Url;

/// The document of a client.
#[derive(Deserialize)]
struct Document {
    client_id: String,
    #[serde(default)]
    client_secret: Option<Value>,
    #[serde(default)]
    client_secret_expires_at: Option<Value>,
    #[serde(flatten)]
    metadata: ClientMetadata,
}

/// Whether a client calls itself by an address rather than by a name of ours.
pub(super) fn is_address(client_id: &str) -> bool {
    client_id.contains("://")
}

impl OAuthClient {
    /// The host of the document that describes the client; none where none does.
    pub fn described_at(&self) -> Option<String> {
        let url = Url::parse(&self.client_id).ok().filter(|_| is_address(&self.client_id))?;
        match (url.host_str(), url.port()) {
            (Some(host), Some(port)) => Some(format!("{host}:{port}")),
            (host, _) => host.map(str::to_owned),
        }
    }
}

impl Provider {
    /// The client as it is now: as its document says, where it is called by one, else as it was registered.
    pub(super) async fn present(&self, client_id: &str) -> Result<Option<Arc<KnownClient>>, OAuthError> {
        let known = self.called(client_id).await?;
        if !is_address(client_id) || !self.takes_documents {
            return Ok(known);
        }
        let described = self.described(client_id).await.ok_or(OAuthError::UselessDocument)?;
        let now = self.auth.clock.now();
        let (id, created_at) = match &known {
            Some(known) => (known.client.id, known.client.created_at),
            None => (ClientId(self.auth.ids.uuid()), now),
        };
        let client = (*described).clone().client(id, client_id.to_owned(), (created_at, now));
        Ok(Some(Arc::new(KnownClient { client, secret_hash: None, registration: None })))
    }

    /// The row that stands for a client among what people allow. One that a document describes gets it when somebody
    /// allows it something, and not before, so that nobody fills the table by asking.
    pub(super) async fn rooted(&self, client: &OAuthClient) -> Result<ClientId, OAuthError> {
        if !is_address(&client.client_id) {
            return Ok(client.id);
        }
        let id = self.auth.store.keep_described_client(client.clone()).await?;
        self.auth.oauth.clients.forget(&client.client_id);
        Ok(id)
    }

    async fn described(&self, client_id: &str) -> Option<Arc<Described>> {
        let source = &*self.auth.documents;
        let url = documents::address(client_id, source).filter(has_a_path)?;
        let read = |body: &[u8]| match read(body, client_id, source) {
            Ok(described) => Some(Arc::new(described)),
            Err(cause) => {
                tracing::info!(host = url.host_str(), %cause, "a document does not describe a client");
                None
            }
        };
        self.auth.oauth.described.get(&url, self.auth.clock.now(), source, (|_: &Arc<Described>| true, read)).await
    }
}

/// Who has the root of a host need not be who has a path of it, so a document has a path of its own.
fn has_a_path(url: &Url) -> bool {
    url.path() != "/"
}

fn read(body: &[u8], client_id: &str, source: &dyn documents::DocumentSource) -> Result<Described, OAuthError> {
    let wrong = |message: &str| OAuthError::InvalidClientMetadata(message.to_owned());
    let document: Document = serde_json::from_slice(body).map_err(|_| wrong("It cannot be read."))?;
    if document.client_id != client_id {
        return Err(wrong("Its client_id is not its address."));
    }
    if document.client_secret.is_some() || document.client_secret_expires_at.is_some() {
        return Err(wrong("It holds a secret, which everybody can read."));
    }
    let described = document.metadata.judge(AuthMethod::None, source)?;
    if described.method.has_secret() {
        return Err(wrong("A client that anybody can read about has no secret."));
    }
    Ok(described)
}
