//! Keeps the signing keys that all nodes share, and replaces them.

use super::algorithm::SigningAlgorithm;
use super::key_set::KeySet;
use super::signing_key::{Drawn, SigningKey};
use crate::error::AuthError;
use crate::sessions::ACCESS;
use crate::store::{AuthStore, Succession};
use jsonwebtoken::decode_header;
use jsonwebtoken::jwk::JwkSet;
use mainstay_kernel::{Clock, Ids, Keyring, Secret};
use mainstay_store::Remembered;
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Mutex;

/// The topic under which nodes tell each other that the keys have changed.
pub(crate) const TOPIC: &str = "signing_keys";

/// How long a new key is public before it signs. Longer than anything is remembered, so that every
/// node knows a key before it meets a token of it, and so do clients that fetch the keys now and then.
const LEAD: Duration = Duration::from_mins(15);

pub(crate) struct SigningKeys {
    store: Arc<dyn AuthStore>,
    keyring: Arc<Keyring>,
    remembered: Remembered<(), Arc<KeySet>>,
    /// Held by whoever makes the first key of an algorithm, so that the others here wait for it and make none.
    making: Mutex<()>,
    clock: Arc<dyn Clock>,
    ids: Arc<dyn Ids>,
}

impl SigningKeys {
    /// Opens the keys, and makes the first one of those that are made at once; an RSA key takes longer, and is made
    /// when it is first needed.
    pub(crate) async fn open(
        store: Arc<dyn AuthStore>,
        keyring: Arc<Keyring>,
        clock: Arc<dyn Clock>,
        ids: Arc<dyn Ids>,
    ) -> Result<Self, AuthError> {
        let keys = Self { store, keyring, remembered: Remembered::new(16), making: Mutex::new(()), clock, ids };
        keys.with(SigningAlgorithm::Es256).await?;
        Ok(keys)
    }

    /// A JWT with this `typ`, by the key of this algorithm that signs now.
    pub(crate) async fn sign(
        &self,
        algorithm: SigningAlgorithm,
        typ: &str,
        claims: &impl Serialize,
    ) -> Result<Secret<String>, AuthError> {
        self.with(algorithm).await?.signer(algorithm, self.clock.now())?.sign(typ, claims)
    }

    /// The claims of a JWT with this `typ` that one of the keys signed; none for any other text. No claim is judged.
    pub(crate) async fn read<C: DeserializeOwned>(&self, token: &str, typ: &str) -> Result<Option<C>, AuthError> {
        let Ok(header) = decode_header(token) else { return Ok(None) };
        // RFC 7515 section 4.1.11: whoever does not know a critical extension refuses the token.
        if header.typ.as_deref() != Some(typ) || header.crit.is_some() {
            return Ok(None);
        }
        let (Some(algorithm), Some(kid)) = (SigningAlgorithm::of_header(header.alg), header.kid) else {
            return Ok(None);
        };
        // Another node may have made the first key of this algorithm since the keys were read here.
        let keys = self.with(algorithm).await?;
        Ok(keys.verifier(&kid, self.clock.now()).and_then(|key| key.verify(token)))
    }

    /// The public keys as a JWK set (RFC 7517 section 5), of every algorithm: whoever fetches them keeps them for a
    /// while, and is to know a key before it meets a token of it.
    pub(crate) async fn published(&self) -> Result<JwkSet, AuthError> {
        Ok(self.complete().await?.published(self.clock.now()))
    }

    /// The keys that count, with at least one of every algorithm.
    pub(crate) async fn complete(&self) -> Result<Arc<KeySet>, AuthError> {
        for algorithm in SigningAlgorithm::ALL {
            self.with(algorithm).await?;
        }
        self.current().await
    }

    /// Replaces the keys of every algorithm by keys that sign from [`LEAD`] on. When another node does so at the same
    /// moment, one of the two new ones counts.
    pub(crate) async fn rotate(&self) -> Result<(), AuthError> {
        self.replace_older_than(Duration::ZERO).await
    }

    /// The same for those keys that have signed for longer than this.
    pub(crate) async fn replace_older_than(&self, age: Duration) -> Result<(), AuthError> {
        self.complete().await?;
        let keys = self.load().await?;
        for algorithm in SigningAlgorithm::ALL {
            let now = self.clock.now();
            let Some(newest) = keys.newest(algorithm).filter(|newest| newest.signs_from.plus(age) <= now) else {
                continue;
            };
            let new = drawn(algorithm).await?.sealed(now.plus(LEAD), now, (&self.keyring, self.ids.as_ref()));
            let succession = Succession { retiring: newest.kid.clone(), new, spent_before: now.minus(ACCESS) };
            self.store.succeed_signing_key(succession).await?;
            self.forget();
        }
        Ok(())
    }

    /// Forgets the keys; whoever needs them reads them anew.
    pub(crate) fn forget(&self) {
        self.remembered.forget(&());
    }

    /// The keys that count, among them at least one of this algorithm, which is made where there is none.
    async fn with(&self, algorithm: SigningAlgorithm) -> Result<Arc<KeySet>, AuthError> {
        let keys = self.current().await?;
        if keys.newest(algorithm).is_some() {
            return Ok(keys);
        }
        let _alone = self.making.lock().await;
        if self.load().await?.newest(algorithm).is_none() {
            let now = self.clock.now();
            let first = drawn(algorithm).await?.sealed(now, now, (&self.keyring, self.ids.as_ref()));
            // When another node was faster, its key stands.
            self.store.add_first_signing_key(first).await?;
        }
        self.forget();
        self.current().await
    }

    async fn current(&self) -> Result<Arc<KeySet>, AuthError> {
        let keys = self.remembered.get_or_load(&(), async { self.load().await.map(|keys| Some(Arc::new(keys))) });
        keys.await?.ok_or_else(|| AuthError::Broken("there is no signing key".to_owned()))
    }

    async fn load(&self) -> Result<KeySet, AuthError> {
        let mut sealed = self.store.signing_keys().await?;
        // A newer node may have keys of an algorithm that this one does not know.
        sealed.retain(|key| SigningAlgorithm::parse(&key.algorithm).is_some());
        let keys = sealed.iter().map(|sealed| SigningKey::open(sealed, &self.keyring));
        Ok(KeySet::new(keys.collect::<Result<_, _>>()?))
    }
}

/// A new key, drawn where nobody who is served waits for it.
async fn drawn(algorithm: SigningAlgorithm) -> Result<Drawn, AuthError> {
    let drawing = tokio::task::spawn_blocking(move || Drawn::new(algorithm));
    drawing.await.map_err(|cause| AuthError::broken("making a signing key", cause))?
}
