//! What can go wrong with reports and audits.

use mainstay_kernel::{Details, Fault, FieldError, Kind};
use mainstay_store::StoreError;

/// Why something could not be done with reports and audits.
#[derive(Debug, thiserror::Error)]
pub enum SeoError {
    /// There is no such thing in this workspace.
    #[error("Resource not found.")]
    NotFound,
    /// Some fields are wrong.
    #[error("The given data was invalid.")]
    Invalid(Vec<FieldError>),
    /// As many audits of the workspace wait or run as may.
    #[error("Five audits of this workspace wait or run; wait for one to end.")]
    AuditsRunning,
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Fault for SeoError {
    fn kind(&self) -> Kind {
        match self {
            Self::NotFound => Kind::NotFound,
            Self::Invalid(_) => Kind::Invalid,
            Self::AuditsRunning => Kind::Conflict,
            Self::Store(cause) => cause.kind(),
        }
    }

    fn code(&self) -> &'static str {
        match self {
            Self::NotFound => "not_found",
            Self::Invalid(_) => "validation_failed",
            Self::AuditsRunning => "audits_running",
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

impl From<FieldError> for SeoError {
    fn from(wrong: FieldError) -> Self {
        Self::Invalid(vec![wrong])
    }
}
