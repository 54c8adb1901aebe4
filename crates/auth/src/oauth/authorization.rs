//! One time that a person was sent back to a client: a code at first, and once that is redeemed a family of tokens.

use super::model::{ClientId, ClientKind};
use super::scopes::OAuthScopes;
use crate::sessions::{ABSOLUTE, ACCESS, IDLE, Verdict};
use mainstay_kernel::{SessionId, Timestamp, UserId};
use std::time::Duration;
use uuid::Uuid;

/// How long a code stands.
const CODE: Duration = Duration::from_mins(10);

/// What a client was allowed, and how far its tokens have gone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Authorization {
    /// Names the family; the tokens carry it.
    pub id: Uuid,
    /// Which client.
    pub client: ClientId,
    /// Who allowed it.
    pub person: UserId,
    /// In which session.
    pub session: SessionId,
    /// When they had logged in.
    pub authenticated_at: Timestamp,
    /// What was allowed.
    pub scopes: OAuthScopes,
    /// For whom the access tokens are (RFC 8707); none for ourselves.
    pub resource: Option<String>,
    /// What the first ID token repeats.
    pub nonce: Option<String>,
    /// Whether the client asked for `email_verified` by name.
    pub wants_email_verified: bool,
    /// Where the code was sent to.
    pub redirect_uri: String,
    /// What the verifier must fit (RFC 7636).
    pub code_challenge: Option<String>,
    /// When the code was traded for tokens.
    pub redeemed_at: Option<Timestamp>,
    /// How often a public client refreshed; a confidential one's refresh token stays the same.
    pub generation: i64,
    /// When it was redeemed or last refreshed.
    pub refreshed_at: Timestamp,
    /// When the code, or the refresh token, is over unless it is used before.
    pub expires_at: Timestamp,
    /// When it was ended before its time.
    pub revoked_at: Option<Timestamp>,
    /// When the person allowed it.
    pub created_at: Timestamp,
}

/// All that an access token needs to know of the family that it belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Standing {
    pub(super) has_ended: bool,
    pub(super) wants_email_verified: bool,
}

impl Authorization {
    /// When a code that is given out now is over.
    pub(super) fn code_expires_at(now: Timestamp) -> Timestamp {
        now.plus(CODE)
    }

    pub(super) fn standing(&self) -> Standing {
        Standing { has_ended: self.revoked_at.is_some(), wants_email_verified: self.wants_email_verified }
    }

    /// Whether it is neither revoked nor expired.
    pub(super) fn is_live(&self, now: Timestamp) -> bool {
        self.revoked_at.is_none() && now < self.expires_at
    }

    /// The family that begins when the code is redeemed.
    pub(super) fn redeemed(self, now: Timestamp) -> Self {
        Self { redeemed_at: Some(now), refreshed_at: now, expires_at: now.plus(IDLE), ..self }
    }

    /// The same family one refresh later: 30 days from now, and at most 90 from when the code was redeemed.
    pub(super) fn refreshed(self, kind: ClientKind, now: Timestamp) -> Self {
        let last = self.redeemed_at.unwrap_or(self.created_at).plus(ABSOLUTE);
        let generation = self.generation + i64::from(kind == ClientKind::Public);
        Self { generation, refreshed_at: now, expires_at: now.plus(IDLE).min(last), ..self }
    }

    /// When an access token that is given out now is over, which is never after the family.
    pub(super) fn access_expires_at(&self, now: Timestamp) -> Timestamp {
        now.plus(ACCESS).min(self.expires_at)
    }

    /// What a refresh token of some generation means.
    pub(super) fn judge(&self, generation: i64, now: Timestamp) -> Verdict {
        if self.redeemed_at.is_none() || !self.is_live(now) {
            return Verdict::Refused;
        }
        Verdict::of(generation, self.generation, self.refreshed_at, now)
    }
}
