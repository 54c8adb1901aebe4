//! The secret of a confidential client: 256 bits, of which only the hash is kept.

use aws_lc_rs::constant_time::verify_slices_are_equal;
use mainstay_kernel::{Ids, Secret};
use sha2::{Digest, Sha256};

const BYTES: usize = 32;
/// Longer texts are none of ours, and are not hashed.
const MAX_LENGTH: usize = 256;

/// What is kept of a client's secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SecretHash(pub(super) Vec<u8>);

impl SecretHash {
    /// A new secret as 64 hex digits, and what is kept of it.
    pub(super) fn draw(ids: &dyn Ids) -> (Secret<String>, Self) {
        let mut bytes = [0u8; BYTES];
        ids.fill(&mut bytes);
        let secret = Secret::new(hex::encode(bytes));
        let hash = Self(Sha256::digest(secret.expose()).to_vec());
        (secret, hash)
    }

    /// Whether this is the secret. It takes the same time for every wrong one.
    pub(super) fn is_of(&self, secret: &Secret<String>) -> bool {
        secret.expose().len() <= MAX_LENGTH
            && verify_slices_are_equal(&self.0, &Sha256::digest(secret.expose())).is_ok()
    }
}
