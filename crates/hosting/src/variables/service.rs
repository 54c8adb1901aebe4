//! The front door to variables.

use super::model::{Variable, VariableChange};
use crate::error::HostingError;
use crate::ids::SiteId;
use crate::sites::Actor;
use async_trait::async_trait;
use mainstay_kernel::WorkspaceId;

/// All that can be done with variables. Every method may fail with [`HostingError::SiteNotFound`] and
/// [`HostingError::Store`].
#[async_trait]
pub trait VariableService: Send + Sync {
    /// Those of a site, by name and without their values.
    ///
    /// # Errors
    /// None of its own.
    async fn variables(&self, workspace: WorkspaceId, site: &SiteId) -> Result<Vec<Variable>, HostingError>;

    /// Those of a site with their values; that they were shown is told.
    ///
    /// # Errors
    /// [`HostingError::Sealed`] when this master key does not open them.
    async fn reveal(
        &self,
        workspace: WorkspaceId,
        site: &SiteId,
        actor: Option<Actor>,
    ) -> Result<Vec<Variable>, HostingError>;

    /// Sets and unsets some, all or nothing; the next deployment takes them on.
    ///
    /// # Errors
    /// [`HostingError::Invalid`] naming each wrong one; [`HostingError::VariableNotFound`].
    async fn rewrite(
        &self,
        workspace: WorkspaceId,
        site: &SiteId,
        actor: Option<Actor>,
        change: VariableChange,
    ) -> Result<Vec<Variable>, HostingError>;
}
