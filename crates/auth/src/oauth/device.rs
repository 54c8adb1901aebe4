//! A device that asks for tokens until a person has decided (RFC 8628 section 3.5).

use super::model::ClientId;
use super::scopes::OAuthScopes;
use mainstay_kernel::Timestamp;
use std::time::Duration;
use uuid::Uuid;

/// How long a person has to type the code and decide.
pub(super) const LIFETIME: Duration = Duration::from_mins(15);
/// How long a device waits from one question to the next, at first.
pub(super) const INTERVAL: Duration = Duration::from_secs(5);
/// By how much longer it waits after each question that came too soon.
const SLOWER: Duration = Duration::from_secs(5);

/// A device, from its first question until its code is over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Device {
    /// Its row.
    pub id: Uuid,
    /// Which client runs on it.
    pub client: ClientId,
    /// What its code is found by.
    pub hash: Vec<u8>,
    /// What it will be granted.
    pub scopes: OAuthScopes,
    /// For whom the access tokens are (RFC 8707); none for ourselves.
    pub resource: Option<String>,
    /// How long it must wait before it asks again.
    pub interval: Duration,
    /// When it last asked.
    pub polled_at: Option<Timestamp>,
    /// When a person allowed it.
    pub allowed_at: Option<Timestamp>,
    /// When a person denied it.
    pub denied_at: Option<Timestamp>,
    /// When its codes are over.
    pub expires_at: Timestamp,
    /// When it first asked.
    pub created_at: Timestamp,
}

/// What a device is told that asks for tokens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Poll {
    /// Nobody has decided.
    Waits,
    /// The same, and it asked too soon.
    TooSoon,
    /// A person allowed it.
    Allowed,
    /// A person denied it.
    Denied,
    /// Nobody decided in time, or it came too late.
    Over,
}

impl Device {
    /// What it is told if it asks now.
    pub(super) fn answer(&self, now: Timestamp) -> Poll {
        match (self.denied_at, self.allowed_at, self.polled_at) {
            (Some(_), _, _) => Poll::Denied,
            _ if now >= self.expires_at => Poll::Over,
            (None, Some(_), _) => Poll::Allowed,
            (None, None, Some(last)) if now.since(last) < self.interval => Poll::TooSoon,
            (None, None, _) => Poll::Waits,
        }
    }

    /// The same device after that answer: whoever asked too soon must wait longer from then on.
    pub(super) fn polled(self, answer: Poll, now: Timestamp) -> Self {
        let interval = if answer == Poll::TooSoon { self.interval + SLOWER } else { self.interval };
        Self { interval, polled_at: Some(now), ..self }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const BEGIN: Timestamp = Timestamp::from_seconds(1_768_473_000);

    fn device() -> Device {
        Device {
            id: Uuid::nil(),
            client: ClientId(Uuid::nil()),
            hash: Vec::new(),
            scopes: OAuthScopes::default(),
            resource: None,
            interval: INTERVAL,
            polled_at: None,
            allowed_at: None,
            denied_at: None,
            expires_at: BEGIN.plus(LIFETIME),
            created_at: BEGIN,
        }
    }

    proptest! {
        #[test]
        fn each_question_too_soon_costs_five_seconds_more_and_no_other_does(waits in prop::collection::vec(0u64..40, 1..20)) {
            let (mut device, mut now) = (device().polled(Poll::Waits, BEGIN), BEGIN);
            let mut due = 5;
            for wait in waits {
                now = now.plus(Duration::from_secs(wait));
                if now >= device.expires_at {
                    break;
                }
                let answer = device.answer(now);
                prop_assert_eq!(answer == Poll::TooSoon, wait < due);
                due += if wait < due { 5 } else { 0 };
                device = device.polled(answer, now);
                prop_assert_eq!(device.interval.as_secs(), due);
            }
        }
    }

    #[test]
    fn a_decision_is_told_however_soon_it_is_asked_for_and_a_late_allowance_is_over() {
        let asked = device().polled(Poll::Waits, BEGIN);
        let allowed = Device { allowed_at: Some(BEGIN), ..asked.clone() };
        let denied = Device { denied_at: Some(BEGIN), ..asked.clone() };
        let end = BEGIN.plus(LIFETIME);
        assert_eq!(
            [&allowed, &denied, &asked].map(|device| device.answer(BEGIN)),
            [Poll::Allowed, Poll::Denied, Poll::TooSoon]
        );
        assert_eq!(
            [&allowed, &denied, &asked].map(|device| device.answer(end)),
            [Poll::Over, Poll::Denied, Poll::Over]
        );
    }
}
