//! What visits come to, on the wire.

use crate::platform::pixel::breakdown::{self, ShareItem};
use crate::platform::pixel::ratio::rounded;
use mainstay_edge::{IsoSeconds, Rejection};
use mainstay_tracking::domains::Domain;
use mainstay_tracking::reports::{Interval, Question, Stats};
use mainstay_tracking::{Dimension, Numbers};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// How it is told.
#[derive(Deserialize, JsonSchema)]
pub(super) struct StatsQuery {
    /// How long each point of the series is: `hour`, `day` or `month`. Hours for one day, else days, unless said.
    interval: Option<String>,
    /// `previous`: with what as many days just before came to.
    compare: Option<String>,
    /// Dimensions whose ten greatest values are added, separated by commas, such as `page,source,country`.
    include: Option<String>,
}

const INTERVALS: [(&str, Interval); 3] = [("hour", Interval::Hour), ("day", Interval::Day), ("month", Interval::Month)];

impl StatsQuery {
    pub(super) fn interval(&self, question: &Question) -> Result<Interval, Rejection> {
        let Some(name) = &self.interval else {
            return Ok(if question.from == question.until { Interval::Hour } else { Interval::Day });
        };
        let known = INTERVALS.iter().find(|(known, _)| known == name).map(|(_, interval)| *interval);
        known.ok_or_else(|| Rejection::field("interval", "in", "The interval field must be one of hour, day, month."))
    }

    pub(super) fn compares(&self) -> Result<bool, Rejection> {
        match self.compare.as_deref() {
            None => Ok(false),
            Some("previous") => Ok(true),
            Some(_) => Err(Rejection::field("compare", "in", "The compare field can only be previous.")),
        }
    }

    /// The dimensions to add, by their names.
    pub(super) fn included(&self) -> Result<Vec<(String, Dimension)>, Rejection> {
        let names =
            self.include.iter().flat_map(|names| names.split(',')).map(str::trim).filter(|name| !name.is_empty());
        names.map(|name| Ok((name.to_owned(), breakdown::dimension(name, "include")?))).collect()
    }
}

/// What visits come to.
#[derive(Serialize, JsonSchema)]
#[schemars(example = "stats_example")]
pub(super) struct StatsResponse {
    /// The host.
    domain: String,
    /// The first day.
    from: String,
    /// The last day.
    to: String,
    #[serde(flatten)]
    numbers: NumbersItem,
    /// How long each point of the series is.
    interval: &'static str,
    /// Point by point, without a gap.
    series: Vec<PointItem>,
    /// What the days before came to, if asked.
    previous: Option<Previous>,
    /// The greatest values of the dimensions that were asked for.
    top: BTreeMap<String, Vec<ShareItem>>,
    /// Whether all that was told of before is in it; if not, it soon will be.
    complete: bool,
}

/// Numbers of visits.
#[derive(Serialize, JsonSchema)]
pub(in crate::platform::pixel) struct NumbersItem {
    visitors: i64,
    visits: i64,
    /// Page views.
    views: i64,
    /// Other events, without what pages tell of how they felt.
    events: i64,
    /// The share of visits with one page view and no other event, from 0 to 1.
    bounce_rate: f64,
    /// How long a visit took on average, in seconds.
    visit_duration: f64,
    views_per_visit: f64,
}

/// One interval.
#[derive(Serialize, JsonSchema)]
struct PointItem {
    /// When it begins.
    at: IsoSeconds,
    #[serde(flatten)]
    numbers: NumbersItem,
}

/// What days before came to.
#[derive(Serialize, JsonSchema)]
pub(super) struct Previous {
    /// The first day.
    from: String,
    /// The last day.
    to: String,
    #[serde(flatten)]
    numbers: NumbersItem,
}

fn stats_example() -> Value {
    let numbers = json!({
        "visitors": 120, "visits": 150, "views": 480, "events": 12, "bounce_rate": 0.42, "visit_duration": 93.5,
        "views_per_visit": 3.2
    });
    let with = |extra: Value| {
        let mut all = extra;
        for (name, value) in numbers.as_object().into_iter().flatten() {
            all[name] = value.clone();
        }
        all
    };
    with(json!({
        "domain": "example.com", "from": "2026-01-15", "to": "2026-01-15", "interval": "day",
        "series": [with(json!({ "at": "2026-01-15T00:00:00Z" }))],
        "previous": with(json!({ "from": "2026-01-14", "to": "2026-01-14" })), "top": {}, "complete": true
    }))
}

impl StatsResponse {
    pub(super) fn new(
        domain: &Domain,
        (question, interval): (&Question, Interval),
        stats: &Stats,
        previous: Option<Previous>,
        top: BTreeMap<String, Vec<ShareItem>>,
    ) -> Self {
        let point = |point: &mainstay_tracking::reports::Point| PointItem {
            at: point.at.into(),
            numbers: (&point.numbers).into(),
        };
        Self {
            domain: domain.name.to_string(),
            from: question.from.to_iso(),
            to: question.until.to_iso(),
            numbers: (&stats.numbers).into(),
            interval: INTERVALS.iter().find(|(_, known)| *known == interval).map_or("day", |(name, _)| name),
            series: stats.series.iter().map(point).collect(),
            previous,
            top,
            complete: stats.is_complete,
        }
    }
}

impl Previous {
    pub(super) fn new(question: &Question, numbers: &Numbers) -> Self {
        Self { from: question.from.to_iso(), to: question.until.to_iso(), numbers: numbers.into() }
    }
}

impl From<&Numbers> for NumbersItem {
    fn from(numbers: &Numbers) -> Self {
        Self {
            visitors: numbers.visitors,
            visits: numbers.visits,
            views: numbers.views,
            events: numbers.events,
            bounce_rate: rounded(numbers.bounce_rate()),
            visit_duration: rounded(numbers.seconds_a_visit()),
            views_per_visit: rounded(numbers.views_a_visit()),
        }
    }
}
