//! What hosting has to reach.

use super::report::Measurement;
use super::scenario::Scenario;
use crate::goal::{Bound, Verdict, verdict};

/// What the median time from asking for a deployment to its being live stays below, in milliseconds: of files, and of a
/// program of Node.
const STATIC_P50_MS: f64 = 1_500.0;
const NODE_P50_MS: f64 = 2_500.0;
/// What 95 of 100 deployments of files stay below.
const STATIC_P95_MS: f64 = 3_000.0;
/// What the median time to go back stays below.
const ROLLBACK_P50_MS: f64 = 2_000.0;
/// Most milliseconds that the gateway adds to the median answer of a program.
const ADDED_MS: f64 = 0.15;
/// What a box adds to the median start of a program stays below, in milliseconds.
const BOX_MS: f64 = 10.0;
/// What the median time stays below from the start of a gateway until all programs answer.
const FOUND_MS: f64 = 2_000.0;
/// What the time that 99 of 100 visitors keep within stays below beside a bad neighbour, as a multiple of that without.
const DISTURBED: f64 = 2.0;

/// Every goal that there is a figure for.
pub(crate) fn judge(measurements: &[Measurement]) -> impl Iterator<Item = Verdict> {
    measurements.iter().flat_map(|one| soon_enough(one).into_iter().chain(nothing_lost(one)))
}

fn soon_enough(one: &Measurement) -> Vec<Verdict> {
    let below = |what: &str, limit, figure| verdict(format!("{}: {what}", one.place()), Bound::Below, limit, figure);
    let median = |limit| vec![below("p50, ms", limit, one.p50_ms)];
    match one.scenario {
        Scenario::Static => {
            let p95 = one.p95_ms.map(|figure| below("p95, ms", STATIC_P95_MS, figure));
            median(STATIC_P50_MS).into_iter().chain(p95).collect()
        }
        Scenario::Node => median(NODE_P50_MS),
        Scenario::Rollback => median(ROLLBACK_P50_MS),
        Scenario::Found => median(FOUND_MS),
        Scenario::Proxy => one.added_ms.map(|added| adds_little(one, added)).into_iter().collect(),
        Scenario::Box => one.added_ms.map(|added| is_light(one, added)).into_iter().collect(),
        Scenario::Neighbour => one.ratio.map(|ratio| is_undisturbed(one, ratio)).into_iter().collect(),
        // How long it takes is another scenario's matter.
        Scenario::Switch => Vec::new(),
    }
}

fn is_undisturbed(one: &Measurement, ratio: f64) -> Verdict {
    verdict(format!("{}: p99, times that alone", one.place()), Bound::Below, DISTURBED, ratio)
}

fn is_light(one: &Measurement, added: f64) -> Verdict {
    verdict(format!("{}: added to p50, ms", one.place()), Bound::Below, BOX_MS, added)
}

fn adds_little(one: &Measurement, added: f64) -> Verdict {
    verdict(format!("{}: added to p50, ms", one.place()), Bound::AtMost, ADDED_MS, added)
}

fn nothing_lost(one: &Measurement) -> Option<Verdict> {
    Some(verdict(format!("{}: lost", one.place()), Bound::AtMost, 0.0, one.lost?))
}

#[cfg(test)]
mod tests {
    use super::super::report::tests::measurement;
    use super::*;

    fn met(one: Measurement) -> Vec<bool> {
        judge(&[one]).map(|verdict| verdict.met).collect()
    }

    #[test]
    fn each_median_has_a_limit_of_its_own() {
        for (scenario, limit) in [
            (Scenario::Static, 1_500.0),
            (Scenario::Node, 2_500.0),
            (Scenario::Rollback, 2_000.0),
            (Scenario::Found, 2_000.0),
        ] {
            let of = |p50_ms| met(Measurement { p50_ms, p95_ms: None, ..measurement(scenario) });
            assert_eq!((of(limit - 0.1), of(limit)), (vec![true], vec![false]), "{scenario:?}");
        }
    }

    #[test]
    fn files_are_judged_by_their_95th_percentile_too() {
        let of = |p95_ms| met(Measurement { p95_ms: Some(p95_ms), ..measurement(Scenario::Static) });
        assert_eq!((of(2_999.0), of(3_000.0)), (vec![true, true], vec![true, false]));
    }

    #[test]
    fn the_way_through_the_gateway_is_judged_by_what_it_adds() {
        let of = |added_ms| met(Measurement { added_ms, ..measurement(Scenario::Proxy) });
        assert_eq!((of(Some(0.15)), of(Some(0.151)), of(None)), (vec![true], vec![false], vec![]));
    }

    #[test]
    fn a_box_is_judged_by_what_it_adds() {
        let of = |added_ms| met(Measurement { added_ms, ..measurement(Scenario::Box) });
        assert_eq!((of(Some(9.9)), of(Some(10.0)), of(None)), (vec![true], vec![false], vec![]));
    }

    #[test]
    fn a_site_is_judged_by_what_it_feels_of_the_one_beside_it() {
        let of = |ratio| met(Measurement { ratio, lost: None, ..measurement(Scenario::Neighbour) });
        assert_eq!((of(Some(1.9)), of(Some(2.0)), of(None)), (vec![true], vec![false], vec![]));
    }

    #[test]
    fn one_that_is_lost_misses_the_goal() {
        for scenario in [Scenario::Switch, Scenario::Found] {
            let of = |lost| met(Measurement { lost: Some(lost), ..measurement(scenario) }).pop();
            assert_eq!((of(0.0), of(1.0)), (Some(true), Some(false)), "{scenario:?}");
        }
        assert!(met(measurement(Scenario::Switch)).is_empty());
    }
}
