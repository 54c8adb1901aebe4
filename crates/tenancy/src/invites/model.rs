//! Invites, and where they lead.

use super::token::InviteToken;
use crate::ids::{InviteId, ProjectId};
use crate::projects::ProjectRole;
use mainstay_kernel::{Role, Timestamp, UserId, WorkspaceId};

/// Where somebody is invited to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    /// The project of this slug.
    Project(String),
    /// This workspace.
    Workspace(WorkspaceId),
}

/// The seat that is offered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Offer {
    /// One in a project, with the default permissions.
    Project(ProjectId, ProjectRole),
    /// One in the workspace.
    Workspace(Role),
}

impl Offer {
    /// The role that is offered.
    pub const fn role(self) -> &'static str {
        match self {
            Self::Project(_, role) => role.name(),
            Self::Workspace(role) => role.name(),
        }
    }

    /// The project, unless a seat in the workspace itself is offered.
    pub const fn project(self) -> Option<ProjectId> {
        match self {
            Self::Project(id, _) => Some(id),
            Self::Workspace(_) => None,
        }
    }
}

/// An invite that waits, or has expired unused. A used or cancelled one is gone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Invite {
    /// Its identifier; who knows it cannot accept.
    pub id: InviteId,
    /// The workspace, or the one of the project.
    pub workspace: WorkspaceId,
    /// What is offered.
    pub offer: Offer,
    /// The address that was invited, as it was written.
    pub email: String,
    /// Where the person is to be sent afterwards.
    pub redirect_url: Option<String>,
    /// Who invited them.
    pub invited_by: UserId,
    /// Until when it can be accepted.
    pub expires_at: Timestamp,
    /// When it was made.
    pub created_at: Timestamp,
}

impl Invite {
    /// Whether it can no longer be accepted.
    pub fn is_expired(&self, now: Timestamp) -> bool {
        now >= self.expires_at
    }
}

/// Somebody to be invited.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct NewInvite {
    /// Their address.
    pub email: String,
    /// A project's `admin` or `member`, or any role of a workspace; a member when absent.
    pub role: Option<String>,
    /// An absolute `https` URL, or `http` on the loopback.
    pub redirect_url: Option<String>,
}

/// What its holder sees of an invite.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InviteView {
    /// The invite.
    pub invite: Invite,
    /// The name of the project or workspace.
    pub place_name: String,
    /// The slug of the project or workspace.
    pub place_slug: String,
    /// Who invites; none when the directory does not know them.
    pub invited_by: Option<String>,
}

/// What came of an invite.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Accepted {
    /// The invite, which is used up.
    pub invite: Invite,
    /// The slug of the project or workspace that the person is in now.
    pub place_slug: String,
}

/// What is mailed to the invited. The token stands nowhere else.
#[derive(Debug)]
pub struct InviteLetter {
    /// The invite; the letter goes to its address.
    pub invite: Invite,
    /// What the link must carry.
    pub token: InviteToken,
    /// The name of the project or workspace.
    pub place_name: String,
    /// Who invites; none when the directory does not know them.
    pub invited_by: Option<String>,
}
