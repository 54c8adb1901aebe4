//! What people do with projects.

use super::error::ProjectError;
use super::model::{NewProject, Project, ProjectChange, ProjectSeat, ProjectView};
use crate::ids::ProjectId;
use async_trait::async_trait;
use mainstay_kernel::{UserId, WorkspaceId};

/// The front door to projects. `user` is always the caller. A slug that no project has is
/// [`ProjectError::NotFound`]; what is for members is [`ProjectError::NotProjectMember`] to others.
#[async_trait]
pub trait ProjectService: Send + Sync {
    /// The projects that the caller is a member of, the newest first.
    async fn list(&self, user: UserId) -> Result<Vec<ProjectView>, ProjectError>;

    /// One project. A public one for everyone, a private one for its members.
    async fn get(&self, user: UserId, slug: &str) -> Result<ProjectView, ProjectError>;

    /// Makes a project in this workspace, whose owner the caller becomes. For members of the
    /// workspace and above.
    ///
    /// # Errors
    /// [`ProjectError::Invalid`] names every wrong field; [`ProjectError::WorkspaceNotFound`];
    /// [`ProjectError::InsufficientWorkspaceRole`].
    async fn create(&self, user: UserId, workspace: WorkspaceId, new: NewProject) -> Result<ProjectView, ProjectError>;

    /// Changes a project; gives it as it is then. For the owner and admins.
    ///
    /// # Errors
    /// [`ProjectError::InsufficientRole`]; [`ProjectError::Invalid`] names every wrong field.
    async fn update(&self, user: UserId, slug: &str, change: ProjectChange) -> Result<ProjectView, ProjectError>;

    /// Ends a project with its members, permissions and invites. For the owner.
    ///
    /// # Errors
    /// [`ProjectError::InsufficientRole`].
    async fn delete(&self, user: UserId, slug: &str) -> Result<(), ProjectError>;

    /// The project of this identifier and the person's seat in it, for those who decide about
    /// access themselves; none when there is no such project.
    async fn membership(
        &self,
        user: UserId,
        project: ProjectId,
    ) -> Result<Option<(Project, Option<ProjectSeat>)>, ProjectError>;
}
