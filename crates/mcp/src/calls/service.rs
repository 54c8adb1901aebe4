//! The front door to the log of calls.

use super::model::{Call, CallQuery};
use crate::error::McpError;
use async_trait::async_trait;
use mainstay_kernel::{Page, WorkspaceId};

/// Who called what.
#[async_trait]
pub trait CallService: Send + Sync {
    /// The calls of a workspace. One stands here at its end, one through another node within a second.
    ///
    /// # Errors
    /// [`McpError::Store`].
    async fn calls(&self, workspace: WorkspaceId, query: CallQuery) -> Result<Page<Call>, McpError>;
}
