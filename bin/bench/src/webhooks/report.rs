//! What a run found out about webhooks, as JSON and as a table.

use super::contest::{Ratios, Rounds};
use super::load::Load;
use super::scenario::Scenario;
use crate::table::Table;
use serde::Serialize;

/// One gateway under one load of webhooks: medians of the rounds.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Measurement {
    /// The engine.
    pub(crate) database: &'static str,
    /// The scenario.
    pub(crate) scenario: Scenario,
    /// How events were published.
    pub(crate) load: &'static str,
    /// What sets the gateway apart.
    pub(crate) condition: String,
    /// Events to be published a second; absent where they are as many as are accepted.
    pub(crate) events_due: Option<f64>,
    /// Events accepted a second.
    pub(crate) events: f64,
    /// Deliveries that arrived, a second, from the first publishing to the last arrival.
    pub(crate) deliveries: f64,
    /// Median time from publishing to arrival.
    pub(crate) p50_ms: f64,
    /// The time that 99 of 100 deliveries keep within.
    pub(crate) p99_ms: f64,
    /// How many of 100 deliveries arrived once more, before the last had arrived.
    pub(crate) again_percent: f64,
    /// How many deliveries did not arrive, in the worst round.
    pub(crate) missing: f64,
    /// Processor time of the gateway for one delivery, in microseconds; a PostgreSQL server's is not in it.
    pub(crate) cpu_micros: f64,
    /// Resident memory of the gateway after a round.
    pub(crate) resident_mib: f64,
    /// How it stands to the first gateway of the scenario; absent there.
    pub(crate) ratios: Option<Ratios>,
    /// Memory over a long run; absent in a short one.
    pub(crate) soak: Option<Soak>,
}

/// Memory over a long run.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(crate) struct Soak {
    /// Resident memory in the last third, as a multiple of that in the first.
    pub(crate) growth: f64,
    /// Resident memory as the run went on.
    pub(crate) resident_mib: Vec<f64>,
}

impl Measurement {
    /// The medians of a gateway's rounds, compared with nothing yet: engine, scenario and load, and the gateway's condition.
    pub(crate) fn new(
        (database, scenario, load): (&'static str, Scenario, &Load),
        condition: String,
        rounds: &Rounds,
    ) -> Self {
        Self {
            database,
            scenario,
            load: load.name,
            condition,
            events_due: load.rate(),
            events: rounds.median(|round| round.events),
            deliveries: rounds.median(|round| round.deliveries),
            p50_ms: rounds.median(|round| round.p50),
            p99_ms: rounds.median(|round| round.p99),
            again_percent: rounds.median(|round| round.again_percent),
            missing: rounds.most(|round| round.missing),
            cpu_micros: rounds.median(|round| round.cpu_micros),
            resident_mib: rounds.median(|round| round.resident),
            ratios: None,
            soak: None,
        }
    }

    /// Where it was measured, for a person.
    pub(crate) fn place(&self) -> String {
        let Self { database, scenario, load, condition, .. } = self;
        format!("{database}, {}, {condition}, {load}", scenario.name())
    }
}

/// A row for each measurement.
pub(crate) fn table(measurements: &[Measurement]) -> Table {
    let titles = ["database", "scenario", "gateway", "load", "events/s", "deliveries/s", "ratio", "p50 ms", "ratio"];
    let more = ["p99 ms", "ratio", "twice %", "missing", "CPU us/delivery", "RSS MiB", "RSS growth"];
    let mut table = Table::new(titles.into_iter().chain(more));
    for one in measurements {
        let ratio = |figure: fn(&Ratios) -> f64| multiple(one.ratios.as_ref().map(figure));
        table.row([
            one.database.to_owned(),
            one.scenario.name().to_owned(),
            one.condition.clone(),
            one.load.to_owned(),
            format!("{:.0}", one.events),
            format!("{:.0}", one.deliveries),
            ratio(|ratios| ratios.deliveries),
            format!("{:.2}", one.p50_ms),
            ratio(|ratios| ratios.p50),
            format!("{:.2}", one.p99_ms),
            ratio(|ratios| ratios.p99),
            format!("{:.2}", one.again_percent),
            format!("{:.0}", one.missing),
            format!("{:.0}", one.cpu_micros),
            format!("{:.1}", one.resident_mib),
            multiple(one.soak.as_ref().map(|soak| soak.growth)),
        ]);
    }
    table
}

fn multiple(figure: Option<f64>) -> String {
    figure.map(|figure| format!("{figure:.2}")).unwrap_or_default()
}

#[cfg(test)]
pub(crate) mod tests {
    use super::super::contest::tests::round;
    use super::*;

    pub(crate) fn measurement(scenario: Scenario) -> Measurement {
        let (load, rounds) = (&scenario.loads()[0], Rounds(vec![round(2_345.0, 7.0); 3]));
        Measurement::new(("sqlite", scenario, load), "plain".to_owned(), &rounds)
    }

    #[test]
    fn a_row_shows_rates_latencies_and_what_it_is_compared_with() {
        let ratios = Some(Ratios { deliveries: 0.91, p50: 1.05, p99: 1.17 });
        let text = table(&[Measurement { ratios, ..measurement(Scenario::Stored) }]).to_string();
        for expected in ["2500", "2345", "0.91", "7.00", "1.05", "14.00", "1.17", "120", "30.0"] {
            assert!(text.contains(expected), "{expected}: {text}");
        }
    }
}
