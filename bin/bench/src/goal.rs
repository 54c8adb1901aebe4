//! What the figures have to reach.

use crate::footprint::Footprint;
use crate::hosting;
use crate::metering::BATCH;
use crate::report::{Measurement, Report};
use crate::scenario::Scenario;
use crate::tracking::EVENTS;
use crate::webhooks;
use serde::Serialize;

/// Least share of a bare handler's throughput that a read with a cached key reaches.
const CACHED_READ: f64 = 0.60;
/// Least uses a second, every one on disk before its answer: told of one by one, and in batches.
const USES_SQLITE: f64 = 5_000.0;
const USES_POSTGRES: f64 = 3_000.0;
const USES_IN_BATCHES: f64 = 10_000.0;
/// Least events a second, every one on disk before its answer: told of one by one, and in batches.
const EVENTS_SQLITE: f64 = 10_000.0;
const EVENTS_POSTGRES: f64 = 5_000.0;
const EVENTS_IN_BATCHES: f64 = 50_000.0;
/// Least calls of tools a second, over the API and over MCP.
const TOOL_CALLS: f64 = 3_000.0;
/// What one call of a tool takes of its caller's time, in milliseconds, where there are no others.
const TOOL_CALL_P50_MS: f64 = 1.0;
const TOOL_CALL_P99_MS: f64 = 5.0;
/// How many times the throughput of another gateway of MCP calls of tools reach.
const MCP_CALLS: f64 = 10.0;
/// Least share of the throughput over many workspaces that remains on one.
const ONE_WORKSPACE: f64 = 0.6;
/// Most times as long that the summary of a workspace with many records takes as that of one with few.
const SUMMARY: f64 = 1.2;
/// What 99 of 100 who look at thirty days of a site wait for at most, in milliseconds, and how many times as long at most
/// that is with many events as with few.
const DASHBOARD_P99_MS: f64 = 100.0;
const DASHBOARD: f64 = 1.5;
/// How many times the throughput of one commit a request 32 callers reach on SQLite, and 128 callers.
const GROUPED_32: f64 = 4.0;
const GROUPED_128: f64 = 6.0;
/// Least share of argon2id's throughput that logins reach.
const LOGINS: f64 = 0.90;
/// How many times the throughput of the better of two other providers of OAuth clients reach: tokens of their own, codes
/// traded (on SQLite, where every one is on disk before its answer), and questions about tokens.
const OWN_TOKENS: f64 = 3.0;
const CODES: f64 = 3.0;
const INTROSPECTIONS: f64 = 5.0;
/// Least refreshes a second on SQLite, every one on disk before its answer.
const REFRESHES: f64 = 2_000.0;
/// What 99 of 100 reads keep within while others log in, in milliseconds: a bound for the one who waits. A share of what
/// a bare server does in a storm of its own would not be one, since it is kept however long both of them wait for the
/// cores that are hashing; that server stands in the report, to tell the machine's part in the figure.
const STORM_P99_MS: f64 = 50.0;
/// Most times that the 99th percentile grows from the fewest keys to the most.
const GROWTH: f64 = 1.2;
const IDLE_MIB: f64 = 40.0;
const BETTER_PEER: &str = "throughput, times the better peer";
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

/// A goal of one scenario.
struct Demand {
    figure: Figure,
    limit: f64,
    what: &'static str,
}

/// Which figure a goal is about.
enum Figure {
    /// The multiple of the rival's throughput: at least.
    Ratio,
    /// Answers a second: at least.
    Throughput,
    /// Uses a second where a request tells of many: at least.
    Uses,
    /// Events a second where a request tells of many: at least.
    Events,
    /// Milliseconds that half of the requests keep within: fewer than.
    P50,
    /// Milliseconds that 99 of 100 requests keep within: fewer than.
    P99,
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
    let delivered = webhooks::judge(&report.webhooks);
    let hosted = hosting::judge(&report.hosting.measurements);
    loaded.chain(delivered).chain(hosted).chain(idle).chain([size]).collect()
}

