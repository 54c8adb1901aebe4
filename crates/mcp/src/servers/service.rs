//! The front door to the registry.

use super::model::{NewServer, Server, ServerChange};
use crate::error::McpError;
use crate::model::ServerName;
use async_trait::async_trait;
use mainstay_kernel::WorkspaceId;
use std::sync::Arc;

/// All that can be done with the servers of a workspace. Every method may fail with [`McpError::Store`], and those that
/// name a server with [`McpError::NoServer`].
#[async_trait]
pub trait ServerService: Send + Sync {
    /// The servers that there are for a workspace, by their names.
    ///
    /// # Errors
    /// None of its own.
    async fn servers(&self, workspace: WorkspaceId) -> Result<Vec<Arc<Server>>, McpError>;

    /// One of them.
    ///
    /// # Errors
    /// None of its own.
    async fn server(&self, workspace: WorkspaceId, name: &ServerName) -> Result<Arc<Server>, McpError>;

    /// Registers a server of the workspace's own.
    ///
    /// # Errors
    /// [`McpError::Invalid`] naming each wrong field.
    async fn create(&self, workspace: WorkspaceId, new: NewServer) -> Result<Arc<Server>, McpError>;

    /// Changes a server; of the installation's only what may be done with it.
    ///
    /// # Errors
    /// [`McpError::Invalid`] naming each wrong field.
    async fn update(
        &self,
        workspace: WorkspaceId,
        name: &ServerName,
        change: ServerChange,
    ) -> Result<Arc<Server>, McpError>;

    /// Deletes a server of the workspace's own, and ends whatever it is doing.
    ///
    /// # Errors
    /// [`McpError::NotYours`] for one of the installation's.
    async fn delete(&self, workspace: WorkspaceId, name: &ServerName) -> Result<(), McpError>;
}
