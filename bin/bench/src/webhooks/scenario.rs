//! What is asked of webhooks.

use super::load::{FAN_OUT, IDLE, Load, SOAK, SPREAD, STEADY};
use clap::ValueEnum;
use serde::Serialize;

/// One kind of measurement of webhooks, in the order of the run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, ValueEnum, Serialize)]
pub(crate) enum Scenario {
    /// Deliveries a second from publishing to arrival, 100 endpoints: each event for one of them, and each for all.
    #[value(name = "webhooks")]
    #[serde(rename = "webhooks")]
    Throughput,
    /// From publishing to arrival while there is nothing else to do: an event every 50 ms.
    #[value(name = "webhooks-idle")]
    #[serde(rename = "webhooks-idle")]
    Idle,
    /// From publishing to arrival at 99 endpoints beside one that never answers: 200 events a second.
    #[value(name = "webhooks-hanging")]
    #[serde(rename = "webhooks-hanging")]
    Hanging,
    /// What finished deliveries in the database (--stored-deliveries) cost; only run when named.
    #[value(name = "webhooks-stored")]
    #[serde(rename = "webhooks-stored")]
    Stored,
    /// Whether memory stays flat (--soak-seconds): 500 events a second; only run when named.
    #[value(name = "webhooks-soak")]
    #[serde(rename = "webhooks-soak")]
    Soak,
}

/// What sets a gateway apart from the others in its scenario.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Condition {
    /// Nothing: every endpoint answers and nothing was delivered before.
    Plain,
    /// Endpoint 0 never answers.
    OneHangs,
    /// The database holds so many finished deliveries.
    Stored(u32),
}

impl Scenario {
    /// The name on the command line and in the report.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Throughput => "webhooks",
            Self::Idle => "webhooks-idle",
            Self::Hanging => "webhooks-hanging",
            Self::Stored => "webhooks-stored",
            Self::Soak => "webhooks-soak",
        }
    }

    /// Whether it is run when no scenario is named.
    pub(crate) const fn is_run_unasked(self) -> bool {
        matches!(self, Self::Throughput | Self::Idle | Self::Hanging)
    }

    /// The loads on each of its gateways.
    pub(crate) const fn loads(self) -> &'static [Load] {
        match self {
            Self::Throughput => &[SPREAD, FAN_OUT],
            Self::Idle => &[IDLE],
            Self::Hanging => &[STEADY],
            Self::Stored => &[SPREAD, FAN_OUT, IDLE],
            Self::Soak => &[SOAK],
        }
    }

    /// Its gateways. The others are compared with the first.
    pub(crate) fn conditions(self, stored: u32) -> Vec<Condition> {
        match self {
            Self::Throughput | Self::Idle | Self::Soak => vec![Condition::Plain],
            Self::Hanging => vec![Condition::Plain, Condition::OneHangs],
            Self::Stored => vec![Condition::Plain, Condition::Stored(stored)],
        }
    }

    /// How many steps it has of so many rounds.
    pub(crate) const fn steps(self, rounds: usize) -> usize {
        if matches!(self, Self::Soak) { 1 } else { self.loads().len() * rounds }
    }
}

impl Condition {
    /// What a gateway under it is called in the report.
    pub(crate) fn name(self) -> String {
        match self {
            Self::Plain => "plain".to_owned(),
            Self::OneHangs => "one of 100 hangs".to_owned(),
            Self::Stored(count) => format!("{count} stored"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_report_and_the_command_line_use_one_name() {
        for scenario in Scenario::value_variants() {
            let value = scenario.to_possible_value().expect("no variant is hidden");
            assert_eq!(value.get_name(), scenario.name());
            assert_eq!(serde_json::to_value(scenario).expect("a name"), scenario.name());
        }
    }

    #[test]
    fn every_other_gateway_is_compared_with_a_plain_one() {
        for scenario in Scenario::value_variants() {
            assert_eq!(scenario.conditions(7)[0], Condition::Plain);
        }
    }
}
