//! What an API key is.

use crate::allowed_ips::AllowedIps;
use crate::error::Refusal;
use mainstay_kernel::{KeyId, Listing, Scope, Scopes, Secret, Timestamp, UserId, WorkspaceId};
use std::fmt;
use std::net::IpAddr;
use std::str::FromStr;
use std::sync::Arc;

/// A key as it is kept: everything but the token itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApiKey {
    /// Its number.
    pub id: KeyId,
    /// The one workspace that it works in.
    pub workspace: WorkspaceId,
    /// For whom it speaks: who issued it, or rotated it into being.
    pub user: UserId,
    /// What people call it.
    pub name: String,
    /// Which kind of token it has.
    pub environment: Environment,
    /// How its token begins.
    pub prefix: String,
    /// What it may do, as far as its user may.
    pub scopes: Arc<Scopes>,
    /// The plan whose rate limit it has; none means that of its workspace.
    pub rate_limit_tier: Option<String>,
    /// From where it may be used.
    pub allowed_ips: AllowedIps,
    /// The MCP servers that it may use; none means all.
    pub server_scopes: Option<Vec<String>>,
    /// When it was last used, to the second and a few seconds late.
    pub last_used_at: Option<Timestamp>,
    /// From when on it no longer works.
    pub expires_at: Option<Timestamp>,
    /// From when on it no longer works because a successor took its place.
    pub grace_period_ends_at: Option<Timestamp>,
    /// The key whose place it took.
    pub rotated_from: Option<KeyId>,
    /// Since when it is revoked.
    pub revoked_at: Option<Timestamp>,
    /// When it was issued.
    pub created_at: Timestamp,
    /// When it last changed; use is no change.
    pub updated_at: Timestamp,
}

impl ApiKey {
    /// What state it is in at `now`. An end is exclusive: at that very instant it has come.
    pub fn status(&self, now: Timestamp) -> KeyStatus {
        let over = |end: Option<Timestamp>| end.is_some_and(|end| end <= now);
        if self.revoked_at.is_some() {
            KeyStatus::Revoked
        } else if over(self.expires_at) || over(self.grace_period_ends_at) {
            KeyStatus::Expired
        } else if self.grace_period_ends_at.is_some() {
            KeyStatus::Grace
        } else {
            KeyStatus::Active
        }
    }

    /// Whether it works at `now`.
    pub fn usable_at(&self, now: Timestamp) -> bool {
        self.refusal(now).is_none()
    }

    /// Whether it works from this address.
    pub fn admits(&self, address: IpAddr) -> bool {
        self.allowed_ips.admit(address)
    }

    /// Why it does not work at `now`, if it does not.
    pub fn refusal(&self, now: Timestamp) -> Option<Refusal> {
        match self.status(now) {
            KeyStatus::Active | KeyStatus::Grace => None,
            KeyStatus::Expired => Some(Refusal::Expired),
            KeyStatus::Revoked => Some(Refusal::Revoked),
        }
    }
}

/// Which kind of token a key has. It changes nothing but how the token begins, so that a test key
/// is not taken for a live one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Environment {
    /// For real work.
    #[default]
    Live,
    /// For trying things out.
    Test,
}

/// No environment has this name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("The environment must be live or test.")]
pub struct UnknownEnvironment;

impl Environment {
    /// The name in tokens, on the wire and in the database.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Live => "live",
            Self::Test => "test",
        }
    }
}

impl fmt::Display for Environment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Environment {
    type Err = UnknownEnvironment;

    fn from_str(name: &str) -> Result<Self, UnknownEnvironment> {
        [Self::Live, Self::Test].into_iter().find(|environment| environment.name() == name).ok_or(UnknownEnvironment)
    }
}

/// What state a key is in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum KeyStatus {
    /// It works.
    Active,
    /// It has come to its end, of its own or of its grace.
    Expired,
    /// It still works, but a successor has taken its place.
    Grace,
    /// It was taken back.
    Revoked,
}

/// No status has this name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("The status must be one of active, expired, grace, revoked.")]
pub struct UnknownStatus;

impl KeyStatus {
    /// Every status.
    pub const ALL: [Self; 4] = [Self::Active, Self::Expired, Self::Grace, Self::Revoked];

