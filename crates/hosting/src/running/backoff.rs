//! How long to wait before a program that ended is started again.

use mainstay_kernel::Timestamp;
use std::collections::VecDeque;
use std::time::Duration;

/// The first pause; each further one is twice as long.
const SHORTEST: Duration = Duration::from_millis(500);
/// The longest pause.
const LONGEST: Duration = Duration::from_secs(30);
/// Within which time ends count.
const WINDOW: Duration = Duration::from_mins(10);
/// After how many of them in that time nobody expects it to come up any more.
const BUDGET: usize = 10;
/// How often it is tried all the same.
const RETRY: Duration = Duration::from_mins(5);

/// Remembers when a program ended.
#[derive(Debug, Default)]
pub(super) struct Backoff {
    ends: VecDeque<Timestamp>,
}

/// What is to be done about a program that ended.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Next {
    /// How long to wait before it is started again.
    pub(super) pause: Duration,
    /// Whether it has ended so often that this is told.
    pub(super) has_crashed: bool,
}

impl Backoff {
    /// It has ended once more.
    pub(super) fn ended(&mut self, now: Timestamp) -> Next {
        self.ends.push_back(now);
        while self.ends.front().is_some_and(|first| now.since(*first) > WINDOW) {
            self.ends.pop_front();
        }
        if self.ends.len() >= BUDGET {
            return Next { pause: RETRY, has_crashed: true };
        }
        let doublings = u32::try_from(self.ends.len() - 1).unwrap_or(u32::MAX);
        let pause = SHORTEST.saturating_mul(2_u32.saturating_pow(doublings)).min(LONGEST);
        Next { pause, has_crashed: false }
    }

    /// What was is forgotten: another program is to run, or somebody asked for it.
    pub(super) fn forget(&mut self) {
        self.ends.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_seconds(seconds)
    }

    #[test]
    fn pauses_double_up_to_half_a_minute_and_after_ten_ends_the_program_has_crashed() {
        let mut backoff = Backoff::default();
        let pauses: Vec<_> = (0..9).map(|second| backoff.ended(at(second)).pause.as_millis()).collect();
        assert_eq!(pauses, [500, 1000, 2000, 4000, 8000, 16_000, 30_000, 30_000, 30_000]);
        assert_eq!(backoff.ended(at(9)), Next { pause: RETRY, has_crashed: true });
        assert!(backoff.ended(at(309)).has_crashed, "one more end is enough after the retry");
    }

    #[test]
    fn what_was_long_ago_or_is_forgotten_does_not_count() {
        let mut backoff = Backoff::default();
        for second in 0..9 {
            backoff.ended(at(second));
        }
        assert_eq!(backoff.ended(at(2000)).pause, SHORTEST);
        backoff.ended(at(2001));
        backoff.forget();
        assert_eq!(backoff.ended(at(2002)).pause, SHORTEST);
    }
}
