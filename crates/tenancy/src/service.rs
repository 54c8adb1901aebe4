//! What people do with workspaces.

use crate::error::TenancyError;
use crate::listing::{MemberQuery, WorkspaceQuery};
use crate::model::{Member, NewWorkspace, Workspace, WorkspaceChange};
use async_trait::async_trait;
use mainstay_kernel::{Page, Role, UserId, WorkspaceId};
use std::collections::HashMap;

/// The front door. `user` is always the caller; a workspace that the caller is not in is
/// [`TenancyError::NotFound`], whatever is asked of it.
#[async_trait]
pub trait WorkspaceService: Send + Sync {
    /// The workspaces that the caller is in.
    ///
    /// # Errors
    /// [`TenancyError::Invalid`] when the search cannot be meant.
    async fn list(&self, user: UserId, query: WorkspaceQuery) -> Result<Page<Workspace>, TenancyError>;

    /// One workspace, as it is now.
    async fn get(&self, user: UserId, id: WorkspaceId) -> Result<Workspace, TenancyError>;

    /// Makes a workspace, whose owner the caller becomes.
    ///
    /// # Errors
    /// [`TenancyError::Invalid`] names every wrong field; [`TenancyError::SlugTaken`] when the asked
    /// slug is. A slug made from the name avoids taken ones.
    async fn create(&self, user: UserId, new: NewWorkspace) -> Result<Workspace, TenancyError>;

    /// The caller's personal workspace, which is made when there is none. It bears their name.
    ///
    /// # Errors
    /// [`TenancyError::Directory`] when people cannot be looked up.
    async fn personal(&self, user: UserId) -> Result<Workspace, TenancyError>;

    /// Changes a workspace; gives it as it is then. For owners and admins.
    ///
    /// # Errors
    /// As for [`WorkspaceService::create`]; also [`TenancyError::Forbidden`].
    async fn update(&self, user: UserId, id: WorkspaceId, change: WorkspaceChange) -> Result<Workspace, TenancyError>;

    /// Puts a workspace on another plan; gives it as it is then. `by` need not be in it: whether they may do so is not asked
    /// here.
    ///
    /// # Errors
    /// [`TenancyError::Invalid`] when there is no such plan.
    async fn put_on_plan(&self, by: UserId, id: WorkspaceId, plan: &str) -> Result<Workspace, TenancyError>;

    /// Ends a workspace and all memberships in it. For owners.
    ///
    /// # Errors
    /// [`TenancyError::Forbidden`]; [`TenancyError::OnlyWorkspace`] when the caller is in no other.
    async fn delete(&self, user: UserId, id: WorkspaceId) -> Result<(), TenancyError>;

    /// The people in a workspace. For everyone in it.
    ///
    /// # Errors
    /// [`TenancyError::Directory`] when people cannot be looked up.
    async fn members(&self, user: UserId, id: WorkspaceId, query: MemberQuery) -> Result<Page<Member>, TenancyError>;

    /// Adds the person to whom the address belongs. For owners, and for admins except as owner.
    ///
    /// # Errors
    /// [`TenancyError::Forbidden`]; [`TenancyError::Invalid`] when nobody has the address;
    /// [`TenancyError::AlreadyMember`].
    async fn add_member(&self, user: UserId, id: WorkspaceId, email: &str, role: Role) -> Result<Member, TenancyError>;

    /// Gives a member another role. For owners, and for admins where neither role is owner.
    ///
    /// # Errors
    /// [`TenancyError::Forbidden`]; [`TenancyError::MemberNotFound`]; [`TenancyError::LastOwner`].
    async fn change_role(
        &self,
        user: UserId,
        id: WorkspaceId,
        member: UserId,
        role: Role,
    ) -> Result<Member, TenancyError>;

    /// Removes a member. For owners, for admins where the member is no owner, and for everyone
    /// who leaves by themselves.
    ///
    /// # Errors
    /// [`TenancyError::Forbidden`]; [`TenancyError::MemberNotFound`]; [`TenancyError::LastOwner`].
    async fn remove_member(&self, user: UserId, id: WorkspaceId, member: UserId) -> Result<(), TenancyError>;

    /// The members of several workspaces at once, or of each only those of one role; the longest
    /// there first. Workspaces that the caller is not in are left out.
    ///
    /// # Errors
    /// [`TenancyError::Directory`] when people cannot be looked up.
    async fn owners_and_members(
        &self,
        user: UserId,
        workspaces: &[WorkspaceId],
        role: Option<Role>,
    ) -> Result<HashMap<WorkspaceId, Vec<Member>>, TenancyError>;
}
