//! What is asked of entitlements.

use crate::request::Request;
use crate::scenario::Scenario;
use crate::stage::Gateway;
use crate::token::token;

/// Over how many workspaces uses are spread, each called by a key of its own.
const WORKSPACES: u32 = 100;
/// How many uses a batch tells of.
pub(crate) const BATCH: u16 = 100;
/// What is used; the plans of the bench limit it.
pub(crate) const FEATURE: &str = "posts";
/// The seeded keys of the workspaces that are summed up, each of another: with few records, and with many.
pub(crate) const KEY_OF_FEW: u32 = 1;
pub(crate) const KEY_OF_MANY: u32 = 2;

const CONSUME: &str = "/api/v1/entitlements/consume";
const SUMMARY: &str = "/api/v1/entitlements/summary";

/// The requests of a scenario, which so many connections as there are share.
pub(crate) fn requests(scenario: Scenario, gateway: &Gateway<'_>) -> Vec<Request> {
    let of_keys = |request: &dyn Fn(&str) -> Request| gateway.keys.iter().map(|key| request(key)).collect();
    match scenario {
        Scenario::Usage => spread("usage", &one(), gateway.key_count),
        Scenario::UsageBatch => spread("usage/batch", &batch(), gateway.key_count),
        Scenario::Consume => spread("consume", &one(), gateway.key_count),
        // The minted keys are all of one workspace.
        Scenario::ConsumeOne => of_keys(&|key| Request::post(CONSUME, Some(key), &one())),
        Scenario::Summary => vec![summary(KEY_OF_MANY)],
        _ => of_keys(&|key| Request::get(&format!("/api/v1/entitlements/check?feature={FEATURE}"), Some(key))),
    }
}

/// The requests that those of a scenario are compared with on the same gateway, with so many seeded keys.
pub(crate) fn requests_of_others(scenario: Scenario, key_count: u32) -> Vec<Request> {
    match scenario {
        Scenario::Summary => vec![summary(KEY_OF_FEW)],
        _ => spread("consume", &one(), key_count),
    }
}

/// What the gateway under those requests is called in the report.
pub(crate) const fn name_of_others(scenario: Scenario) -> &'static str {
    match scenario {
        Scenario::Summary => "mainstay, 10000 records",
        _ => "mainstay, 100 workspaces",
    }
}

/// The first seeded keys are of one workspace each.
fn spread(action: &str, body: &str, key_count: u32) -> Vec<Request> {
    let path = format!("/api/v1/entitlements/{action}");
    vec![Request::post_with_any(&path, WORKSPACES.min(key_count), body)]
}

/// The sum of the usage of a seeded key's workspace.
pub(crate) fn summary(key: u32) -> Request {
    Request::get(SUMMARY, Some(&token(key)))
}

fn one() -> String {
    format!(r#"{{"feature": "{FEATURE}", "quantity": 1, "metadata": {{"endpoint": "/api/v1/posts"}}}}"#)
}

fn batch() -> String {
    let uses = vec![one(); BATCH.into()];
    format!(r#"{{"events": [{}]}}"#, uses.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::Value;
    use std::collections::HashSet;

    fn sent(request: &mut Request) -> String {
        String::from_utf8_lossy(request.next()).into_owned()
    }

    #[test]
    fn a_batch_tells_of_as_many_uses_as_are_counted() {
        let body: Value = serde_json::from_str(&batch()).expect("JSON");
        let uses = body["events"].as_array().expect("uses");
        assert!(uses.len() == usize::from(BATCH) && uses.iter().all(|told| told["feature"] == FEATURE));
    }

    #[test]
    fn uses_are_spread_over_a_hundred_keys_or_all_there_are() {
        for (key_count, expected) in [(1_000, 100), (7, 7)] {
            let mut requests = requests_of_others(Scenario::ConsumeOne, key_count);
            let all: HashSet<_> = (0..5_000).map(|_| sent(&mut requests[0])).collect();
            assert_eq!(all.len(), expected);
        }
    }

    #[test]
    fn few_records_and_many_are_of_two_keys() {
        let few = sent(&mut requests_of_others(Scenario::Summary, 1_000)[0]);
        assert!(few.starts_with("GET /api/v1/entitlements/summary ") && few.contains(&token(KEY_OF_FEW)), "{few}");
        assert_ne!(few, sent(&mut summary(KEY_OF_MANY)));
    }
}
