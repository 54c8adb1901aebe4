//! The keys that count at some moment.

use super::algorithm::SigningAlgorithm;
use super::signing_key::SigningKey;
use crate::error::AuthError;
use crate::sessions::ACCESS;
use jsonwebtoken::jwk::JwkSet;
use mainstay_kernel::Timestamp;

/// Signing keys, by algorithm and when they begin to sign.
pub(crate) struct KeySet(Vec<SigningKey>);

impl KeySet {
    pub(super) fn new(mut keys: Vec<SigningKey>) -> Self {
        keys.sort_by_key(|key| (key.algorithm(), key.signs_from));
        Self(keys)
    }

    /// The key that signs now.
    pub(super) fn signer(&self, algorithm: SigningAlgorithm, now: Timestamp) -> Result<&SigningKey, AuthError> {
        let begun = self.of(algorithm).rfind(|key| key.signs_from <= now);
        // The very first key may begin ahead of us, by the clock of the node that made it.
        begun.or(self.of(algorithm).next()).ok_or_else(|| AuthError::Broken("there is no signing key".to_owned()))
    }

    /// The key with this id, unless all its tokens are over.
    pub(super) fn verifier(&self, kid: &str, now: Timestamp) -> Option<&SigningKey> {
        self.0.iter().find(|key| key.kid == kid && still_verifies(key, now))
    }

    /// The key that has no successor yet; none before the first is made.
    pub(super) fn newest(&self, algorithm: SigningAlgorithm) -> Option<&SigningKey> {
        self.of(algorithm).next_back()
    }

    /// The public halves of all keys that sign, signed or will sign tokens that stand.
    pub(super) fn published(&self, now: Timestamp) -> JwkSet {
        let standing = self.0.iter().filter(|key| still_verifies(key, now));
        JwkSet { keys: standing.map(|key| key.public.clone()).collect() }
    }

    fn of(&self, algorithm: SigningAlgorithm) -> impl DoubleEndedIterator<Item = &SigningKey> {
        self.0.iter().filter(move |key| key.algorithm() == algorithm)
    }
}

fn still_verifies(key: &SigningKey, now: Timestamp) -> bool {
    key.retired_at.is_none_or(|retired| now < retired.plus(ACCESS))
}
