//! Databases: what programs of sites keep their data in, on an engine that others made.

mod actions;
mod backups;
mod caring;
mod changing;
mod credentials;
mod engine;
pub mod events;
mod extending;
mod folders;
mod given;
mod making;
mod model;
mod paying;
mod quota;
mod rules;
mod schedule;
mod service;
mod settling;
mod showing;
mod store;
mod terms;
mod ways;

pub use caring::Caring;
pub use engine::{EngineFault, Facts, Place};
pub(crate) use engine::{Engines, MariadbEngine, PostgresEngine, RedisEngine, SqliteEngine};
pub(crate) use folders::DatabaseFolders;
pub use given::Given;
pub use model::{
    Attached, Backup, BackupOrigin, BackupStatus, Credentials, DatabaseChange, DatabaseKind, DatabaseQuery,
    DatabaseStatus, HostedDatabase, NewDatabase, Shown,
};
pub use quota::Fullness;
pub use rules::Databases;
pub use schedule::BackupSchedule;
pub use service::{DatabaseAction, DatabaseOutcome, DatabaseService};
pub use settling::Settling;
pub(crate) use settling::Work;
pub(crate) use store::{AmendDatabase, BornDatabase, DatabaseStore, Inserted, Purged};
pub use ways::{DOOR_PORT, Door, Way};
