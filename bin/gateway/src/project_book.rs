//! What the OAuth provider must know of projects and workspaces, answered by those who know them.

use async_trait::async_trait;
use mainstay_auth::{OAuthError, ProjectBook, ProjectClaim};
use mainstay_kernel::{UserId, WorkspaceId};
use mainstay_tenancy::projects::{Project, ProjectError, ProjectSeat};
use mainstay_tenancy::{Memberships, ProjectId, ProjectService};
use std::sync::Arc;
use uuid::Uuid;

/// The projects and workspaces of this installation, as their clients see them.
pub(crate) struct Projects {
    pub(crate) projects: Arc<dyn ProjectService>,
    pub(crate) workspaces: Arc<dyn Memberships>,
}

/// Nobody: a name is told whoever asks.
const NOBODY: UserId = UserId(Uuid::nil());

impl Projects {
    async fn seat(&self, project: Uuid, person: UserId) -> Result<Option<(Project, Option<ProjectSeat>)>, OAuthError> {
        let away = |cause: ProjectError| OAuthError::Unavailable(cause.to_string());
        self.projects.membership(person, ProjectId(project)).await.map_err(away)
    }
}

#[async_trait]
impl ProjectBook for Projects {
    async fn membership(&self, project: Uuid, person: UserId) -> Result<Option<ProjectClaim>, OAuthError> {
        let found = self.seat(project, person).await?;
        Ok(found.and_then(|(project, seat)| Some(claim(project, seat?))))
    }

    async fn admits(&self, project: Uuid, person: UserId) -> Result<bool, OAuthError> {
        let found = self.seat(project, person).await?;
        Ok(found.is_some_and(|(project, seat)| project.is_public || seat.is_some()))
    }

    async fn project_name(&self, project: Uuid) -> Result<Option<String>, OAuthError> {
        Ok(self.seat(project, NOBODY).await?.map(|(project, _)| project.name))
    }

    async fn workspace_name(&self, workspace: WorkspaceId) -> Result<Option<String>, OAuthError> {
        let found = self.workspaces.workspace(workspace).await?;
        Ok(found.map(|workspace| workspace.name.clone()))
    }
}

fn claim(project: Project, seat: ProjectSeat) -> ProjectClaim {
    let Project { id, name, slug, .. } = project;
    ProjectClaim { id: id.0, name, slug, role: seat.role.name().to_owned(), permissions: seat.permissions }
}
