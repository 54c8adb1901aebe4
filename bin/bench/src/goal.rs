//! What the figures have to reach.

use crate::footprint::Footprint;
use crate::report::{Measurement, Report};
use crate::scenario::Scenario;
use serde::Serialize;

/// Least share of a bare handler's throughput that a read with a cached key reaches.
const CACHED_READ: f64 = 0.60;
/// How many times the throughput of one commit a request 32 callers reach on SQLite, and 128 callers.
const GROUPED_32: f64 = 4.0;
const GROUPED_128: f64 = 6.0;
/// Most times that the 99th percentile grows from the fewest keys to the most.
const GROWTH: f64 = 1.2;
const IDLE_MIB: f64 = 40.0;
const START_MS: f64 = 500.0;
const SIZE_MIB: f64 = 40.0;

/// A goal beside what was measured.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(crate) struct Verdict {
    /// What the goal is about.
    pub(crate) goal: String,
    /// How the figure has to stand to the limit.
    pub(crate) bound: Bound,
    /// The limit.
    pub(crate) limit: f64,
    /// What was measured.
    pub(crate) figure: f64,
    /// Whether the goal is met.
    pub(crate) met: bool,
}

/// On which side of the limit a figure belongs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Bound {
    /// The limit or more.
    AtLeast,
    /// The limit or less.
    AtMost,
    /// Less than the limit.
    Below,
}

impl Bound {
    fn holds(self, figure: f64, limit: f64) -> bool {
        match self {
            Self::AtLeast => figure >= limit,
            Self::AtMost => figure <= limit,
            Self::Below => figure < limit,
        }
    }
}

/// Every goal that the report has a figure for.
pub(crate) fn judge(report: &Report) -> Vec<Verdict> {
    let size = verdict("size of the program, MiB".to_owned(), Bound::Below, SIZE_MIB, report.program_mib);
    let idle = report.footprints.iter().flat_map(of_footprint);
    let loaded = report.measurements.iter().flat_map(of_measurement);
    loaded.chain(idle).chain([size]).collect()
}

fn of_measurement(measurement: &Measurement) -> Vec<Verdict> {
    let Measurement { database, scenario, server, .. } = measurement;
    let place = format!("{database}, {}, {server}", scenario.name());
    let least = match (*scenario, *database) {
        (Scenario::Me, _) => Some((CACHED_READ, "of a bare handler")),
        (Scenario::Create32, "sqlite") => Some((GROUPED_32, "times one commit a request")),
        (Scenario::Create128, "sqlite") => Some((GROUPED_128, "times one commit a request")),
        _ => None,
    };
    let throughput = least
        .zip(measurement.ratio)
        .map(|((limit, what), ratio)| verdict(format!("{place}: throughput, {what}"), Bound::AtLeast, limit, ratio));
    // A key drawn from all there are is mostly read for the first time, which is shown and has no goal.
    let cached = *scenario != Scenario::MeAny;
    let growth = measurement
        .p99_growth
        .filter(|_| cached)
        .map(|growth| verdict(format!("{place}: p99, times that with the fewest keys"), Bound::AtMost, GROWTH, growth));
    throughput.into_iter().chain(growth).collect()
}

fn of_footprint(footprint: &Footprint) -> [Verdict; 3] {
    let database = footprint.database;
    [
        verdict(format!("{database}: first start, ms"), Bound::Below, START_MS, footprint.first_start_ms),
        verdict(format!("{database}: later start, ms"), Bound::Below, START_MS, footprint.start_ms),
        verdict(format!("{database}: memory at rest, MiB"), Bound::Below, IDLE_MIB, footprint.idle_mib),
    ]
}

fn verdict(goal: String, bound: Bound, limit: f64, figure: f64) -> Verdict {
    Verdict { goal, bound, limit, figure, met: bound.holds(figure, limit) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::tests::measurement;

    #[test]
    fn a_limit_itself_meets_at_least_and_at_most_but_not_below() {
        assert!(Bound::AtLeast.holds(0.6, 0.6) && Bound::AtMost.holds(1.2, 1.2));
        assert!(!Bound::Below.holds(40.0, 40.0) && Bound::Below.holds(39.9, 40.0));
    }

    #[test]
    fn a_figure_that_is_no_number_meets_nothing() {
        for bound in [Bound::AtLeast, Bound::AtMost, Bound::Below] {
            assert!(!bound.holds(f64::NAN, 1.0));
        }
    }

    #[test]
    fn durable_creates_have_a_goal_on_sqlite_alone() {
        let on = |database| of_measurement(&Measurement { database, ..measurement(Scenario::Create128, Some(5.9)) });
        assert!(on("postgres").is_empty());
        let verdicts = on("sqlite");
        assert_eq!(verdicts.len(), 1);
        assert!((verdicts[0].limit - 6.0).abs() < f64::EPSILON && !verdicts[0].met);
    }

    #[test]
    fn a_baseline_has_no_goal() {
        assert!(of_measurement(&measurement(Scenario::Me, None)).is_empty());
    }

    #[test]
    fn growth_is_judged_except_where_keys_are_read_for_the_first_time() {
        let grown = Measurement { p99_growth: Some(1.3), ..measurement(Scenario::List, Some(0.1)) };
        let verdicts = of_measurement(&grown);
        assert_eq!(verdicts.len(), 1);
        assert!(!verdicts[0].met);
        assert!(of_measurement(&Measurement { scenario: Scenario::MeAny, ..grown }).is_empty());
    }
}
