//! The public keys of clients (RFC 7517).

use super::documents::{self, DocumentSource};
use super::model::{AuthMethod, ClientKeys};
use jsonwebtoken::jwk::{AlgorithmParameters, EllipticCurve, Jwk, KeyAlgorithm, PublicKeyUse};
use jsonwebtoken::{Algorithm, DecodingKey};
use serde_json::Value;

/// The algorithms that assertions may be signed by (RFC 7518 section 3.1, RFC 8037 section 3.1), each of them by a key
/// that the client alone has.
pub const ASSERTION_ALGORITHMS: [&str; 4] = ["RS256", "PS256", "ES256", "EdDSA"];

/// Most keys of a set that are looked at.
const MOST_KEYS: usize = 20;
/// Longest set, in bytes.
const MAX_LENGTH: usize = 16 * 1024;
/// Members of keys that nobody else may know (RFC 7518 sections 6.2.2, 6.3.2 and 6.4).
const PRIVATE: [&str; 7] = ["d", "p", "q", "dp", "dq", "qi", "k"];

/// Keys that were read.
#[derive(Debug, Clone)]
pub(super) struct KeySet(Vec<Jwk>);

impl KeySet {
    /// The keys of a set that one of the algorithms can use; none when it is no set, or has no such key.
    pub(super) fn read(set: &Value) -> Option<Self> {
        let all = set.get("keys")?.as_array()?;
        let usable = |key: &Value| {
            let key: Jwk = serde_json::from_value(key.clone()).ok()?;
            algorithms(&key).iter().any(|algorithm| fits(&key, *algorithm)).then_some(key)
        };
        let keys: Vec<_> = all.iter().take(MOST_KEYS).filter_map(usable).collect();
        (!keys.is_empty()).then_some(Self(keys))
    }

    /// The same of a document.
    pub(super) fn read_document(body: &[u8]) -> Option<Self> {
        Self::read(&serde_json::from_slice(body).ok()?)
    }

    /// Whether it has the key that is called so; where none is called, whether it has any.
    pub(super) fn has(&self, kid: Option<&str>) -> bool {
        kid.is_none_or(|kid| self.0.iter().any(|key| key.common.key_id.as_deref() == Some(kid)))
    }

    /// The keys that a signature by this algorithm may be of: the one that is called so, or each where none is called.
    pub(super) fn candidates(&self, kid: Option<&str>, algorithm: Algorithm) -> impl Iterator<Item = DecodingKey> {
        let is_called = move |key: &&Jwk| kid.is_none_or(|kid| key.common.key_id.as_deref() == Some(kid));
        let fitting = self.0.iter().filter(is_called).filter(move |key| fits(key, algorithm));
        fitting.filter_map(|key| DecodingKey::from_jwk(key).ok())
    }
}

/// What is wrong with the keys of a client that shows itself by this method; nothing, if they are good.
pub(super) fn objection(
    keys: Option<&ClientKeys>,
    method: AuthMethod,
    source: &dyn DocumentSource,
) -> Option<&'static str> {
    match (method == AuthMethod::PrivateKeyJwt, keys) {
        (false, None) => None,
        (false, Some(_)) => Some("Keys are for private_key_jwt."),
        (true, None) => Some("private_key_jwt needs jwks or jwks_uri."),
        (true, Some(ClientKeys::Inline(set))) => inline_objection(set),
        (true, Some(ClientKeys::At(uri))) if documents::address(uri, source).is_some() => None,
        (true, Some(ClientKeys::At(_))) => Some("jwks_uri must be an https URL of at most 500 characters."),
    }
}

fn inline_objection(set: &Value) -> Option<&'static str> {
    if set.to_string().len() > MAX_LENGTH {
        return Some("jwks has more than 16384 bytes.");
    }
    let keys = set.get("keys").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    if keys.iter().any(|key| PRIVATE.iter().any(|name| key.get(name).is_some())) {
        return Some("jwks holds a private key: send the public ones alone, and replace that one.");
    }
    KeySet::read(set).is_none().then_some("jwks must be a JWK set with a key for RS256, PS256, ES256 or EdDSA.")
}

/// The algorithms that a key of this sort can verify.
fn algorithms(key: &Jwk) -> &'static [Algorithm] {
    match &key.algorithm {
        AlgorithmParameters::RSA(_) => &[Algorithm::RS256, Algorithm::PS256],
        AlgorithmParameters::EllipticCurve(curve) if curve.curve == EllipticCurve::P256 => &[Algorithm::ES256],
        AlgorithmParameters::OctetKeyPair(curve) if curve.curve == EllipticCurve::Ed25519 => &[Algorithm::EdDSA],
        _ => &[],
    }
}

/// Whether a key may verify signatures by this algorithm, by its sort and by what it says of itself.
fn fits(key: &Jwk, algorithm: Algorithm) -> bool {
    let said = match key.common.key_algorithm {
        None => true,
        Some(KeyAlgorithm::RS256) => algorithm == Algorithm::RS256,
        Some(KeyAlgorithm::PS256) => algorithm == Algorithm::PS256,
        Some(KeyAlgorithm::ES256) => algorithm == Algorithm::ES256,
        Some(KeyAlgorithm::EdDSA) => algorithm == Algorithm::EdDSA,
        Some(_) => false,
    };
    let is_for_signatures =
        key.common.public_key_use.as_ref().is_none_or(|purpose| *purpose == PublicKeyUse::Signature);
    said && is_for_signatures && algorithms(key).contains(&algorithm)
}
