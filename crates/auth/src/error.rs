//! What can go wrong with people.

use mainstay_kernel::{Details, Fault, FieldError, Kind};
use mainstay_store::StoreError;

/// Why something about a person could not be done.
#[derive(Debug, thiserror::Error)]
pub enum AuthError {
    /// An address or a password breaks its rules.
    #[error("Some fields are not valid.")]
    Invalid(Vec<FieldError>),
    /// Setup has made the owner before.
    #[error("This installation has an owner already.")]
    AlreadyInstalled,
    /// Nobody has this address with this password; which of the two it was is not told.
    #[error("The email or the password is wrong.")]
    InvalidCredentials,
    /// The refresh token was never given out, is used up, or its session is over.
    #[error("The refresh token does not stand. Log in again.")]
    InvalidRefreshToken,
    /// The access token was never given out, is over, or its session is.
    #[error("The access token does not stand.")]
    Unauthenticated,
    /// Hashing, signing or sealing failed: a damaged row or another master key.
    #[error("{0}")]
    Broken(String),
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl AuthError {
    /// A failure that is ours: what was being done, and the cause.
    pub(crate) fn broken(doing: &str, cause: impl std::fmt::Display) -> Self {
        Self::Broken(format!("{doing}: {cause}"))
    }
}

impl Fault for AuthError {
    fn kind(&self) -> Kind {
        match self {
            Self::Invalid(_) => Kind::Invalid,
            Self::AlreadyInstalled => Kind::Conflict,
            Self::InvalidCredentials | Self::InvalidRefreshToken | Self::Unauthenticated => Kind::Unauthenticated,
            Self::Broken(_) => Kind::Internal,
            Self::Store(cause) => cause.kind(),
        }
    }

    fn code(&self) -> &'static str {
        match self {
            Self::Invalid(_) => "validation_failed",
            Self::AlreadyInstalled => "already_installed",
            Self::InvalidCredentials => "invalid_credentials",
            Self::InvalidRefreshToken => "invalid_refresh_token",
            Self::Unauthenticated => "unauthenticated",
            Self::Broken(_) => "server_error",
            Self::Store(cause) => cause.code(),
        }
    }

    fn details(&self) -> Details {
        match self {
            Self::Invalid(fields) => Details::Fields(fields.clone()),
            Self::Store(cause) => cause.details(),
            _ => Details::None,
        }
    }
}
