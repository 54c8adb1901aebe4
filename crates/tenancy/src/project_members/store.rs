//! What the rules of members need kept. Each method is one atomic step.

mod diesel;

use crate::ids::{MembershipId, PermissionId};
use crate::projects::{NewSeat, Project, ProjectError, ProjectRole, ProjectSeat, ProjectStanding, SeatOf};
use crate::store::{Rule, Ruled};
use async_trait::async_trait;
pub use diesel::{DieselProjectMemberStore, open};
use mainstay_kernel::UserId;
use mainstay_store::StoreResult;

/// Whose seat in which project is about to change, and on whose wish.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SeatRequest {
    /// The project.
    pub slug: String,
    /// The caller.
    pub actor: UserId,
    /// The seat; looked up in order until one is there.
    pub of: Vec<SeatOf>,
}

/// How things stand for a seat in a locked project.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SeatStanding {
    /// The project and the caller's seat in it.
    pub project: ProjectStanding,
    /// The seat that is meant, if it is there.
    pub target: Option<ProjectSeat>,
}

/// What becomes of a seat.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SeatStep {
    /// It is taken.
    Join(NewSeat),
    /// It stays, in this role and with these permissions; what is absent stays too.
    Change {
        /// The role from now on.
        role: Option<ProjectRole>,
        /// All permissions from now on.
        permissions: Option<Vec<PermissionId>>,
    },
    /// It ends.
    Leave,
    /// It becomes the owner's, and the owner's an admin's.
    Inherit {
        /// The owner's seat until now.
        from: MembershipId,
    },
}

/// The project and the seat as they are after a step.
pub type Seated = (Project, Option<ProjectSeat>);

/// The seats of projects.
#[async_trait]
pub trait ProjectMemberStore: Send + Sync {
    /// How things stand for the person, and every seat of the project by age.
    async fn seats(&self, user: UserId, slug: &str) -> StoreResult<Option<(ProjectStanding, Vec<ProjectSeat>)>>;

    /// The people who share a project or a workspace with this one, who is among them if they share any.
    async fn circle(&self, user: UserId) -> StoreResult<Vec<UserId>>;

    /// Changes a seat.
    async fn change(
        &self,
        request: SeatRequest,
        decide: Rule<SeatStanding, SeatStep, ProjectError>,
    ) -> Ruled<Seated, ProjectError>;
}
