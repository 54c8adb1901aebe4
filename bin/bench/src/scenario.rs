//! What is asked of the servers.

use crate::metering::{BATCH, FEATURE};
use crate::tracking::EVENTS;
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
    /// Check whether a plan leaves more of a feature, with a cached key.
    Check,
    /// Call a tool of a server that does nothing, over the API, 32 callers.
    ToolCall,
    /// The same over MCP itself.
    McpCall,
    /// Call such a tool over the API, one caller: what the gateway adds to a call.
    ToolCallAlone,
    /// The same over MCP itself.
    McpCallAlone,
    /// The same as mcp-call; beside another gateway of MCP.
    McpCallPeers,
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
    /// Record a use durably, 64 callers over 100 workspaces.
    Usage,
    /// Record 100 uses at once durably, 64 callers over 100 workspaces.
    UsageBatch,
    /// Judge and record a use durably, 64 callers over 100 workspaces.
    Consume,
    /// The same, 64 callers on one workspace and one feature.
    ConsumeOne,
    /// Tell of a page view durably, 128 callers, 16 384 visitors.
    Track,
    /// Tell of 100 page views at once durably, 32 callers.
    TrackBatch,
    /// Sum up the usage of a workspace with many records (--stored-records) beside one with 10 000; only run when named.
    Summary,
    /// Look at thirty days of a site with many events (--stored-events) beside one with 100 000, one caller; only run when
    /// named.
    Dashboard,
    /// Ask what an access token is (RFC 7662), 32 callers; beside other providers of OAuth.
    OauthIntrospect,
    /// A token for a client itself (RFC 6749 section 4.4), 32 callers; beside other providers of OAuth.
    OauthClientCredentials,
    /// Let a client in by a session, and trade the code with PKCE for tokens, 32 people; beside other providers of OAuth.
    OauthCode,
}

/// What gateways are compared with in a scenario.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Beside {
    /// A baseline that does this for a `POST`.
    Baseline(Work),
    /// Other providers of OAuth.
    Peers,
    /// Another gateway of MCP.
    ContextForge,
    /// The first gateway itself, asked by others.
    Itself,
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
            Self::Check => "check",
            Self::ToolCall => "tool-call",
            Self::McpCall => "mcp-call",
            Self::ToolCallAlone => "tool-call-alone",
            Self::McpCallAlone => "mcp-call-alone",
            Self::McpCallPeers => "mcp-call-peers",
            Self::Usage => "usage",
            Self::UsageBatch => "usage-batch",
            Self::Consume => "consume",
            Self::ConsumeOne => "consume-one",
            Self::Track => "track",
            Self::TrackBatch => "track-batch",
            Self::Summary => "summary",
            Self::Dashboard => "dashboard",
            Self::OauthIntrospect => "oauth-introspect",
            Self::OauthClientCredentials => "oauth-client-credentials",
            Self::OauthCode => "oauth-code",
        }
    }

    /// How many connections send at once, where the scenario fixes it.
    pub(crate) const fn callers(self) -> Option<usize> {
        match self {
            Self::ToolCallAlone | Self::McpCallAlone | Self::Dashboard => Some(1),
            Self::MeInAStorm => Some(8),
            Self::Create128 | Self::Track => Some(128),
            Self::Usage | Self::UsageBatch | Self::Consume | Self::ConsumeOne => Some(64),
            Self::Me | Self::MeAny | Self::List | Self::Verify | Self::Check | Self::Summary => None,
            _ => Some(32),
        }
    }

    /// What gateways are compared with. The baseline of a storm hashes too: what it answers beside that is what any
    /// server could on these cores.
    pub(crate) const fn beside(self) -> Beside {
        match self {
            Self::Me | Self::MeAny | Self::List | Self::Verify | Self::Check => Beside::Baseline(Work::Nothing),
            Self::ToolCall | Self::McpCall | Self::ToolCallAlone | Self::McpCallAlone => {
                Beside::Baseline(Work::Nothing)
            }
            Self::McpCallPeers => Beside::ContextForge,
            Self::MeInAStorm | Self::LogIn => Beside::Baseline(Work::Verification),
            Self::Refresh => Beside::Baseline(Work::Renewal),
            Self::Create32 | Self::Create128 => Beside::Baseline(Work::Creation),
            Self::Usage | Self::UsageBatch | Self::Consume | Self::Track | Self::TrackBatch => {
                Beside::Baseline(Work::Recording)
            }
            Self::ConsumeOne | Self::Summary | Self::Dashboard => Beside::Itself,
            Self::OauthIntrospect | Self::OauthClientCredentials | Self::OauthCode => Beside::Peers,
        }
    }

    /// Whether Mainstay is compared with other providers of OAuth instead of a baseline.
    pub(crate) const fn has_peers(self) -> bool {
        matches!(self.beside(), Beside::Peers)
    }

    /// Whether Mainstay is compared with another gateway of MCP.
    pub(crate) const fn has_contextforge(self) -> bool {
        matches!(self.beside(), Beside::ContextForge)
    }

    /// Whether it is run when no scenario is named.
    pub(crate) const fn is_run_unasked(self) -> bool {
        !self.is_set_apart()
    }

    /// Whether it has a gateway of its own, whose database holds what would be in the way of the others.
    pub(crate) const fn is_set_apart(self) -> bool {
        matches!(self, Self::Summary | Self::Dashboard)
    }

    /// How many contests it has.
    pub(crate) const fn contests(self) -> usize {
        if matches!(self, Self::Summary) { 2 } else { 1 }
    }

    /// Whether this is the body of an answer to what the scenario asks.
    pub(crate) fn is_answered_by(self, body: &Value) -> bool {
        match self {
            Self::Me | Self::MeAny | Self::Create32 | Self::Create128 => body["data"].is_object(),
            Self::List => body["data"].as_array().is_some_and(|items| items.len() == 25),
            Self::Verify => body["valid"] == true,
            // Only where there is a limit is anything judged.
            Self::Check | Self::Consume | Self::ConsumeOne => body["allowed"] == true && body["limit"].is_u64(),
            Self::ToolCall | Self::ToolCallAlone => body["success"] == true && body["result"].is_object(),
            Self::McpCall | Self::McpCallAlone | Self::McpCallPeers => {
                body["result"]["content"].is_array() && body["result"]["isError"] != true
            }
            Self::Usage => is_recorded(body),
            Self::UsageBatch => body["data"]
                .as_array()
                .is_some_and(|uses| uses.len() == usize::from(BATCH) && uses.iter().all(is_recorded)),
            Self::Track => body["tracked"] == true && body["bot"].is_null(),
            Self::TrackBatch => body["kept"] == EVENTS,
            Self::Dashboard => body["data"]["complete"] == true && body["data"]["top"]["page"][9]["views"].is_u64(),
            Self::Summary => body["data"]["entitlements"][FEATURE]["used"].as_u64() > Some(0),
            Self::MeInAStorm => body["email"].is_string(),
            Self::LogIn | Self::Refresh => body["token"].is_string() && body["refresh_token"].is_string(),
            Self::OauthIntrospect => body["active"] == true,
            Self::OauthClientCredentials => is_jwt(&body["access_token"]),
            Self::OauthCode => {
                is_jwt(&body["access_token"]) && is_jwt(&body["id_token"]) && body["refresh_token"].is_string()
            }
        }
    }
}

