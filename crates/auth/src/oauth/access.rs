//! Access tokens (RFC 9068) and ID tokens (OpenID Connect Core section 2): JWTs by the installation's signing keys.

use super::authorization::{Authorization, Standing};
use super::claims::{self, Told};
use super::error::OAuthError;
use super::model::{Bearer, OAuthClient};
use super::provider::Provider;
use super::scopes::OAuthScopes;
use super::store::KnownClient;
use crate::service::AuthService as _;
use crate::sessions::ACCESS;
use crate::tokens::{MAX_LENGTH, SigningAlgorithm, TYPE};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use mainstay_kernel::{GrantId, Secret, Timestamp, UserId};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use std::sync::Arc;
use uuid::Uuid;

/// The `typ` of access tokens (RFC 9068 section 2.1), which no other JWT of ours has.
const ACCESS_TYPE: &str = "at+jwt";

/// What access tokens are signed with, whoever they are for: an API reads it in the keys that it fetches.
const ACCESS_ALGORITHM: SigningAlgorithm = SigningAlgorithm::Es256;

/// Longer texts are none of ours: the resource alone may take as much as a session's whole token.
const MAX_ACCESS_LENGTH: usize = 3 * MAX_LENGTH;

/// What an access token says.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct AccessClaims {
    pub(super) iss: String,
    pub(super) sub: String,
    pub(super) aud: String,
    pub(super) iat: i64,
    pub(super) exp: i64,
    pub(super) jti: String,
    pub(super) client_id: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    scope: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    auth_time: Option<i64>,
    /// The family that it came of; none where a client speaks for itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) gid: Option<Uuid>,
}

impl AccessClaims {
    pub(super) fn scopes(&self) -> OAuthScopes {
        OAuthScopes::known_of(&self.scope)
    }

    /// What whoever brings it may do for a person; none where a client speaks for itself.
    pub(super) fn bearer(&self) -> Option<Bearer> {
        let (person, grant) = (self.person()?, GrantId(self.gid?));
        Some(Bearer { person, grant, resource: self.aud.clone(), scopes: self.scopes() })
    }

    /// Whose it is; none where a client speaks for itself.
    pub(super) fn person(&self) -> Option<UserId> {
        self.gid.and_then(|_| self.sub.parse().ok()).map(UserId)
    }
}

/// An access token that stands.
pub(super) struct Verified {
    pub(super) claims: Arc<AccessClaims>,
    pub(super) client: Arc<KnownClient>,
    /// Of its family, where it has one.
    pub(super) standing: Option<Standing>,
}

impl Provider {
    /// An access token of this family, good for these scopes, and its end.
    pub(super) async fn access_token(
        &self,
        client: &OAuthClient,
        of: &Authorization,
        scopes: &OAuthScopes,
    ) -> Result<(Secret<String>, Timestamp), OAuthError> {
        let now = self.auth.clock.now();
        let claims = AccessClaims {
            sub: of.person.to_string(),
            aud: of.resource.clone().unwrap_or_else(|| self.own_audience()),
            exp: of.access_expires_at(now).seconds(),
            scope: scopes.to_string(),
            auth_time: Some(of.authenticated_at.seconds()),
            gid: Some(of.id),
            ..self.claims_of(client, now)
        };
        self.sign(ACCESS_ALGORITHM, ACCESS_TYPE, &claims)
            .await
            .map(|token| (token, Timestamp::from_seconds(claims.exp)))
    }

    /// An access token of a client that speaks for itself, for this audience.
    pub(super) async fn own_access_token(
        &self,
        client: &OAuthClient,
        resource: Option<String>,
    ) -> Result<(Secret<String>, Timestamp), OAuthError> {
        let blank = self.claims_of(client, self.auth.clock.now());
        let claims = AccessClaims { aud: resource.unwrap_or_else(|| self.own_audience()), ..blank };
        self.sign(ACCESS_ALGORITHM, ACCESS_TYPE, &claims)
            .await
            .map(|token| (token, Timestamp::from_seconds(claims.exp)))
    }

