//! What is asked of metrics, and told.

use super::tally::Tally;
use crate::words::words;
use mainstay_kernel::Timestamp;
use std::time::Duration;

words! {
    /// How long the time of a tally is.
    Span {
        /// A minute.
        Minute = "minute",
        /// An hour.
        Hour = "hour",
    }
}

impl Span {
    const fn seconds(self) -> i64 {
        match self {
            Self::Minute => 60,
            Self::Hour => 3600,
        }
    }

    /// How long.
    pub(crate) const fn length(self) -> Duration {
        match self {
            Self::Minute => Duration::from_mins(1),
            Self::Hour => Duration::from_hours(1),
        }
    }

    /// How long tallies are kept.
    pub(crate) const fn kept(self) -> Duration {
        match self {
            Self::Minute => Duration::from_hours(24),
            Self::Hour => Duration::from_hours(30 * 24),
        }
    }

    /// When the minute or hour began that a time lies in.
    pub(crate) fn begin_of(self, at: Timestamp) -> Timestamp {
        Timestamp::from_seconds(at.seconds().div_euclid(self.seconds()) * self.seconds())
    }
}

/// What is asked.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct MetricsQuery {
    /// Since when; an hour before the end if none, or a day by hours.
    pub from: Option<Timestamp>,
    /// Until when; now if none.
    pub to: Option<Timestamp>,
    /// By what; minutes if none.
    pub span: Option<Span>,
}

/// What a site answered and used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Series {
    /// By what.
    pub span: Span,
    /// What was counted since when, the oldest first. Of a time in which nothing happened there is none.
    pub points: Vec<(Timestamp, Tally)>,
}
