//! What is asked of the servers.

use crate::work::Work;
use clap::ValueEnum;
use serde::Serialize;
use serde_json::Value;

/// One kind of load. The order is the order of the run: what writes comes last, so that the reads
/// find the database as it was seeded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, ValueEnum, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Scenario {
    /// Read with a cached key.
    Me,
    /// Read with a key drawn from all there are.
    MeAny,
    /// The first 25 of 10 000 workspaces.
    List,
    /// Verify a customer's key.
    Verify,
    /// Read with a session, 8 callers, while 32 others log in without a pause.
    MeInAStorm,
    /// Log in with a password, 32 people.
    LogIn,
    /// Trade a refresh token for the next, 32 sessions.
    Refresh,
    /// Create a workspace durably, 32 callers.
    #[value(name = "create-32")]
    #[serde(rename = "create-32")]
    Create32,
    /// Create a workspace durably, 128 callers.
    #[value(name = "create-128")]
    #[serde(rename = "create-128")]
    Create128,
}

impl Scenario {
    /// The name on the command line and in the report.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Me => "me",
            Self::MeAny => "me-any",
            Self::List => "list",
            Self::Verify => "verify",
            Self::MeInAStorm => "me-in-a-storm",
            Self::LogIn => "log-in",
            Self::Refresh => "refresh",
            Self::Create32 => "create-32",
            Self::Create128 => "create-128",
        }
    }

    /// How many connections send at once, where the scenario fixes it.
    pub(crate) const fn callers(self) -> Option<usize> {
        match self {
            Self::MeInAStorm => Some(8),
            Self::LogIn | Self::Refresh | Self::Create32 => Some(32),
            Self::Create128 => Some(128),
            Self::Me | Self::MeAny | Self::List | Self::Verify => None,
        }
    }

    /// What the baseline does for a `POST`. That of a storm hashes too: what it answers beside that is what any
    /// server could on these cores.
    pub(crate) const fn work(self) -> Work {
        match self {
            Self::Me | Self::MeAny | Self::List | Self::Verify => Work::Nothing,
            Self::MeInAStorm | Self::LogIn => Work::Verification,
            Self::Refresh => Work::Renewal,
            Self::Create32 | Self::Create128 => Work::Creation,
        }
    }

    /// Whether this is the body of an answer to what the scenario asks.
    pub(crate) fn is_answered_by(self, body: &Value) -> bool {
        match self {
            Self::Me | Self::MeAny | Self::Create32 | Self::Create128 => body["data"].is_object(),
            Self::List => body["data"].as_array().is_some_and(|items| items.len() == 25),
            Self::Verify => body["valid"] == true,
            Self::MeInAStorm => body["email"].is_string(),
            Self::LogIn | Self::Refresh => body["token"].is_string() && body["refresh_token"].is_string(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_come_before_writes() {
        let writes: Vec<_> = Scenario::value_variants().iter().map(|one| one.work() != Work::Nothing).collect();
        assert!(writes.is_sorted());
    }

    #[test]
    fn the_report_and_the_command_line_use_one_name() {
        for scenario in Scenario::value_variants() {
            let value = scenario.to_possible_value().expect("no variant is hidden");
            assert_eq!(value.get_name(), scenario.name());
            assert_eq!(serde_json::to_value(scenario).expect("a name"), scenario.name());
        }
    }

    #[test]
    fn the_question_for_a_second_factor_is_no_login() {
        let challenge = serde_json::json!({ "totp_required": true, "challenge_token": "mst_1" });
        assert!(!Scenario::LogIn.is_answered_by(&challenge));
    }
}
