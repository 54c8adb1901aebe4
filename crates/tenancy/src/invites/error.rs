//! What can go wrong with invites.

use super::model::Place;
use crate::directory::DirectoryError;
use crate::error::TenancyError;
use crate::projects::ProjectError;
use mainstay_kernel::{Details, Fault, FieldError, Kind};
use mainstay_store::StoreError;

/// Why something was not done.
#[derive(Debug, thiserror::Error)]
pub enum InviteError {
    /// No such invite: unknown, cancelled or used.
    #[error("Invite not found")]
    NotFound,
    /// It was not accepted in time.
    #[error("The invite has expired")]
    Expired,
    /// None of the person's verified addresses was invited.
    #[error("This invite was sent to another email address")]
    EmailMismatch,
    /// The address has an invite to this place that waits.
    #[error("An invite for this email is pending already")]
    AlreadyExists,
    /// The person is there already.
    #[error("Already a member")]
    AlreadyMember,
    /// Values that cannot be taken.
    #[error("The given data was invalid")]
    Invalid(Vec<FieldError>),
    /// The project does not let the caller.
    #[error(transparent)]
    Project(#[from] ProjectError),
    /// The workspace does not let the caller.
    #[error(transparent)]
    Workspace(#[from] TenancyError),
    /// People cannot be looked up.
    #[error("people cannot be looked up: {}", .0.0)]
    Directory(DirectoryError),
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl InviteError {
    /// There is no such place.
    pub(crate) fn no_place(place: &Place) -> Self {
        match place {
            Place::Project(_) => ProjectError::NotFound.into(),
            Place::Workspace(_) => TenancyError::NotFound.into(),
        }
    }
}

impl From<Vec<FieldError>> for InviteError {
    fn from(problems: Vec<FieldError>) -> Self {
        Self::Invalid(problems)
    }
}

impl From<DirectoryError> for InviteError {
    fn from(error: DirectoryError) -> Self {
        Self::Directory(error)
    }
}

impl Fault for InviteError {
    fn kind(&self) -> Kind {
        match self {
            Self::NotFound => Kind::NotFound,
            Self::Expired | Self::EmailMismatch | Self::AlreadyExists | Self::AlreadyMember => Kind::Malformed,
            Self::Invalid(_) => Kind::Invalid,
            Self::Project(error) => error.kind(),
            Self::Workspace(error) => error.kind(),
            Self::Directory(error) => error.0.kind(),
            Self::Store(error) => error.kind(),
        }
    }

    fn code(&self) -> &'static str {
        match self {
            Self::NotFound => "invite_not_found",
            Self::Expired => "invite_expired",
            Self::EmailMismatch => "email_mismatch",
            Self::AlreadyExists => "invite_already_exists",
            Self::AlreadyMember => "already_member",
            Self::Invalid(_) => "validation_failed",
            Self::Project(error) => error.code(),
            Self::Workspace(error) => error.code(),
            Self::Directory(error) => error.0.code(),
            Self::Store(error) => error.code(),
        }
    }

    fn details(&self) -> Details {
        match self {
            Self::Invalid(fields) => Details::Fields(fields.clone()),
            Self::Project(error) => error.details(),
            Self::Workspace(error) => error.details(),
            Self::Directory(error) => error.0.details(),
            Self::Store(error) => error.details(),
            _ => Details::None,
        }
    }
}