fn of_measurement(measurement: &Measurement) -> Vec<Verdict> {
    let Measurement { database, scenario, server, .. } = measurement;
    let place = format!("{database}, {}, {server}", scenario.name());
    let demands = demand(*scenario, database).into_iter().chain(patience(*scenario));
    let demanded = demands.zip(measurement.ratio.into_iter().cycle()).map(|(demand, ratio)| {
        let (bound, figure) = match demand.figure {
            Figure::Ratio => (Bound::AtLeast, ratio),
            Figure::Throughput => (Bound::AtLeast, measurement.throughput),
            Figure::Uses => (Bound::AtLeast, measurement.throughput * f64::from(BATCH)),
            Figure::Events => (Bound::AtLeast, measurement.throughput * f64::from(EVENTS)),
            Figure::P50 => (Bound::Below, measurement.p50_ms),
            Figure::P99 => (Bound::Below, measurement.p99_ms),
        };
        verdict(format!("{place}: {}", demand.what), bound, demand.limit, figure)
    });
    let judged = grows_with_keys(*scenario);
    let growth = measurement
        .p99_growth
        .filter(|_| judged)
        .map(|growth| verdict(format!("{place}: p99, times that with the fewest keys"), Bound::AtMost, GROWTH, growth));
    demanded.chain(growth).collect()
}

/// What the gateway has to reach in a scenario; its rivals have nothing to reach.
fn demand(scenario: Scenario, database: &str) -> Option<Demand> {
    let (figure, limit, what) = match (scenario, database) {
        (Scenario::Me | Scenario::Check, _) => (Figure::Ratio, CACHED_READ, "throughput, of a bare handler"),
        (Scenario::ToolCall | Scenario::McpCall, _) => (Figure::Throughput, TOOL_CALLS, "calls a second"),
        (Scenario::ToolCallAlone | Scenario::McpCallAlone, _) => (Figure::P99, TOOL_CALL_P99_MS, "p99, ms"),
        (Scenario::MeInAStorm, _) => (Figure::P99, STORM_P99_MS, "p99, ms"),
        (Scenario::LogIn, _) => (Figure::Ratio, LOGINS, "throughput, of argon2id alone"),
        (Scenario::Refresh, "sqlite") => (Figure::Throughput, REFRESHES, "answers a second"),
        (Scenario::Create32, "sqlite") => (Figure::Ratio, GROUPED_32, "throughput, times one commit a request"),
        (Scenario::Create128, "sqlite") => (Figure::Ratio, GROUPED_128, "throughput, times one commit a request"),
        (Scenario::Usage | Scenario::Consume, "sqlite") => (Figure::Throughput, USES_SQLITE, "uses a second"),
        (Scenario::Usage | Scenario::Consume, _) => (Figure::Throughput, USES_POSTGRES, "uses a second"),
        (Scenario::UsageBatch, "sqlite") => (Figure::Uses, USES_IN_BATCHES, "uses a second"),
        (Scenario::Track, "sqlite") => (Figure::Throughput, EVENTS_SQLITE, "events a second"),
        (Scenario::Track, _) => (Figure::Throughput, EVENTS_POSTGRES, "events a second"),
        (Scenario::TrackBatch, "sqlite") => (Figure::Events, EVENTS_IN_BATCHES, "events a second"),
        (Scenario::ConsumeOne, _) => (Figure::Ratio, ONE_WORKSPACE, "throughput, of that over many workspaces"),
        (Scenario::Summary, _) => (Figure::Ratio, 1.0 / SUMMARY, "throughput, of that with few records"),
        (Scenario::Dashboard, _) => (Figure::Ratio, 1.0 / DASHBOARD, "throughput, of that with few events"),
        (Scenario::McpCallPeers, _) => (Figure::Ratio, MCP_CALLS, BETTER_PEER),
        (Scenario::OauthIntrospect, _) => (Figure::Ratio, INTROSPECTIONS, BETTER_PEER),
        (Scenario::OauthClientCredentials, _) => (Figure::Ratio, OWN_TOKENS, BETTER_PEER),
        (Scenario::OauthCode, "sqlite") => (Figure::Ratio, CODES, BETTER_PEER),
        _ => return None,
    };
    Some(Demand { figure, limit, what })
}

/// What a second goal of a scenario keeps within.
fn patience(scenario: Scenario) -> Option<Demand> {
    let (figure, limit, what) = match scenario {
        Scenario::ToolCallAlone | Scenario::McpCallAlone => (Figure::P50, TOOL_CALL_P50_MS, "p50, ms"),
        Scenario::Dashboard => (Figure::P99, DASHBOARD_P99_MS, "p99, ms"),
        _ => return None,
    };
    Some(Demand { figure, limit, what })
}

