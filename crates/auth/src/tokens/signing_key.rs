//! One key pair for signing, and when it does.

use super::algorithm::SigningAlgorithm;
use super::key_pair::KeyPair;
use crate::error::AuthError;
use crate::store::SealedKey;
use jsonwebtoken::jwk::{Jwk, PublicKeyUse, ThumbprintHash};
use jsonwebtoken::{DecodingKey, Header, Validation};
use mainstay_kernel::{Ids, Keyring, Secret, Timestamp};
use serde::Serialize;
use serde::de::DeserializeOwned;

/// A key pair with the span in which it signs.
pub(crate) struct SigningKey {
    pub(super) kid: String,
    pub(super) signs_from: Timestamp,
    pub(super) retired_at: Option<Timestamp>,
    pub(super) public: Jwk,
    pair: KeyPair,
    verifying: DecodingKey,
}

/// A key that was just drawn, and is yet to be sealed.
pub(super) struct Drawn {
    algorithm: SigningAlgorithm,
    pkcs8: Secret<Vec<u8>>,
    kid: String,
}

impl Drawn {
    /// A new key. One for RSA keeps a core busy for a quarter of a second.
    pub(super) fn new(algorithm: SigningAlgorithm) -> Result<Self, AuthError> {
        let pkcs8 = KeyPair::draw(algorithm)?;
        let (_, kid) = published(&KeyPair::read(algorithm, &pkcs8)?)?;
        Ok(Self { algorithm, pkcs8, kid })
    }

    /// The key as it is stored.
    pub(super) fn sealed(&self, signs_from: Timestamp, now: Timestamp, by: (&Keyring, &dyn Ids)) -> SealedKey {
        let (keyring, ids) = by;
        SealedKey {
            kid: self.kid.clone(),
            algorithm: self.algorithm.as_str().to_owned(),
            sealed_private: keyring.seal(&context(&self.kid), self.pkcs8.expose(), ids),
            signs_from,
            created_at: now,
            retired_at: None,
        }
    }
}

impl SigningKey {
    /// The key that was sealed.
    pub(super) fn open(sealed: &SealedKey, keyring: &Keyring) -> Result<Self, AuthError> {
        let algorithm = SigningAlgorithm::parse(&sealed.algorithm)
            .ok_or_else(|| AuthError::Broken(format!("nobody signs with {}", sealed.algorithm)))?;
        let pkcs8 = keyring.open(&context(&sealed.kid), &sealed.sealed_private);
        let pkcs8 = pkcs8.map_err(|cause| AuthError::broken("opening a signing key", cause))?;
        let pair = KeyPair::read(algorithm, &pkcs8)?;
        let (public, kid) = published(&pair)?;
        let verifying =
            DecodingKey::from_jwk(&public).map_err(|cause| AuthError::broken("reading a signing key", cause))?;
        Ok(Self { kid, signs_from: sealed.signs_from, retired_at: sealed.retired_at, public, pair, verifying })
    }

    pub(super) const fn algorithm(&self) -> SigningAlgorithm {
        self.pair.algorithm()
    }

    /// A JWT of these claims, with this `typ` in its header.
    pub(super) fn sign(&self, typ: &str, claims: &impl Serialize) -> Result<Secret<String>, AuthError> {
        let (typ, kid) = (Some(typ.to_owned()), Some(self.kid.clone()));
        let header = Header { typ, kid, ..Header::new(self.algorithm().header()) };
        self.pair.sign(&header, claims)
    }

    /// The claims of a JWT that this key signed, by this key's algorithm and no other, whatever the token says. None of
    /// them is judged.
    pub(super) fn verify<C: DeserializeOwned>(&self, token: &str) -> Option<C> {
        let mut signature_only = Validation::new(self.algorithm().header());
        signature_only.required_spec_claims.clear();
        // The library would ask the machine for the time; the caller judges the expiry by the Clock.
        signature_only.validate_exp = false;
        signature_only.validate_aud = false;
        jsonwebtoken::decode(token, &self.verifying, &signature_only).ok().map(|token| token.claims)
    }
}

/// The public half as a JWK (RFC 7517), and its thumbprint (RFC 7638), which is its `kid`.
fn published(pair: &KeyPair) -> Result<(Jwk, String), AuthError> {
    let mut public = pair.public()?;
    let kid = public.thumbprint(ThumbprintHash::SHA256);
    let kid = kid.map_err(|cause| AuthError::broken("reading a signing key", cause))?;
    public.common.key_id = Some(kid.clone());
    public.common.public_key_use = Some(PublicKeyUse::Signature);
    Ok((public, kid))
}

fn context(kid: &str) -> String {
    format!("signing key {kid}")
}
