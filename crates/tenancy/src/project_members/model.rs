//! The people in a project.

use crate::directory::PersonCard;
use crate::ids::MembershipId;
use crate::projects::{ProjectRole, ProjectSeat};
use mainstay_kernel::{Timestamp, UserId};

/// A person in a project.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProjectMember {
    /// Their seat: what routes name a member by.
    pub id: MembershipId,
    /// The person.
    pub user: UserId,
    /// Their address; none when the directory does not know the person.
    pub email: Option<String>,
    /// Their name; none when the directory does not know the person.
    pub name: Option<String>,
    /// What they are there.
    pub role: ProjectRole,
    /// The keys of the permissions given, sorted. The owner may do everything without any.
    pub permissions: Vec<String>,
    /// When they joined.
    pub created_at: Timestamp,
}

impl ProjectMember {
    /// The person on a seat.
    pub(crate) fn on(seat: ProjectSeat, card: Option<PersonCard>) -> Self {
        let ProjectSeat { id, user, role, permissions, created_at } = seat;
        let (email, name) = card.map(|card| (card.email, card.name)).unzip();
        Self { id, user, email, name, role, permissions, created_at }
    }
}

/// A person to be added.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct NewProjectMember {
    /// A verified address of theirs.
    pub email: String,
    /// `admin` or `member`; a member when absent.
    pub role: Option<String>,
    /// Keys of permissions; the project's defaults when absent.
    pub permissions: Option<Vec<String>>,
}

/// A change of a member; what is absent stays. What was sent is kept as it was, since whether it
/// can be taken is asked last.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ProjectMemberChange {
    /// `admin` or `member`.
    pub role: Option<String>,
    /// Keys of permissions, in place of all present ones.
    pub permissions: Option<Vec<String>>,
}
