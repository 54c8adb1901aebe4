//! Databases: what programs of sites keep their data in, on an engine that others made.

mod actions;
mod backups;
mod credentials;
mod engine;
pub mod events;
mod folders;
mod given;
mod making;
mod model;
mod paying;
mod rules;
mod service;
mod settling;
mod showing;
mod store;
mod terms;

pub use engine::{EngineFault, Facts, Place};
pub(crate) use engine::{Engines, PostgresEngine, SqliteEngine};
pub(crate) use folders::DatabaseFolders;
pub use given::{Door, Given};
pub use model::{
    Attached, Backup, BackupStatus, Credentials, DatabaseChange, DatabaseKind, DatabaseQuery, DatabaseStatus,
    HostedDatabase, NewDatabase, Shown,
};
pub use rules::Databases;
pub use service::{DatabaseAction, DatabaseOutcome, DatabaseService};
pub use settling::Settling;
pub(crate) use settling::Work;
pub(crate) use store::{AmendDatabase, BornDatabase, DatabaseStore, Inserted, Purged};
