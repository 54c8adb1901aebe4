//! The command line.

use crate::baseline;
use crate::hosting;
use crate::scenario::Scenario;
use crate::tool;
use crate::webhooks;
use clap::builder::PossibleValue;
use clap::{Args, Parser, Subcommand, ValueEnum};
use std::path::PathBuf;
use std::sync::LazyLock;
use std::time::Duration;

/// Loads a release build of Mainstay, bare baselines, other providers of OAuth and another gateway of MCP in turn, and prints
/// how they compare.
#[derive(Debug, Parser)]
#[command(name = "mainstay-bench", version)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    pub(crate) command: Option<Command>,
    #[command(flatten)]
    pub(crate) settings: Settings,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Serves one baseline; the bench starts this itself.
    #[command(hide = true)]
    Baseline(baseline::Options),
    /// Is an MCP server that does nothing; the bench's gateway starts this itself.
    #[command(hide = true)]
    Tool(tool::Options),
    /// Receives webhooks; the bench starts this itself.
    #[command(hide = true)]
    Receiver(webhooks::receiver::Options),
}

/// What is measured, and how long.
#[derive(Debug, Clone, Args)]
pub(crate) struct Settings {
    /// Scenarios to run, separated by commas; when none is named, all but summary, dashboard, webhooks-stored, webhooks-soak, hosting-switch, hosting-found and hosting-neighbour
    #[arg(long = "scenario", value_enum, value_delimiter = ',')]
    named: Vec<Named>,
    /// Those of them that compare answers to requests.
    #[arg(skip)]
    pub(crate) scenarios: Vec<Scenario>,
    /// Those of them that deliver webhooks.
    #[arg(skip)]
    pub(crate) webhooks: Vec<webhooks::Scenario>,
    /// Those of them that host sites.
    #[arg(skip)]
    pub(crate) hosting: Vec<hosting::Scenario>,
    /// Measured seconds of each round
    #[arg(long, default_value = "3", value_parser = seconds)]
    pub(crate) seconds: Duration,
    /// Seconds of load before each round that are not measured
    #[arg(long, default_value = "0.5", value_parser = seconds)]
    pub(crate) warmup: Duration,
    /// Rounds of each scenario; the medians are reported
    #[arg(long, default_value_t = 5, value_parser = clap::value_parser!(u32).range(1..))]
    pub(crate) rounds: u32,
    /// Connections of the scenarios that do not fix their number
    #[arg(long, default_value_t = 32, value_parser = clap::value_parser!(u16).range(1..))]
    pub(crate) connections: u16,
    /// Databases to run on
    #[arg(long = "database", value_enum, default_value_t = Databases::Both)]
    pub(crate) databases: Databases,
    /// How many API keys the database holds; one gateway runs for each number
    #[arg(long, value_delimiter = ',', default_value = "1000,1000000", value_parser = clap::value_parser!(u32).range(1..))]
    pub(crate) keys: Vec<u32>,
    /// Measured seconds of webhooks-soak
    #[arg(long = "soak-seconds", value_name = "SECONDS", default_value = "600", value_parser = seconds)]
    pub(crate) soak: Duration,
    /// Finished deliveries in the database of webhooks-stored
    #[arg(long, value_name = "NUMBER", default_value_t = 1_000_000, value_parser = clap::value_parser!(u32).range(1..=1_000_000_000))]
    pub(crate) stored_deliveries: u32,
    /// Usage records of the workspace that is summed up in summary
    #[arg(long, value_name = "NUMBER", default_value_t = 10_000_000, value_parser = clap::value_parser!(u32).range(1..=1_000_000_000))]
    pub(crate) stored_records: u32,
    /// Events of the site that is looked at in dashboard
    #[arg(long, value_name = "NUMBER", default_value_t = 10_000_000, value_parser = clap::value_parser!(u32).range(5..=100_000_000))]
    pub(crate) stored_events: u32,
    /// Deployments of hosting-static and hosting-node, and times to go back of hosting-rollback
    #[arg(long, value_name = "NUMBER", default_value_t = 30, value_parser = clap::value_parser!(u32).range(1..=10_000))]
    pub(crate) deployments: u32,
    /// A short run: three rounds of one second, 1 000 keys
    #[arg(long, conflicts_with_all = ["seconds", "warmup", "rounds", "keys"])]
    quick: bool,
    /// Where to write the report as JSON
    #[arg(long, value_name = "FILE")]
    pub(crate) json: Option<PathBuf>,
    /// The gateway; `mainstay` beside this program when absent
    #[arg(long, value_name = "PATH")]
    pub(crate) gateway: Option<PathBuf>,
    /// Directory on the disk to measure; the system's temporary directory when absent
    #[arg(long, value_name = "DIR")]
    pub(crate) dir: Option<PathBuf>,
    /// A PostgreSQL server on which databases may be created; a throw-away one is started when absent
    #[arg(long, env = "MAINSTAY_BENCH_POSTGRES_URL", hide_env_values = true, value_name = "URL")]
    pub(crate) postgres_url: Option<String>,
}

/// A scenario of any family, under one option.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Named {
    Answers(Scenario),
    Webhooks(webhooks::Scenario),
    Hosting(hosting::Scenario),
}

static NAMED: LazyLock<Vec<Named>> = LazyLock::new(|| {
    let answers = Scenario::value_variants().iter().copied().map(Named::Answers);
    let webhooks = webhooks::Scenario::value_variants().iter().copied().map(Named::Webhooks);
    let hosting = hosting::Scenario::value_variants().iter().copied().map(Named::Hosting);
    answers.chain(webhooks).chain(hosting).collect()
});

