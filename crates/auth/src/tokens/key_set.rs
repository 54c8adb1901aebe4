//! The keys that count at some moment.

use super::signing_key::SigningKey;
use crate::error::AuthError;
use crate::sessions::ACCESS;
use jsonwebtoken::jwk::JwkSet;
use mainstay_kernel::Timestamp;

/// Signing keys, by when they begin to sign.
pub(crate) struct KeySet(Vec<SigningKey>);

impl KeySet {
    pub(super) fn new(mut keys: Vec<SigningKey>) -> Self {
        keys.sort_by_key(|key| key.signs_from);
        Self(keys)
    }

    /// The key that signs now.
    pub(crate) fn signer(&self, now: Timestamp) -> Result<&SigningKey, AuthError> {
        let begun = self.0.iter().rfind(|key| key.signs_from <= now);
        // The very first key may begin ahead of us, by the clock of the node that made it.
        begun.or(self.0.first()).ok_or_else(|| AuthError::Broken("there is no signing key".to_owned()))
    }

    /// The key with this id, unless all its tokens are over.
    pub(super) fn verifier(&self, kid: &str, now: Timestamp) -> Option<&SigningKey> {
        self.0.iter().find(|key| key.kid == kid && still_verifies(key, now))
    }

    /// The key that has no successor yet.
    pub(super) fn newest(&self) -> Option<&SigningKey> {
        self.0.last()
    }

    /// The public halves of all keys that sign, signed or will sign tokens that stand.
    pub(super) fn published(&self, now: Timestamp) -> JwkSet {
        let standing = self.0.iter().filter(|key| still_verifies(key, now));
        JwkSet { keys: standing.map(|key| key.public.clone()).collect() }
    }
}

fn still_verifies(key: &SigningKey, now: Timestamp) -> bool {
    key.retired_at.is_none_or(|retired| now < retired.plus(ACCESS))
}
