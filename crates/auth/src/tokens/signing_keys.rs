//! Keeps the signing keys that all nodes share, and replaces them.

use super::key_set::KeySet;
use super::signing_key::{ALGORITHM, SigningKey};
use crate::error::AuthError;
use crate::sessions::ACCESS;
use crate::store::{AuthStore, Succession};
use jsonwebtoken::decode_header;
use jsonwebtoken::jwk::JwkSet;
use mainstay_kernel::{Clock, Ids, Keyring};
use mainstay_store::Remembered;
use serde::de::DeserializeOwned;
use std::sync::Arc;
use std::time::Duration;

/// The topic under which nodes tell each other that the keys have changed.
pub(crate) const TOPIC: &str = "signing_keys";

/// How long a new key is public before it signs. Longer than anything is remembered, so that every
/// node knows a key before it meets a token of it, and so do clients that fetch the keys now and then.
const LEAD: Duration = Duration::from_mins(15);

pub(crate) struct SigningKeys {
    store: Arc<dyn AuthStore>,
    keyring: Arc<Keyring>,
    remembered: Remembered<(), Arc<KeySet>>,
    clock: Arc<dyn Clock>,
    ids: Arc<dyn Ids>,
}

impl SigningKeys {
    /// Opens the keys, and makes the first one where there is none.
    pub(crate) async fn open(
        store: Arc<dyn AuthStore>,
        keyring: Arc<Keyring>,
        clock: Arc<dyn Clock>,
        ids: Arc<dyn Ids>,
    ) -> Result<Self, AuthError> {
        let keys = Self { store, keyring, remembered: Remembered::new(16), clock, ids };
        if keys.load().await?.newest().is_none() {
            let now = keys.clock.now();
            let first = SigningKey::generate(now, now, &keys.keyring, keys.ids.as_ref())?;
            // When another node was faster, its key stands.
            keys.store.add_first_signing_key(first).await?;
        }
        keys.current().await?;
        Ok(keys)
    }

    /// The keys that count.
    pub(crate) async fn current(&self) -> Result<Arc<KeySet>, AuthError> {
        let keys = self.remembered.get_or_load(&(), async { self.load().await.map(|keys| Some(Arc::new(keys))) });
        keys.await?.ok_or_else(|| AuthError::Broken("there is no signing key".to_owned()))
    }

    /// Makes the key that signs from [`LEAD`] on. When another node does so at the same moment, one of the two counts.
    pub(crate) async fn rotate(&self) -> Result<(), AuthError> {
        let now = self.clock.now();
        let signs_from = now.plus(LEAD);
        let keys = self.load().await?;
        let newest = keys.newest().ok_or_else(|| AuthError::Broken("there is no signing key".to_owned()))?;
        let new = SigningKey::generate(signs_from, now, &self.keyring, self.ids.as_ref())?;
        let succession = Succession { retiring: newest.kid.clone(), new, spent_before: now.minus(ACCESS) };
        self.store.succeed_signing_key(succession).await?;
        self.forget();
        Ok(())
    }

    /// The claims of a JWT with this `typ` that one of the keys signed; none for any other text. No claim is judged.
    pub(crate) async fn read<C: DeserializeOwned>(&self, token: &str, typ: &str) -> Result<Option<C>, AuthError> {
        let Ok(header) = decode_header(token) else { return Ok(None) };
        // RFC 7515 section 4.1.11: whoever does not know a critical extension refuses the token.
        if header.typ.as_deref() != Some(typ) || header.crit.is_some() {
            return Ok(None);
        }
        let keys = self.current().await?;
        let key = header.kid.and_then(|kid| keys.verifier(&kid, self.clock.now()));
        Ok(key.and_then(|key| key.verify(token)))
    }

    /// The public keys as a JWK set (RFC 7517 section 5).
    pub(crate) async fn published(&self) -> Result<JwkSet, AuthError> {
        Ok(self.current().await?.published(self.clock.now()))
    }

    /// Forgets the keys; whoever needs them reads them anew.
    pub(crate) fn forget(&self) {
        self.remembered.forget(&());
    }

    async fn load(&self) -> Result<KeySet, AuthError> {
        let sealed = self.store.signing_keys(ALGORITHM).await?;
        let keys = sealed.iter().map(|sealed| SigningKey::open(sealed, &self.keyring));
        Ok(KeySet::new(keys.collect::<Result<_, _>>()?))
    }
}
