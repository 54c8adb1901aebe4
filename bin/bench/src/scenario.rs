//! What is asked of the servers.

use crate::request::{NUMBER, Request};
use clap::ValueEnum;
use serde::Serialize;

const ME: &str = "/api/v1/me";

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
            Self::Create32 => "create-32",
            Self::Create128 => "create-128",
        }
    }

    /// How many connections send at once, where the scenario fixes it.
    pub(crate) const fn callers(self) -> Option<usize> {
        match self {
            Self::Create32 => Some(32),
            Self::Create128 => Some(128),
            Self::Me | Self::MeAny | Self::List | Self::Verify => None,
        }
    }

    /// Whether every request has to be on disk before its answer.
    pub(crate) const fn is_durable(self) -> bool {
        self.callers().is_some()
    }

    /// One request for each of `keys`, which it carries; a verification is of the key after it. Where any key
    /// will do, one request that draws from the `seeded` ones.
    pub(crate) fn requests(self, keys: &[String], seeded: u32) -> Vec<Request> {
        if self == Self::MeAny {
            return vec![Request::get_with_any(ME, seeded)];
        }
        let following = keys.iter().cycle().skip(1);
        keys.iter().zip(following).map(|(key, next)| self.request(key, next)).collect()
    }

    fn request(self, key: &str, subject: &str) -> Request {
        match self {
            Self::Me | Self::MeAny => Request::get(ME, Some(key)),
            Self::List => Request::get("/api/v1/workspaces", Some(key)),
            Self::Verify => Request::post("/api/v1/api-keys/verify", Some(key), &format!(r#"{{"key": "{subject}"}}"#)),
            Self::Create32 | Self::Create128 => {
                Request::post("/api/v1/workspaces", Some(key), &format!(r#"{{"name": "Bench {NUMBER}"}}"#))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_come_before_writes() {
        let durable: Vec<_> = Scenario::value_variants().iter().map(|scenario| scenario.is_durable()).collect();
        assert!(durable.is_sorted());
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
    fn a_verification_carries_one_key_and_asks_for_another() {
        let keys = ["sk_1".to_owned(), "sk_2".to_owned()];
        let mut requests = Scenario::Verify.requests(&keys, 1);
        let text = String::from_utf8_lossy(requests[1].next()).into_owned();
        assert!(text.contains("Bearer sk_2") && text.ends_with(r#"{"key": "sk_1"}"#), "{text}");
    }
}
