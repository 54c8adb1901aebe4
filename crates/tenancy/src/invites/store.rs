//! What the rules of invites need kept. Each method is one atomic step.

mod diesel;
mod rows;

use super::error::InviteError;
use super::model::{Invite, Place};
use super::token::TokenHash;
use crate::ids::InviteId;
use crate::model::Workspace;
use crate::projects::{NewSeat, ProjectStanding, SeatOf};
use crate::store::{Rule, Ruled};
use async_trait::async_trait;
pub use diesel::{DieselInviteStore, open};
use mainstay_kernel::{Event, Role, Timestamp, UserId};
use mainstay_store::StoreResult;
use mainstay_store::jobs::NewJob;

/// The place of an invite, and what the caller is in it.
#[derive(Debug, Clone, PartialEq)]
pub enum Ground {
    /// A project.
    Project(ProjectStanding),
    /// A living workspace, and the caller's role; none for an outsider.
    Workspace(Workspace, Option<Role>),
}

impl Ground {
    /// The name for people.
    pub fn name(&self) -> &str {
        match self {
            Self::Project(standing) => &standing.project.name,
            Self::Workspace(workspace, _) => &workspace.name,
        }
    }

    /// The name in addresses.
    pub fn slug(&self) -> &str {
        match self {
            Self::Project(standing) => &standing.project.slug,
            Self::Workspace(workspace, _) => &workspace.slug,
        }
    }
}

/// Which invite a change is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Subject {
    /// The one to this place for the address of this key, if there is one.
    Email(Place, String),
    /// The one to this place of this identifier.
    Id(Place, InviteId),
    /// The one of this token.
    Token(TokenHash),
}

/// Which invite is about to change, on whose wish, and who else it concerns.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InviteRequest {
    /// The caller.
    pub actor: UserId,
    /// The invite.
    pub subject: Subject,
    /// The person who is invited, where they are known.
    pub guest: SeatOf,
}

/// How things stand for an invite while its place is locked.
#[derive(Debug, Clone, PartialEq)]
pub struct InviteStanding {
    /// The place.
    pub ground: Ground,
    /// The invite that is meant, if it is there.
    pub invite: Option<Invite>,
    /// Whether the guest has a seat.
    pub seated: bool,
    /// How many people are in the workspace; none of a project's.
    pub members: i64,
}

/// What becomes of an invite.
#[derive(Debug, Clone, PartialEq)]
pub enum InviteStep {
    /// It is made in place of an expired one, and the letter is posted.
    Create(Box<Invite>, TokenHash, Box<NewJob>),
    /// It ends unused.
    Cancel(InviteId),
    /// It is used up for a seat, of which another event tells.
    Accept(InviteId, Taking, Event),
}

/// The seat that is taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Taking {
    /// In the project.
    Project(NewSeat),
    /// In the workspace, by this person in this role.
    Workspace(UserId, Role),
}

/// The invites to projects and workspaces.
#[async_trait]
pub trait InviteStore: Send + Sync {
    /// The place as the person finds it, and its invites, the newest first.
    async fn list(&self, user: UserId, place: &Place) -> StoreResult<Option<(Ground, Vec<Invite>)>>;

    /// The invite of this token and its place, as an outsider finds it.
    async fn find(&self, token: &TokenHash) -> StoreResult<Option<(Ground, Invite)>>;

    /// Changes an invite while its place is locked; gives it as it was made or as it was before.
    /// Of several who use one up at once, one does and the others do not find it.
    async fn change(
        &self,
        request: InviteRequest,
        decide: Rule<InviteStanding, InviteStep, InviteError>,
    ) -> Ruled<Option<Invite>, InviteError>;

    /// Deletes at most `most` invites that expired before `before`; gives how many.
    async fn delete_expired(&self, before: Timestamp, most: i64) -> StoreResult<usize>;
}
