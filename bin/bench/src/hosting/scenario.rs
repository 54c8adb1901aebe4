//! What is asked of hosting.

use super::neighbour;
use super::site::Sort;
use clap::ValueEnum;
use serde::Serialize;

/// One kind of measurement of hosting, in the order of the run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, ValueEnum, Serialize)]
pub(crate) enum Scenario {
    /// From asking for a deployment of new files (--deployments of them) until a visitor sees them.
    #[value(name = "hosting-static")]
    #[serde(rename = "hosting-static")]
    Static,
    /// The same of a program of Node without dependencies.
    #[value(name = "hosting-node")]
    #[serde(rename = "hosting-node")]
    Node,
    /// From asking for what was live before until a visitor sees it again: files, and a program of Node.
    #[value(name = "hosting-rollback")]
    #[serde(rename = "hosting-rollback")]
    Rollback,
    /// What the way through the gateway adds to asking a program itself, which answers with 1 KiB.
    #[value(name = "hosting-proxy")]
    #[serde(rename = "hosting-proxy")]
    Proxy,
    /// What it takes to start a program in a box, beside starting it as it is.
    #[value(name = "hosting-box")]
    #[serde(rename = "hosting-box")]
    Box,
    /// Whether 50 deployments in a row lose one of 500 requests a second; only run when named.
    #[value(name = "hosting-switch")]
    #[serde(rename = "hosting-switch")]
    Switch,
    /// How soon 50 programs answer again, and the same ones, after the gateway was killed; only run when named.
    #[value(name = "hosting-found")]
    #[serde(rename = "hosting-found")]
    Found,
    /// What a program of Node feels of a site beside it with busy loops, a fork bomb, a memory hog, or a disk filler; only run when named.
    #[value(name = "hosting-neighbour")]
    #[serde(rename = "hosting-neighbour")]
    Neighbour,
}

impl Scenario {
    /// The name on the command line and in the report.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Static => "hosting-static",
            Self::Node => "hosting-node",
            Self::Rollback => "hosting-rollback",
            Self::Proxy => "hosting-proxy",
            Self::Box => "hosting-box",
            Self::Switch => "hosting-switch",
            Self::Found => "hosting-found",
            Self::Neighbour => "hosting-neighbour",
        }
    }

    /// Whether it is run when no scenario is named.
    pub(crate) const fn is_run_unasked(self) -> bool {
        matches!(self, Self::Static | Self::Node | Self::Rollback | Self::Proxy | Self::Box)
    }

    /// The sorts of sites that it is measured with.
    pub(crate) const fn sorts(self) -> &'static [Sort] {
        match self {
            Self::Static | Self::Box => &[Sort::Files],
            Self::Node | Self::Proxy | Self::Switch | Self::Neighbour => &[Sort::Node],
            Self::Rollback => &[Sort::Files, Sort::Node],
            Self::Found => &[Sort::Python],
        }
    }

    /// How many steps it has of so many rounds.
    pub(crate) const fn steps(self, rounds: usize) -> usize {
        match self {
            Self::Static | Self::Node | Self::Rollback | Self::Switch | Self::Box => self.sorts().len(),
            // With one connection, and with many.
            Self::Proxy => 2 * rounds,
            Self::Found => rounds,
            Self::Neighbour => neighbour::STEPS * rounds,
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
    fn all_names_tell_the_family() {
        assert!(Scenario::value_variants().iter().all(|scenario| scenario.name().starts_with("hosting-")));
    }

    #[test]
    fn what_is_run_unasked_is_what_does_not_take_long() {
        for scenario in Scenario::value_variants() {
            let help = scenario.to_possible_value().expect("a value").get_help().expect("a help").to_string();
            assert_eq!(scenario.is_run_unasked(), !help.contains("only run when named"), "{scenario:?}");
        }
    }
}
