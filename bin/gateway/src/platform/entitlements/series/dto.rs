//! A series on the wire.

use mainstay_edge::IsoSeconds;
use mainstay_entitlements::Aggregation;
use mainstay_entitlements::usage::series::{Figure, Group, GroupName, Point, Series, SeriesQuery};
use schemars::JsonSchema;
use serde::Serialize;

/// What was used of a feature, interval by interval.
#[derive(Serialize, JsonSchema)]
pub(super) struct SeriesResponse {
    /// The feature that was asked for.
    feature: String,
    /// The pool in which it counts, where it does: the series is that of the pool.
    #[serde(skip_serializing_if = "Option::is_none")]
    pool: Option<String>,
    /// What it is counted in.
    unit: Option<String>,
    /// How single uses come to a value: `sum`, `count`, `max`, `unique` or `latest`.
    aggregation: &'static str,
    /// `hour`, `day` or `month`.
    interval: &'static str,
    /// Where the first interval begins.
    from: IsoSeconds,
    /// Where the last one ends.
    to: IsoSeconds,
    /// Every interval, the first one first.
    series: Vec<PointResponse>,
    /// What all uses of the span come to.
    total: u64,
    /// How many there are.
    records: u64,
    /// By what they are told apart, as it was asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    group_by: Option<String>,
    /// The groups, the most used first.
    #[serde(skip_serializing_if = "Option::is_none")]
    groups: Option<Vec<GroupResponse>>,
}

/// An interval.
#[derive(Serialize, JsonSchema)]
struct PointResponse {
    /// Where it begins.
    start: IsoSeconds,
    /// What its uses come to; 0 where there are none.
    value: u64,
    /// How many there are.
    records: u64,
}

/// Uses that have something in common.
#[derive(Serialize, JsonSchema)]
struct GroupResponse {
    /// The value of the member, as text, of which 255 characters count; null for uses that have none, or one that is neither
    /// text, number nor truth, and for what is left.
    group: Option<String>,
    /// Whether it is what is left: all uses that are in none of the groups before.
    other: bool,
    /// Every interval, the first one first.
    series: Vec<PointResponse>,
    /// What all uses of the group come to.
    total: u64,
    /// How many there are.
    records: u64,
}

const fn word(aggregation: Aggregation) -> &'static str {
    match aggregation {
        Aggregation::Sum => "sum",
        Aggregation::Count => "count",
        Aggregation::Max => "max",
        Aggregation::Unique => "unique",
        Aggregation::Latest => "latest",
    }
}

impl SeriesResponse {
    pub(super) fn new(asked: SeriesQuery, series: Series) -> Self {
        let Series { counted, interval, from, to, points, total, groups } = series;
        let pool = (counted.code != asked.feature).then_some(counted.code);
        Self {
            feature: asked.feature,
            pool,
            unit: counted.unit,
            aggregation: word(counted.aggregation),
            interval: interval.name(),
            from: from.into(),
            to: to.into(),
            series: points.into_iter().map(Into::into).collect(),
            total: total.value,
            records: total.records,
            group_by: asked.grouping.map(|grouping| format!("metadata.{}", grouping.member)),
            groups: groups.map(|groups| groups.into_iter().map(Into::into).collect()),
        }
    }
}

impl From<Point> for PointResponse {
    fn from(point: Point) -> Self {
        let Point { start, used: Figure { value, records } } = point;
        Self { start: start.into(), value, records }
    }
}

impl From<Group> for GroupResponse {
    fn from(group: Group) -> Self {
        let Group { name, points, total } = group;
        let (group, other) = match name {
            GroupName::Value(value) => (Some(value), false),
            GroupName::Without => (None, false),
            GroupName::Rest => (None, true),
        };
        let series = points.into_iter().map(Into::into).collect();
        Self { group, other, series, total: total.value, records: total.records }
    }
}
