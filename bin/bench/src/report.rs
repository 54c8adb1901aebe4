//! Everything a run found out, as JSON and as text.

use crate::contest::Rounds;
use crate::footprint::Footprint;
use crate::goal::{Bound, Verdict};
use crate::hosting;
use crate::scenario::Scenario;
use crate::table::Table;
use crate::webhooks;
use serde::Serialize;
use std::fmt;

/// The report of a run.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Report {
    /// On how many processors the servers and the client ran.
    pub(crate) processors: usize,
    /// The type of the file system that held the databases.
    pub(crate) file_system: String,
    /// Rounds of each scenario.
    pub(crate) rounds: u32,
    /// Measured seconds of each round.
    pub(crate) seconds: f64,
    /// Size of the gateway's program, in MiB.
    pub(crate) program_mib: f64,
    /// Gateways at rest.
    pub(crate) footprints: Vec<Footprint>,
    /// Servers under load.
    pub(crate) measurements: Vec<Measurement>,
    /// Gateways that deliver webhooks.
    pub(crate) webhooks: Vec<webhooks::Measurement>,
    /// Gateways that host sites.
    pub(crate) hosting: hosting::Findings,
    /// The goals beside the figures.
    pub(crate) goals: Vec<Verdict>,
}

/// One server under one load: medians of the rounds.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Measurement {
    /// The engine.
    pub(crate) database: &'static str,
    /// The load.
    pub(crate) scenario: Scenario,
    /// Who answered.
    pub(crate) server: String,
    /// Connections that sent at once, the storm's not among them.
    pub(crate) connections: usize,
    /// Answers a second.
    pub(crate) throughput: f64,
    /// Median latency.
    pub(crate) p50_ms: f64,
    /// The latency that 99 of 100 requests keep within.
    pub(crate) p99_ms: f64,
    /// Answers a second to the storm beside; absent where there is none.
    pub(crate) storm: Option<f64>,
    /// Processor time of the server, in percent of one core; a PostgreSQL server's is not in it. No number where all of it
    /// was too short to be told.
    pub(crate) cpu_percent: f64,
    /// Processor time of the server for one request, in microseconds; a storm's share is in it.
    pub(crate) cpu_micros: f64,
    /// Resident memory of the server after a round.
    pub(crate) resident_mib: f64,
    /// Throughput as a multiple of the rival's; absent where there is no rival.
    pub(crate) ratio: Option<f64>,
    /// The baseline that this server is compared with or, of several peers, the one with the greatest throughput; absent on
    /// a baseline and on a peer.
    pub(crate) rival: Option<String>,
    /// 99th percentile as a multiple of that with the fewest keys; absent there.
    pub(crate) p99_growth: Option<f64>,
}

/// What a server was loaded with.
#[derive(Debug, Clone, Copy)]
pub(crate) struct LoadedAs {
    /// The engine.
    pub(crate) database: &'static str,
    /// The load.
    pub(crate) scenario: Scenario,
    /// Connections that sent at once, the storm's not among them.
    pub(crate) connections: usize,
}

impl Measurement {
    /// The medians of a server's rounds, compared with nothing yet.
    pub(crate) fn new(load: LoadedAs, server: String, rounds: &Rounds) -> Self {
        let LoadedAs { database, scenario, connections } = load;
        Self {
            database,
            scenario,
            server,
            connections,
            throughput: rounds.median(|round| round.throughput),
            p50_ms: rounds.median(|round| round.p50),
            p99_ms: rounds.median(|round| round.p99),
            storm: Some(rounds.median(|round| round.storm)).filter(|storm| *storm > 0.0),
            cpu_percent: rounds.median(|round| round.cpu),
            cpu_micros: rounds.median(|round| round.cpu / 100.0 * 1e6 / round.throughput),
            resident_mib: rounds.median(|round| round.resident),
            ratio: None,
            rival: None,
            p99_growth: None,
        }
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { processors, file_system, rounds, seconds, .. } = self;
        writeln!(f, "{rounds} rounds of {seconds} s, {processors} processors shared with the client, {file_system}\n")?;
        if !self.measurements.is_empty() {
            writeln!(f, "{}", self.loads())?;
        }
        if !self.webhooks.is_empty() {
            writeln!(f, "{}", webhooks::table(&self.webhooks))?;
        }
        if !self.hosting.measurements.is_empty() {
            writeln!(f, "{}", hosting::table(&self.hosting.measurements))?;
        }
        for sentence in &self.hosting.left_out {
            writeln!(f, "{sentence}\n")?;
        }
        writeln!(f, "{}", self.verdicts())
    }
}