    /// The claims that all access tokens of a client have, with the client as the subject.
    fn claims_of(&self, client: &OAuthClient, now: Timestamp) -> AccessClaims {
        AccessClaims {
            iss: self.issuer().to_owned(),
            sub: client.client_id.clone(),
            aud: String::new(),
            iat: now.seconds(),
            exp: now.plus(ACCESS).seconds(),
            jti: self.auth.ids.alphanumeric(22),
            client_id: client.client_id.clone(),
            scope: String::new(),
            auth_time: None,
            gid: None,
        }
    }

    /// The ID token that goes with an access token. The client is its only audience, so that no `azp` is needed.
    pub(super) async fn id_token(
        &self,
        client: &OAuthClient,
        of: &Authorization,
        with: (&OAuthScopes, &Secret<String>),
        nonce: Option<&str>,
    ) -> Result<Secret<String>, OAuthError> {
        let (scopes, access_token) = with;
        let now = self.auth.clock.now();
        let profile = self.auth.store.profile(of.person).await?.ok_or(OAuthError::InvalidRefreshToken)?;
        let told = Told { scopes, wants_email_verified: of.wants_email_verified };
        let mut claims = claims::of_person(&profile, told);
        // OpenID Connect Core section 5.3.2: what is not known is left out.
        claims.retain(|_, value| !value.is_null());
        let about_login = json!({
            "iss": self.issuer(),
            "sub": of.person.to_string(),
            "aud": client.client_id,
            "iat": now.seconds(),
            "exp": now.plus(ACCESS).seconds(),
            "auth_time": of.authenticated_at.seconds(),
            "sid": of.session.to_string(),
            "at_hash": at_hash(access_token),
        });
        let nonce = nonce.map(|nonce| ("nonce".to_owned(), Value::from(nonce)));
        claims.extend(about_login.as_object().cloned().unwrap_or_default().into_iter().chain(nonce));
        self.sign(client.id_token_algorithm, TYPE, &claims).await
    }

    async fn sign(
        &self,
        algorithm: SigningAlgorithm,
        typ: &str,
        claims: &impl Serialize,
    ) -> Result<Secret<String>, OAuthError> {
        Ok(self.auth.access_tokens.keys.sign(algorithm, typ, claims).await?)
    }

    /// What an access token of ours says, if it stands. One seen before costs no signature check and no database.
    pub(super) async fn verify(&self, token: &str) -> Result<Option<Verified>, OAuthError> {
        if token.len() > MAX_ACCESS_LENGTH {
            return Ok(None);
        }
        let (memory, store) = (&self.auth.oauth, &*self.auth.store);
        let digest = Sha256::digest(token).into();
        let Some(claims) = memory.tokens.get_or_load(&digest, self.read(token)).await? else { return Ok(None) };
        if self.auth.clock.now() >= Timestamp::from_seconds(claims.exp) {
            return Ok(None);
        }
        let Some(client) = self.called(&claims.client_id).await? else { return Ok(None) };
        if let Some(person) = claims.person()
            && self.auth.person(person).await?.is_none()
        {
            return Ok(None);
        }
        let standing = match claims.gid {
            Some(family) => match memory.standing(store, family).await? {
                Some(standing) if !standing.has_ended => Some(standing),
                _ => return Ok(None),
            },
            None => None,
        };
        Ok(Some(Verified { claims, client, standing }))
    }

    async fn read(&self, token: &str) -> Result<Option<Arc<AccessClaims>>, OAuthError> {
        let claims: Option<AccessClaims> = self.auth.access_tokens.keys.read(token, ACCESS_TYPE).await?;
        Ok(claims.filter(|claims| claims.iss == self.issuer()).map(Arc::new))
    }
}

/// The left half of the token's hash (OpenID Connect Core section 3.1.3.6), by SHA-256 as each of the algorithms has it.
fn at_hash(access_token: &Secret<String>) -> String {
    let hash = Sha256::digest(access_token.expose());
    URL_SAFE_NO_PAD.encode(&hash[..hash.len() / 2])
}
