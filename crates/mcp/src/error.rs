//! What can go wrong with MCP servers and their tools.

use crate::model::ServerName;
use crate::upstream::UpstreamFault;
use mainstay_kernel::{Details, Fault, FieldError, Kind, Timestamp};
use mainstay_store::StoreError;
use rmcp::model::ErrorData;
use serde_json::{Map, Value, json};

/// Why something could not be done with a server or a tool.
#[derive(Debug, thiserror::Error)]
pub enum McpError {
    /// The workspace has no such server, or the caller's key does not show it.
    #[error("There is no such MCP server.")]
    NoServer,
    /// The server has no such tool, or the workspace does not let it be called.
    #[error("The server {server} has no tool of that name.")]
    NoTool {
        /// The server.
        server: ServerName,
    },
    /// The server has no such resource, which it said in these words if it was asked.
    #[error("There is no such resource.")]
    NoResource(Option<Box<ErrorData>>),
    /// There is no such prompt.
    #[error("There is no such prompt.")]
    NoPrompt,
    /// The address is not that of a resource.
    #[error("A resource is named <server>://<path>.")]
    BadAddress,
    /// The caller's key is for other servers.
    #[error("This key may not use the server {server}.")]
    ForbiddenServer {
        /// The server.
        server: ServerName,
        /// Those that it may use.
        allowed: Vec<String>,
    },
    /// It is the installation's.
    #[error("The server belongs to the installation: it can be disabled, but not deleted.")]
    NotYours,
    /// Some fields are wrong.
    #[error("The given data was invalid.")]
    Invalid(Vec<FieldError>),
    /// The tool has no such version.
    #[error("The tool {tool} has no version {version}.")]
    NoVersion {
        /// The tool.
        tool: String,
        /// The version that was asked for.
        version: String,
    },
    /// The version is over.
    #[error("Version {} of the tool {} is no longer served.", .0.version, .0.tool)]
    Sunset(Box<Sunset>),
    /// The workspace has used up its calls.
    #[error("The plan allows no more tool calls in this cycle.")]
    QuotaExceeded(Quota),
    /// Neither plan nor credits pay for the call.
    #[error("There are not enough credits for this call.")]
    NotPaid,
    /// The server did not give an answer.
    #[error(transparent)]
    Upstream(#[from] UpstreamFault),
    /// A secret at rest cannot be read.
    #[error("a sealed value of the server {0} cannot be opened")]
    Sealed(ServerName),
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl McpError {
    /// Whether there is no such thing: no such server, or nothing of that name on it.
    pub const fn is_unknown(&self) -> bool {
        matches!(self, Self::NoServer | Self::NoTool { .. } | Self::NoResource(_) | Self::NoPrompt)
    }
}

/// A version that is no longer served.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sunset {
    /// The server.
    pub server: ServerName,
    /// The tool.
    pub tool: String,
    /// The version that was asked for.
    pub version: String,
    /// The one to use instead.
    pub latest: Option<String>,
    /// How to get there.
    pub notes: Option<String>,
}

/// How things stand with the calls that a plan allows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Quota {
    /// What has been used in the cycle that is open.
    pub used: u64,
    /// The limit; none where there is none.
    pub limit: Option<u64>,
    /// When the cycle ends.
    pub resets_at: Option<Timestamp>,
}

impl Quota {
    /// The facts by their names on the wire.
    fn facts(&self) -> Value {
        let calls = json!({ "used": self.used, "limit": self.limit, "unlimited": self.limit.is_none() });
        json!({ "tool_calls": calls, "resets_at": self.resets_at.map(Timestamp::to_iso_seconds) })
    }
}

impl Fault for McpError {
    fn kind(&self) -> Kind {
        match self {
            Self::NoServer | Self::NoTool { .. } | Self::NoResource(_) | Self::NoPrompt => Kind::NotFound,
            Self::BadAddress | Self::NoVersion { .. } => Kind::Malformed,
            Self::ForbiddenServer { .. } | Self::NotYours => Kind::Forbidden,
            Self::Invalid(_) => Kind::Invalid,
            Self::Sunset(_) => Kind::Gone,
            Self::QuotaExceeded(_) => Kind::QuotaExceeded,
            Self::NotPaid => Kind::PaymentRequired,
            Self::Upstream(UpstreamFault::TimedOut(_)) => Kind::UpstreamTimeout,
            Self::Upstream(UpstreamFault::Busy) => Kind::Unavailable,
            Self::Upstream(_) => Kind::BadUpstream,
            Self::Sealed(_) => Kind::Internal,
            Self::Store(cause) => cause.kind(),
        }
    }

    fn code(&self) -> &'static str {
        match self {
            Self::NoServer | Self::NoTool { .. } | Self::NoResource(_) | Self::NoPrompt => "not_found",
            Self::BadAddress => "invalid_uri",
            Self::ForbiddenServer { .. } => "forbidden_server",
            Self::NotYours => "forbidden",
            Self::Invalid(_) => "validation_failed",
            Self::NoVersion { .. } => "VERSION_NOT_FOUND",
            Self::Sunset(_) => "TOOL_VERSION_SUNSET",
            Self::QuotaExceeded(_) => "quota_exceeded",
            Self::NotPaid => "insufficient_credits",
            Self::Upstream(UpstreamFault::TimedOut(_)) => "tool_timeout",
            Self::Upstream(UpstreamFault::Busy) => "server_busy",
            Self::Upstream(_) => "tool_error",
            Self::Sealed(_) => "internal_error",
            Self::Store(cause) => cause.code(),
        }
    }

    fn details(&self) -> Details {
        match self {
            Self::Invalid(fields) => Details::Fields(fields.clone()),
            Self::ForbiddenServer { allowed, .. } => facts([("allowed_servers", json!(allowed))]),
            Self::Sunset(sunset) => facts([
                ("server", json!(sunset.server.as_str())),
                ("tool", json!(sunset.tool)),
                ("requested_version", json!(sunset.version)),
                ("latest_version", json!(sunset.latest)),
                ("migration_notes", json!(sunset.notes)),
            ]),
            Self::QuotaExceeded(quota) => {
                facts([("quota", quota.facts()), ("upgrade_hint", json!("A larger plan allows more tool calls."))])
            }
            Self::Upstream(UpstreamFault::Busy) => Details::RetryAfter(1),
            Self::Store(cause) => cause.details(),
            _ => Details::None,
        }
    }
}

fn facts<const N: usize>(facts: [(&str, Value); N]) -> Details {
    Details::Facts(facts.into_iter().map(|(name, value)| (name.to_owned(), value)).collect::<Map<_, _>>())
}
