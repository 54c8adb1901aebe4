//! How a connection to the file is set up.

use diesel::connection::SimpleConnection as _;
use diesel::{Connection as _, ConnectionError, ConnectionResult, SqliteConnection};
use diesel_async::sync_connection_wrapper::SpawnBlocking;
use futures_util::FutureExt as _;
use futures_util::future::BoxFuture;
use std::error::Error;

/// What a connection is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    /// The one that writes.
    Writer,
    /// One of many that only read.
    Reader,
}

/// Waiting comes first, so that the switch to the write-ahead log can wait too. `FULL` makes a
/// commit reach the disk before it is answered.
const PRAGMAS: &str = "PRAGMA busy_timeout = 5000; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; \
    PRAGMA foreign_keys = ON; PRAGMA temp_store = MEMORY;";

/// A reader's page cache is small, since the memory map already shares the file between all of them.
const READER_PRAGMAS: &str = "PRAGMA cache_size = -2000; PRAGMA mmap_size = 268435456; PRAGMA query_only = ON;";
const WRITER_PRAGMAS: &str = "PRAGMA cache_size = -16000; PRAGMA mmap_size = 268435456;";

/// Opens the file and sets the connection up for its role.
pub(super) fn open(path: &str, role: Role) -> ConnectionResult<SqliteConnection> {
    let mut connection = SqliteConnection::establish(path)?;
    let of_role = if role == Role::Reader { READER_PRAGMAS } else { WRITER_PRAGMAS };
    for pragmas in [PRAGMAS, of_role] {
        connection.batch_execute(pragmas).map_err(ConnectionError::CouldntSetupConfiguration)?;
    }
    Ok(connection)
}

/// Runs each statement at once, on the thread that polls.
///
/// The default, a hop to a blocking thread for each statement, costs several times more, and
/// panics when a future is dropped half-way on a single-threaded runtime such as an HTTP worker's.
#[derive(Debug)]
pub struct Inline;

impl SpawnBlocking for Inline {
    fn spawn_blocking<'a, R: Send + 'static>(
        &mut self,
        task: impl FnOnce() -> R + Send + 'static,
    ) -> BoxFuture<'a, Result<R, Box<dyn Error + Send + Sync + 'static>>> {
        std::future::ready(Ok(task())).boxed()
    }

    fn get_runtime() -> Self {
        Self
    }
}
