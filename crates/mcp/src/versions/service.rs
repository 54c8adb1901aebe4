//! The front door to versions.

use super::model::{NewVersion, ToolVersion, VersionStatus};
use crate::caller::Caller;
use crate::error::McpError;
use crate::model::ServerName;
use async_trait::async_trait;
use std::sync::Arc;

/// All that can be done with the versions of tools. Every method may fail with [`McpError::Store`] and
/// [`McpError::NoServer`].
#[async_trait]
pub trait VersionService: Send + Sync {
    /// The versions of a tool, the newest first, each with where it stands.
    ///
    /// # Errors
    /// None of its own.
    async fn versions(
        &self,
        caller: &Caller,
        server: &ServerName,
        tool: &str,
    ) -> Result<Vec<(Arc<ToolVersion>, VersionStatus)>, McpError>;

    /// Declares a version, or what it is from now on.
    ///
    /// # Errors
    /// [`McpError::Invalid`] naming each wrong field.
    async fn put(
        &self,
        caller: &Caller,
        server: &ServerName,
        tool: &str,
        version: &str,
        new: NewVersion,
    ) -> Result<Arc<ToolVersion>, McpError>;

    /// Takes a version back.
    ///
    /// # Errors
    /// [`McpError::NoVersion`].
    async fn delete(&self, caller: &Caller, server: &ServerName, tool: &str, version: &str) -> Result<(), McpError>;
}
