//! Who counts calls against what a plan allows.

use crate::caller::Caller;
use crate::error::{McpError, Quota};
use async_trait::async_trait;

/// The feature that calls of tools count as.
pub const TOOL_CALLS: &str = "mcp.monthly_tool_calls";

/// A call that was taken from what the plan allows.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Ticket {
    /// What it is called by who counts; none where nothing is to be settled.
    pub reservation: Option<String>,
}

/// Counts calls. Each is taken before its server is asked, and is given back when the server fails.
#[async_trait]
pub trait Meter: Send + Sync {
    /// Takes one call.
    ///
    /// # Errors
    /// [`McpError::QuotaExceeded`], [`McpError::NotPaid`], [`McpError::Store`].
    async fn take(&self, caller: &Caller) -> Result<Ticket, McpError>;

    /// Says what became of a call: whether it is used, or goes back.
    async fn settle(&self, caller: &Caller, ticket: Ticket, is_used: bool);

    /// How things stand for the caller's workspace; none where its plan does not have the feature.
    async fn standing(&self, caller: &Caller) -> Option<Quota>;
}

/// Counts nothing: for services that link this crate and have no plans.
#[derive(Debug, Clone, Copy, Default)]
pub struct Unmetered;

#[async_trait]
impl Meter for Unmetered {
    async fn take(&self, _: &Caller) -> Result<Ticket, McpError> {
        Ok(Ticket::default())
    }

    async fn settle(&self, _: &Caller, _: Ticket, _: bool) {}

    async fn standing(&self, _: &Caller) -> Option<Quota> {
        None
    }
}
