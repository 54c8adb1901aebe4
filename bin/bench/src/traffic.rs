//! Who sends what in a scenario.

use crate::dashboard;
use crate::metering;
use crate::people::LOGGING_IN;
use crate::provider::Provider;
use crate::request::{NUMBER, Request};
use crate::scenario::Scenario;
use crate::stage::Gateway;
use crate::tool;
use crate::tracking;
use std::net::SocketAddr;

const ME: &str = "/api/v1/me";

/// One request for each connection, which sends it over and over.
#[derive(Debug, Clone)]
pub(crate) struct Traffic {
    /// Those that are measured.
    pub(crate) requests: Vec<Request>,
    /// Those that the measured ones have to stand beside.
    pub(crate) storm: Vec<Request>,
}

/// Whoever is behind a connection.
#[derive(Debug)]
pub(crate) struct Caller<'a> {
    /// What they send.
    pub(crate) request: &'a mut Request,
    /// Whether they belong to the storm.
    pub(crate) is_storm: bool,
}

/// What a gateway under the traffic of others is called in the report.
pub(crate) const fn name_of_others(scenario: Scenario) -> &'static str {
    match scenario {
        Scenario::Dashboard => dashboard::NAME_OF_FEW,
        _ => metering::name_of_others(scenario),
    }
}

impl Traffic {
    /// The traffic of a scenario on this gateway. Where sessions are needed, people log in for them.
    ///
    /// # Errors
    /// When the gateway lets somebody not in.
    pub(crate) fn of(scenario: Scenario, gateway: &Gateway<'_>, connections: usize) -> anyhow::Result<Self> {
        let (people, address) = (&gateway.people, gateway.server.address);
        let requests = match scenario {
            Scenario::MeAny => vec![Request::get_with_any(ME, gateway.key_count)],
            Scenario::MeInAStorm => {
                let sessions = people.sessions(address, connections)?;
                sessions.iter().map(|session| Request::get("/auth/me", Some(&session.token))).collect()
            }
            Scenario::LogIn => LOGGING_IN.map(|person| people.log_in(person)).collect(),
            Scenario::Refresh => {
                let sessions = people.sessions(address, connections)?;
                let refresh = |token: &str| Request::post_again("/auth/token/refresh", "refresh_token", token);
                sessions.iter().map(|session| refresh(&session.refresh_token)).collect()
            }
            Scenario::OauthIntrospect | Scenario::OauthClientCredentials | Scenario::OauthCode => {
                let provider = Provider::mainstay(address, &people.sessions(address, connections)?)?;
                return Self::of_provider(scenario, &provider, address, connections);
            }
            Scenario::Check
            | Scenario::Usage
            | Scenario::UsageBatch
            | Scenario::Consume
            | Scenario::ConsumeOne
            | Scenario::Summary => metering::requests(scenario, gateway),
            Scenario::Track | Scenario::TrackBatch => tracking::requests(scenario),
            Scenario::Dashboard => dashboard::requests(),
            Scenario::ToolCall
            | Scenario::McpCall
            | Scenario::ToolCallAlone
            | Scenario::McpCallAlone
            | Scenario::McpCallPeers => tool::requests(scenario, &gateway.keys),
            Scenario::Me | Scenario::List | Scenario::Verify | Scenario::Create32 | Scenario::Create128 => {
                of_keys(scenario, &gateway.keys)
            }
        };
        let is_in_a_storm = scenario == Scenario::MeInAStorm;
        let storm = LOGGING_IN.filter(|_| is_in_a_storm).map(|person| people.log_in(person)).collect();
        Ok(Self { requests: requests.into_iter().cycle().take(connections).collect(), storm })
    }

    /// The traffic that a gateway's is compared with where it is compared with itself.
    pub(crate) fn of_others(scenario: Scenario, gateway: &Gateway<'_>, connections: usize) -> Self {
        let requests = match scenario {
            Scenario::Dashboard => dashboard::requests_of_few(),
            _ => metering::requests_of_others(scenario, gateway.key_count),
        };
        Self { requests: requests.into_iter().cycle().take(connections).collect(), storm: Vec::new() }
    }

    /// The traffic of a scenario of OAuth on the provider at `address`.
    ///
    /// # Errors
    /// When the provider lets somebody not in.
    pub(crate) fn of_provider(
        scenario: Scenario,
        provider: &Provider,
        address: SocketAddr,
        connections: usize,
    ) -> anyhow::Result<Self> {
        let requests = provider.requests(scenario, address)?;
        Ok(Self { requests: requests.into_iter().cycle().take(connections).collect(), storm: Vec::new() })
    }

    /// The traffic on another gateway of MCP, which calls the same tool.
    pub(crate) fn of_contextforge(connections: usize) -> Self {
        Self { requests: vec![tool::request_of_peer(); connections], storm: Vec::new() }
    }

    /// Deals the callers out to as many threads at most.
    pub(crate) fn shares(&mut self, threads: usize) -> Vec<Vec<Caller<'_>>> {
        let threads = threads.min(self.requests.len() + self.storm.len());
        let measured = self.requests.iter_mut().map(|request| Caller { request, is_storm: false });
        let storm = self.storm.iter_mut().map(|request| Caller { request, is_storm: true });
        let mut shares: Vec<Vec<_>> = (0..threads).map(|_| Vec::new()).collect();
        for (number, caller) in measured.chain(storm).enumerate() {
            shares[number % threads].push(caller);
        }
        shares
    }
}

/// One request for each of `keys`, which it carries; a verification is of the key after it.
fn of_keys(scenario: Scenario, keys: &[String]) -> Vec<Request> {
    let following = keys.iter().cycle().skip(1);
    keys.iter().zip(following).map(|(key, next)| of_key(scenario, key, next)).collect()
}

fn of_key(scenario: Scenario, key: &str, subject: &str) -> Request {
    match scenario {
        Scenario::List => Request::get("/api/v1/workspaces", Some(key)),
        Scenario::Verify => Request::post("/api/v1/api-keys/verify", Some(key), &format!(r#"{{"key": "{subject}"}}"#)),
        Scenario::Create32 | Scenario::Create128 => {
            Request::post("/api/v1/workspaces", Some(key), &format!(r#"{{"name": "Bench {NUMBER}"}}"#))
        }
        _ => Request::get(ME, Some(key)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_verification_carries_one_key_and_asks_for_another() {
        let keys = ["sk_1".to_owned(), "sk_2".to_owned()];
        let mut requests = of_keys(Scenario::Verify, &keys);
        let text = String::from_utf8_lossy(requests[1].next()).into_owned();
        assert!(text.contains("Bearer sk_2") && text.ends_with(r#"{"key": "sk_1"}"#), "{text}");
    }

    #[test]
    fn every_caller_is_in_one_share_and_no_share_is_empty() {
        let requests = |count| vec![Request::get("/", None); count];
        for (measured, storm, threads) in [(8, 32, 2), (1, 0, 4), (0, 3, 2), (5, 0, 1)] {
            let mut traffic = Traffic { requests: requests(measured), storm: requests(storm) };
            let shares = traffic.shares(threads);
            assert_eq!(shares.len(), threads.min(measured + storm));
            assert!(shares.iter().all(|share| !share.is_empty()));
            let in_storm = shares.iter().flatten().filter(|caller| caller.is_storm).count();
            assert_eq!((shares.iter().flatten().count(), in_storm), (measured + storm, storm));
        }
    }
}
