//! A visit that may go on.

use super::counted::Counted;
use super::lexicon::Lexicon;
use crate::day::Day;
use crate::dimension::Dimension;
use crate::domains::DomainId;
use crate::intake::Hit;
use mainstay_kernel::Timestamp;
use std::time::Duration;

/// Without anything for longer than this, a visit is over.
pub(crate) const PAUSE: Duration = Duration::from_mins(30);

/// Whose visits they are.
pub(crate) type VisitorKey = (DomainId, i64);

/// A visitor of today or yesterday, and the visit that they are at.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Visitor {
    pub(super) visit: OpenVisit,
    /// The day in which the visit began.
    pub(super) day: Day,
    pub(super) pace: Pace,
    pub(super) counted: Counted,
}

/// How fast a visitor goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Pace {
    /// Since when hits are counted.
    pub(super) since: Timestamp,
    /// How many there were since then.
    pub(super) hits: i32,
    /// How many there were on the day.
    pub(super) on_day: i32,
}

/// Nobody does more in a minute, nor in a day.
const MOST_A_MINUTE: i32 = 120;
const MOST_A_DAY: i32 = 5_000;

impl Pace {
    pub(super) const fn new(since: Timestamp) -> Self {
        Self { since, hits: 0, on_day: 0 }
    }

    /// Counts a hit; says whether a person may be as fast.
    pub(super) fn step(&mut self, at: Timestamp) -> bool {
        if at >= self.since.plus(Duration::from_mins(1)) {
            (self.since, self.hits) = (at, 0);
        }
        self.hits = self.hits.saturating_add(1);
        self.on_day = self.on_day.saturating_add(1);
        self.hits <= MOST_A_MINUTE && self.on_day <= MOST_A_DAY
    }
}

/// A visit, as far as it has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct OpenVisit {
    pub(super) id: i64,
    pub(super) started_at: Timestamp,
    pub(super) last_at: Timestamp,
    /// All hits, page views, and other events that the visitor made happen.
    pub(super) hits: i32,
    pub(super) views: i32,
    pub(super) events: i32,
    /// In the order of [`Dimension::OF_VISIT`].
    pub(super) words: [i64; Dimension::OF_VISIT.len()],
    pub(super) exit_page: i64,
}

impl OpenVisit {
    /// A visit that begins with this hit, which is not yet counted.
    pub(super) fn begin(id: i64, hit: &Hit, lexicon: &Lexicon) -> Self {
        let words = hit.of_visit().map(|word| lexicon.number(hit.domain, word));
        let exit_page = lexicon.number(hit.domain, &hit.page);
        Self { id, started_at: hit.at, last_at: hit.at, hits: 0, views: 0, events: 0, words, exit_page }
    }

    /// Whether what happened then belongs to it.
    pub(super) fn takes(&self, at: Timestamp) -> bool {
        self.started_at.minus(PAUSE) <= at && at <= self.last_at.plus(PAUSE)
    }

    /// Whether its visitor looked at one page and did nothing else.
    pub(super) const fn is_bounce(&self) -> bool {
        self.views + self.events <= 1
    }
}