/// Whether the number of keys may slow the scenario at all and must not. A key drawn from all there are is mostly read for
/// the first time, which is shown and has no goal; people with sessions and passwords and clients of OAuth use no keys.
const fn grows_with_keys(scenario: Scenario) -> bool {
    use Scenario::{Check, Create32, Create128, List, Me, Verify};
    matches!(scenario, Me | List | Verify | Check | Create32 | Create128)
}

fn of_footprint(footprint: &Footprint) -> [Verdict; 3] {
    let database = footprint.database;
    [
        verdict(format!("{database}: first start, ms"), Bound::Below, START_MS, footprint.first_start_ms),
        verdict(format!("{database}: later start, ms"), Bound::Below, START_MS, footprint.start_ms),
        verdict(format!("{database}: memory at rest, MiB"), Bound::Below, IDLE_MIB, footprint.idle_mib),
    ]
}

/// A goal that is met if the figure stands to its limit as it has to.
pub(crate) fn verdict(goal: String, bound: Bound, limit: f64, figure: f64) -> Verdict {
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
    fn refreshes_and_reads_in_a_storm_are_judged_by_themselves() {
        let slow = |scenario| Measurement { throughput: 1_999.0, p99_ms: 50.0, ..measurement(scenario, Some(9.0)) };
        for (scenario, bound, limit) in
            [(Scenario::Refresh, Bound::AtLeast, 2_000.0), (Scenario::MeInAStorm, Bound::Below, 50.0)]
        {
            let verdicts = of_measurement(&slow(scenario));
            assert_eq!(verdicts.len(), 1, "{scenario:?}");
            assert_eq!(verdicts[0].bound, bound);
            assert!((verdicts[0].limit - limit).abs() < f64::EPSILON && !verdicts[0].met);
            let fast = Measurement { throughput: 2_000.0, p99_ms: 49.9, ..slow(scenario) };
            assert!(of_measurement(&fast)[0].met, "{scenario:?}");
        }
        assert!(of_measurement(&Measurement { database: "postgres", ..slow(Scenario::Refresh) }).is_empty());
    }

    #[test]
    fn uses_are_judged_by_themselves_on_each_database() {
        let met = |scenario, database, throughput| {
            let uses = Measurement { database, throughput, ..measurement(scenario, Some(0.1)) };
            of_measurement(&uses).first().map(|verdict| verdict.met)
        };
        for scenario in [Scenario::Usage, Scenario::Consume] {
            assert_eq!([4_999.0, 5_000.0].map(|rate| met(scenario, "sqlite", rate)), [Some(false), Some(true)]);
            assert_eq!([2_999.0, 3_000.0].map(|rate| met(scenario, "postgres", rate)), [Some(false), Some(true)]);
        }
        let batches = |database, rate| met(Scenario::UsageBatch, database, rate);
        assert_eq!([99.9, 100.0].map(|rate| batches("sqlite", rate)), [Some(false), Some(true)]);
        assert_eq!(batches("postgres", 1.0), None);
    }

    #[test]
    fn one_workspace_and_many_records_are_judged_against_many_and_few() {
        for (scenario, least) in [(Scenario::ConsumeOne, 0.6), (Scenario::Summary, 0.8334)] {
            let judged = |ratio| of_measurement(&measurement(scenario, Some(ratio)))[0].met;
            assert!(judged(least) && !judged(least - 0.001), "{scenario:?}");
        }
    }

    #[test]
    fn logins_are_judged_against_argon2id() {
        for (ratio, met) in [(0.9, true), (0.89, false)] {
            assert_eq!(of_measurement(&measurement(Scenario::LogIn, Some(ratio)))[0].met, met);
        }
    }

    #[test]
    fn oauth_and_mcp_are_judged_against_the_better_peer_and_not_without_one() {
        for (scenario, limit) in [
            (Scenario::McpCallPeers, 10.0),
            (Scenario::OauthIntrospect, 5.0),
            (Scenario::OauthClientCredentials, 3.0),
            (Scenario::OauthCode, 3.0),
        ] {
            let judged = |ratio| of_measurement(&Measurement { p99_growth: Some(9.0), ..measurement(scenario, ratio) });
            let (met, missed) = (judged(Some(limit)), judged(Some(limit - 0.01)));
            assert!(met.len() == 1 && met[0].met, "{met:?}");
            assert!(missed.len() == 1 && !missed[0].met, "{missed:?}");
            assert!(judged(None).is_empty(), "{scenario:?}");
        }
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
