//! Questions and answers.

use crate::day::Day;
use crate::dimension::Dimension;
use crate::numbers::Numbers;
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

/// How people write what was not said.
pub const NOT_SAID: &str = "(none)";

/// A value, or some.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Pattern {
    /// This one; empty for what was not said.
    Is(String),
    /// Those that begin so.
    Begins(String),
}

impl Pattern {
    /// Reads a value, where a star at the end stands for any more, and [`NOT_SAID`] for what was not said.
    pub fn read(text: &str) -> Self {
        if text == NOT_SAID {
            return Self::Is(String::new());
        }
        match text.strip_suffix('*') {
            Some(beginning) => Self::Begins(beginning.to_owned()),
            None => Self::Is(text.to_owned()),
        }
    }
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
