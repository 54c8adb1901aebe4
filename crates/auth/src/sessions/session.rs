//! One session, and what a refresh token means to it.

use mainstay_kernel::{SessionId, Timestamp, UserId};
use std::time::Duration;

/// How long a session lives on after each refresh.
pub(crate) const IDLE: Duration = Duration::from_hours(30 * 24);
/// How long it lives at most.
pub(crate) const ABSOLUTE: Duration = Duration::from_hours(90 * 24);
/// How long an access token of ours stands.
pub(crate) const ACCESS: Duration = Duration::from_hours(1);
/// How long the previous refresh token still gives the current one: for an answer that got lost.
const RETRY_WINDOW: Duration = Duration::from_secs(30);

/// One login of a person on one device.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Session {
    /// Which session.
    pub id: SessionId,
    /// Whose.
    pub person: UserId,
    /// How often it was refreshed. Only the refresh token of this generation is current.
    pub generation: i64,
    /// When it reached this generation.
    pub refreshed_at: Timestamp,
    /// When it is over, unless it is refreshed before; a revoked session is over at once.
    pub expires_at: Timestamp,
    /// When it was ended before its time.
    pub revoked_at: Option<Timestamp>,
    /// When it began.
    pub created_at: Timestamp,
    /// When it was last begun, refreshed or, to the second, used. That alone prolongs nothing.
    pub last_used_at: Timestamp,
}

/// What to do with a refresh token of some generation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// It is the current one: give the next.
    Advance,
    /// It was the current one a moment ago: give the next again.
    Repeat,
    /// It was used up long ago. Two hold copies of it, and nobody can tell which is the thief.
    Reused,
    /// The session is over, or the token is not of its past.
    Refused,
}

impl Verdict {
    /// What a refresh token of the generation `shown` means where `current` is current since `refreshed_at`.
    pub(crate) fn of(shown: i64, current: i64, refreshed_at: Timestamp, now: Timestamp) -> Self {
        match current.saturating_sub(shown) {
            0 => Self::Advance,
            1 if now.since(refreshed_at) <= RETRY_WINDOW => Self::Repeat,
            behind if behind > 0 => Self::Reused,
            _ => Self::Refused,
        }
    }
}

impl Session {
    pub(super) fn begin(id: SessionId, person: UserId, now: Timestamp) -> Self {
        let expires_at = now.plus(IDLE);
        let (generation, revoked_at) = (0, None);
        Self { id, person, generation, refreshed_at: now, expires_at, revoked_at, created_at: now, last_used_at: now }
    }

    /// The same session one refresh later.
    pub(super) fn advanced(self, now: Timestamp) -> Self {
        let expires_at = now.plus(IDLE).min(self.created_at.plus(ABSOLUTE));
        Self { generation: self.generation + 1, refreshed_at: now, expires_at, last_used_at: now, ..self }
    }

    /// When the opaque access token of this generation is over, which is never after the session.
    pub(super) fn access_expires_at(&self) -> Timestamp {
        self.refreshed_at.plus(ACCESS).min(self.expires_at)
    }

    /// Whether it is neither revoked nor expired.
    pub fn is_live(&self, now: Timestamp) -> bool {
        self.revoked_at.is_none() && now < self.expires_at
    }

    pub(super) fn judge(&self, generation: i64, now: Timestamp) -> Verdict {
        if !self.is_live(now) {
            return Verdict::Refused;
        }
        Verdict::of(generation, self.generation, self.refreshed_at, now)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    const BEGIN: Timestamp = Timestamp::from_seconds(1_768_473_000);

    fn after_two_refreshes() -> Session {
        let session = Session::begin(SessionId(Uuid::from_u128(1)), UserId(Uuid::from_u128(2)), BEGIN);
        session.advanced(BEGIN).advanced(BEGIN)
    }

    #[test]
    fn the_retry_window_is_thirty_seconds_to_the_microsecond() {
        let session = after_two_refreshes();
        assert_eq!(session.judge(1, BEGIN.plus(RETRY_WINDOW)), Verdict::Repeat);
        assert_eq!(session.judge(1, BEGIN.plus(RETRY_WINDOW + Duration::from_micros(1))), Verdict::Reused);
        assert_eq!(session.judge(0, BEGIN), Verdict::Reused, "two generations back is never a retry");
    }

    #[test]
    fn a_node_whose_clock_is_behind_takes_a_retry_for_a_retry() {
        assert_eq!(after_two_refreshes().judge(1, BEGIN.minus(Duration::from_secs(5))), Verdict::Repeat);
    }

    #[test]
    fn a_token_of_the_future_ends_nothing() {
        assert_eq!(after_two_refreshes().judge(3, BEGIN), Verdict::Refused);
        assert_eq!(after_two_refreshes().judge(i64::MIN, BEGIN), Verdict::Reused);
        assert_eq!(after_two_refreshes().judge(i64::MAX, BEGIN), Verdict::Refused);
    }
}
