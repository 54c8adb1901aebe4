//! Questions and answers.

use crate::day::Day;
use crate::dimension::Dimension;
use crate::numbers::Numbers;
use crate::pattern::Pattern;
use crate::step::Step;
use mainstay_kernel::{PageRequest, Sort, Timestamp};

/// Which visits are meant: those that began on some days and pass all filters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Question {
    /// The first day.
    pub from: Day,
    /// The last day.
    pub until: Day,
    /// What visits must have.
    pub filters: Vec<Filter>,
}

/// What visits must have: as a whole, or in one of their hits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Filter {
    /// In what.
    pub dimension: Dimension,
    /// Which value.
    pub pattern: Pattern,
}

/// How long each point of a series is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Interval {
    /// An hour.
    Hour,
    /// A day.
    Day,
    /// A month of the calendar.
    Month,
}

/// What visits come to, all together and as time goes by.
#[derive(Debug, Clone, PartialEq)]
pub struct Stats {
    /// All together.
    pub numbers: Numbers,
    /// Interval by interval, without a gap.
    pub series: Vec<Point>,
    /// Whether all that was told of before the question is in it; if not, it will soon be.
    pub is_complete: bool,
}

/// An interval.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Point {
    /// When it begins.
    pub at: Timestamp,
    /// What the visits that began in it come to.
    pub numbers: Numbers,
}

/// What visitors may have done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Steps {
    /// Any of these, whatever else they did.
    Any(Vec<Step>),
    /// These, one after the other, in the order in which they were told of: those who took one took all before it.
    InTurn(Vec<Step>),
}

/// What visits come to, and those of them that did something.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Followed {
    /// All of them.
    pub all: Numbers,
    /// Those that took each step, in the order of the steps.
    pub steps: Vec<Numbers>,
    /// As [`Stats::is_complete`].
    pub is_complete: bool,
}

/// What one value of a dimension comes to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Share {
    /// The value; empty for what was not said.
    pub name: String,
    /// What it comes to. Of pages, events and properties the views and events are those with it, and bounces and time none.
    pub numbers: Numbers,
}

/// Which values are wanted, and in which order.
#[derive(Debug, Clone, PartialEq)]
pub struct Listing {
    /// Of what.
    pub by: Dimension,
    /// Of values of properties: of which property.
    pub property: Option<String>,
    /// Only values with this in them.
    pub search: Option<String>,
    /// By what they are sorted; those with most visitors come first unless something else is asked.
    pub sort: Vec<Sort<Column>>,
    /// Which part; none for all.
    pub page: Option<PageRequest>,
}

/// What values can be sorted by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Column {
    /// The value itself.
    Name,
    /// Visitors.
    Visitors,
    /// Visits.
    Visits,
    /// Page views.
    Views,
    /// Other events.
    Events,
    /// The share of visits that are bounces.
    BounceRate,
    /// How long a visit takes.
    Duration,
}

/// Who is there now.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Realtime {
    /// Visitors within the last five minutes.
    pub visitors: i64,
    /// Page views in each of the last 30 minutes, the oldest first.
    pub views: Vec<i64>,
    /// The pages that were viewed in them, those with most views first, and how often.
    pub pages: Vec<(String, i64)>,
}