fn is_recorded(told: &Value) -> bool {
    told["recorded"] == true && told["limit"].is_u64()
}

/// Whether a token is signed (RFC 7515 section 3.1), which is what giving one out costs.
fn is_jwt(token: &Value) -> bool {
    token.as_str().is_some_and(|token| token.split('.').count() == 3)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_come_before_writes() {
        let beside = Scenario::value_variants().iter().map(|one| one.beside());
        let works = beside.filter(|beside| matches!(beside, Beside::Baseline(_)));
        assert!(works.map(|beside| beside != Beside::Baseline(Work::Nothing)).is_sorted());
    }

    #[test]
    fn all_who_trade_a_code_get_the_same_three_tokens() {
        let tokens = serde_json::json!({ "access_token": "a.b.c", "id_token": "a.b.c", "refresh_token": "r" });
        assert!(Scenario::OauthCode.is_answered_by(&tokens));
        for unsigned in ["access_token", "id_token"] {
            let mut cheaper = tokens.clone();
            cheaper[unsigned] = "opaque".into();
            assert!(!Scenario::OauthCode.is_answered_by(&cheaper), "{unsigned}");
        }
        let without_refresh = serde_json::json!({ "access_token": "a.b.c", "id_token": "a.b.c" });
        assert!(!Scenario::OauthCode.is_answered_by(&without_refresh));
    }

    #[test]
    fn a_use_without_a_limit_is_not_what_is_measured() {
        let consumed = |limit: Option<u64>| serde_json::json!({ "allowed": true, "current_usage": 1, "limit": limit });
        let recorded = |limit: Option<u64>| serde_json::json!({ "recorded": true, "current_usage": 1, "limit": limit });
        for scenario in [Scenario::Check, Scenario::Consume, Scenario::ConsumeOne] {
            assert!(scenario.is_answered_by(&consumed(Some(9))) && !scenario.is_answered_by(&consumed(None)));
        }
        assert!(Scenario::Usage.is_answered_by(&recorded(Some(9))) && !Scenario::Usage.is_answered_by(&recorded(None)));
        let batch = |count: u16| serde_json::json!({ "data": vec![recorded(Some(9)); count.into()] });
        assert!(Scenario::UsageBatch.is_answered_by(&batch(BATCH)));
        assert!(!Scenario::UsageBatch.is_answered_by(&batch(BATCH - 1)));
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
