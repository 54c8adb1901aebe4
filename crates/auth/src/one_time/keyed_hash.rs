//! Hashes of what is too short to be hashed bare.

use hmac::{Hmac, Mac as _};
use mainstay_kernel::{Keyring, Secret};
use sha2::Sha256;

/// An HMAC (RFC 2104) by each key that the master keys give for one purpose: who reads the table cannot search for what
/// was hashed.
pub(crate) struct KeyedHash(Vec<Hmac<Sha256>>);

impl KeyedHash {
    pub(crate) fn new(keyring: &Keyring, purpose: &str) -> Self {
        let mac = |key: &Secret<[u8; 32]>| Hmac::new_from_slice(key.expose()).expect("HMAC takes keys of any length");
        Self(keyring.derive(purpose).iter().map(mac).collect())
    }

    /// The hash to be kept. No part but the last may hold a NUL, which keeps them apart.
    pub(crate) fn newest(&self, parts: &[&str]) -> Vec<u8> {
        over(self.0.first().expect("a keyring has a key"), parts)
    }

    /// The hashes that may have been kept, since the newest key was not always the newest.
    pub(crate) fn each(&self, parts: &[&str]) -> Vec<Vec<u8>> {
        self.0.iter().map(|key| over(key, parts)).collect()
    }
}

fn over(key: &Hmac<Sha256>, parts: &[&str]) -> Vec<u8> {
    key.clone().chain_update(parts.join("\0")).finalize().into_bytes().to_vec()
}
