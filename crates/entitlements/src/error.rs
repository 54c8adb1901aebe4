//! What can go wrong with usage.

use crate::price::Payment;
use crate::reservations::ReservationState;
use crate::verdict::Verdict;
use mainstay_kernel::{Details, Fault, FieldError, Kind};
use mainstay_store::StoreError;

/// Why usage could not be counted.
#[derive(Debug, thiserror::Error)]
pub enum EntitlementError {
    /// Some fields are wrong.
    #[error("The given data was invalid.")]
    Invalid(Vec<FieldError>),
    /// There is not so much of it left, or the plan does not include it.
    #[error("{}{}", refusal(feature, verdict), shortage(payment.as_ref()))]
    Refused {
        /// Of what.
        feature: String,
        /// How things stand.
        verdict: Verdict,
        /// What could not be paid for it, where it is sold.
        payment: Option<Payment>,
    },
    /// The reservation has come to another end.
    #[error("This reservation is {}: it cannot be {} any more.", state.name(), wanted.name())]
    Ended {
        /// Which.
        state: ReservationState,
        /// Which was wanted.
        wanted: ReservationState,
    },
    /// The workspace, or what is asked for of it, is not there.
    #[error("{0} not found.")]
    NotFound(&'static str),
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl EntitlementError {
    pub(crate) fn field(field: impl Into<String>, rule: &str, message: impl Into<String>) -> Self {
        Self::Invalid(vec![FieldError::new(field, rule, message)])
    }
}

/// What credits have to do with it, in a sentence.
fn shortage(payment: Option<&Payment>) -> String {
    match payment {
        Some(Payment::Short { credits, balance }) => {
            format!(". To go beyond it takes credits: {credits}, and the balance is {balance}.")
        }
        _ => String::new(),
    }
}

/// Why no more of a feature may be used, in a sentence.
pub fn refusal(feature: &str, verdict: &Verdict) -> String {
    match (verdict.reason, verdict.limit) {
        (Some(crate::Reason::FeatureNotFound), _) => format!("There is no feature {feature:?}."),
        (_, Some(limit)) => format!("{feature} limit exceeded. Used: {}, Limit: {limit}", verdict.used),
        _ => format!("Your plan does not include {feature}."),
    }
}

impl Fault for EntitlementError {
    fn kind(&self) -> Kind {
        match self {
            Self::Invalid(_) => Kind::Invalid,
            Self::Refused { .. } => Kind::LimitReached,
            Self::Ended { .. } => Kind::Conflict,
            Self::NotFound(_) => Kind::NotFound,
            Self::Store(cause) => cause.kind(),
        }
    }

    fn code(&self) -> &'static str {
        match self {
            Self::Invalid(_) => "validation_failed",
            Self::Refused { .. } => "feature_limit_reached",
            Self::Ended { state, .. } => match state {
                ReservationState::Held => "reservation_held",
                ReservationState::Committed => "reservation_committed",
                ReservationState::Released => "reservation_released",
                ReservationState::Expired => "reservation_expired",
            },
            Self::NotFound(_) => "not_found",
            Self::Store(cause) => cause.code(),
        }
    }

    fn details(&self) -> Details {
        match self {
            Self::Invalid(fields) => Details::Fields(fields.clone()),
            Self::Refused { feature, .. } => Details::Feature(feature.clone()),
            Self::NotFound(_) | Self::Ended { .. } => Details::None,
            Self::Store(cause) => cause.details(),
        }
    }
}
