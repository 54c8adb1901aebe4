//! What people do with the members of projects.

use super::model::{NewProjectMember, ProjectMember, ProjectMemberChange};
use crate::ids::MembershipId;
use crate::projects::{Project, ProjectError};
use async_trait::async_trait;
use mainstay_kernel::UserId;
use uuid::Uuid;

/// The front door to the people of a project. `user` is always the caller. A slug that no project
/// has is [`ProjectError::NotFound`]; a caller who is no member is [`ProjectError::NotProjectMember`],
/// except when they join.
#[async_trait]
pub trait ProjectMemberService: Send + Sync {
    /// The members, who joined first comes first. For every member.
    ///
    /// # Errors
    /// [`ProjectError::Directory`] when people cannot be looked up.
    async fn list(&self, user: UserId, slug: &str) -> Result<Vec<ProjectMember>, ProjectError>;

    /// Adds the person to whom the address belongs, at once. For the owner and admins.
    ///
    /// # Errors
    /// [`ProjectError::InsufficientRole`]; [`ProjectError::OnlyOwnerAssignsAdmin`];
    /// [`ProjectError::UserNotFound`]; [`ProjectError::AlreadyMember`]; [`ProjectError::Invalid`].
    async fn add(&self, user: UserId, slug: &str, new: NewProjectMember) -> Result<ProjectMember, ProjectError>;

    /// Changes the role or permissions of a member. The owner changes everyone, an admin the
    /// permissions of plain members and their own; nobody their own role, or the owner's.
    ///
    /// # Errors
    /// In this order: [`ProjectError::InsufficientRole`], [`ProjectError::MemberNotFound`],
    /// [`ProjectError::CannotChangeOwnRole`], [`ProjectError::CannotChangeOwnerRole`],
    /// [`ProjectError::AdminCannotEditOwner`], [`ProjectError::AdminCannotEditAdmin`],
    /// [`ProjectError::OnlyOwnerAssignsAdmin`], [`ProjectError::Invalid`].
    async fn change(
        &self,
        user: UserId,
        slug: &str,
        member: MembershipId,
        change: ProjectMemberChange,
    ) -> Result<ProjectMember, ProjectError>;

    /// Removes a member. For the owner, and for admins where the member is a plain one.
    ///
    /// # Errors
    /// [`ProjectError::InsufficientRole`]; [`ProjectError::MemberNotFound`];
    /// [`ProjectError::CannotRemoveOwner`]; [`ProjectError::UseLeave`] for oneself;
    /// [`ProjectError::AdminCannotEditAdmin`].
    async fn remove(&self, user: UserId, slug: &str, member: MembershipId) -> Result<(), ProjectError>;

    /// Makes the caller a plain member with the default permissions. For everyone, in public projects.
    ///
    /// # Errors
    /// [`ProjectError::AlreadyMember`]; [`ProjectError::Private`].
    async fn join(&self, user: UserId, slug: &str) -> Result<ProjectMember, ProjectError>;

    /// Ends the caller's membership. For everyone but the owner.
    ///
    /// # Errors
    /// [`ProjectError::OwnerCannotLeave`].
    async fn leave(&self, user: UserId, slug: &str) -> Result<(), ProjectError>;

    /// Makes another member the owner, and the owner an admin; gives the project as it is then.
    /// `to` is the person's identifier, or their seat's. For the owner.
    ///
    /// # Errors
    /// [`ProjectError::InsufficientRole`]; [`ProjectError::CannotTransferToSelf`];
    /// [`ProjectError::NotAMember`].
    async fn transfer(&self, user: UserId, slug: &str, to: Uuid) -> Result<Project, ProjectError>;

    /// The people who share a project or a workspace with the caller: whom else the caller may learn of, they must
    /// know the address of. Ten thousand by workspaces and as many by projects at most.
    async fn circle(&self, user: UserId) -> Result<Vec<UserId>, ProjectError>;
}
