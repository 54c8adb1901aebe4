//! Tokens of 256 bits that a person gets in a link.

use super::purpose::Purpose;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use mainstay_kernel::{Ids, Secret, Timestamp};
use sha2::{Digest, Sha256};
use std::marker::PhantomData;
use std::sync::Arc;
use std::time::Duration;

/// How long a link stands.
pub(crate) const LIFETIME: Duration = Duration::from_mins(15);
const TOKEN_BYTES: usize = 32;

/// Draws links of one purpose, and recognises them.
pub(crate) struct Links<P> {
    ids: Arc<dyn Ids>,
    purpose: PhantomData<fn() -> P>,
}

/// A link to be kept; it replaces an older one of the same purpose and subject.
#[derive(Debug, Clone)]
pub struct NewLink {
    pub(super) key: LinkKey,
    pub(super) subject: String,
    pub(super) at: Timestamp,
    pub(super) expires_at: Timestamp,
}

/// What a link is found by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LinkKey {
    pub(super) purpose: &'static str,
    pub(crate) hash: Vec<u8>,
}

/// What became of a link that was followed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Spent {
    /// It stood, about this subject; now it is used up.
    Stood(String),
    /// It is over, and would have been about this subject.
    Expired(String),
    /// It was never given out, is used up, or was replaced.
    Unknown,
}

impl<P: Purpose> Links<P> {
    pub(crate) fn new(ids: Arc<dyn Ids>) -> Self {
        Self { ids, purpose: PhantomData }
    }

    /// A new link about `subject`.
    pub(crate) fn draw(&self, subject: &str, now: Timestamp) -> (Secret<String>, NewLink) {
        let (token, key) = self.token();
        (token, NewLink { key, subject: subject.to_owned(), at: now, expires_at: now.plus(LIFETIME) })
    }

    /// A new token, and what it is found by.
    pub(crate) fn token(&self) -> (Secret<String>, LinkKey) {
        let mut bytes = [0u8; TOKEN_BYTES];
        self.ids.fill(&mut bytes);
        let token = Secret::new(URL_SAFE_NO_PAD.encode(bytes));
        let key = Self::key(token.expose());
        (token, key)
    }

    /// What the link with this token is found by.
    pub(crate) fn key(token: &str) -> LinkKey {
        let hash = Sha256::new().chain_update(P::NAME).chain_update(b"\0").chain_update(token);
        LinkKey { purpose: P::NAME, hash: hash.finalize().to_vec() }
    }
}
