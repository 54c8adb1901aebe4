//! What can go wrong with usage.

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
    #[error("{}", refusal(feature, verdict))]
    Refused {
        /// Of what.
        feature: String,
        /// How things stand.
        verdict: Verdict,
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
            Self::NotFound(_) => Kind::NotFound,
            Self::Store(cause) => cause.kind(),
        }
    }

    fn code(&self) -> &'static str {
        match self {
            Self::Invalid(_) => "validation_failed",
            Self::Refused { .. } => "feature_limit_reached",
            Self::NotFound(_) => "not_found",
            Self::Store(cause) => cause.code(),
        }
    }

    fn details(&self) -> Details {
        match self {
            Self::Invalid(fields) => Details::Fields(fields.clone()),
            Self::Refused { feature, .. } => Details::Feature(feature.clone()),
            Self::NotFound(_) => Details::None,
            Self::Store(cause) => cause.details(),
        }
    }
}