impl ValueEnum for Named {
    fn value_variants<'a>() -> &'a [Self] {
        &NAMED
    }

    fn to_possible_value(&self) -> Option<PossibleValue> {
        match self {
            Self::Answers(scenario) => scenario.to_possible_value(),
            Self::Webhooks(scenario) => scenario.to_possible_value(),
            Self::Hosting(scenario) => scenario.to_possible_value(),
        }
    }
}

impl Named {
    /// Whether it is run when no scenario is named.
    const fn is_run_unasked(self) -> bool {
        match self {
            Self::Answers(scenario) => scenario.is_run_unasked(),
            Self::Webhooks(scenario) => scenario.is_run_unasked(),
            Self::Hosting(scenario) => scenario.is_run_unasked(),
        }
    }
}

/// Which databases a run covers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Databases {
    /// The embedded one.
    Sqlite,
    /// The server.
    Postgres,
    /// One after the other.
    Both,
}

impl Settings {
    /// The settings with `--quick` worked in, scenarios in their fixed order and key counts rising.
    pub(crate) fn resolved(mut self) -> Self {
        if self.quick {
            self.seconds = Duration::from_secs(1);
            self.warmup = Duration::from_millis(300);
            self.rounds = 3;
            self.keys = vec![1_000];
        }
        if self.named.is_empty() {
            self.named = NAMED.iter().copied().filter(|one| one.is_run_unasked()).collect();
        }
        for named in &self.named {
            match named {
                Named::Answers(scenario) => self.scenarios.push(*scenario),
                Named::Webhooks(scenario) => self.webhooks.push(*scenario),
                Named::Hosting(scenario) => self.hosting.push(*scenario),
            }
        }
        self.scenarios.sort_unstable();
        self.scenarios.dedup();
        self.webhooks.sort_unstable();
        self.webhooks.dedup();
        self.hosting.sort_unstable();
        self.hosting.dedup();
        self.keys.sort_unstable();
        self.keys.dedup();
        self
    }

    /// The directory on the disk to measure.
    pub(crate) fn dir(&self) -> PathBuf {
        self.dir.clone().unwrap_or_else(std::env::temp_dir)
    }
}

/// Reads a positive number of seconds, at most an hour.
fn seconds(text: &str) -> Result<Duration, String> {
    let number: f64 = text.parse().map_err(|_| "not a number of seconds".to_owned())?;
    if number > 0.0 && number <= 3600.0 {
        Ok(Duration::from_secs_f64(number))
    } else {
        Err("must be above 0 and at most 3600".to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(line: &[&str]) -> Settings {
        let line = std::iter::once("mainstay-bench").chain(line.iter().copied());
        Arguments::try_parse_from(line).expect("a valid line").settings.resolved()
    }

    #[test]
    fn without_arguments_everything_runs_that_does_not_take_long() {
        use webhooks::Scenario::{Hanging, Idle, Throughput};
        let settings = parsed(&[]);
        let all = Scenario::value_variants().iter().copied();
        let is_long = |scenario: &Scenario| matches!(scenario, Scenario::Summary | Scenario::Dashboard);
        assert!(settings.scenarios.into_iter().eq(all.filter(|scenario| !is_long(scenario))));
        assert_eq!(settings.webhooks, [Throughput, Idle, Hanging]);
        assert!(settings.hosting.iter().all(|scenario| scenario.is_run_unasked()) && settings.hosting.len() == 5);
        assert_eq!(settings.keys, [1_000, 1_000_000]);
        assert_eq!(settings.databases, Databases::Both);
    }

    #[test]
    fn scenarios_run_in_their_fixed_order_once_each() {
        let settings = parsed(&["--scenario", "create-32,me,create-32"]);
        assert_eq!(settings.scenarios, [Scenario::Me, Scenario::Create32]);
        assert!(settings.webhooks.is_empty());
    }

    #[test]
    fn what_takes_long_runs_when_it_is_named() {
        let settings = parsed(&["--scenario", "summary"]);
        assert_eq!((settings.scenarios, settings.stored_records), (vec![Scenario::Summary], 10_000_000));
    }

    #[test]
    fn all_families_are_named_by_one_option() {
        use webhooks::Scenario::{Soak, Throughput};
        let settings = parsed(&["--scenario", "webhooks-soak,hosting-found,me,webhooks,hosting-static,webhooks-soak"]);
        assert_eq!(settings.hosting, [hosting::Scenario::Static, hosting::Scenario::Found]);
        assert_eq!((settings.scenarios, settings.webhooks), (vec![Scenario::Me], vec![Throughput, Soak]));
        assert_eq!((settings.soak, settings.stored_deliveries), (Duration::from_mins(10), 1_000_000));
    }

    #[test]
    fn a_span_that_is_no_span_is_refused() {
        for text in ["0", "-1", "NaN", "inf", "3601", "soon", ""] {
            assert!(seconds(text).is_err(), "{text}");
        }
        assert_eq!(seconds("0.5"), Ok(Duration::from_millis(500)));
    }

    #[test]
    fn quick_excludes_the_settings_it_decides() {
        assert!(Arguments::try_parse_from(["mainstay-bench", "--quick", "--rounds", "9"]).is_err());
        assert_eq!(parsed(&["--quick"]).keys, [1_000]);
    }
}
