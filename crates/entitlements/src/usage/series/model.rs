//! A series, and what can be asked of it.

use super::interval::Interval;
use crate::feature::Feature;
use mainstay_kernel::Timestamp;

/// Which series is asked for.
#[derive(Debug, Clone, Default)]
pub struct SeriesQuery {
    /// The feature's code.
    pub feature: String,
    /// An instant in the first interval; 30 days before the end if absent, or twelve months where those are the intervals.
    pub from: Option<Timestamp>,
    /// The instant before which the last interval begins; the end of the one that is going on if absent.
    pub to: Option<Timestamp>,
    /// How long an interval is.
    pub interval: Interval,
    /// By what the uses are told apart, beside the whole.
    pub grouping: Option<Grouping>,
}

/// By what uses are told apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Grouping {
    /// The member of their metadata.
    pub member: String,
    /// How many groups are told of one by one.
    pub most: usize,
}

/// What was used of a feature in each interval of a span.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Series {
    /// What is counted: the feature that was asked for, or the pool in which it counts.
    pub counted: Feature,
    /// How long an interval is.
    pub interval: Interval,
    /// Where the first interval begins.
    pub from: Timestamp,
    /// Where the last one ends.
    pub to: Timestamp,
    /// Every interval, whether something was used in it or not.
    pub points: Vec<Point>,
    /// What was used in the whole span.
    pub total: Figure,
    /// The groups, where some were asked for: the most used first, and what is left of them last.
    pub groups: Option<Vec<Group>>,
}

/// An interval.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Point {
    /// Where it begins.
    pub start: Timestamp,
    /// What was used in it.
    pub used: Figure,
}

/// What some uses come to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Figure {
    /// What they come to, in the way in which the feature is aggregated; 0 where there are none.
    pub value: u64,
    /// How many there are.
    pub records: u64,
}

/// Uses that have something in common.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Group {
    /// What that is.
    pub name: GroupName,
    /// Every interval.
    pub points: Vec<Point>,
    /// What was used in the whole span.
    pub total: Figure,
}

/// What the uses of a group have in common.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum GroupName {
    /// The value of the member: a text, or a number or truth as JSON writes it. Of a longer one, these are the first 255
    /// characters.
    Value(String),
    /// They have no such member, or one that is neither text, number nor truth.
    Without,
    /// They are in none of the groups that are told of one by one.
    Rest,
}
