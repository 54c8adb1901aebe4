//! What can go wrong with hosting.

use mainstay_kernel::{Details, Fault, FieldError, Kind};
use mainstay_store::StoreError;

/// Why something could not be done.
#[derive(Debug, thiserror::Error)]
pub enum HostingError {
    /// There is no such site in this workspace.
    #[error("Site not found or you don't have access")]
    SiteNotFound,
    /// The site has no such deployment.
    #[error("Deployment not found or you don't have access")]
    DeploymentNotFound,
    /// The site has no variable of this name.
    #[error("Variable not found or you don't have access")]
    VariableNotFound,
    /// Some fields are wrong.
    #[error("{}", sentence(.0))]
    Invalid(Vec<FieldError>),
    /// What is to be destroyed was not named.
    #[error("{}", sentence(.0))]
    Unconfirmed(Vec<FieldError>),
    /// The workspace has a site of this name already.
    #[error("You have a site named {0} already")]
    NameTaken(String),
    /// The site is being deleted.
    #[error("The site is being deleted; restore it first")]
    Deleting,
    /// The site is not being deleted.
    #[error("The site is not being deleted")]
    NotDeleting,
    /// Nothing of the site was ever ready to run.
    #[error("Nothing of this site is ready to run yet: deploy it first")]
    NothingToRun,
    /// There is nothing to go back to.
    #[error("There is no earlier deployment whose files are still kept")]
    NothingToRollBackTo,
    /// The plan allows no further site.
    #[error("Your plan allows no further site")]
    LimitReached,
    /// Somebody else changed the site since the caller looked.
    #[error("The site has changed since you read it: read it again")]
    Changed,
    /// What was kept sealed cannot be read.
    #[error("the variables of site {0} cannot be opened")]
    Sealed(String),
    /// Logs could not be read or written.
    #[error("the logs cannot be read: {0}")]
    Logs(#[from] std::io::Error),
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// The feature that sites count as.
pub const SITES: &str = "hosting.sites";

/// What is wrong with the first field, since a person reads the sentence before the list.
fn sentence(fields: &[FieldError]) -> String {
    fields.first().map_or_else(|| "The request is not valid".to_owned(), |wrong| wrong.message.clone())
}

impl HostingError {
    /// One wrong field.
    pub(crate) fn field(field: impl Into<String>, rule: &str, message: impl Into<String>) -> Self {
        Self::Invalid(vec![FieldError::new(field, rule, message)])
    }
}

impl Fault for HostingError {
    fn kind(&self) -> Kind {
        match self {
            Self::SiteNotFound | Self::DeploymentNotFound | Self::VariableNotFound => Kind::NotFound,
            Self::Invalid(_) | Self::Unconfirmed(_) => Kind::Invalid,
            Self::NameTaken(_)
            | Self::Deleting
            | Self::NotDeleting
            | Self::NothingToRun
            | Self::NothingToRollBackTo
            | Self::Changed => Kind::Conflict,
            Self::LimitReached => Kind::LimitReached,
            Self::Sealed(_) | Self::Logs(_) => Kind::Internal,
            Self::Store(cause) => cause.kind(),
        }
    }

    fn code(&self) -> &'static str {
        match self {
            Self::SiteNotFound | Self::DeploymentNotFound | Self::VariableNotFound => "not_found",
            Self::Invalid(_) => "validation_failed",
            Self::Unconfirmed(_) => "confirmation_required",
            Self::NameTaken(_) => "name_taken",
            Self::Deleting => "deleting",
            Self::NotDeleting => "not_deleting",
            Self::NothingToRun => "nothing_to_run",
            Self::NothingToRollBackTo => "nothing_to_roll_back_to",
            Self::Changed => "changed",
            Self::LimitReached => "quota_exceeded",
            Self::Sealed(_) | Self::Logs(_) => "internal_error",
            Self::Store(cause) => cause.code(),
        }
    }

    fn details(&self) -> Details {
        match self {
            Self::Invalid(fields) | Self::Unconfirmed(fields) => Details::Fields(fields.clone()),
            Self::LimitReached => Details::Feature(SITES.to_owned()),
            Self::Store(cause) => cause.details(),
            _ => Details::None,
        }
    }
}
