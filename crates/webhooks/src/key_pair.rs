//! A pair of keys to sign with, for receivers who would rather share no secret.

use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair as _};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use mainstay_kernel::{Ids, Secret};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use std::fmt;

/// What a public key begins with in Standard Webhooks 1.0.0.
const PUBLIC_PREFIX: &str = "whpk_";

/// A key pair of Ed25519 (RFC 8032) for the signatures `v1a` of Standard Webhooks 1.0.0. Its debug print shows the public
/// half alone.
pub struct SigningKeyPair {
    pair: Ed25519KeyPair,
    public: [u8; 32],
}

/// These bytes are no seed of a key pair.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a seed of Ed25519 has 32 bytes")]
pub struct NotASeed;

impl SigningKeyPair {
    /// A new pair, and the seed from which [`Self::from_seed`] makes it again; that is what is to be sealed.
    pub fn generate(ids: &dyn Ids) -> (Secret<[u8; 32]>, Self) {
        let mut seed = [0; 32];
        ids.fill(&mut seed);
        let seed = Secret::new(seed);
        let pair = Self::from_seed(seed.expose()).expect("32 bytes are a seed");
        (seed, pair)
    }

    /// The pair that a seed makes, always the same.
    ///
    /// # Errors
    /// The seed has another length than 32 bytes.
    pub fn from_seed(seed: &[u8]) -> Result<Self, NotASeed> {
        let pair = Ed25519KeyPair::from_seed_unchecked(seed).map_err(|_| NotASeed)?;
        let public = pair.public_key().as_ref().try_into().map_err(|_| NotASeed)?;
        Ok(Self { pair, public })
    }

    /// The signature of a message (RFC 8032 section 5.1.6); always the same for the same message.
    pub fn sign(&self, message: &[u8]) -> [u8; 64] {
        self.pair.sign(message).as_ref().try_into().expect("a signature of Ed25519 has 64 bytes")
    }

    /// The public half.
    pub const fn public_key(&self) -> [u8; 32] {
        self.public
    }

    /// The public half as Standard Webhooks writes it: `whpk_` and base64.
    pub fn public_text(&self) -> String {
        format!("{PUBLIC_PREFIX}{}", STANDARD.encode(self.public))
    }

    /// The public half as a JWK (RFC 7517, RFC 8037 section 2); its `kid` is its thumbprint (RFC 7638).
    pub fn jwk(&self) -> Value {
        let x = URL_SAFE_NO_PAD.encode(self.public);
        // RFC 7638 section 3: the required members alone, sorted, without space.
        let required = format!(r#"{{"crv":"Ed25519","kty":"OKP","x":"{x}"}}"#);
        let kid = URL_SAFE_NO_PAD.encode(Sha256::digest(required));
        json!({"kty": "OKP", "crv": "Ed25519", "x": x, "kid": kid, "use": "sig", "alg": "EdDSA"})
    }
}

impl fmt::Debug for SigningKeyPair {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("SigningKeyPair").field(&self.public_text()).finish()
    }
}

#[cfg(test)]
mod tests;
