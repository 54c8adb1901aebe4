//! What is known of a call.

use crate::caller::{Caller, Protocol};
use crate::error::McpError;
use crate::model::ServerName;
use crate::upstream::UpstreamFault;
use mainstay_kernel::{KeyId, Listing, Timestamp, UserId, WorkspaceId};
use rmcp::model::CallToolResponse;
use serde_json::Value;
use std::time::Duration;

/// A call in the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CallId(pub i64);

/// How a call ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// The tool did what it was asked.
    Succeeded,
    /// The tool says of itself that it failed.
    Failed,
    /// The server refused the call, could not be reached, or answered what cannot be used.
    ServerError,
    /// The server did not answer in time.
    TimedOut,
    /// The caller went away before the answer.
    Cancelled,
    /// The arguments were wrong, so that the server was not asked.
    Invalid,
    /// The plan allowed no more calls.
    QuotaExceeded,
}

impl Outcome {
    /// Every outcome.
    pub const ALL: [Self; 7] = [
        Self::Succeeded,
        Self::Failed,
        Self::ServerError,
        Self::TimedOut,
        Self::Cancelled,
        Self::Invalid,
        Self::QuotaExceeded,
    ];

    /// The name on the wire and in the database.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Succeeded => "succeeded",
            Self::Failed => "failed",
            Self::ServerError => "server_error",
            Self::TimedOut => "timed_out",
            Self::Cancelled => "cancelled",
            Self::Invalid => "invalid",
            Self::QuotaExceeded => "quota_exceeded",
        }
    }

    /// The outcome of a name.
    pub fn of(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|outcome| outcome.name() == name)
    }

    /// How a call ended that came to an end.
    pub(crate) fn of_answer(answer: &Result<CallToolResponse, McpError>) -> Self {
        match answer {
            Ok(CallToolResponse::Complete(result)) if result.is_error == Some(true) => Self::Failed,
            Ok(_) => Self::Succeeded,
            Err(McpError::Upstream(UpstreamFault::TimedOut(_))) => Self::TimedOut,
            Err(McpError::QuotaExceeded(_) | McpError::NotPaid) => Self::QuotaExceeded,
            Err(McpError::Invalid(_)) => Self::Invalid,
            Err(_) => Self::ServerError,
        }
    }
}

/// A call that is to be noted.
#[derive(Debug, Clone)]
pub struct CallRecord {
    /// Who called.
    pub caller: Caller,
    /// Which server.
    pub server: ServerName,
    /// Which tool.
    pub tool: String,
    /// Of which version.
    pub version: String,
    /// With what, less what is secret.
    pub arguments: Value,
    /// How it ended.
    pub outcome: Outcome,
    /// Why it failed, in a sentence.
    pub error: Option<String>,
    /// How long it took.
    pub took: Duration,
    /// When it began.
    pub at: Timestamp,
}

/// A call as it stands in the log.
#[derive(Debug, Clone, PartialEq)]
pub struct Call {
    /// Which one.
    pub id: CallId,
    /// Whose.
    pub workspace: WorkspaceId,
    /// Which server.
    pub server: String,
    /// Which tool.
    pub tool: String,
    /// Of which version.
    pub version: String,
    /// How it ended.
    pub outcome: Outcome,
    /// Why it failed, in a sentence.
    pub error: Option<String>,
    /// With what, less what is secret.
    pub arguments: Value,
    /// How long it took.
    pub took: Duration,
    /// The person who called.
    pub user: UserId,
    /// By which key, if by one.
    pub key: Option<KeyId>,
    /// From which address.
    pub address: Option<String>,
    /// What the program says it is.
    pub client: Option<String>,
    /// In which request.
    pub request: Option<String>,
    /// How the caller spoke.
    pub protocol: Protocol,
    /// When it began.
    pub at: Timestamp,
}

/// What calls are sorted by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CallColumn {
    /// When it began.
    CreatedAt,
    /// How long it took.
    Duration,
    /// Which server.
    Server,
    /// Which tool.
    Tool,
}

/// Which calls of a workspace are wanted.
#[derive(Debug, Clone, Default)]
pub struct CallQuery {
    /// Page, order, spans and search, which looks into the name of the tool. A call never changes: both spans are of when
    /// it began.
    pub listing: Listing<CallColumn>,
    /// Only those that ended so.
    pub outcome: Option<Outcome>,
    /// Only those of this server.
    pub server: Option<String>,
    /// Only those of this tool.
    pub tool: Option<String>,
    /// Only those by this key.
    pub key: Option<KeyId>,
    /// Only those of this person.
    pub user: Option<UserId>,
}
