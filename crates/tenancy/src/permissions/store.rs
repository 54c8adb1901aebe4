//! What the rules of permissions need kept. Each method is one atomic step.

mod diesel;

use super::model::Permission;
use crate::ids::PermissionId;
use crate::projects::{ProjectError, ProjectStanding};
use crate::store::{Rule, Ruled};
use async_trait::async_trait;
pub use diesel::{DieselPermissionStore, open};
use mainstay_kernel::UserId;
use mainstay_store::StoreResult;

/// What becomes of the catalogue.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PermissionStep {
    /// A permission is added.
    Create(Permission),
    /// The permission of this identifier becomes this.
    Change(Permission),
    /// It ends, for its members too.
    Delete(PermissionId),
}

/// The catalogues of projects.
#[async_trait]
pub trait PermissionStore: Send + Sync {
    /// How things stand for the person in the project of this slug; the catalogue is part of that.
    async fn standing(&self, user: UserId, slug: &str) -> StoreResult<Option<ProjectStanding>>;

    /// Changes the catalogue of a locked project.
    async fn change(
        &self,
        actor: UserId,
        slug: &str,
        decide: Rule<ProjectStanding, PermissionStep, ProjectError>,
    ) -> Ruled<(), ProjectError>;
}
