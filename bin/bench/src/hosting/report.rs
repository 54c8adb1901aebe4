//! What a run found out about hosting, as JSON and as a table.

use super::scenario::Scenario;
use crate::latency::Latencies;
use crate::table::Table;
use serde::Serialize;

/// What was found out, and what could not be.
#[derive(Debug, Clone, Default, Serialize)]
pub(crate) struct Findings {
    /// What was measured.
    pub(crate) measurements: Vec<Measurement>,
    /// A sentence for everything that could not be measured here.
    pub(crate) left_out: Vec<String>,
}

/// Something that was done a number of times.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Measurement {
    /// The engine.
    pub(crate) database: &'static str,
    /// The scenario.
    pub(crate) scenario: Scenario,
    /// What was done.
    pub(crate) what: String,
    /// How often, where that was counted.
    pub(crate) times: Option<usize>,
    /// Median time.
    pub(crate) p50_ms: f64,
    /// The time that 95 of 100 keep within, where there are enough to tell.
    pub(crate) p95_ms: Option<f64>,
    /// The time that 99 of 100 keep within, where there are enough to tell.
    pub(crate) p99_ms: Option<f64>,
    /// The longest time, where it was kept.
    pub(crate) longest_ms: Option<f64>,
    /// Answers a second, where a load was sent.
    pub(crate) throughput: Option<f64>,
    /// Throughput as a multiple of that without the gateway, or slow answers as a multiple of those without a neighbour;
    /// absent there.
    pub(crate) ratio: Option<f64>,
    /// What is added to the median time without the gateway; absent there.
    pub(crate) added_ms: Option<f64>,
    /// How many requests got no good answer, or how many programs were not there any more.
    pub(crate) lost: Option<f64>,
}

impl Findings {
    /// Takes on what else was found out.
    pub(crate) fn add(&mut self, other: Self) {
        self.measurements.extend(other.measurements);
        self.left_out.extend(other.left_out);
    }
}

impl Measurement {
    /// What was done takes so long at the median; more is not known.
    pub(crate) fn new(database: &'static str, scenario: Scenario, what: String, p50_ms: f64) -> Self {
        Self {
            database,
            scenario,
            what,
            times: None,
            p50_ms,
            p95_ms: None,
            p99_ms: None,
            longest_ms: None,
            throughput: None,
            ratio: None,
            added_ms: None,
            lost: None,
        }
    }

    /// What was done took so long each time.
    pub(crate) fn of(database: &'static str, scenario: Scenario, what: String, took: &Latencies) -> Self {
        let millis = |per_mille| took.percentile(per_mille).as_secs_f64() * 1000.0;
        Self {
            times: Some(took.count()),
            // The 95th of fewer than twenty would be the longest.
            p95_ms: Some(millis(950)).filter(|_| took.count() >= 20),
            p99_ms: Some(millis(990)).filter(|_| took.count() >= 100),
            longest_ms: Some(millis(1000)),
            ..Self::new(database, scenario, what, millis(500))
        }
    }

    /// Where it was measured, for a person.
    pub(crate) fn place(&self) -> String {
        format!("{}, {}, {}", self.database, self.scenario.name(), self.what)
    }
}

/// A row for each measurement.
pub(crate) fn table(measurements: &[Measurement]) -> Table {
    let titles = ["database", "scenario", "what", "times", "p50 ms", "p95 ms", "p99 ms", "longest ms"];
    let mut table = Table::new(titles.into_iter().chain(["req/s", "ratio", "added ms", "lost"]));
    for one in measurements {
        table.row([
            one.database.to_owned(),
            one.scenario.name().to_owned(),
            one.what.clone(),
            one.times.map(|times| times.to_string()).unwrap_or_default(),
            format!("{:.3}", one.p50_ms),
            known(one.p95_ms, 3),
            known(one.p99_ms, 3),
            known(one.longest_ms, 3),
            known(one.throughput, 0),
            known(one.ratio, 2),
            known(one.added_ms, 3),
            known(one.lost, 0),
        ]);
    }
    table
}

/// A figure with so many decimals, if there is one.
fn known(figure: Option<f64>, decimals: usize) -> String {
    figure.map(|figure| format!("{figure:.decimals$}")).unwrap_or_default()
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use std::time::Duration;

    pub(crate) fn measurement(scenario: Scenario) -> Measurement {
        let took = Latencies::new((1..=30).map(Duration::from_millis).collect());
        Measurement::of("sqlite", scenario, "deploying node".to_owned(), &took)
    }

    #[test]
    fn a_row_shows_times_and_what_was_lost() {
        let lost = Measurement { lost: Some(7.0), added_ms: Some(0.125), ..measurement(Scenario::Switch) };
        let text = table(&[lost]).to_string();
        for expected in ["hosting-switch", "deploying node", "30", "15.000", "29.000", "30.000", "0.125", "7"] {
            assert!(text.contains(expected), "{expected}: {text}");
        }
    }

    #[test]
    fn a_percentile_that_would_be_the_longest_time_is_not_told() {
        let few = Latencies::new((1..=19).map(Duration::from_millis).collect());
        let few = Measurement::of("sqlite", Scenario::Static, String::new(), &few);
        assert_eq!((few.p95_ms, few.p99_ms, few.longest_ms), (None, None, Some(19.0)));
        let more = measurement(Scenario::Static);
        assert_eq!((more.p95_ms, more.p99_ms), (Some(29.0), None));
    }

    #[test]
    fn what_is_left_out_is_added_up_too() {
        let mut all = Findings::default();
        for number in 0..2 {
            all.add(Findings { left_out: vec![number.to_string()], measurements: vec![measurement(Scenario::Node)] });
        }
        assert_eq!((all.measurements.len(), all.left_out), (2, vec!["0".to_owned(), "1".to_owned()]));
    }
}
