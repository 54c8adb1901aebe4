//! What the rules of projects need kept. Each method is one atomic step.

mod diesel;
pub(crate) mod rows;
pub(crate) mod tables;

use super::error::ProjectError;
use super::model::{Project, ProjectSeat, ProjectView};
use super::standing::ProjectStanding;
use crate::ids::{MembershipId, ProjectId};
use crate::store::{Rule, Ruled};
use async_trait::async_trait;
pub use diesel::{DieselProjectStore, open};
use mainstay_kernel::{Event, UserId};
use mainstay_store::StoreResult;

/// A project about to be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProjectFounding {
    /// The project, with no slug yet.
    pub project: Project,
    /// The owner's seat.
    pub seat: MembershipId,
    /// Slugs that it may have, the best first.
    pub slugs: Vec<String>,
}

/// Tells of a project that was just made.
pub type TellProject = Box<dyn FnOnce(&Project) -> Event + Send>;

/// The tables of projects.
///
/// A project is found by its slug, which is unique in the installation; whatever is read on behalf
/// of a person names the person. Steps on a project that is not there are refused as not found.
#[async_trait]
pub trait ProjectStore: Send + Sync {
    /// The projects that the person is in, the newest first.
    async fn list(&self, user: UserId) -> StoreResult<Vec<ProjectView>>;

    /// How things stand for the person in the project of this slug.
    async fn standing(&self, user: UserId, slug: &str) -> StoreResult<Option<ProjectStanding>>;

    /// The project, and the person's seat in it.
    async fn membership(&self, user: UserId, project: ProjectId)
    -> StoreResult<Option<(Project, Option<ProjectSeat>)>>;

    /// Makes the project under the first of the slugs that is free; none when all are taken.
    async fn found(&self, founding: ProjectFounding, tell: TellProject) -> Ruled<Option<Project>, ProjectError>;

    /// Replaces name, description and visibility by what the rule makes of them; gives the project
    /// as the caller sees it then.
    async fn update(
        &self,
        actor: UserId,
        slug: &str,
        decide: Rule<ProjectStanding, Project, ProjectError>,
    ) -> Ruled<ProjectView, ProjectError>;

    /// Deletes the project and all that is in it.
    async fn delete(
        &self,
        actor: UserId,
        slug: &str,
        decide: Rule<ProjectStanding, (), ProjectError>,
    ) -> Ruled<(), ProjectError>;
}
