//! What a database is.

use super::engine::{Facts, Place};
use super::quota::Fullness;
use super::schedule::BackupSchedule;
use crate::ids::{BackupId, DatabaseId, SiteId};
use crate::sites::{DesiredState, StopReason, Wanted};
use crate::words::words;
use mainstay_kernel::{Patch, Secret, Timestamp, WorkspaceId};

words! {
    /// What sort of database it is.
    DatabaseKind {
        /// On a server of PostgreSQL.
        Postgresql = "postgresql",
        /// On a server of MariaDB.
        Mariadb = "mariadb",
        /// A server of Redis, in a box of its own.
        Redis = "redis",
        /// A file of SQLite, in a folder of its own.
        Sqlite = "sqlite",
    }
}

impl DatabaseKind {
    /// Whether a server takes connections, and asks for a password.
    pub(crate) const fn has_server(self) -> bool {
        !matches!(self, Self::Sqlite)
    }

    /// What the address of such a database begins with.
    pub(crate) const fn scheme(self) -> &'static str {
        match self {
            Self::Postgresql => "postgresql",
            Self::Mariadb => "mysql",
            Self::Redis => "redis",
            Self::Sqlite => "sqlite",
        }
    }
}

words! {
    /// How a database fares.
    DatabaseStatus {
        /// It is being made.
        Creating = "CREATING",
        /// It takes connections.
        Running = "RUNNING",
        /// It takes none.
        Stopped = "STOPPED",
        /// A backup is put in its place.
        Restoring = "RESTORING",
        /// It takes no connections and waits for its end.
        Deleting = "DELETING",
    }
}

words! {
    /// How a backup fares.
    BackupStatus {
        /// It is being written, or read on trial.
        Running = "RUNNING",
        /// It is there, and was restored on trial.
        Succeeded = "SUCCEEDED",
        /// It is of no use.
        Failed = "FAILED",
    }
}

words! {
    /// Who had a backup made.
    BackupOrigin {
        /// Somebody who asked for it.
        Api = "API",
        /// Nobody: its time had come.
        Schedule = "SCHEDULE",
        /// Whoever deleted the database.
        Final = "FINAL",
    }
}

/// A database, as it is meant to be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HostedDatabase {
    /// What it is called in addresses, and on the engine.
    pub id: DatabaseId,
    /// Whose it is.
    pub workspace: WorkspaceId,
    /// What people call it; unique in its workspace.
    pub name: String,
    /// What sort it is.
    pub kind: DatabaseKind,
    /// The version of the engine that it was made on.
    pub engine_version: String,
    /// How it is meant to be.
    pub desired: DesiredState,
    /// How it fares.
    pub status: DatabaseStatus,
    /// Why it is stopped.
    pub stop_reason: Option<StopReason>,
    /// How many connections it takes at a time, where there are connections.
    pub max_connections: Option<u32>,
    /// Its password, sealed; empty where there is none.
    pub(crate) sealed: Vec<u8>,
    /// The backup that is being put in its place.
    pub(crate) restores: Option<BackupId>,
    /// Somebody is at it until then; whoever finds this in the past does it instead.
    pub(crate) settle_at: Option<Timestamp>,
    /// Counts its changes, from 1.
    pub version: i64,
    /// When it was deleted.
    pub deleted_at: Option<Timestamp>,
    /// When nothing of it will be left.
    pub purge_at: Option<Timestamp>,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
    /// Whose programs are given it, in the order in which they were named.
    pub sites: Vec<Attached>,
    /// Its newest backup.
    pub latest_backup: Option<Backup>,
    /// What it was given beside what its engine has, sorted.
    pub extensions: Vec<String>,
    /// When backups are made by themselves.
    pub schedule: Option<BackupSchedule>,
    /// When the next of those is due.
    pub next_backup_at: Option<Timestamp>,
    /// How large it may be, if it says so itself.
    pub max_size_mb: Option<u32>,
    /// How large it was when it was last measured.
    pub size_bytes: Option<i64>,
    /// When that was.
    pub(crate) sized_at: Option<Timestamp>,
    /// How that compares with how large it may be.
    pub fullness: Fullness,
}