    /// The name on the wire.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Expired => "expired",
            Self::Grace => "grace",
            Self::Revoked => "revoked",
        }
    }
}

impl fmt::Display for KeyStatus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for KeyStatus {
    type Err = UnknownStatus;

    fn from_str(name: &str) -> Result<Self, UnknownStatus> {
        Self::ALL.into_iter().find(|status| status.name() == name).ok_or(UnknownStatus)
    }
}

/// What a caller wants a new key to be.
#[derive(Debug, Clone, Default)]
pub struct NewKey {
    /// 1 to 255 characters, space around them aside.
    pub name: String,
    /// Which kind of token.
    pub environment: Environment,
    /// What it may do; none means reading and writing, as far as the caller may.
    pub scopes: Option<Vec<Scope>>,
    /// A plan that allows no more than the workspace's own; none means the latter.
    pub rate_limit_tier: Option<String>,
    /// An instant to come; none means never.
    pub expires_at: Option<Timestamp>,
    /// Addresses and networks, as the caller wrote them; none at all admits every address.
    pub allowed_ips: Vec<String>,
    /// MCP servers; none means all.
    pub server_scopes: Option<Vec<String>>,
}

/// A new key with its token: the only time that the token is shown.
#[derive(Debug, Clone)]
pub struct IssuedKey {
    /// The key.
    pub key: ApiKey,
    /// Its token.
    pub secret: Secret<String>,
}

/// A key's place, taken by a successor.
#[derive(Debug, Clone)]
pub struct Rotation {
    /// The successor.
    pub issued: IssuedKey,
    /// Until when the old key still works.
    pub grace_period_ends_at: Timestamp,
}

/// Which keys are wanted.
#[derive(Debug, Clone, Default)]
pub struct KeyQuery {
    /// Page, order and the filters of every list.
    pub listing: Listing<KeyColumn>,
    /// Only those in this state; none means all that are not revoked.
    pub status: Option<KeyStatus>,
}

/// What keys are sorted by. Where a time is absent, its key stands behind the others going up and
/// before them going down.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeyColumn {
    /// The number.
    Id,
    /// The name, by its bytes.
    Name,
    /// When it was last used.
    LastUsedAt,
    /// When it ends.
    ExpiresAt,
    /// When it was issued.
    CreatedAt,
    /// When it last changed.
    UpdatedAt,
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn key(revoked: bool, expires: Option<i64>, grace: Option<i64>) -> ApiKey {
        let at = Timestamp::from_seconds;
        ApiKey {
            id: KeyId(1),
            workspace: WorkspaceId(1),
            user: UserId(uuid::Uuid::nil()),
            name: "key".into(),
            environment: Environment::Live,
            prefix: "sk_live_abc".into(),
            scopes: Arc::default(),
            rate_limit_tier: None,
            allowed_ips: AllowedIps::default(),
            server_scopes: None,
            last_used_at: None,
            expires_at: expires.map(at),
            grace_period_ends_at: grace.map(at),
            rotated_from: None,
            revoked_at: revoked.then(|| at(0)),
            created_at: at(0),
            updated_at: at(0),
        }
    }

    #[test]
    fn an_end_is_exclusive() {
        let at = Timestamp::from_seconds;
        assert_eq!(key(false, Some(10), None).status(at(9)), KeyStatus::Active);
        assert_eq!(key(false, Some(10), None).status(at(10)), KeyStatus::Expired);
        assert_eq!(key(false, None, Some(10)).status(at(9)), KeyStatus::Grace);
        assert_eq!(key(false, None, Some(10)).status(at(10)), KeyStatus::Expired);
    }

    proptest! {
        #[test]
        fn a_key_works_while_nothing_has_ended_it(
            revoked: bool, expires in prop::option::of(0i64..4), grace in prop::option::of(0i64..4), now in 0i64..4,
        ) {
            let lasts = |end: Option<i64>| end.is_none_or(|end| end > now);
            let works = !revoked && lasts(expires) && lasts(grace);
            prop_assert_eq!(key(revoked, expires, grace).usable_at(Timestamp::from_seconds(now)), works);
        }
    }
}
