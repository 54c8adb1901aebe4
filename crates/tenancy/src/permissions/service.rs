//! What people do with the permissions of a project.

use super::model::{NewPermission, Permission, PermissionChange};
use crate::ids::PermissionId;
use crate::projects::ProjectError;
use async_trait::async_trait;
use mainstay_kernel::UserId;

/// The front door to a project's catalogue of permissions. `user` is always the caller. A slug that
/// no project has is [`ProjectError::NotFound`], a caller who is no member
/// [`ProjectError::NotProjectMember`].
#[async_trait]
pub trait PermissionService: Send + Sync {
    /// The catalogue, oldest first. For every member.
    async fn list(&self, user: UserId, slug: &str) -> Result<Vec<Permission>, ProjectError>;

    /// Makes a permission. For the owner and admins.
    ///
    /// # Errors
    /// [`ProjectError::InsufficientRole`]; [`ProjectError::Invalid`] names every wrong field;
    /// [`ProjectError::PermissionKeyTaken`].
    async fn create(&self, user: UserId, slug: &str, new: NewPermission) -> Result<Permission, ProjectError>;

    /// Changes everything of a permission but its key. For the owner and admins.
    ///
    /// # Errors
    /// [`ProjectError::InsufficientRole`]; [`ProjectError::PermissionNotFound`]; [`ProjectError::Invalid`].
    async fn update(
        &self,
        user: UserId,
        slug: &str,
        id: PermissionId,
        change: PermissionChange,
    ) -> Result<Permission, ProjectError>;

    /// Ends a permission, also for every member who has it. For the owner and admins.
    ///
    /// # Errors
    /// [`ProjectError::InsufficientRole`]; [`ProjectError::PermissionNotFound`].
    async fn delete(&self, user: UserId, slug: &str, id: PermissionId) -> Result<(), ProjectError>;
}
