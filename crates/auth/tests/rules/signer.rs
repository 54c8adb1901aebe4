//! A client's own key, and what it signs with it.

use crate::house::ISSUER;
use aws_lc_rs::encoding::{AsDer as _, Pkcs8V1Der};
use aws_lc_rs::rsa::{KeyPair, KeySize};
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, Ed25519KeyPair};
use jsonwebtoken::jwk::Jwk;
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use mainstay_auth::{ClientAuthentication, OAuthError};
use mainstay_kernel::{Clock as _, Secret, Timestamp};
use mainstay_testkit::ManualClock;
use serde_json::{Value, json};

pub(crate) const JWT_BEARER: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

/// A key of one algorithm, that may have a name.
pub(crate) struct Signer {
    algorithm: Algorithm,
    kid: Option<&'static str>,
    key: EncodingKey,
}

impl Signer {
    pub(crate) fn new(algorithm: Algorithm, kid: Option<&'static str>) -> Self {
        let key = match algorithm {
            Algorithm::ES256 => {
                let pair = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).expect("a key");
                EncodingKey::from_ec_der(pair.to_pkcs8v1().expect("a document").as_ref())
            }
            Algorithm::EdDSA => {
                let pair = Ed25519KeyPair::generate().expect("a key");
                let document: Pkcs8V1Der<'_> = pair.as_der().expect("a document");
                EncodingKey::from_ed_der(document.as_ref())
            }
            _ => {
                let pair = KeyPair::generate(KeySize::Rsa2048).expect("a key");
                let document: Pkcs8V1Der<'_> = pair.as_der().expect("a document");
                EncodingKey::from_rsa_der(&pkcs1(document.as_ref()))
            }
        };
        Self { algorithm, kid, key }
    }

    /// The public key, without a word on what it is for.
    pub(crate) fn public(&self) -> Value {
        let mut jwk = Jwk::from_encoding_key(&self.key, self.algorithm).expect("a public key");
        (jwk.common.key_id, jwk.common.key_algorithm) = (self.kid.map(str::to_owned), None);
        serde_json::to_value(jwk).expect("JSON")
    }

    /// The set of this key alone.
    pub(crate) fn set(&self) -> Value {
        json!({ "keys": [self.public()] })
    }

    pub(crate) fn sign(&self, claims: &Value) -> Secret<String> {
        let header = Header { kid: self.kid.map(str::to_owned), ..Header::new(self.algorithm) };
        Secret::new(jsonwebtoken::encode(&header, claims, &self.key).expect("an assertion"))
    }

    /// What a client shows that does all as it should, by an assertion of this name.
    pub(crate) fn shows(&self, client_id: &str, clock: &ManualClock, jti: &str) -> ClientAuthentication {
        asserted(self.sign(&claims(client_id, clock.now(), jti))).expect("an assertion")
    }
}

/// The claims of an assertion that is good for a minute.
pub(crate) fn claims(client_id: &str, now: Timestamp, jti: &str) -> Value {
    json!({ "iss": client_id, "sub": client_id, "aud": ISSUER, "exp": now.seconds() + 60, "jti": jti })
}

pub(crate) fn asserted(assertion: Secret<String>) -> Result<ClientAuthentication, OAuthError> {
    ClientAuthentication::asserted(None, Some(JWT_BEARER), assertion)
}

/// The key within its wrapping (RFC 5208): the library takes RSA keys bare.
pub(crate) fn pkcs1(pkcs8: &[u8]) -> Vec<u8> {
    // SEQUENCE, version, algorithm and the head of the OCTET STRING, of a key with 2048 bits.
    pkcs8[26..].to_vec()
}
