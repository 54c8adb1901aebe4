//! What can go wrong with keys.

use mainstay_kernel::{Details, Fault, FieldError, Kind, Scope};
use mainstay_store::StoreError;

/// Why a presented token does not work. Callers without a name are not told; logs and whoever
/// verifies a customer's key are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refusal {
    /// It is no token at all, or was mistyped.
    Malformed,
    /// No such key was ever issued.
    Unknown,
    /// The key was taken back.
    Revoked,
    /// The key has come to its end, of its own or of its grace.
    Expired,
}

impl Refusal {
    /// The stable name that `verify` answers with. A mistyped key is one that does not exist.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Malformed | Self::Unknown => "NOT_FOUND",
            Self::Revoked => "REVOKED",
            Self::Expired => "EXPIRED",
        }
    }
}

/// Why something could not be done with a key.
#[derive(Debug, thiserror::Error)]
pub enum KeyError {
    /// There is no such key in this workspace, or it is revoked.
    #[error("Resource not found.")]
    NotFound,
    /// The caller is in no workspace.
    #[error("No workspace was found for this request.")]
    NoWorkspace,
    /// Some fields are wrong.
    #[error("The given data was invalid.")]
    Invalid(Vec<FieldError>),
    /// The key would hold a scope that the caller may not give.
    #[error("Insufficient permissions. Required scope: {0}")]
    ScopeNotHeld(Scope),
    /// The key lasts longer, is faster, or works from or for more, than the key of the caller.
    #[error("This key reaches further than yours: it ends later, is faster, or is open to more addresses or servers.")]
    OutOfReach,
    /// The workspace has as many usable keys as its plan allows.
    #[error("You have reached your limit for this feature.")]
    LimitReached,
    /// A successor has already taken the key's place.
    #[error("This key has been rotated already.")]
    AlreadyRotating,
    /// The key has come to its end; nothing takes its place.
    #[error("An expired key cannot be rotated.")]
    Expired,
    /// The presented token does not work.
    #[error("Invalid or missing API key.")]
    NotValid(Refusal),
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl KeyError {
    /// Why a presented token was refused, if that is what happened.
    pub const fn refusal(&self) -> Option<Refusal> {
        match self {
            Self::NotValid(refusal) => Some(*refusal),
            _ => None,
        }
    }
}

impl Fault for KeyError {
    fn kind(&self) -> Kind {
        match self {
            Self::NotFound | Self::NoWorkspace => Kind::NotFound,
            Self::Invalid(_) | Self::AlreadyRotating | Self::Expired => Kind::Invalid,
            Self::ScopeNotHeld(_) | Self::OutOfReach => Kind::Forbidden,
            Self::LimitReached => Kind::LimitReached,
            Self::NotValid(_) => Kind::Unauthenticated,
            Self::Store(cause) => cause.kind(),
        }
    }

    fn code(&self) -> &'static str {
        match self {
            Self::NotFound => "not_found",
            Self::NoWorkspace => "no_workspace",
            Self::Invalid(_) => "validation_failed",
            Self::AlreadyRotating | Self::Expired => "invalid_status",
            Self::ScopeNotHeld(_) => "forbidden_scope",
            Self::OutOfReach => "forbidden_reach",
            Self::LimitReached => "feature_limit_reached",
            Self::NotValid(_) => "unauthenticated",
            Self::Store(cause) => cause.code(),
        }
    }

    fn details(&self) -> Details {
        match self {
            Self::Invalid(fields) => Details::Fields(fields.clone()),
            Self::ScopeNotHeld(scope) => Details::RequiredScope(scope.to_string()),
            Self::LimitReached => Details::Feature("api_keys".to_owned()),
            Self::Store(cause) => cause.details(),
            _ => Details::None,
        }
    }
}
