//! What can go wrong with workspaces and their members.

use crate::directory::DirectoryError;
use mainstay_kernel::{Details, Fault, FieldError, Kind, Role};
use mainstay_store::StoreError;
use mainstay_store::limits::MEMBERS;

/// Why something was not done.
#[derive(Debug, thiserror::Error)]
pub enum TenancyError {
    /// There is no such workspace, or the caller is not in it.
    #[error("Workspace not found.")]
    NotFound,
    /// The person is not in the workspace.
    #[error("Member not found.")]
    MemberNotFound,
    /// The caller is in the workspace, with a lesser role than this takes.
    #[error("This takes the role {needs} in the workspace.")]
    Forbidden {
        /// The least role that suffices.
        needs: Role,
    },
    /// Values that cannot be taken.
    #[error("The given data was invalid.")]
    Invalid(Vec<FieldError>),
    /// A living workspace has this slug.
    #[error("The given data was invalid.")]
    SlugTaken,
    /// The workspace is the only one that the caller is in.
    #[error("You cannot delete your only workspace.")]
    OnlyWorkspace,
    /// A workspace must keep an owner.
    #[error("The last owner of a workspace can be neither demoted nor removed.")]
    LastOwner,
    /// The person is in the workspace already.
    #[error("This person is a member of the workspace already.")]
    AlreadyMember,
    /// The plan allows no further member.
    #[error("The plan allows no further member of this workspace.")]
    MembersFull,
    /// People cannot be looked up.
    #[error("people cannot be looked up: {}", .0.0)]
    Directory(DirectoryError),
    /// The database failed.
    #[error(transparent)]
    Store(StoreError),
}

impl From<Vec<FieldError>> for TenancyError {
    fn from(problems: Vec<FieldError>) -> Self {
        Self::Invalid(problems)
    }
}

impl From<DirectoryError> for TenancyError {
    fn from(error: DirectoryError) -> Self {
        Self::Directory(error)
    }
}

/// The index that keeps slugs apart, as both databases name it.
const SLUG_INDEX: &str = "workspaces_slug_key";

impl From<StoreError> for TenancyError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::NotUnique(index) if index == SLUG_INDEX => Self::SlugTaken,
            other => Self::Store(other),
        }
    }
}

impl Fault for TenancyError {
    fn kind(&self) -> Kind {
        match self {
            Self::NotFound | Self::MemberNotFound => Kind::NotFound,
            Self::Forbidden { .. } => Kind::Forbidden,
            Self::Invalid(_) | Self::SlugTaken | Self::OnlyWorkspace | Self::LastOwner => Kind::Invalid,
            Self::AlreadyMember => Kind::Conflict,
            Self::MembersFull => Kind::LimitReached,
            Self::Directory(error) => error.0.kind(),
            Self::Store(error) => error.kind(),
        }
    }

    fn code(&self) -> &'static str {
        match self {
            Self::NotFound | Self::MemberNotFound => "not_found",
            Self::Forbidden { .. } => "forbidden_role",
            Self::Invalid(_) | Self::SlugTaken => "validation_failed",
            Self::OnlyWorkspace => "cannot_delete",
            Self::LastOwner => "last_owner",
            Self::AlreadyMember => "already_member",
            Self::MembersFull => "feature_limit_reached",
            Self::Directory(error) => error.0.code(),
            Self::Store(error) => error.code(),
        }
    }

    fn details(&self) -> Details {
        match self {
            Self::Invalid(fields) => Details::Fields(fields.clone()),
            Self::SlugTaken => {
                Details::Fields(vec![FieldError::new("slug", "unique", "The slug has already been taken.")])
            }
            Self::MembersFull => Details::Feature(MEMBERS.to_owned()),
            Self::Directory(error) => error.0.details(),
            Self::Store(error) => error.details(),
            _ => Details::None,
        }
    }
}
