//! What it costs to go beyond a limit.

use crate::allowance::Allowance;
use crate::verdict::Taken;
use serde::{Deserialize, Serialize};

/// What units beyond a limit cost: so many credits for so many of them. A credit that is begun is spent whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Price {
    /// How many credits, 1 at least.
    pub credits: u64,
    /// For how many units, 1 at least.
    #[serde(default = "one")]
    pub units: u64,
}

const fn one() -> u64 {
    1
}

/// The highest number of credits and of units of a price.
pub(crate) const MOST_PRICE: u64 = 1_000_000_000;

impl Price {
    /// Whether something can be sold for it.
    pub(crate) fn is_sound(self) -> bool {
        (1..=MOST_PRICE).contains(&self.credits) && (1..=MOST_PRICE).contains(&self.units)
    }

    /// What `units` cost beyond a limit.
    fn of(self, units: u64) -> u64 {
        let credits = (u128::from(units) * u128::from(self.credits)).div_ceil(u128::from(self.units.max(1)));
        u64::try_from(credits).unwrap_or(u64::MAX)
    }

    /// What it costs to go from so many units beyond a limit to so many: however often one pays, all of it comes to the same.
    pub fn between(self, before: u64, after: u64) -> u64 {
        self.of(after).saturating_sub(self.of(before))
    }
}

/// How many credits it costs to use so much more; none where it is within the limit, or not sold.
pub(crate) fn cost(allowance: Allowance, price: Option<Price>, taken: Taken, growth: u64) -> Option<u64> {
    let (Allowance::Limit(limit), Some(price)) = (allowance, price) else { return None };
    let beyond = |taken: u64| taken.saturating_sub(limit);
    let after = beyond(taken.total().saturating_add(growth));
    (after > 0).then(|| price.between(beyond(taken.total()), after))
}

/// What credits had to do with a use beyond the limit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Payment {
    /// It was paid with them.
    Made {
        /// How many.
        credits: u64,
        /// The transaction that spent them; none where an earlier use had paid for these units already.
        transaction: Option<String>,
    },
    /// There were too few.
    Short {
        /// How many it takes.
        credits: u64,
        /// How many there are.
        balance: u64,
    },
}

impl Payment {
    /// Whether it was paid.
    pub const fn is_made(&self) -> bool {
        matches!(self, Self::Made { .. })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_credit_that_is_begun_is_spent_whole_and_once() {
        let price = Price { credits: 2, units: 1_000 };
        assert_eq!(
            [(0, 1), (1, 500), (500, 501), (0, 1_000), (999, 2_001)].map(|(a, b)| price.between(a, b)),
            [1, 0, 1, 2, 3]
        );
        let each = Price { credits: 3, units: 1 };
        assert_eq!((each.between(0, 5), each.between(5, 5)), (15, 0));
    }

    proptest! {
        #[test]
        fn however_often_one_pays_it_comes_to_the_same(
            credits in 1..1_000_u64, units in 1..1_000_u64, steps in proptest::collection::vec(0..10_000_u64, 1..20),
        ) {
            let price = Price { credits, units };
            let (mut at, mut paid) = (0, 0);
            for step in &steps {
                paid += price.between(at, at + step);
                at += step;
            }
            prop_assert_eq!(paid, price.between(0, at));
        }
    }
}
