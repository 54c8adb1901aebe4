//! Projects, and the seats in them.

use super::role::ProjectRole;
use crate::ids::{MembershipId, ProjectId};
use mainstay_kernel::{Patch, Timestamp, UserId, WorkspaceId};

/// A project of a workspace, with members of its own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Project {
    /// Its identifier.
    pub id: ProjectId,
    /// The workspace that it belongs to.
    pub workspace: WorkspaceId,
    /// Its name in addresses, unique among all projects and never changed.
    pub slug: String,
    /// Its name for people, 1 to 255 characters.
    pub name: String,
    /// What it is about, at most 2000 characters.
    pub description: Option<String>,
    /// Whether everyone with an account may see and join it.
    pub is_public: bool,
    /// Its one owner.
    pub owner: UserId,
    /// When it was made.
    pub created_at: Timestamp,
    /// When its name, description, visibility or owner last changed.
    pub updated_at: Timestamp,
}

/// A project as a person sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProjectView {
    /// The project.
    pub project: Project,
    /// What the person is in it; none for an outsider of a public one.
    pub role: Option<ProjectRole>,
}

/// A person's seat in a project.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProjectSeat {
    /// The seat.
    pub id: MembershipId,
    /// Who has it.
    pub user: UserId,
    /// As what.
    pub role: ProjectRole,
    /// The keys of the permissions given, sorted.
    pub permissions: Vec<String>,
    /// Since when.
    pub created_at: Timestamp,
}

/// A project to be made.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct NewProject {
    /// 1 to 255 characters, white space around them aside; the slug is made from it.
    pub name: String,
    /// At most 2000 characters.
    pub description: Option<String>,
    /// Whether everyone with an account may see and join it.
    pub is_public: bool,
}

/// A change of a project; what is absent stays.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ProjectChange {
    /// 1 to 255 characters, white space around them aside. The slug stays.
    pub name: Option<String>,
    /// At most 2000 characters.
    pub description: Patch<String>,
    /// Members stay when a public project becomes private.
    pub is_public: Option<bool>,
}
