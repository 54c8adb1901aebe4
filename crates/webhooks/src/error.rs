//! What can go wrong with webhooks.

use mainstay_kernel::{Details, Fault, FieldError, Kind};
use mainstay_store::StoreError;

/// Why something could not be done with webhooks.
#[derive(Debug, thiserror::Error)]
pub enum WebhookError {
    /// There is no such thing in this workspace.
    #[error("Resource not found.")]
    NotFound,
    /// Some fields are wrong.
    #[error("The given data was invalid.")]
    Invalid(Vec<FieldError>),
    /// The workspace has as many endpoints as its plan allows.
    #[error("You have reached your limit for this feature.")]
    LimitReached,
    /// The delivery cannot be tried once more.
    #[error("{0}")]
    CannotRetry(&'static str),
    /// The replay is over.
    #[error("This replay is over.")]
    ReplayOver,
    /// The endpoint is being told again what it missed.
    #[error("A replay of this endpoint is running; stop it or wait for its end.")]
    ReplayRunning,
    /// An event is larger than any may be.
    #[error("An event may not be larger than 256 KiB.")]
    TooLarge,
    /// An event of this id was published that said something else.
    #[error("Another event with the id {0} was published before.")]
    EventIdTaken(String),
    /// A secret at rest cannot be read.
    #[error("a sealed value of endpoint {0} cannot be opened")]
    Sealed(i64),
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Fault for WebhookError {
    fn kind(&self) -> Kind {
        match self {
            Self::NotFound => Kind::NotFound,
            Self::Invalid(_) => Kind::Invalid,
            Self::LimitReached => Kind::LimitReached,
            Self::CannotRetry(_) => Kind::Malformed,
            Self::TooLarge => Kind::TooLarge,
            Self::ReplayOver | Self::ReplayRunning | Self::EventIdTaken(_) => Kind::Conflict,
            Self::Sealed(_) => Kind::Internal,
            Self::Store(cause) => cause.kind(),
        }
    }

    fn code(&self) -> &'static str {
        match self {
            Self::NotFound => "not_found",
            Self::Invalid(_) => "validation_failed",
            Self::LimitReached => "feature_limit_reached",
            Self::CannotRetry(_) => "cannot_retry",
            Self::ReplayOver => "replay_over",
            Self::ReplayRunning => "replay_running",
            Self::TooLarge => "event_too_large",
            Self::EventIdTaken(_) => "event_id_taken",
            Self::Sealed(_) => "internal_error",
            Self::Store(cause) => cause.code(),
        }
    }

    fn details(&self) -> Details {
        match self {
            Self::Invalid(fields) => Details::Fields(fields.clone()),
            Self::LimitReached => Details::Feature("webhooks".to_owned()),
            Self::Store(cause) => cause.details(),
            _ => Details::None,
        }
    }
}
