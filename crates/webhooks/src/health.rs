//! When an endpoint is given up.

/// So many failed attempts in a row make an endpoint inactive.
pub const MAX_CONSECUTIVE: i32 = 10;

/// How an endpoint fares.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Health {
    /// Attempts that failed since the last one that did not.
    pub consecutive_failures: i32,
    /// Whether deliveries are made. Who makes it active again clears the count.
    pub is_active: bool,
}

/// How an attempt went.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Felt {
    /// It arrived.
    Success,
    /// It did not.
    Failure,
    /// It did not, and the receiver wants no more (410 Gone).
    Gone,
}

impl Health {
    /// The health after an attempt. Nothing makes an endpoint active again here: a success that comes late, of an attempt
    /// that was under way, does not undo what somebody else has decided.
    #[must_use]
    pub const fn after(self, felt: Felt) -> Self {
        let failed = self.consecutive_failures.saturating_add(1);
        match felt {
            Felt::Success => Self { consecutive_failures: 0, ..self },
            Felt::Failure => {
                Self { consecutive_failures: failed, is_active: self.is_active && failed < MAX_CONSECUTIVE }
            }
            Felt::Gone => Self { consecutive_failures: failed, is_active: false },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const WELL: Health = Health { consecutive_failures: 0, is_active: true };

    fn after(felt: &[Felt]) -> Health {
        felt.iter().fold(WELL, |health, felt| health.after(*felt))
    }

    #[test]
    fn the_tenth_failure_in_a_row_makes_an_endpoint_inactive() {
        assert_eq!(after(&[Felt::Failure; 9]), Health { consecutive_failures: 9, is_active: true });
        assert_eq!(after(&[Felt::Failure; 10]), Health { consecutive_failures: 10, is_active: false });
    }

    #[test]
    fn a_success_begins_the_count_anew() {
        let nine = after(&[Felt::Failure; 9]).after(Felt::Success);
        assert_eq!(nine, WELL);
        assert!((0..9).fold(nine, |health, _| health.after(Felt::Failure)).is_active);
    }

    #[test]
    fn a_receiver_that_is_gone_is_inactive_at_once() {
        assert_eq!(after(&[Felt::Gone]), Health { consecutive_failures: 1, is_active: false });
    }

    #[test]
    fn a_late_success_does_not_make_an_endpoint_active_again() {
        for last in [Felt::Gone, Felt::Failure] {
            let given_up = after(&[Felt::Failure; 9]).after(last);
            assert_eq!(given_up.after(Felt::Success), Health { consecutive_failures: 0, is_active: false });
        }
    }

    #[test]
    fn no_number_of_failures_overflows() {
        let endless = Health { consecutive_failures: i32::MAX, is_active: false };
        assert_eq!(endless.after(Felt::Failure), endless);
    }

    proptest! {
        #[test]
        fn an_endpoint_is_active_until_it_was_gone_or_failed_ten_times_in_a_row(
            felt in prop::collection::vec(prop_oneof![2 => Just(Felt::Success), 20 => Just(Felt::Failure), 1 => Just(Felt::Gone)], 0..60),
        ) {
            let health = after(&felt);
            let in_a_row = felt.iter().rev().take_while(|felt| **felt != Felt::Success).count();
            prop_assert_eq!(usize::try_from(health.consecutive_failures), Ok(in_a_row));
            let ten = felt.split(|felt| *felt == Felt::Success).any(|run| run.len() >= 10);
            prop_assert_eq!(health.is_active, !ten && !felt.contains(&Felt::Gone));
        }
    }
}
