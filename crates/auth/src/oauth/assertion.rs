//! Clients that show themselves by what they signed (RFC 7523, OpenID Connect Core section 9).

use super::error::OAuthError;
use super::keys::KeySet;
use super::model::{ClientAuthentication, ClientKeys};
use super::provider::{Endpoint, Provider};
use super::store::KnownClient;
use super::{documents, model::AuthMethod};
use jsonwebtoken::{Algorithm, Header, Validation, dangerous, decode_header};
use mainstay_kernel::{Secret, Timestamp};
use serde::Deserialize;
use sha2::{Digest, Sha256};
use std::time::Duration;

/// The one type of assertion there is (RFC 7523 section 2.2).
const TYPE: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
/// Longer texts are not looked at.
const MAX_LENGTH: usize = 8 * 1024;
/// Longest name of an assertion, in bytes.
const MAX_JTI: usize = 256;
/// How far ahead its end may lie.
const LONGEST: Duration = Duration::from_mins(5);
/// How far the client's clock may be from ours.
const LEEWAY: Duration = Duration::from_mins(1);

/// What an assertion says (RFC 7523 section 3).
#[derive(Deserialize)]
struct Claims {
    iss: String,
    sub: String,
    aud: Audience,
    exp: f64,
    jti: String,
    #[serde(default)]
    nbf: Option<f64>,
    #[serde(default)]
    iat: Option<f64>,
}

/// For whom it is (RFC 7519 section 4.1.3).
#[derive(Deserialize)]
#[serde(untagged)]
enum Audience {
    One(String),
    Several(Vec<String>),
}

#[derive(Deserialize)]
struct Subject {
    sub: String,
}

impl ClientAuthentication {
    /// By an assertion, which names the client. Nothing else of it is judged yet.
    ///
    /// # Errors
    /// [`OAuthError::InvalidParameter`] for another type of assertion, and [`OAuthError::InvalidClient`] for what is
    /// none, or is about another client than the request names.
    pub fn asserted(
        client_id: Option<String>,
        assertion_type: Option<&str>,
        assertion: Secret<String>,
    ) -> Result<Self, OAuthError> {
        if assertion_type != Some(TYPE) {
            return Err(OAuthError::InvalidParameter("client_assertion_type"));
        }
        if assertion.expose().len() > MAX_LENGTH {
            return Err(OAuthError::InvalidClient);
        }
        let Subject { sub } =
            dangerous::insecure_decode_claims(assertion.expose()).map_err(|_| OAuthError::InvalidClient)?;
        match client_id {
            Some(named) if named != sub => Err(OAuthError::InvalidClient),
            _ => Ok(Self::Assertion { client_id: sub, assertion }),
        }
    }
}

impl Provider {
    /// Whether the client signed this, for us, a moment ago, and shows it for the first time.
    pub(super) async fn is_asserted(
        &self,
        known: &KnownClient,
        assertion: &Secret<String>,
        at: Endpoint,
    ) -> Result<bool, OAuthError> {
        let client = &known.client;
        let Some(header) = decode_header(assertion.expose()).ok().filter(is_acceptable) else { return Ok(false) };
        let Some(keys) = self.keys_of(known, header.kid.as_deref()).await? else { return Ok(false) };
        let signed = keys.candidates(header.kid.as_deref(), header.alg).find_map(|key| {
            let mut signature_only = Validation::new(header.alg);
            signature_only.required_spec_claims.clear();
            // The library would ask the machine for the time; it is judged by the Clock.
            signature_only.validate_exp = false;
            signature_only.validate_aud = false;
            jsonwebtoken::decode::<Claims>(assertion.expose(), &key, &signature_only).ok()
        });
        let Some(claims) = signed.map(|signed| signed.claims) else { return Ok(false) };
        let is_about_client = claims.iss == client.client_id && claims.sub == client.client_id;
        let now = self.auth.clock.now();
        if !is_about_client || !self.is_for_us(&claims.aud, at) || !claims.is_timely(now) || !claims.is_named() {
            return Ok(false);
        }
        let hash = Sha256::new().chain_update(client.id.0).chain_update(&claims.jti).finalize().to_vec();
        let end = instant(claims.exp).plus(LEEWAY);
        Ok(self.auth.store.use_assertion(hash, end).await?)
    }

    /// An assertion for several is one that another of them could show here, so it is for us alone: by the name of the
    /// issuer, of the token endpoint, or of the endpoint that it comes to.
    fn is_for_us(&self, audience: &Audience, at: Endpoint) -> bool {
        let one = match audience {
            Audience::One(one) => one,
            Audience::Several(several) => match several.as_slice() {
                [one] => one,
                _ => return false,
            },
        };
        *one == self.issuer() || [Endpoint::Token, at].iter().any(|endpoint| *one == self.address_of(*endpoint))
    }

    /// The keys of a client; fetched anew, though not often, when there is none that is called so.
    async fn keys_of(&self, known: &KnownClient, kid: Option<&str>) -> Result<Option<KeySet>, OAuthError> {
        if known.client.method != AuthMethod::PrivateKeyJwt {
            return Ok(None);
        }
        match &known.client.keys {
            None => Ok(None),
            Some(ClientKeys::Inline(set)) => Ok(KeySet::read(set)),
            Some(ClientKeys::At(uri)) => {
                let source = &*self.auth.documents;
                let Some(url) = documents::address(uri, source) else { return Ok(None) };
                let keys = &self.auth.oauth.keys;
                let reading = (|keys: &KeySet| keys.has(kid), KeySet::read_document);
                Ok(keys.get(&url, self.auth.clock.now(), source, reading).await)
            }
        }
    }
}

impl Claims {
    /// Whether it stands now, and for no longer than it needs to.
    fn is_timely(&self, now: Timestamp) -> bool {
        let end = instant(self.exp);
        let has_begun = |from: f64| instant(from) <= now.plus(LEEWAY);
        now < end.plus(LEEWAY)
            && end <= now.plus(LONGEST).plus(LEEWAY)
            && self.nbf.is_none_or(has_begun)
            && self.iat.is_none_or(has_begun)
    }

    fn is_named(&self) -> bool {
        (1..=MAX_JTI).contains(&self.jti.len())
    }
}

/// A `NumericDate` (RFC 7519 section 2), to the second.
#[expect(clippy::cast_possible_truncation, reason = "what lies beyond is pulled to the ends of time")]
fn instant(date: f64) -> Timestamp {
    Timestamp::from_seconds(date as i64)
}

/// RFC 7515 section 4.1.11: whoever does not know a critical extension refuses the token.
fn is_acceptable(header: &Header) -> bool {
    let is_known = matches!(header.alg, Algorithm::RS256 | Algorithm::PS256 | Algorithm::ES256 | Algorithm::EdDSA);
    let typ = header.typ.as_deref().map(str::to_ascii_lowercase);
    let is_typed = matches!(typ.as_deref(), None | Some("jwt" | "client-authentication+jwt"));
    is_known && is_typed && header.crit.is_none()
}
