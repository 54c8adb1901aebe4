//! What the provider asks of projects and workspaces.

use crate::oauth::OAuthError;
use async_trait::async_trait;
use mainstay_kernel::{UserId, WorkspaceId};
use uuid::Uuid;

/// What a client of a project learns about a member.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProjectClaim {
    /// Which project.
    pub id: Uuid,
    /// Its name.
    pub name: String,
    /// Its name in addresses.
    pub slug: String,
    /// `owner`, `admin` or `member`.
    pub role: String,
    /// The keys of the member's permissions.
    pub permissions: Vec<String>,
}

/// Projects and workspaces, as far as their clients are concerned.
#[async_trait]
pub trait ProjectBook: Send + Sync {
    /// What a person is in a project; none for whoever is no member.
    ///
    /// # Errors
    /// [`OAuthError::Unavailable`] when that cannot be found out.
    async fn membership(&self, project: Uuid, person: UserId) -> Result<Option<ProjectClaim>, OAuthError>;

    /// Whether a person may log in to the project's clients: anybody while it is public, else its members.
    ///
    /// # Errors
    /// [`OAuthError::Unavailable`] when that cannot be found out.
    async fn admits(&self, project: Uuid, person: UserId) -> Result<bool, OAuthError>;

    /// What a project is called; none when there is no such project.
    ///
    /// # Errors
    /// [`OAuthError::Unavailable`] when that cannot be found out.
    async fn project_name(&self, project: Uuid) -> Result<Option<String>, OAuthError>;

    /// What a workspace is called; none when there is no such workspace.
    ///
    /// # Errors
    /// [`OAuthError::Unavailable`] when that cannot be found out.
    async fn workspace_name(&self, workspace: WorkspaceId) -> Result<Option<String>, OAuthError>;
}
