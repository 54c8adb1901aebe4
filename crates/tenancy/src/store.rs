//! What the rules need kept. Each method is one atomic step.

mod diesel;

use crate::error::TenancyError;
use crate::listing::{MemberQuery, WorkspaceQuery};
use crate::model::Workspace;
use async_trait::async_trait;
pub use diesel::{DieselTenancyStore, open};
use mainstay_kernel::{Event, Page, Role, Timestamp, UserId, WorkspaceId};
use mainstay_store::StoreResult;

/// A workspace about to be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Founding {
    /// Its name.
    pub name: String,
    /// Its slug.
    pub slug: String,
    /// Its plan.
    pub tier: String,
    /// When it is made.
    pub at: Timestamp,
    /// Whether it is the one that its owner is given with their account.
    pub is_personal: bool,
}

/// A person's seat in a workspace.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Membership {
    /// Where.
    pub workspace: WorkspaceId,
    /// Who.
    pub user: UserId,
    /// As what.
    pub role: Role,
    /// Since when.
    pub created_at: Timestamp,
    /// When the role last changed.
    pub updated_at: Timestamp,
}

/// How things stand for a caller in a locked workspace.
#[derive(Debug, Clone, PartialEq)]
pub struct WorkspaceStanding {
    /// The workspace.
    pub workspace: Workspace,
    /// What the caller is in it.
    pub actor: Role,
    /// Whether the caller is in another workspace too.
    pub elsewhere: bool,
}

/// Whose seat in which workspace is about to change, and on whose wish.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Seat {
    /// The workspace.
    pub workspace: WorkspaceId,
    /// The caller.
    pub actor: UserId,
    /// The person whose seat it is; the caller's own too.
    pub member: UserId,
}

/// How things stand for a seat in a locked workspace.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MemberStanding {
    /// What the caller is in it.
    pub actor: Role,
    /// The seat, if the person has one.
    pub member: Option<Membership>,
    /// How many owners the workspace has.
    pub owners: i64,
    /// How many people are in it.
    pub members: i64,
}

/// What becomes of a seat.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MemberStep {
    /// It is taken, in this role.
    Join(Role),
    /// It stays, in this role.
    Become(Role),
    /// It ends.
    Leave,
}

/// A rule that is asked while the workspace or project is locked: from how things stand it tells the change
/// and the event that goes with it, or that nothing changes, or why not.
pub type Rule<S, C, E = TenancyError> = Box<dyn FnOnce(&S) -> Result<Option<(C, Event)>, E> + Send>;

/// Tells of what was just made.
pub type Tell = Box<dyn FnOnce(&Workspace) -> Event + Send>;

/// What came of a step that a rule may refuse; then nothing was changed.
pub type Ruled<T, E = TenancyError> = StoreResult<Result<T, E>>;

/// The tables of this crate.
///
/// A workspace is the tenant itself; whatever is read on behalf of a person names the person.
/// Steps on a workspace that is deleted or that the caller is not in are refused as not found.
#[async_trait]
pub trait TenancyStore: Send + Sync {
    /// The person's workspaces.
    async fn page(&self, user: UserId, query: &WorkspaceQuery) -> StoreResult<Page<Workspace>>;

    /// One of the person's workspaces.
    async fn find(&self, user: UserId, id: WorkspaceId) -> StoreResult<Option<Workspace>>;

    /// The living workspace of this number, for the memory that all its people share.
    async fn workspace(&self, id: WorkspaceId) -> StoreResult<Option<Workspace>>;

    /// The living workspace that has this slug.
    async fn slug_holder(&self, slug: &str) -> StoreResult<Option<WorkspaceId>>;

    /// What the person is in the workspace.
    async fn role(&self, user: UserId, id: WorkspaceId) -> StoreResult<Option<Role>>;

    /// The workspace that the person has been in longest.
    async fn longest_held(&self, user: UserId) -> StoreResult<Option<WorkspaceId>>;

    /// The living workspace that was made for the person alone.
    async fn personal_of(&self, user: UserId) -> StoreResult<Option<Workspace>>;

    /// Makes the workspace, with the person as its owner.
    ///
    /// # Errors
    /// `NotUnique` of `workspaces_slug_key`, and of `workspaces_personal_of_key` for a second personal one.
    async fn found(&self, owner: UserId, founding: Founding, tell: Tell) -> StoreResult<Workspace>;

    /// Replaces the workspace by what the rule makes of it; gives it as it is then.
    async fn update(
        &self,
        actor: UserId,
        id: WorkspaceId,
        decide: Rule<WorkspaceStanding, Workspace>,
    ) -> Ruled<Workspace>;

    /// Replaces the workspace by what the rule makes of it, whoever is in it; gives it as it is then.
    async fn replace(&self, id: WorkspaceId, decide: Rule<Workspace, Workspace>) -> Ruled<Workspace>;

    /// Marks the workspace deleted and ends its memberships, projects and invites.
    async fn delete(&self, actor: UserId, id: WorkspaceId, decide: Rule<WorkspaceStanding, ()>) -> Ruled<()>;

    /// Changes a seat; gives it as it is then, if it still is.
    async fn change_member(&self, seat: Seat, decide: Rule<MemberStanding, MemberStep>) -> Ruled<Option<Membership>>;

    /// The seats of a workspace: one page in the order asked for. `Name`, `Email` and `Role` do
    /// not order and the search does not filter here.
    async fn seats(&self, id: WorkspaceId, query: &MemberQuery) -> StoreResult<Page<Membership>>;

    /// How many people are in a workspace.
    async fn members(&self, id: WorkspaceId) -> StoreResult<i64>;

    /// All seats of a workspace that pass the filters of the query, in no order.
    async fn all_seats(&self, id: WorkspaceId, query: &MemberQuery) -> StoreResult<Vec<Membership>>;

    /// The seats of those of the workspaces that the person is in, by workspace and age; of one
    /// role only, if it is given.
    async fn seats_of(
        &self,
        user: UserId,
        workspaces: &[WorkspaceId],
        role: Option<Role>,
    ) -> StoreResult<Vec<Membership>>;
}
