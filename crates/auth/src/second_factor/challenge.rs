//! What stands between a right password and a session.

use crate::model::Challenge;
use crate::one_time::{LinkKey, Links, SecondFactor};
use mainstay_kernel::{Ids, Secret, Timestamp, UserId};
use sha2::{Digest, Sha256};
use std::sync::Arc;
use std::time::Duration;

/// How long a challenge stands.
const LIFETIME: Duration = Duration::from_mins(5);
/// Wrong codes that a challenge bears; after them even the right one is refused.
pub(super) const MAX_ATTEMPTS: i32 = 5;

/// A challenge to be kept; it replaces the person's older one.
#[derive(Debug, Clone)]
pub struct NewChallenge {
    /// Whom it asks.
    pub person: UserId,
    /// What it is found by.
    pub hash: Vec<u8>,
    /// A SHA-256 of the hash that the password was compared with.
    pub password_digest: Vec<u8>,
    /// Since when.
    pub at: Timestamp,
    /// Until when.
    pub expires_at: Timestamp,
}

/// A new challenge for a person whose password has this hash. It falls with the password.
pub(crate) fn challenge(
    person: UserId,
    password_hash: &Secret<String>,
    ids: &Arc<dyn Ids>,
    now: Timestamp,
) -> (Challenge, NewChallenge) {
    let (token, LinkKey { hash, .. }) = Links::<SecondFactor>::new(Arc::clone(ids)).token();
    let expires_at = now.plus(LIFETIME);
    let password_digest = password_digest(password_hash.expose());
    (Challenge { token, expires_at }, NewChallenge { person, hash, password_digest, at: now, expires_at })
}

/// What a challenge is found by.
pub(super) fn key(token: &str) -> LinkKey {
    Links::<SecondFactor>::key(token)
}

/// What is kept of the hash that a password was compared with.
pub(super) fn password_digest(password_hash: &str) -> Vec<u8> {
    Sha256::digest(password_hash).to_vec()
}
