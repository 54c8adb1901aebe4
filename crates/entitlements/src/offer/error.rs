//! What can go wrong with what is offered.

use super::needs::Need;
use super::whole::Contradiction;
use mainstay_kernel::{Details, Fault, FieldError, Kind};
use mainstay_store::StoreError;

/// Why something could not be done with what is offered.
#[derive(Debug, thiserror::Error)]
pub enum OfferError {
    /// There is no such feature or plan.
    #[error("{0} not found.")]
    NotFound(&'static str),
    /// Some fields are wrong.
    #[error("The given data was invalid.")]
    Invalid(Vec<FieldError>),
    /// There is a feature of this code.
    #[error("There is a feature {0:?} already.")]
    FeatureExists(String),
    /// There is a plan of this name.
    #[error("There is a plan {0:?} already.")]
    PlanExists(String),
    /// It stands in the file alone.
    #[error("{0:?} stands in the plans file: it can be changed here, and removed only there.")]
    InFile(String),
    /// Others need the feature.
    #[error("The feature {code:?} is needed: {need}.")]
    FeatureNeeded {
        /// Which one.
        code: String,
        /// By whom.
        need: Need,
    },
    /// Workspaces are on the plan.
    #[error("The plan {name:?} is needed: workspaces on it: {workspaces}.")]
    PlanNeeded {
        /// Which one.
        name: String,
        /// How many workspaces are.
        workspaces: i64,
    },
    /// What was used is counted in one way, and its numbers would not be those of another.
    #[error("The feature {0:?} has been used: how its uses come to one number no longer changes.")]
    FeatureUsed(String),
    /// Without the entry, what is left would contradict itself.
    #[error("What the plans file says instead contradicts the rest: {0}.")]
    Contradicted(Contradiction),
    /// What is in the database and the file contradict each other.
    #[error("what was set over the API and the plans file contradict each other: {0}")]
    Unsound(Contradiction),
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl OfferError {
    pub(super) fn field(field: impl Into<String>, rule: &str, message: impl Into<String>) -> Self {
        Self::Invalid(vec![FieldError::new(field, rule, message)])
    }
}

impl Fault for OfferError {
    fn kind(&self) -> Kind {
        match self {
            Self::NotFound(_) => Kind::NotFound,
            Self::Invalid(_) => Kind::Invalid,
            Self::FeatureExists(_)
            | Self::PlanExists(_)
            | Self::InFile(_)
            | Self::FeatureNeeded { .. }
            | Self::PlanNeeded { .. }
            | Self::FeatureUsed(_)
            | Self::Contradicted(_) => Kind::Conflict,
            Self::Unsound(_) => Kind::Internal,
            Self::Store(cause) => cause.kind(),
        }
    }

    fn code(&self) -> &'static str {
        match self {
            Self::NotFound(_) => "not_found",
            Self::Invalid(_) => "validation_failed",
            Self::FeatureExists(_) => "feature_exists",
            Self::PlanExists(_) => "plan_exists",
            Self::InFile(_) => "in_plans_file",
            Self::FeatureNeeded { .. } => "feature_needed",
            Self::PlanNeeded { .. } => "plan_needed",
            Self::FeatureUsed(_) => "feature_used",
            Self::Contradicted(_) => "catalogue_contradicted",
            Self::Unsound(_) => "server_error",
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
