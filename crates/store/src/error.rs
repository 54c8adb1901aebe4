//! What can go wrong below the stores.

use diesel::result::{DatabaseErrorInformation, DatabaseErrorKind, Error as DieselError};
use mainstay_kernel::{Details, Fault, Kind};

/// A store's outcome.
pub type StoreResult<T> = Result<T, StoreError>;

/// A failure of the database, or of what was asked of it.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// A row with these values exists; named as PostgreSQL names it, `table_column_key`.
    #[error("a row with the same {0} exists")]
    NotUnique(String),
    /// A row that this one refers to does not exist: somebody deleted it meanwhile, be it the caller themselves.
    #[error("What this refers to is no longer there.")]
    MissingReference,
    /// The database is away, locked or out of connections; trying again may help.
    #[error("the database is not available: {0}")]
    Unavailable(String),
    /// The idempotent request on whose behalf this was written has been taken over by a retry.
    #[error("a retry of the same request has taken over")]
    Superseded,
    /// A stored value cannot be read back.
    #[error("a stored value is damaged: {0}")]
    Damaged(String),
    /// Anything else.
    #[error("the database refused: {0}")]
    Refused(#[source] DieselError),
}

impl Fault for StoreError {
    fn kind(&self) -> Kind {
        match self {
            Self::Unavailable(_) => Kind::Unavailable,
            Self::Superseded | Self::MissingReference => Kind::Conflict,
            _ => Kind::Internal,
        }
    }

    fn code(&self) -> &'static str {
        match self {
            Self::Unavailable(_) => "unavailable",
            Self::Superseded => "idempotency_in_progress",
            Self::MissingReference => "conflict",
            _ => "server_error",
        }
    }

    fn details(&self) -> Details {
        match self {
            Self::Unavailable(_) => Details::RetryAfter(1),
            _ => Details::None,
        }
    }
}

impl From<DieselError> for StoreError {
    fn from(error: DieselError) -> Self {
        match error {
            DieselError::DatabaseError(DatabaseErrorKind::UniqueViolation, about) => {
                Self::NotUnique(unique_constraint(about.as_ref()))
            }
            DieselError::DatabaseError(DatabaseErrorKind::ForeignKeyViolation, _) => Self::MissingReference,
            DieselError::DatabaseError(kind, about) if is_passing(kind, about.message()) => {
                Self::Unavailable(about.message().to_owned())
            }
            DieselError::DeserializationError(cause) => Self::Damaged(cause.to_string()),
            other => Self::Refused(other),
        }
    }
}

/// Whether trying again may help. Most such failures have no kind of their own in diesel, only
/// their sentence.
fn is_passing(kind: DatabaseErrorKind, message: &str) -> bool {
    use DatabaseErrorKind::{ClosedConnection, SerializationFailure, UnableToSendCommand};
    matches!(kind, ClosedConnection | SerializationFailure | UnableToSendCommand)
        || PASSING.iter().any(|sentence| message.starts_with(sentence))
}

/// How SQLite and PostgreSQL begin to tell of locks, full disks, restarts and statements that took
/// too long.
const PASSING: [&str; 8] = [
    "database is locked",
    "database table is locked",
    "database or disk is full",
    "disk I/O error",
    "deadlock detected",
    "canceling statement due to",
    "terminating connection due to",
    "the database system is",
];

fn unique_constraint(about: &(dyn DatabaseErrorInformation + Send + Sync)) -> String {
    about.constraint_name().map_or_else(|| sqlite_constraint(about.message()), str::to_owned)
}

/// SQLite tells only columns: `UNIQUE constraint failed: t.a, t.b` becomes `t_a_b_key`, the name
/// that PostgreSQL gives by default; a failed index is named as it is.
fn sqlite_constraint(message: &str) -> String {
    let failed = message.rsplit("failed: ").next().unwrap_or(message);
    if let Some(index) = failed.strip_prefix("index '") {
        return index.trim_end_matches('\'').to_owned();
    }
    let table = failed.split('.').next().unwrap_or(failed);
    let columns: Vec<_> = failed.split(", ").filter_map(|column| column.split('.').nth(1)).collect();
    format!("{table}_{}_key", columns.join("_"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_databases_name_a_broken_uniqueness_alike() {
        assert_eq!(sqlite_constraint("UNIQUE constraint failed: t.a, t.b"), "t_a_b_key");
        assert_eq!(sqlite_constraint("UNIQUE constraint failed: index 't_lower_key'"), "t_lower_key");
    }
}
