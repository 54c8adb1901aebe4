//! Access tokens: JWTs (RFC 7519) signed with ES256 (RFC 7518 section 3.4); and the keys of whatever else is signed.

mod algorithm;
mod key_pair;
mod key_set;
mod rotation;
mod signing_key;
mod signing_keys;

use crate::error::AuthError;
use crate::model::Login;
use crate::sessions::{ACCESS, BRAND, Session};
pub use algorithm::SigningAlgorithm;
pub use key_pair::gather_randomness;
use mainstay_kernel::{Clock, Ids, Secret, SessionId, Timestamp, UserId};
use mainstay_store::Remembered;
pub use rotation::KeyRotation;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
pub(crate) use signing_keys::{SigningKeys, TOPIC};
use std::sync::Arc;
use uuid::Uuid;

/// Whether a text can be an access token of either form, by its looks: a JWT has dots (RFC 7515 section 3.1), an opaque
/// one begins with `mst_`.
pub fn is_access_token(text: &str) -> bool {
    text.starts_with(BRAND) || text.contains('.')
}

/// Longer texts are none of ours.
pub(crate) const MAX_LENGTH: usize = 2_048;
/// Tokens that are recognised without a signature check.
const CAPACITY: usize = 50_000;

/// The `typ` in the header of JWTs of which RFC 7519 alone says what they are.
pub(crate) const TYPE: &str = "JWT";
/// What sets an access token apart from whatever else the same keys sign.
const USE: &str = "access";

#[derive(Debug, Serialize, Deserialize)]
struct Claims {
    iss: String,
    sub: Uuid,
    sid: Uuid,
    iat: i64,
    exp: i64,
    jti: String,
    typ: String,
}

/// What a token with a good signature said.
#[derive(Debug, Clone, Copy)]
struct Verified {
    login: Login,
    expires_at: Timestamp,
}

/// Issues tokens and recognises them.
pub(crate) struct AccessTokens {
    pub(crate) keys: SigningKeys,
    pub(crate) issuer: String,
    seen: Remembered<[u8; 32], Verified>,
    clock: Arc<dyn Clock>,
    ids: Arc<dyn Ids>,
}

impl AccessTokens {
    pub(crate) fn new(keys: SigningKeys, issuer: String, clock: Arc<dyn Clock>, ids: Arc<dyn Ids>) -> Self {
        Self { keys, issuer, seen: Remembered::new(CAPACITY), clock, ids }
    }

    /// A token of this session and its end, which is never after the session's.
    pub(crate) async fn issue(&self, session: &Session) -> Result<(Secret<String>, Timestamp), AuthError> {
        let now = self.clock.now();
        let exp = now.plus(ACCESS).min(session.expires_at).seconds();
        let claims = Claims {
            iss: self.issuer.clone(),
            sub: session.person.0,
            sid: session.id.0,
            iat: now.seconds(),
            exp,
            jti: self.ids.alphanumeric(22),
            typ: USE.to_owned(),
        };
        let token = self.keys.sign(SigningAlgorithm::Es256, TYPE, &claims).await?;
        Ok((token, Timestamp::from_seconds(exp)))
    }

    /// Whom the token stands for, by itself: its session may have ended.
    pub(crate) async fn verify(&self, token: &str) -> Result<Login, AuthError> {
        if token.len() > MAX_LENGTH {
            return Err(AuthError::Unauthenticated);
        }
        let digest = Sha256::digest(token).into();
        let verified = self.seen.get_or_load(&digest, async { self.check(token).await.map(Some) }).await?;
        let verified = verified.ok_or(AuthError::Unauthenticated)?;
        if self.clock.now() < verified.expires_at { Ok(verified.login) } else { Err(AuthError::Unauthenticated) }
    }

    async fn check(&self, token: &str) -> Result<Verified, AuthError> {
        let claims = self.keys.read::<Claims>(token, TYPE).await?.ok_or(AuthError::Unauthenticated)?;
        if claims.iss != self.issuer || claims.typ != USE {
            return Err(AuthError::Unauthenticated);
        }
        let login = Login { person: UserId(claims.sub), session: SessionId(claims.sid) };
        Ok(Verified { login, expires_at: Timestamp::from_seconds(claims.exp) })
    }
}
