//! Authenticated encryption at rest, with keys that rotate.
//!
//! A sealed value is `version (1 byte) | key id (4) | nonce (24) | ciphertext and tag`, by
//! XChaCha20-Poly1305 (draft-irtf-cfrg-xchacha). The context is authenticated and not stored: a
//! value sealed for one row or purpose cannot be opened as another's.

use crate::ids::Ids;
use crate::secret::Secret;
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use sha2::{Digest, Sha256};

const VERSION: u8 = 1;
const KEY_BYTES: usize = 32;
const KEY_ID_BYTES: usize = 4;
const NONCE_BYTES: usize = 24;
const HEADER_BYTES: usize = 1 + KEY_ID_BYTES + NONCE_BYTES;

type KeyId = [u8; KEY_ID_BYTES];

/// Why the master key or a sealed value cannot be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SealError {
    /// The master key is not 32 bytes of base64.
    #[error("a secret key is 32 bytes written in base64")]
    NotAKey,
    /// The value was sealed with a key that is not in the ring.
    #[error("the value was sealed with another secret key")]
    OtherKey,
    /// The value was changed, or belongs to another context.
    #[error("the sealed value is damaged or belongs elsewhere")]
    Damaged,
}

/// The master keys: the first seals, all of them open.
pub struct Keyring {
    keys: Vec<(KeyId, XChaCha20Poly1305)>,
    roots: Vec<Secret<[u8; KEY_BYTES]>>,
}

impl Keyring {
    /// Reads keys as the setting has them: base64, separated by commas, the current one first and
    /// older ones, which only open, behind it.
    ///
    /// # Errors
    /// [`SealError::NotAKey`] when one of them is not 32 bytes of base64.
    pub fn parse(text: &Secret<String>) -> Result<Self, SealError> {
        let roots = text.expose().split(',').map(|key| decode(key.trim())).collect::<Result<Vec<_>, _>>()?;
        let keys = roots.iter().map(|root| (key_id(root.expose()), XChaCha20Poly1305::new(root.expose().into())));
        Ok(Self { keys: keys.collect(), roots })
    }

    /// A new master key, as the setting has it.
    pub fn generate(ids: &dyn Ids) -> Secret<String> {
        let mut bytes = [0u8; KEY_BYTES];
        ids.fill(&mut bytes);
        Secret::new(STANDARD.encode(bytes))
    }

    /// Encrypts `plain` for `context` with the current key.
    pub fn seal(&self, context: &str, plain: &[u8], ids: &dyn Ids) -> Vec<u8> {
        let (id, cipher) = self.keys.first().expect("parse() gives at least one key");
        let mut nonce = [0u8; NONCE_BYTES];
        ids.fill(&mut nonce);
        let payload = Payload { msg: plain, aad: context.as_bytes() };
        let encrypted = cipher.encrypt(XNonce::from_slice(&nonce), payload).expect("memory holds the ciphertext");
        let mut sealed = Vec::with_capacity(HEADER_BYTES + encrypted.len());
        sealed.push(VERSION);
        sealed.extend_from_slice(id);
        sealed.extend_from_slice(&nonce);
        sealed.extend_from_slice(&encrypted);
        sealed
    }

    /// Decrypts what [`Keyring::seal`] made for the same context.
    ///
    /// # Errors
    /// [`SealError::OtherKey`] when no key of the ring sealed it, [`SealError::Damaged`] when it was changed or
    /// sealed for another context.
    pub fn open(&self, context: &str, sealed: &[u8]) -> Result<Secret<Vec<u8>>, SealError> {
        let (header, encrypted) = sealed.split_at_checked(HEADER_BYTES).ok_or(SealError::Damaged)?;
        let [VERSION, rest @ ..] = header else { return Err(SealError::Damaged) };
        let (id, nonce) = rest.split_at(KEY_ID_BYTES);
        let (_, cipher) = self.keys.iter().find(|(known, _)| known == id).ok_or(SealError::OtherKey)?;
        let payload = Payload { msg: encrypted, aad: context.as_bytes() };
        let plain = cipher.decrypt(XNonce::from_slice(nonce), payload).map_err(|_| SealError::Damaged)?;
        Ok(Secret::new(plain))
    }

    /// Keys for one purpose, derived from the master keys, current first: for values that are
    /// recomputed and not stored.
    pub fn derive(&self, purpose: &str) -> Vec<Secret<[u8; KEY_BYTES]>> {
        let derived = |root: &Secret<[u8; KEY_BYTES]>| {
            let hash = Sha256::new().chain_update(b"mainstay derived key\0").chain_update(root.expose());
            Secret::new(hash.chain_update(purpose).finalize().into())
        };
        self.roots.iter().map(derived).collect()
    }
}

impl std::fmt::Debug for Keyring {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Keyring of {}", self.keys.len())
    }
}

fn decode(text: &str) -> Result<Secret<[u8; KEY_BYTES]>, SealError> {
    let bytes = STANDARD.decode(text).or_else(|_| URL_SAFE_NO_PAD.decode(text)).map_err(|_| SealError::NotAKey)?;
    bytes.try_into().map(Secret::new).map_err(|_| SealError::NotAKey)
}

/// Names a key without telling anything about it.
fn key_id(key: &[u8; KEY_BYTES]) -> KeyId {
    let hash = Sha256::new().chain_update(b"mainstay key id\0").chain_update(key).finalize();
    let mut id = KeyId::default();
    id.copy_from_slice(&hash[..KEY_ID_BYTES]);
    id
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::SystemIds;
    use proptest::prelude::*;

    fn ring(keys: &[&Secret<String>]) -> Keyring {
        let text = keys.iter().map(|key| key.expose().as_str()).collect::<Vec<_>>().join(",");
        Keyring::parse(&Secret::new(text)).expect("a keyring")
    }

    #[test]
    fn a_rotated_ring_opens_what_the_old_key_sealed_and_seals_with_the_new() {
        let (old, new) = (Keyring::generate(&SystemIds), Keyring::generate(&SystemIds));
        let sealed = ring(&[&old]).seal("row 1", b"token", &SystemIds);
        assert_eq!(ring(&[&new, &old]).open("row 1", &sealed).expect("opened").expose(), b"token");
        assert_eq!(ring(&[&new]).open("row 1", &sealed).err(), Some(SealError::OtherKey));
        let again = ring(&[&new, &old]).seal("row 1", b"token", &SystemIds);
        assert_eq!(ring(&[&old]).open("row 1", &again).err(), Some(SealError::OtherKey));
    }

    #[test]
    fn a_value_sealed_for_one_context_does_not_open_in_another() {
        let ring = ring(&[&Keyring::generate(&SystemIds)]);
        let sealed = ring.seal("row 1", b"token", &SystemIds);
        assert_eq!(ring.open("row 2", &sealed).err(), Some(SealError::Damaged));
    }

    #[test]
    fn a_master_key_of_the_wrong_length_is_refused() {
        assert_eq!(Keyring::parse(&Secret::new("c2hvcnQ=".into())).err(), Some(SealError::NotAKey));
    }

    proptest! {
        #[test]
        fn any_flipped_bit_is_noticed(plain: Vec<u8>, at: usize, bit in 0u8..8) {
            let ring = ring(&[&Keyring::generate(&SystemIds)]);
            let mut sealed = ring.seal("row", &plain, &SystemIds);
            let at = at % sealed.len();
            sealed[at] ^= 1 << bit;
            prop_assert!(ring.open("row", &sealed).is_err());
        }
    }
}
