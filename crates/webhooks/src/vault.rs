//! What is kept of an endpoint that nobody may read: sealed with the master key, each for its purpose and workspace.

use crate::headers::CustomHeaders;
use crate::key_pair::SigningKeyPair;
use crate::secret::SigningSecret;
use crate::signature::Signer;
use mainstay_kernel::seal::Keyring;
use mainstay_kernel::{Ids, Secret, Timestamp, WorkspaceId};
use std::sync::Arc;

/// What is sealed of an endpoint.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Sealed {
    /// Its secret.
    pub(crate) secret: Vec<u8>,
    /// The one before, while both sign.
    pub(crate) previous: Option<Vec<u8>>,
    /// Until when the previous one signs.
    pub(crate) previous_ends_at: Option<Timestamp>,
    /// The headers that are sent along.
    pub(crate) headers: Option<Vec<u8>>,
    /// The seed of its Ed25519 key.
    pub(crate) key_seed: Option<Vec<u8>>,
}

/// Seals and opens.
#[derive(Clone)]
pub(crate) struct Vault {
    pub(crate) keyring: Arc<Keyring>,
    pub(crate) ids: Arc<dyn Ids>,
}

/// What a sealed value is for; a value sealed for one purpose cannot be opened for another.
#[derive(Clone, Copy)]
enum Purpose {
    Secret,
    Headers,
    KeySeed,
}

impl Purpose {
    fn context(self, workspace: WorkspaceId) -> String {
        let name = match self {
            Self::Secret => "secret",
            Self::Headers => "headers",
            Self::KeySeed => "key_seed",
        };
        format!("webhook_endpoints.{name}:{workspace}")
    }
}

impl Vault {
    pub(crate) fn seal_secret(&self, workspace: WorkspaceId, secret: &SigningSecret) -> Vec<u8> {
        self.seal(Purpose::Secret, workspace, secret.expose().as_bytes())
    }

    pub(crate) fn seal_headers(&self, workspace: WorkspaceId, headers: &CustomHeaders) -> Option<Vec<u8>> {
        (!headers.is_empty()).then(|| self.seal(Purpose::Headers, workspace, &headers.to_json()))
    }

    pub(crate) fn seal_seed(&self, workspace: WorkspaceId, seed: &[u8]) -> Vec<u8> {
        self.seal(Purpose::KeySeed, workspace, seed)
    }

    /// What signs for an endpoint at `now`.
    pub(crate) fn signer(&self, workspace: WorkspaceId, sealed: &Sealed, now: Timestamp) -> Opened<Signer> {
        let overlaps = sealed.previous_ends_at.is_some_and(|end| now < end);
        let previous = sealed.previous.as_ref().filter(|_| overlaps);
        Ok(Signer {
            current: self.secret(workspace, &sealed.secret)?,
            previous: previous.map(|secret| self.secret(workspace, secret)).transpose()?,
            key_pair: sealed.key_seed.as_ref().map(|seed| self.key_pair(workspace, seed)).transpose()?,
        })
    }

    /// The headers that are sent along to an endpoint.
    pub(crate) fn headers(&self, workspace: WorkspaceId, sealed: &Sealed) -> Opened<CustomHeaders> {
        let Some(headers) = &sealed.headers else { return Ok(CustomHeaders::default()) };
        let opened = self.open(Purpose::Headers, workspace, headers)?;
        CustomHeaders::from_json(opened.expose()).map_err(|_| Unopened)
    }

    pub(crate) fn key_pair(&self, workspace: WorkspaceId, seed: &[u8]) -> Opened<SigningKeyPair> {
        let seed = self.open(Purpose::KeySeed, workspace, seed)?;
        SigningKeyPair::from_seed(seed.expose()).map_err(|_| Unopened)
    }

    fn secret(&self, workspace: WorkspaceId, sealed: &[u8]) -> Opened<SigningSecret> {
        let opened = self.open(Purpose::Secret, workspace, sealed)?;
        let text = String::from_utf8(opened.expose().clone()).map_err(|_| Unopened)?;
        SigningSecret::parse(text).map_err(|_| Unopened)
    }

    fn seal(&self, purpose: Purpose, workspace: WorkspaceId, plain: &[u8]) -> Vec<u8> {
        self.keyring.seal(&purpose.context(workspace), plain, &*self.ids)
    }

    fn open(&self, purpose: Purpose, workspace: WorkspaceId, sealed: &[u8]) -> Opened<Secret<Vec<u8>>> {
        self.keyring.open(&purpose.context(workspace), sealed).map_err(|_| Unopened)
    }
}

/// A sealed value that this master key does not open.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Unopened;

pub(crate) type Opened<T> = Result<T, Unopened>;
