//! What signs.

use super::algorithm::SigningAlgorithm;
use crate::error::AuthError;
use aws_lc_rs::encoding::{AsDer as _, Pkcs8V1Der};
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::{KeyPair as RsaKeyPair, KeySize};
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair as _, RSA_PKCS1_SHA256, RsaPublicKeyComponents,
};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::jwk::{AlgorithmParameters, CommonParameters, Jwk, KeyAlgorithm, RSAKeyParameters};
use jsonwebtoken::{EncodingKey, Header};
use mainstay_kernel::Secret;
use serde::Serialize;

/// The private half of a key, and with it the whole. An RSA key is read once and kept as it was read, which is most of
/// the work of signing with it.
pub(super) enum KeyPair {
    Es256(EncodingKey),
    Rs256(Box<RsaKeyPair>),
}

/// Has the library that draws keys gather its first randomness, from the jitter of the processor. That takes it some
/// 50 ms, once in a process, so whoever starts one does it beside something else.
pub fn gather_randomness() {
    // Whoever draws a key hears of a failure.
    let _ = aws_lc_rs::rand::fill(&mut [0]);
}

impl KeyPair {
    /// A new key as PKCS #8 (RFC 5208). Its randomness is drawn by the library that will sign with it. One for RSA
    /// takes a quarter of a second.
    pub(super) fn draw(algorithm: SigningAlgorithm) -> Result<Secret<Vec<u8>>, AuthError> {
        let document = match algorithm {
            SigningAlgorithm::Es256 => EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING)
                .and_then(|pair| pair.to_pkcs8v1())
                .map(|document| document.as_ref().to_vec()),
            SigningAlgorithm::Rs256 => RsaKeyPair::generate(KeySize::Rsa2048)
                .and_then(|pair| -> Result<Pkcs8V1Der<'_>, _> { pair.as_der() })
                .map(|document| document.as_ref().to_vec()),
        };
        document.map(Secret::new).map_err(|cause| AuthError::broken("making a signing key", cause))
    }

    /// The key in such a document.
    pub(super) fn read(algorithm: SigningAlgorithm, pkcs8: &Secret<Vec<u8>>) -> Result<Self, AuthError> {
        match algorithm {
            SigningAlgorithm::Es256 => Ok(Self::Es256(EncodingKey::from_ec_der(pkcs8.expose()))),
            SigningAlgorithm::Rs256 => {
                let pair = RsaKeyPair::from_pkcs8(pkcs8.expose());
                let pair = pair.map_err(|cause| AuthError::broken("reading a signing key", cause))?;
                Ok(Self::Rs256(Box::new(pair)))
            }
        }
    }

    pub(super) const fn algorithm(&self) -> SigningAlgorithm {
        match self {
            Self::Es256(_) => SigningAlgorithm::Es256,
            Self::Rs256(_) => SigningAlgorithm::Rs256,
        }
    }

    /// The public half as a JWK (RFC 7517), which has no name yet.
    pub(super) fn public(&self) -> Result<Jwk, AuthError> {
        match self {
            Self::Es256(key) => Jwk::from_encoding_key(key, self.algorithm().header())
                .map_err(|cause| AuthError::broken("reading a signing key", cause)),
            Self::Rs256(pair) => {
                let RsaPublicKeyComponents::<Vec<u8>> { n, e } = pair.public_key().into();
                let (n, e) = (URL_SAFE_NO_PAD.encode(n), URL_SAFE_NO_PAD.encode(e));
                let common =
                    CommonParameters { key_algorithm: Some(KeyAlgorithm::RS256), ..CommonParameters::default() };
                let key = RSAKeyParameters { n, e, ..RSAKeyParameters::default() };
                Ok(Jwk { common, algorithm: AlgorithmParameters::RSA(key) })
            }
        }
    }

    /// A JWT of these claims (RFC 7515 section 7.1), whose header names this key's algorithm.
    pub(super) fn sign(&self, header: &Header, claims: &impl Serialize) -> Result<Secret<String>, AuthError> {
        let token = match self {
            Self::Es256(key) => jsonwebtoken::encode(header, claims, key)
                .map_err(|cause| AuthError::broken("signing a token", cause))?,
            Self::Rs256(pair) => {
                let message = format!("{}.{}", part(header)?, part(claims)?);
                let mut signature = vec![0; pair.public_modulus_len()];
                pair.sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), message.as_bytes(), &mut signature)
                    .map_err(|cause| AuthError::broken("signing a token", cause))?;
                format!("{message}.{}", URL_SAFE_NO_PAD.encode(signature))
            }
        };
        Ok(Secret::new(token))
    }
}

fn part(of: &impl Serialize) -> Result<String, AuthError> {
    let json = serde_json::to_vec(of).map_err(|cause| AuthError::broken("writing a token", cause))?;
    Ok(URL_SAFE_NO_PAD.encode(json))
}
