//! What webhooks have to reach.

use super::contest::Ratios;
use super::load::IDLE;
use super::report::Measurement;
use super::scenario::Scenario;
use crate::goal::{Bound, Verdict, verdict};

/// Least deliveries a second from publishing to arrival; svix-server 1.100 makes about 600 on such a machine.
const DELIVERIES: f64 = 2_000.0;
/// Least share of the events of a pace that is accepted in time: what is measured under less is another load.
const KEPT_PACE: f64 = 0.95;
/// What the median time from publishing to arrival stays below on an idle gateway, in milliseconds.
const IDLE_P50_MS: f64 = 20.0;
/// Most times that one endpoint that hangs makes the 99th percentile of the others.
const HANGING: f64 = 2.0;
/// Most times that a million stored deliveries make anything slower.
const STORED: f64 = 1.2;
/// Most times that memory in the last third of a long run is that of the first.
const SOAK: f64 = 1.1;

/// Every goal that there is a figure for.
pub(crate) fn judge(measurements: &[Measurement]) -> impl Iterator<Item = Verdict> {
    measurements.iter().flat_map(|one| demanded(one).into_iter().chain(pace(one)).chain([nothing_missing(one)]))
}

fn demanded(one: &Measurement) -> Vec<Verdict> {
    let of = |what: &str, bound, limit, figure| verdict(format!("{}: {what}", one.place()), bound, limit, figure);
    match (one.scenario, one.ratios, &one.soak) {
        (Scenario::Throughput, ..) => vec![of("deliveries a second", Bound::AtLeast, DELIVERIES, one.deliveries)],
        (Scenario::Idle, ..) => vec![of("p50, ms", Bound::Below, IDLE_P50_MS, one.p50_ms)],
        (Scenario::Hanging, Some(Ratios { p99, .. }), _) => {
            vec![of("p99 of the others, times that without", Bound::AtMost, HANGING, p99)]
        }
        // What waits behind a backlog takes as long as the backlog, and a pace is kept or not: each load is judged by the
        // one figure that is the gateway's.
        (Scenario::Stored, Some(ratios), _) if one.load == IDLE.name => {
            vec![of("p50, times that with none", Bound::AtMost, STORED, ratios.p50)]
        }
        (Scenario::Stored, Some(ratios), _) => {
            vec![of("throughput, times that with none", Bound::AtLeast, 1.0 / STORED, ratios.deliveries)]
        }
        (Scenario::Soak, _, Some(soak)) => {
            vec![of("memory, last third to first", Bound::AtMost, SOAK, soak.growth)]
        }
        (Scenario::Hanging | Scenario::Stored | Scenario::Soak, ..) => Vec::new(),
    }
}

/// A pace is kept.
fn pace(one: &Measurement) -> Option<Verdict> {
    let limit = one.events_due? * KEPT_PACE;
    Some(verdict(format!("{}: events accepted a second", one.place()), Bound::AtLeast, limit, one.events))
}

/// What was accepted arrives.
fn nothing_missing(one: &Measurement) -> Verdict {
    verdict(format!("{}: missing deliveries", one.place()), Bound::AtMost, 0.0, one.missing)
}

#[cfg(test)]
mod tests {
    use super::super::report::Soak;
    use super::super::report::tests::measurement;
    use super::*;

    fn met(one: &Measurement) -> Option<bool> {
        demanded(one).first().map(|verdict| verdict.met)
    }

    fn with_ratios(scenario: Scenario, deliveries: f64, p50: f64, p99: f64) -> Measurement {
        Measurement { ratios: Some(Ratios { deliveries, p50, p99 }), ..measurement(scenario) }
    }

    #[test]
    fn throughput_and_the_idle_median_are_judged_by_themselves() {
        let of = |deliveries| Measurement { deliveries, ..measurement(Scenario::Throughput) };
        assert_eq!((met(&of(2_000.0)), met(&of(1_999.0))), (Some(true), Some(false)));
        let of = |p50_ms| Measurement { p50_ms, ..measurement(Scenario::Idle) };
        assert_eq!((met(&of(19.9)), met(&of(20.0))), (Some(true), Some(false)));
    }

    #[test]
    fn one_that_hangs_is_judged_by_the_99th_percentile_of_the_others() {
        let of = |p99| met(&with_ratios(Scenario::Hanging, 0.1, 9.0, p99));
        assert_eq!((of(2.0), of(2.01)), (Some(true), Some(false)));
        assert_eq!(met(&measurement(Scenario::Hanging)), None);
    }

    #[test]
    fn stored_deliveries_are_judged_by_throughput_under_load_and_by_the_median_at_rest() {
        let loaded = |deliveries| met(&with_ratios(Scenario::Stored, deliveries, 9.0, 9.0));
        assert_eq!((loaded(0.84), loaded(0.83)), (Some(true), Some(false)));
        let idle = |p50| met(&Measurement { load: IDLE.name, ..with_ratios(Scenario::Stored, 0.1, p50, 9.0) });
        assert_eq!((idle(1.2), idle(1.21)), (Some(true), Some(false)));
    }

    #[test]
    fn a_long_run_is_judged_by_its_memory() {
        let of = |growth| {
            met(&Measurement { soak: Some(Soak { growth, resident_mib: vec![] }), ..measurement(Scenario::Soak) })
        };
        assert_eq!((of(1.1), of(1.11)), (Some(true), Some(false)));
    }

    #[test]
    fn a_pace_that_is_not_kept_is_a_goal_that_is_missed() {
        let of = |events| pace(&Measurement { events, ..measurement(Scenario::Soak) }).map(|verdict| verdict.met);
        assert_eq!((of(475.0), of(474.0)), (Some(true), Some(false)));
        assert_eq!(pace(&measurement(Scenario::Throughput)), None);
    }

    #[test]
    fn a_delivery_that_is_missing_fails_every_scenario() {
        for scenario in [Scenario::Throughput, Scenario::Idle, Scenario::Hanging, Scenario::Stored, Scenario::Soak] {
            let lost = Measurement { missing: 1.0, ..measurement(scenario) };
            assert!(judge(&[lost]).any(|verdict| !verdict.met && verdict.goal.ends_with("missing deliveries")));
        }
    }
}
