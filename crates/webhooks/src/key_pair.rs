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
mod tests {
    use super::*;
    use aws_lc_rs::signature::{ED25519, UnparsedPublicKey};
    use mainstay_testkit::CountingIds;

    /// The key of RFC 8037 appendix A.1, which is that of RFC 8032 section 7.1, test 1.
    fn of_the_rfc() -> SigningKeyPair {
        let seed = URL_SAFE_NO_PAD.decode("nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A").expect("base64");
        SigningKeyPair::from_seed(&seed).expect("a seed")
    }

    #[test]
    fn the_key_of_rfc_8037_is_published_as_it_says() {
        let published = json!({
            "kty": "OKP", "crv": "Ed25519", "use": "sig", "alg": "EdDSA",
            "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo",
            "kid": "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k",
        });
        assert_eq!(of_the_rfc().jwk(), published);
        assert_eq!(of_the_rfc().public_text(), "whpk_11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=");
    }

    #[test]
    fn the_key_of_rfc_8032_signs_as_it_says() {
        let signature = "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46b\
                         d25bf5f0595bbe24655141438e7a100b";
        assert_eq!(hex::encode(of_the_rfc().sign(b"")), signature);
    }

    #[test]
    fn a_generated_pair_is_found_again_by_its_seed_and_signs_for_its_public_half() {
        let ids = CountingIds::default();
        let (seed, pair) = SigningKeyPair::generate(&ids);
        let again = SigningKeyPair::from_seed(seed.expose()).expect("a seed");
        let public = UnparsedPublicKey::new(&ED25519, pair.public_key());
        public.verify(b"message", &again.sign(b"message")).expect("a signature of this pair");
        assert!(public.verify(b"massage", &again.sign(b"message")).is_err());
        assert_ne!(SigningKeyPair::generate(&ids).1.public_key(), pair.public_key());
    }

    #[test]
    fn only_32_bytes_are_a_seed() {
        for length in [0, 31, 33, 64] {
            assert_eq!(SigningKeyPair::from_seed(&vec![7; length]).map(|_| ()), Err(NotASeed), "{length}");
        }
    }

    #[test]
    fn a_debug_print_shows_the_public_half_alone() {
        let shown = format!("{:?}", of_the_rfc());
        assert_eq!(shown, r#"SigningKeyPair("whpk_11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=")"#);
    }
}
