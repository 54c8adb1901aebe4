//! Where files of databases lie.

use crate::folders::Folders;
use crate::ids::{BackupId, DatabaseId};
use std::path::PathBuf;

/// The folders of databases.
#[derive(Debug, Clone)]
pub(crate) struct DatabaseFolders(pub(crate) Folders);

impl DatabaseFolders {
    /// Where every database has a folder, if it has anything on this machine.
    pub(super) fn all(&self) -> PathBuf {
        self.0.root().join("databases")
    }

    /// Everything that a database has on this machine.
    pub(super) fn own(&self, database: &DatabaseId) -> PathBuf {
        self.all().join(&database.0)
    }

    /// What programs see of it, and may write to.
    pub(super) fn files(&self, database: &DatabaseId) -> PathBuf {
        self.own(database).join("files")
    }

    /// The file of a database of SQLite.
    pub(super) fn file(&self, database: &DatabaseId) -> PathBuf {
        self.files(database).join(FILE)
    }

    /// Where backups lie: no program of a site sees them.
    pub(super) fn backups(&self, database: &DatabaseId) -> PathBuf {
        self.own(database).join("backups")
    }

    pub(super) fn backup(&self, database: &DatabaseId, backup: &BackupId) -> PathBuf {
        self.backups(database).join(&backup.0)
    }
}

/// What the file of a database of SQLite is called.
pub(super) const FILE: &str = "database.sqlite";