/// A site whose programs are given a database.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attached {
    /// Which.
    pub site: SiteId,
    /// Whether it answers visitors, or is meant to.
    pub is_running: bool,
}

impl HostedDatabase {
    /// Brings the status in line with the rest, and counts the change.
    pub(crate) fn settle(&mut self, now: Timestamp) {
        self.status = match (self.deleted_at, &self.restores, self.desired) {
            (Some(_), ..) => DatabaseStatus::Deleting,
            (None, Some(_), _) => DatabaseStatus::Restoring,
            (None, None, DesiredState::Running) => DatabaseStatus::Running,
            (None, None, DesiredState::Stopped) => DatabaseStatus::Stopped,
        };
        self.version += 1;
        self.updated_at = now;
    }

    /// Whether somebody is at it.
    pub(crate) fn is_busy(&self, now: Timestamp) -> bool {
        self.settle_at.is_some_and(|until| until > now)
    }

    /// Whether it is as it is meant to be.
    pub fn is_settled(&self) -> bool {
        self.settle_at.is_none()
    }
}

/// A backup of a database.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Backup {
    /// What it is called in addresses.
    pub id: BackupId,
    /// Of which database.
    pub database: DatabaseId,
    /// How it fares.
    pub status: BackupStatus,
    /// Who had it made.
    pub origin: BackupOrigin,
    /// How large its file is.
    pub size_bytes: Option<i64>,
    /// Why it is of no use.
    pub error: Option<String>,
    /// When it was restored on trial.
    pub verified_at: Option<Timestamp>,
    /// When it was begun.
    pub created_at: Timestamp,
    /// When it ended.
    pub finished_at: Option<Timestamp>,
}

/// A database that is to be.
#[derive(Debug, Clone)]
pub struct NewDatabase {
    /// See [`HostedDatabase::name`].
    pub name: String,
    /// See [`HostedDatabase::kind`]; none where nobody has such a sort, which is then told apart from those there are.
    pub kind: String,
    /// The version that is wanted; what the engine has if none.
    pub engine_version: Option<String>,
    /// See [`HostedDatabase::max_connections`].
    pub max_connections: Option<u32>,
    /// The site whose programs are given it.
    pub site: Option<SiteId>,
    /// See [`HostedDatabase::extensions`].
    pub extensions: Vec<String>,
    /// See [`HostedDatabase::schedule`].
    pub schedule: Option<BackupSchedule>,
    /// See [`HostedDatabase::max_size_mb`].
    pub max_size_mb: Option<u32>,
}

/// What is to change of a database; what is none stays.
#[derive(Debug, Clone, Default)]
pub struct DatabaseChange {
    /// See [`HostedDatabase::name`].
    pub name: Option<String>,
    /// See [`HostedDatabase::max_connections`].
    pub max_connections: Option<u32>,
    /// All sites whose programs are to be given it.
    pub sites: Option<Vec<SiteId>>,
    /// See [`HostedDatabase::schedule`].
    pub schedule: Patch<BackupSchedule>,
    /// See [`HostedDatabase::max_size_mb`].
    pub max_size_mb: Option<u32>,
    /// What it is given beside what it has; it goes with nothing else.
    pub extensions: Option<Vec<String>>,
}

/// Which databases are wanted.
#[derive(Debug, Clone, Default)]
pub struct DatabaseQuery {
    /// Which part of the list.
    pub wanted: Wanted,
    /// Only those that fare so; those that are being deleted are left out unless they are asked for.
    pub status: Option<DatabaseStatus>,
    /// Only the one of this name.
    pub name: Option<String>,
}

/// A database, with where it is and how full.
#[derive(Debug, Clone)]
pub struct Shown {
    /// The database.
    pub database: HostedDatabase,
    /// Where it is.
    pub place: Place,
    /// How full it is; none while the engine does not say.
    pub facts: Option<Facts>,
    /// How large it may be, in MiB, where that is watched.
    pub max_size_mb: Option<u32>,
}

/// What opens a database.
#[derive(Debug, Clone)]
pub struct Credentials {
    /// As whom; none where nobody asks.
    pub username: Option<String>,
    /// With what.
    pub password: Option<Secret<String>>,
    /// Both, with where it is.
    pub connection_string: Secret<String>,
}
