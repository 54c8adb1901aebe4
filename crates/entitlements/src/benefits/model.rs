//! What boosts and billing months are.

use crate::boost::{Boost, BoostKind};
use crate::reset::Window;
use mainstay_kernel::Timestamp;

/// All that a workspace has beside its plan.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Benefits {
    /// At which instant a billing month begins; those of the calendar where none is said.
    pub anchor: Option<Timestamp>,
    /// The boosts that are not over, each with the code of its feature.
    pub boosts: Vec<(String, Boost)>,
}

impl Benefits {
    /// Any instant at which a billing month begins.
    pub fn anchor(&self) -> Timestamp {
        self.anchor.unwrap_or_default()
    }

    /// The boosts of a feature.
    pub fn of(&self, feature: &str) -> Vec<Boost> {
        self.boosts.iter().filter(|(code, _)| code == feature).map(|(_, boost)| *boost).collect()
    }
}

/// A boost of a workspace.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Boosted {
    /// Its number.
    pub id: i64,
    /// The code of the feature that there is more of.
    pub feature: String,
    /// What it gives, and when.
    pub boost: Boost,
    /// For how long it was meant.
    pub term: BoostTerm,
    /// When it was given.
    pub created_at: Timestamp,
}

/// For how long a boost is meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum BoostTerm {
    /// Until the cycle ends that is open when it starts: usage of the feature starts anew then, or, where that is no one
    /// instant, the billing month ends.
    #[default]
    Cycle,
    /// Until a day that is said.
    Dated,
    /// Until it is called off.
    Permanent,
}

impl BoostTerm {
    /// Every term.
    pub const ALL: [Self; 3] = [Self::Cycle, Self::Dated, Self::Permanent];

    /// The name on the wire and in the database.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Cycle => "cycle_bound",
            Self::Dated => "duration",
            Self::Permanent => "permanent",
        }
    }

    /// The term of this name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|term| term.name() == name)
    }
}

/// A boost to be given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewBoost {
    /// The code of the feature.
    pub feature: String,
    /// What it gives.
    pub kind: BoostKind,
    /// For how long.
    pub term: BoostTerm,
    /// From when on; now if that is not said.
    pub starts_at: Option<Timestamp>,
    /// The first instant without it, for [`BoostTerm::Dated`].
    pub ends_at: Option<Timestamp>,
}

/// When the billing months of a workspace begin.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Billing {
    /// At which instant one begins; those of the calendar where none is said.
    pub anchor: Option<Timestamp>,
    /// The month that is open.
    pub month: Window,
}