impl Report {
    fn loads(&self) -> Table {
        let titles = ["database", "scenario", "server", "conns", "req/s", "ratio", "p50 ms", "p99 ms", "p99 growth"];
        let mut table = Table::new(titles.into_iter().chain(["storm/s", "CPU %", "CPU us/req", "RSS MiB"]));
        for one in &self.measurements {
            table.row([
                one.database.to_owned(),
                one.scenario.name().to_owned(),
                one.server.clone(),
                one.connections.to_string(),
                format!("{:.0}", one.throughput),
                multiple(one.ratio),
                format!("{:.3}", one.p50_ms),
                format!("{:.3}", one.p99_ms),
                multiple(one.p99_growth),
                one.storm.map(|storm| format!("{storm:.0}")).unwrap_or_default(),
                known(one.cpu_percent, 0),
                known(one.cpu_micros, 1),
                format!("{:.1}", one.resident_mib),
            ]);
        }
        table
    }

    fn verdicts(&self) -> Table {
        let mut table = Table::new(["goal", "needed", "measured", ""]);
        for verdict in &self.goals {
            let bound = match verdict.bound {
                Bound::AtLeast => ">=",
                Bound::AtMost => "<=",
                Bound::Below => "<",
            };
            table.row([
                verdict.goal.clone(),
                format!("{bound} {:.2}", verdict.limit),
                format!("{:.2}", verdict.figure),
                if verdict.met { "met" } else { "MISSED" }.to_owned(),
            ]);
        }
        table
    }
}

/// A figure with so many decimals, if it is one.
fn known(figure: f64, decimals: usize) -> String {
    if figure.is_nan() { String::new() } else { format!("{figure:.decimals$}") }
}

fn multiple(figure: Option<f64>) -> String {
    figure.map(|figure| format!("{figure:.2}")).unwrap_or_default()
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::goal;

    pub(crate) fn measurement(scenario: Scenario, ratio: Option<f64>) -> Measurement {
        Measurement {
            database: "sqlite",
            scenario,
            server: "mainstay".to_owned(),
            connections: 32,
            throughput: 60_000.4,
            p50_ms: 0.4,
            p99_ms: 1.25,
            storm: None,
            cpu_percent: 130.0,
            cpu_micros: 21.7,
            resident_mib: 30.0,
            ratio,
            rival: None,
            p99_growth: None,
        }
    }

    fn report() -> Report {
        let footprint = Footprint { database: "sqlite", first_start_ms: 90.0, start_ms: 40.0, idle_mib: 41.0 };
        let mut report = Report {
            processors: 2,
            file_system: "ext4".to_owned(),
            rounds: 5,
            seconds: 3.0,
            program_mib: 20.0,
            footprints: vec![footprint],
            measurements: vec![measurement(Scenario::Me, None), measurement(Scenario::Me, Some(0.65))],
            webhooks: Vec::new(),
            hosting: hosting::Findings::default(),
            goals: Vec::new(),
        };
        report.goals = goal::judge(&report);
        report
    }

    #[test]
    fn the_text_shows_each_figure_and_each_goal_once() {
        let text = report().to_string();
        assert_eq!(text.matches("60000").count(), 2, "{text}");
        assert_eq!(text.matches(" met").count(), 4, "{text}");
        assert_eq!(text.matches("MISSED").count(), 1, "{text}");
    }

    #[test]
    fn what_was_left_out_is_said() {
        let sentence = "sqlite, hosting-node: node is left out, since there is none.".to_owned();
        let hosting = hosting::Findings { left_out: vec![sentence.clone()], ..hosting::Findings::default() };
        assert!(Report { hosting, ..report() }.to_string().contains(&sentence));
    }

    #[test]
    fn the_json_has_the_same_figures() {
        let json = serde_json::to_value(report()).expect("JSON");
        assert_eq!(json["measurements"][1]["ratio"], 0.65);
        assert_eq!(json["measurements"][0]["ratio"], serde_json::Value::Null);
        assert_eq!(json["goals"][0]["bound"], "at-least");
        assert_eq!(json["goals"][3]["met"], false, "{json:#}");
    }
}
