//! What can go wrong with hosting.

use crate::metering::Metered;
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
    /// The site has no such domain.
    #[error("Domain not found or you don't have access")]
    DomainNotFound,
    /// The site has this domain already.
    #[error("The site has the domain {0} already")]
    DomainTaken(String),
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
    /// It takes credits, and there are too few.
    #[error("There are not enough credits for this: buy some, then try again")]
    Unpaid,
    /// The plan includes no more of what is counted.
    #[error("Your plan's {} are used up", .0.name_of_minutes())]
    UsedUp(Metered),
    /// Somebody else changed the site since the caller looked.
    #[error("The site has changed since you read it: read it again")]
    Changed,
    /// There is no such database in this workspace.
    #[error("Database not found or you don't have access")]
    DatabaseNotFound,
    /// The database has no such backup.
    #[error("Backup not found or you don't have access")]
    BackupNotFound,
    /// The workspace has a database of this name already.
    #[error("You have a database named {0} already")]
    DatabaseNameTaken(String),
    /// The database is being deleted.
    #[error("The database is being deleted; restore it first")]
    DatabaseDeleting,
    /// The database is not being deleted.
    #[error("The database is not being deleted")]
    DatabaseNotDeleting,
    /// Somebody is at the database.
    #[error("Something is being done with this database: try again when that is over")]
    Busy,
    /// A backup is of no use.
    #[error("This backup cannot be restored: it is not finished, or it failed")]
    UselessBackup,
    /// Sites that are meant to run are given the database.
    #[error("Running sites use this database: stop them, or say detach=true")]
    InUse,
    /// The plan allows no further database.
    #[error("Your plan allows no further database")]
    DatabaseLimitReached,
    /// The database has changed since the caller looked.
    #[error("The database has changed since you read it: read it again")]
    DatabaseChanged,
    /// What holds the data does not do what it is asked for.
    #[error("The database server does not answer as it should: {0}")]
    EngineAway(&'static str),
    /// The password of a database cannot be read.
    #[error("the password of database {0} cannot be opened")]
    SealedPassword(String),
    /// There is no such hook, or what was posted to it is not signed with its secret.
    #[error("There is no such hook, or this was not signed with its secret")]
    HookRefused,
    /// What a git server told cannot be read.
    #[error("The body cannot be read: {0}")]
    UnreadablePush(String),
    /// What a hook is checked with cannot be read.
    #[error("the hook of site {0} cannot be opened")]
    SealedHook(String),
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
/// The feature that databases count as.
pub const DATABASES: &str = "hosting.databases";

/// What is wrong with the first field, since a person reads the sentence before the list.
fn sentence(fields: &[FieldError]) -> String {
    fields.first().map_or_else(|| "The request is not valid".to_owned(), |wrong| wrong.message.clone())
}

impl HostingError {
    /// One wrong field.
    pub(crate) fn field(field: impl Into<String>, rule: &str, message: impl Into<String>) -> Self {
        Self::Invalid(vec![FieldError::new(field, rule, message)])
    }

    /// A site that is not the caller's, or is going.
    pub(crate) fn no_site(field: &str) -> Self {
        Self::field(field, "exists", format!("{field} must name sites of yours that are not being deleted"))
    }
}

impl Fault for HostingError {
    fn kind(&self) -> Kind {
        match self {
            Self::SiteNotFound
            | Self::DeploymentNotFound
            | Self::VariableNotFound
            | Self::DatabaseNotFound
            | Self::BackupNotFound
            | Self::DomainNotFound => Kind::NotFound,
            Self::Invalid(_) | Self::Unconfirmed(_) => Kind::Invalid,
            Self::NameTaken(_)
            | Self::DomainTaken(_)
            | Self::Deleting
            | Self::NotDeleting
            | Self::NothingToRun
            | Self::NothingToRollBackTo
            | Self::Changed
            | Self::DatabaseNameTaken(_)
            | Self::DatabaseDeleting
            | Self::DatabaseNotDeleting
            | Self::Busy
            | Self::UselessBackup
            | Self::InUse
            | Self::DatabaseChanged => Kind::Conflict,
            Self::LimitReached | Self::DatabaseLimitReached | Self::UsedUp(_) => Kind::LimitReached,
            Self::Unpaid => Kind::PaymentRequired,
            Self::EngineAway(_) => Kind::Unavailable,
            Self::HookRefused => Kind::Unauthenticated,
            Self::UnreadablePush(_) => Kind::Malformed,
            Self::Sealed(_) | Self::SealedPassword(_) | Self::SealedHook(_) | Self::Logs(_) => Kind::Internal,
            Self::Store(cause) => cause.kind(),
        }
    }

    fn code(&self) -> &'static str {
        match self {
            Self::SiteNotFound
            | Self::DeploymentNotFound
            | Self::VariableNotFound
            | Self::DatabaseNotFound
            | Self::BackupNotFound
            | Self::DomainNotFound => "not_found",
            Self::Invalid(_) => "validation_failed",
            Self::Unconfirmed(_) => "confirmation_required",
            Self::NameTaken(_) | Self::DatabaseNameTaken(_) => "name_taken",
            Self::DomainTaken(_) => "domain_taken",
            Self::Deleting | Self::DatabaseDeleting => "deleting",
            Self::NotDeleting | Self::DatabaseNotDeleting => "not_deleting",
            Self::Busy => "busy",
            Self::UselessBackup => "useless_backup",
            Self::InUse => "in_use",
            Self::EngineAway(_) => "database_server_away",
            Self::HookRefused => "unauthenticated",
            Self::UnreadablePush(_) => "push_unreadable",
            Self::NothingToRun => "nothing_to_run",
            Self::NothingToRollBackTo => "nothing_to_roll_back_to",
            Self::Changed | Self::DatabaseChanged => "changed",
            Self::LimitReached | Self::DatabaseLimitReached | Self::UsedUp(_) => "quota_exceeded",
            Self::Unpaid => "insufficient_credits",
            Self::Sealed(_) | Self::SealedPassword(_) | Self::SealedHook(_) | Self::Logs(_) => "internal_error",
            Self::Store(cause) => cause.code(),
        }
    }

    fn details(&self) -> Details {
        match self {
            Self::Invalid(fields) | Self::Unconfirmed(fields) => Details::Fields(fields.clone()),
            Self::LimitReached => Details::Feature(SITES.to_owned()),
            Self::UsedUp(what) => Details::Feature(what.feature().to_owned()),
            Self::DatabaseLimitReached => Details::Feature(DATABASES.to_owned()),
            Self::Store(cause) => cause.details(),
            _ => Details::None,
        }
    }
}
