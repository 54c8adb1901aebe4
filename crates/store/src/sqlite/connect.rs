//! How a connection to the file is set up.

use diesel::connection::SimpleConnection as _;
use diesel::{Connection as _, ConnectionError, ConnectionResult, SqliteConnection};
use std::thread;
use std::time::{Duration, Instant};

/// What a connection is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    /// The one that writes.
    Writer,
    /// One of many that only read.
    Reader,
}

/// `FULL` makes a commit reach the disk before it is answered.
const PRAGMAS: &str = "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; \
    PRAGMA foreign_keys = ON; PRAGMA temp_store = MEMORY;";

/// No connection maps the file into memory. After each commit of the writer a reader gives its map up and makes it anew,
/// which stops every processor to forget it; and the writer comes by every page in time, so that the process would seem
/// to grow with the file.
const READER_PRAGMAS: &str = "PRAGMA cache_size = -2000; PRAGMA query_only = ON;";
/// What is deleted is overwritten, wherever that takes no page that would not be written anyway.
/// The log is folded into the file every 32 MiB: the same few pages change in every commit, and fold as one.
const WRITER_PRAGMAS: &str = "PRAGMA cache_size = -16000; PRAGMA wal_autocheckpoint = 8000; \
    PRAGMA secure_delete = FAST;";

/// How soon a file that another process holds is tried again.
const RETRY: Duration = Duration::from_millis(5);

/// Opens the file and sets the connection up for its role; it waits for another's lock as long as
/// `patience`.
pub(super) fn open(path: &str, role: Role, patience: Duration) -> ConnectionResult<SqliteConnection> {
    let begun = Instant::now();
    loop {
        match set_up(path, role, patience) {
            // SQLite itself does not wait when two switch a new file to the write-ahead log at once.
            Err(cause) if cause.to_string().contains("is locked") && begun.elapsed() < patience => thread::sleep(RETRY),
            outcome => return outcome,
        }
    }
}

fn set_up(path: &str, role: Role, patience: Duration) -> ConnectionResult<SqliteConnection> {
    let mut connection = SqliteConnection::establish(path)?;
    let of_role = if role == Role::Reader { READER_PRAGMAS } else { WRITER_PRAGMAS };
    // Waiting comes first, so that all that follows waits too.
    let waiting = format!("PRAGMA busy_timeout = {}", patience.as_millis());
    for pragmas in [&*waiting, PRAGMAS, of_role] {
        connection.batch_execute(pragmas).map_err(ConnectionError::CouldntSetupConfiguration)?;
    }
    Ok(connection)
}
