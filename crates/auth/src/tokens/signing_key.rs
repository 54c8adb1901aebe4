//! One key pair for signing.

use crate::error::AuthError;
use crate::store::SealedKey;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair};
use jsonwebtoken::jwk::{Jwk, PublicKeyUse, ThumbprintHash};
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation};
use mainstay_kernel::{Ids, Keyring, Secret, Timestamp};
use serde::Serialize;
use serde::de::DeserializeOwned;

/// The algorithm of every key so far, by its name in RFC 7518.
pub(super) const ALGORITHM: &str = "ES256";

/// An ES256 key pair with the span in which it signs.
pub(crate) struct SigningKey {
    pub(super) kid: String,
    pub(super) signs_from: Timestamp,
    pub(super) retired_at: Option<Timestamp>,
    pub(super) public: Jwk,
    private: EncodingKey,
    verifying: DecodingKey,
}

impl SigningKey {
    /// A new key, sealed for storing. Its randomness is drawn by the library that will sign with it.
    pub(super) fn generate(
        signs_from: Timestamp,
        now: Timestamp,
        keyring: &Keyring,
        ids: &dyn Ids,
    ) -> Result<SealedKey, AuthError> {
        let pair = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING);
        let document = pair.and_then(|pair| pair.to_pkcs8v1());
        let document = document.map_err(|cause| AuthError::broken("making a signing key", cause))?;
        let pkcs8 = Secret::new(document.as_ref().to_vec());
        let kid = published(&EncodingKey::from_ec_der(pkcs8.expose()))?.1;
        let sealed_private = keyring.seal(&context(&kid), pkcs8.expose(), ids);
        Ok(SealedKey {
            kid,
            algorithm: ALGORITHM.to_owned(),
            sealed_private,
            signs_from,
            created_at: now,
            retired_at: None,
        })
    }

    /// The key that was sealed.
    pub(super) fn open(sealed: &SealedKey, keyring: &Keyring) -> Result<Self, AuthError> {
        let pkcs8 = keyring.open(&context(&sealed.kid), &sealed.sealed_private);
        let pkcs8 = pkcs8.map_err(|cause| AuthError::broken("opening a signing key", cause))?;
        let private = EncodingKey::from_ec_der(pkcs8.expose());
        let (public, kid) = published(&private)?;
        let verifying =
            DecodingKey::from_jwk(&public).map_err(|cause| AuthError::broken("reading a signing key", cause))?;
        Ok(Self { kid, signs_from: sealed.signs_from, retired_at: sealed.retired_at, public, private, verifying })
    }

    /// A JWT of these claims, with this `typ` in its header.
    pub(crate) fn sign(&self, typ: &str, claims: &impl Serialize) -> Result<Secret<String>, AuthError> {
        let typ = Some(typ.to_owned());
        let header = Header { typ, kid: Some(self.kid.clone()), ..Header::new(Algorithm::ES256) };
        let token = jsonwebtoken::encode(&header, claims, &self.private);
        token.map(Secret::new).map_err(|cause| AuthError::broken("signing a token", cause))
    }

    /// The claims of a JWT that this key signed, by this algorithm and no other. None of them is judged.
    pub(super) fn verify<C: DeserializeOwned>(&self, token: &str) -> Option<C> {
        let mut signature_only = Validation::new(Algorithm::ES256);
        signature_only.required_spec_claims.clear();
        // The library would ask the machine for the time; the caller judges the expiry by the Clock.
        signature_only.validate_exp = false;
        signature_only.validate_aud = false;
        jsonwebtoken::decode(token, &self.verifying, &signature_only).ok().map(|token| token.claims)
    }
}

/// The public half as a JWK (RFC 7517), and its thumbprint (RFC 7638), which is its `kid`.
fn published(private: &EncodingKey) -> Result<(Jwk, String), AuthError> {
    let broken = |cause| AuthError::broken("reading a signing key", cause);
    let mut public = Jwk::from_encoding_key(private, Algorithm::ES256).map_err(broken)?;
    let kid = public.thumbprint(ThumbprintHash::SHA256).map_err(broken)?;
    public.common.key_id = Some(kid.clone());
    public.common.public_key_use = Some(PublicKeyUse::Signature);
    Ok((public, kid))
}

fn context(kid: &str) -> String {
    format!("signing key {kid}")
}
