//! A client's own key, and what it signs with it.

use jsonwebtoken::jwk::Jwk;
use jsonwebtoken::{Algorithm, EncodingKey, Header, get_current_timestamp};
use rcgen::KeyPair;
use serde_json::{Value, json};

/// A key on the curve P-256.
pub(crate) struct Signer(EncodingKey);

impl Signer {
    pub(crate) fn new() -> Self {
        Self(EncodingKey::from_ec_der(&KeyPair::generate().expect("a key").serialize_der()))
    }

    /// The set of its public key alone.
    pub(crate) fn set(&self) -> Value {
        json!({ "keys": [Jwk::from_encoding_key(&self.0, Algorithm::ES256).expect("a public key")] })
    }

    /// Parameters by which a client shows itself to this issuer, for a minute.
    pub(crate) fn proof(&self, client_id: &str, issuer: &str, jti: &str) -> Value {
        let exp = get_current_timestamp() + 60;
        let claims = json!({ "iss": client_id, "sub": client_id, "aud": issuer, "exp": exp, "jti": jti });
        let assertion = jsonwebtoken::encode(&Header::new(Algorithm::ES256), &claims, &self.0).expect("an assertion");
        json!({
            "client_assertion_type": "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
            "client_assertion": assertion
        })
    }
}
