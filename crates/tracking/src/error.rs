//! What can go wrong with tracking.

use mainstay_kernel::{Details, Fault, FieldError, Kind};
use mainstay_store::StoreError;

/// The feature that tracked events count as.
pub const TRACKED_EVENTS: &str = "tracking.events";

/// Why something could not be done.
#[derive(Debug, thiserror::Error)]
pub enum TrackingError {
    /// There is no such thing in this workspace.
    #[error("Resource not found.")]
    NotFound,
    /// Some fields are wrong.
    #[error("The given data was invalid.")]
    Invalid(Vec<FieldError>),
    /// The workspace has registered this domain already.
    #[error("The domain {0} is registered already.")]
    DomainTaken(String),
    /// The domain has one of this kind and name already.
    #[error("The domain has a {0} named {1} already.")]
    NameTaken(&'static str, String),
    /// The plan allows no more events in this cycle.
    #[error("The plan of this domain allows no more events in this cycle.")]
    LimitReached,
    /// More is told of than can be kept.
    #[error("Too many events are waiting to be kept. Please try again in a few seconds.")]
    TooBusy,
    /// A salt at rest cannot be read.
    #[error("the salt of day {0} cannot be opened")]
    Sealed(i32),
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// After how many seconds it makes sense to tell again what was refused as too much.
const RETRY_AFTER: u64 = 5;

impl TrackingError {
    /// One wrong field.
    pub(crate) fn field(field: impl Into<String>, rule: &str, message: impl Into<String>) -> Self {
        Self::Invalid(vec![FieldError::new(field, rule, message)])
    }
}

impl Fault for TrackingError {
    fn kind(&self) -> Kind {
        match self {
            Self::NotFound => Kind::NotFound,
            Self::Invalid(_) => Kind::Invalid,
            Self::DomainTaken(_) | Self::NameTaken(..) => Kind::Conflict,
            Self::LimitReached => Kind::LimitReached,
            Self::TooBusy => Kind::Unavailable,
            Self::Sealed(_) => Kind::Internal,
            Self::Store(cause) => cause.kind(),
        }
    }

    fn code(&self) -> &'static str {
        match self {
            Self::NotFound => "not_found",
            Self::Invalid(_) => "validation_failed",
            Self::DomainTaken(_) => "domain_taken",
            Self::NameTaken(..) => "name_taken",
            Self::LimitReached => "feature_limit_reached",
            Self::TooBusy => "too_busy",
            Self::Sealed(_) => "internal_error",
            Self::Store(cause) => cause.code(),
        }
    }

    fn details(&self) -> Details {
        match self {
            Self::Invalid(fields) => Details::Fields(fields.clone()),
            Self::LimitReached => Details::Feature(TRACKED_EVENTS.to_owned()),
            Self::TooBusy => Details::RetryAfter(RETRY_AFTER),
            Self::Store(cause) => cause.details(),
            _ => Details::None,
        }
    }
}
