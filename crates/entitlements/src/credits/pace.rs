//! How fast a workspace spends its credits.

use mainstay_kernel::Timestamp;
use std::time::Duration;

/// Over how many days it is looked at.
const DAYS: i64 = 7;
const SPAN: Duration = Duration::from_hours(24 * 7);

/// What a workspace spent in the last seven days, less what it was given back meanwhile.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Pace {
    /// How many credits; what was given back may be more than what was spent.
    pub spent: i64,
}

impl Pace {
    /// When the time begins that is looked at.
    pub(crate) fn since(now: Timestamp) -> Timestamp {
        now.minus(SPAN)
    }

    /// Hundredths of credits a day.
    pub fn hundredths_a_day(self) -> i64 {
        self.spent.max(0).saturating_mul(100) / DAYS
    }

    /// How many whole days so many credits last at this pace; none when nothing is spent.
    pub fn days_left(self, balance: i64) -> Option<i64> {
        (self.spent > 0).then(|| balance.saturating_mul(DAYS) / self.spent)
    }
}

#[cfg(test)]
mod tests {
    use super::Pace;

    #[test]
    fn credits_last_as_many_whole_days_as_they_are_times_what_a_day_takes() {
        let pace = Pace { spent: 70 };
        assert_eq!((pace.hundredths_a_day(), pace.days_left(95), pace.days_left(9)), (1000, Some(9), Some(0)));
        assert_eq!(Pace { spent: 1 }.hundredths_a_day(), 14);
    }

    #[test]
    fn who_spends_nothing_or_was_given_back_more_has_credits_for_ever() {
        for spent in [0, -5] {
            assert_eq!((Pace { spent }.hundredths_a_day(), Pace { spent }.days_left(10)), (0, None));
        }
    }

    #[test]
    fn no_balance_is_too_great() {
        assert_eq!(Pace { spent: i64::MAX }.hundredths_a_day(), i64::MAX / 7);
        assert!(Pace { spent: 1 }.days_left(i64::MAX).is_some());
    }
}
