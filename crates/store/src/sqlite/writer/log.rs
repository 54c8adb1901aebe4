//! The file that a commit is appended to.

use diesel::connection::SimpleConnection as _;
use diesel::{ConnectionError, ConnectionResult, SqliteConnection};
use std::fs::File;
use std::io;
use std::sync::Arc;

/// The write-ahead log of a database, open for as long as a connection writes to it.
#[derive(Debug, Clone)]
pub(super) struct WriteAheadLog(pub(super) Arc<File>);

impl WriteAheadLog {
    /// Takes the syncing of commits over from SQLite, which would make the writing thread wait for each. It still syncs
    /// by itself whenever it folds the log into the file or begins it anew.
    pub(super) fn take_over(connection: &mut SqliteConnection, path: &str) -> ConnectionResult<Self> {
        // Reading makes SQLite open the log, or make it.
        let own_sync = "SELECT count(*) FROM sqlite_schema; PRAGMA synchronous = NORMAL;";
        connection.batch_execute(own_sync).map_err(ConnectionError::CouldntSetupConfiguration)?;
        // Nothing is ever locked in this file, so that closing it gives up no lock of SQLite's.
        let log = File::open(format!("{path}-wal"));
        log.map(|file| Self(Arc::new(file))).map_err(|cause| ConnectionError::BadConnection(cause.to_string()))
    }

    /// Returns when everything that was appended is on the disk, as after a commit under `synchronous = FULL`.
    pub(super) fn sync(&self) -> io::Result<()> {
        self.0.sync_data()
    }
}
