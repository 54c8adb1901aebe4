//! What can go wrong with projects, their members and permissions.
//!
//! Named failures have status 400 in the identity API, where a field that cannot be taken has 422;
//! they are told apart by [`Kind::Malformed`] and [`Kind::Invalid`].

use super::role::ProjectRole;
use crate::directory::DirectoryError;
use mainstay_kernel::{Details, Fault, FieldError, Kind, Role};
use mainstay_store::StoreError;

/// Why something was not done.
#[derive(Debug, thiserror::Error)]
pub enum ProjectError {
    /// No project has this slug.
    #[error("Project not found")]
    NotFound,
    /// The workspace that the project should belong to does not live, or the caller is not in it.
    #[error("Workspace not found")]
    WorkspaceNotFound,
    /// The caller is in the workspace, with a lesser role than making a project there takes.
    #[error("This takes the role {needs} in the workspace")]
    InsufficientWorkspaceRole {
        /// The least role that suffices.
        needs: Role,
    },
    /// The caller is not in the project.
    #[error("You are not a member of this project")]
    NotProjectMember,
    /// The caller is in the project, with a lesser role than this takes.
    #[error("This takes the role {needs} in the project")]
    InsufficientRole {
        /// The least role that suffices.
        needs: ProjectRole,
    },
    /// Only a public project can be joined without an invite.
    #[error("This project is private")]
    Private,
    /// The person is in the project already.
    #[error("Already a member of this project")]
    AlreadyMember,
    /// The owner must hand the project over first.
    #[error("The owner cannot leave the project; transfer the ownership first")]
    OwnerCannotLeave,
    /// The owner must hand the project over first.
    #[error("The owner cannot be removed from the project")]
    CannotRemoveOwner,
    /// Nobody removes themselves.
    #[error("You cannot remove yourself; leave the project instead")]
    UseLeave,
    /// No such seat in this project.
    #[error("Member not found")]
    MemberNotFound,
    /// Nobody has this verified address.
    #[error("No user has this email; invite them instead")]
    UserNotFound,
    /// Nobody changes their own role.
    #[error("Cannot change your own role")]
    CannotChangeOwnRole,
    /// Only a transfer changes the owner's role.
    #[error("Cannot change owner role")]
    CannotChangeOwnerRole,
    /// The owner is no affair of an admin's.
    #[error("An admin cannot edit the owner")]
    AdminCannotEditOwner,
    /// Another admin is no affair of an admin's.
    #[error("An admin cannot edit another admin")]
    AdminCannotEditAdmin,
    /// Admins do not make admins.
    #[error("Only owner can assign admin role")]
    OnlyOwnerAssignsAdmin,
    /// The caller owns the project already.
    #[error("You own this project already")]
    CannotTransferToSelf,
    /// A new owner must be a member before.
    #[error("The new owner must be a member of the project")]
    NotAMember,
    /// No such permission in this project.
    #[error("Permission not found")]
    PermissionNotFound,
    /// A permission of this project has this key.
    #[error("A permission with this key exists")]
    PermissionKeyTaken,
    /// Values that cannot be taken.
    #[error("The given data was invalid")]
    Invalid(Vec<FieldError>),
    /// People cannot be looked up.
    #[error("people cannot be looked up: {}", .0.0)]
    Directory(DirectoryError),
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<Vec<FieldError>> for ProjectError {
    fn from(problems: Vec<FieldError>) -> Self {
        Self::Invalid(problems)
    }
}

impl From<FieldError> for ProjectError {
    fn from(problem: FieldError) -> Self {
        Self::Invalid(vec![problem])
    }
}

impl From<DirectoryError> for ProjectError {
    fn from(error: DirectoryError) -> Self {
        Self::Directory(error)
    }
}

impl Fault for ProjectError {
    fn kind(&self) -> Kind {
        match self {
            Self::NotFound
            | Self::WorkspaceNotFound
            | Self::MemberNotFound
            | Self::UserNotFound
            | Self::PermissionNotFound => Kind::NotFound,
            Self::NotProjectMember
            | Self::InsufficientRole { .. }
            | Self::InsufficientWorkspaceRole { .. }
            | Self::Private
            | Self::CannotChangeOwnRole
            | Self::AdminCannotEditOwner
            | Self::AdminCannotEditAdmin
            | Self::OnlyOwnerAssignsAdmin => Kind::Forbidden,
            Self::AlreadyMember
            | Self::OwnerCannotLeave
            | Self::CannotRemoveOwner
            | Self::UseLeave
            | Self::CannotChangeOwnerRole
            | Self::CannotTransferToSelf
            | Self::NotAMember => Kind::Malformed,
            Self::PermissionKeyTaken => Kind::Conflict,
            Self::Invalid(_) => Kind::Invalid,
            Self::Directory(error) => error.0.kind(),
            Self::Store(error) => error.kind(),
        }
    }

    fn code(&self) -> &'static str {
        match self {
            Self::NotFound => "project_not_found",
            Self::WorkspaceNotFound => "workspace_not_found",
            Self::NotProjectMember => "not_project_member",
            Self::InsufficientRole { .. } | Self::InsufficientWorkspaceRole { .. } => "insufficient_role",
            Self::Private => "project_private",
            Self::AlreadyMember => "already_member",
            Self::OwnerCannotLeave => "owner_cannot_leave",
            Self::CannotRemoveOwner => "cannot_remove_owner",
            Self::UseLeave => "use_leave",
            Self::MemberNotFound => "member_not_found",
            Self::UserNotFound => "user_not_found",
            Self::CannotChangeOwnRole => "cannot_change_own_role",
            Self::CannotChangeOwnerRole => "cannot_change_owner_role",
            Self::AdminCannotEditOwner => "admin_cannot_edit_owner",
            Self::AdminCannotEditAdmin => "admin_cannot_edit_admin",
            Self::OnlyOwnerAssignsAdmin => "only_owner_assigns_admin",
            Self::CannotTransferToSelf => "cannot_transfer_to_self",
            Self::NotAMember => "not_a_member",
            Self::PermissionNotFound => "permission_not_found",
            Self::PermissionKeyTaken => "permission_key_taken",
            Self::Invalid(_) => "validation_failed",
            Self::Directory(error) => error.0.code(),
            Self::Store(error) => error.code(),
        }
    }

    fn details(&self) -> Details {
        match self {
            Self::Invalid(fields) => Details::Fields(fields.clone()),
            Self::Directory(error) => error.0.details(),
            Self::Store(error) => error.details(),
            _ => Details::None,
        }
    }
}
