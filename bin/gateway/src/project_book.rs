//! What the OAuth provider must know of projects, answered by those who know projects.

use async_trait::async_trait;
use mainstay_auth::{OAuthError, ProjectBook, ProjectClaim};
use mainstay_kernel::UserId;
use mainstay_tenancy::projects::{Project, ProjectError, ProjectSeat};
use mainstay_tenancy::{ProjectId, ProjectService};
use std::sync::Arc;
use uuid::Uuid;

/// The projects of this installation, as their clients see them.
pub(crate) struct Projects(pub(crate) Arc<dyn ProjectService>);

impl Projects {
    async fn seat(&self, project: Uuid, person: UserId) -> Result<Option<(Project, Option<ProjectSeat>)>, OAuthError> {
        let away = |cause: ProjectError| OAuthError::Unavailable(cause.to_string());
        self.0.membership(person, ProjectId(project)).await.map_err(away)
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
}

fn claim(project: Project, seat: ProjectSeat) -> ProjectClaim {
    let Project { id, name, slug, .. } = project;
    ProjectClaim { id: id.0, name, slug, role: seat.role.name().to_owned(), permissions: seat.permissions }
}
