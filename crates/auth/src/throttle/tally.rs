//! How long to wait after how many failures.

use mainstay_kernel::Timestamp;
use std::time::Duration;

/// The failures of one bucket.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Tally {
    /// How many, since the last success or since it was forgotten.
    pub failures: u32,
    /// No attempt before this.
    pub blocked_until: Timestamp,
    /// When the last one was counted.
    pub updated_at: Timestamp,
}

/// What failures cost.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Policy {
    /// So many attempts may fail in a row before the next one has to wait.
    pub free: u32,
    /// The first wait; each further failure doubles it.
    pub first: Duration,
    /// The longest wait.
    pub most: Duration,
    /// After so long without a failure, all are forgotten; longer than any wait.
    pub forgets_after: Duration,
}

impl Tally {
    /// No failures.
    pub(super) const fn empty(now: Timestamp) -> Self {
        Self { failures: 0, blocked_until: now, updated_at: now }
    }

    /// Whole seconds until the next attempt; none when it may be made now.
    pub(super) fn wait(&self, now: Timestamp) -> Option<u64> {
        let wait = self.blocked_until.since(now);
        let seconds = wait.as_secs() + u64::from(wait.subsec_nanos() > 0);
        (seconds > 0).then_some(seconds)
    }
}

impl Policy {
    /// The tally with one more failure.
    #[must_use]
    pub(super) fn count(&self, tally: Tally, now: Timestamp) -> Tally {
        let remembered = if now.since(tally.updated_at) < self.forgets_after { tally.failures } else { 0 };
        let failures = remembered.saturating_add(1);
        Tally { failures, blocked_until: tally.blocked_until.max(now.plus(self.delay(failures))), updated_at: now }
    }

    fn delay(&self, failures: u32) -> Duration {
        let Some(doublings) = failures.checked_sub(self.free) else { return Duration::ZERO };
        let delay = 2u32.checked_pow(doublings).and_then(|factor| self.first.checked_mul(factor));
        delay.map_or(self.most, |delay| delay.min(self.most))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const BEGIN: Timestamp = Timestamp::from_seconds(1_768_473_000);
    const POLICY: Policy = Policy {
        free: 5,
        first: Duration::from_secs(5),
        most: Duration::from_mins(15),
        forgets_after: Duration::from_hours(24),
    };

    fn after(failures: u32) -> Tally {
        (0..failures).fold(Tally::empty(BEGIN), |tally, _| POLICY.count(tally, BEGIN))
    }

    #[test]
    fn the_wait_begins_after_the_free_failures_and_doubles_up_to_its_most() {
        let waits: Vec<_> = (0..15).map(|failures| after(failures).wait(BEGIN)).collect();
        assert_eq!(waits[..5], [None; 5], "the first five may follow each other");
        let further = [5, 10, 20, 40, 80, 160, 320, 640, 900, 900].map(Some);
        assert_eq!(waits[5..], further);
    }

    #[test]
    fn no_number_of_failures_overflows() {
        let endless = Tally { failures: u32::MAX, ..Tally::empty(BEGIN) };
        let more = POLICY.count(endless, BEGIN);
        assert_eq!((more.failures, more.wait(BEGIN)), (u32::MAX, Some(900)));
    }

    #[test]
    fn a_wait_is_told_in_seconds_that_suffice() {
        let blocked = Tally { blocked_until: BEGIN.plus(Duration::from_millis(1_001)), ..Tally::empty(BEGIN) };
        assert_eq!(blocked.wait(BEGIN), Some(2));
        assert_eq!(blocked.wait(BEGIN.plus(Duration::from_secs(1))), Some(1));
        assert_eq!(blocked.wait(blocked.blocked_until), None);
    }

    #[test]
    fn failures_are_forgotten_after_a_day_without_one() {
        let tally = after(20);
        let almost = POLICY.count(tally, BEGIN.plus(Duration::from_micros(86_399_999_999)));
        assert_eq!(almost.failures, 21);
        let later = BEGIN.plus(Duration::from_hours(24));
        assert_eq!(POLICY.count(tally, later).failures, 1);
        assert_eq!(POLICY.count(tally, later).wait(later), None);
    }

    proptest! {
        #[test]
        fn whoever_always_guesses_as_soon_as_allowed_is_ever_slower(
            free in 1u32..40, first in 1u64..60, guesses in 1usize..200,
        ) {
            let policy = Policy { free, first: Duration::from_secs(first), ..POLICY };
            let (mut tally, mut now, mut last) = (Tally::empty(BEGIN), BEGIN, 0);
            for guess in 1..=guesses {
                tally = policy.count(tally, now);
                let wait = tally.wait(now).unwrap_or(0);
                prop_assert!(wait >= last && wait <= 900);
                prop_assert_eq!(wait > 0, guess >= usize::try_from(free).expect("a small number"));
                now = now.plus(Duration::from_secs(wait));
                prop_assert_eq!(tally.wait(now), None, "the told wait suffices");
                last = wait;
            }
        }

        #[test]
        fn a_failure_never_shortens_a_wait(steps in prop::collection::vec(0u64..100_000_000, 1..60)) {
            let (mut tally, mut now) = (Tally::empty(BEGIN), BEGIN);
            for step in steps {
                now = now.plus(Duration::from_millis(step / 100));
                let more = POLICY.count(tally, now);
                prop_assert!(more.blocked_until >= tally.blocked_until && more.failures >= 1);
                tally = more;
            }
        }
    }
}
