//! Plain SQL on either database, to set the stage and to serve as a baseline.

use anyhow::Context as _;
use diesel::connection::SimpleConnection as _;
use diesel::{Connection as _, SqliteConnection};
use diesel_async::{AsyncConnection as _, AsyncPgConnection, SimpleAsyncConnection as _};
use tokio::runtime::{Builder, Runtime};

/// One connection.
pub(crate) enum Sql {
    /// To a file.
    Sqlite(SqliteConnection),
    /// To a server, with the runtime that drives it.
    Postgres(Box<AsyncPgConnection>, Runtime),
}

impl Sql {
    /// Opens `sqlite://PATH` or `postgres://…`. SQLite writes to a log ahead and syncs it at every
    /// commit, as the gateway does.
    ///
    /// # Errors
    /// When the database cannot be reached.
    pub(crate) fn open(url: &str) -> anyhow::Result<Self> {
        let Some(path) = url.strip_prefix("sqlite://") else {
            let runtime = Builder::new_current_thread().enable_all().build()?;
            let connection =
                runtime.block_on(AsyncPgConnection::establish(url)).context("PostgreSQL is not reachable")?;
            return Ok(Self::Postgres(Box::new(connection), runtime));
        };
        let mut connection = SqliteConnection::establish(path).with_context(|| format!("{path} cannot be opened"))?;
        connection
            .batch_execute("PRAGMA busy_timeout = 5000; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;")?;
        Ok(Self::Sqlite(connection))
    }

    /// Runs statements, separated by semicolons.
    ///
    /// # Errors
    /// What the database says.
    pub(crate) fn run(&mut self, statements: &str) -> diesel::QueryResult<()> {
        match self {
            Self::Sqlite(connection) => connection.batch_execute(statements),
            Self::Postgres(connection, runtime) => runtime.block_on(connection.batch_execute(statements)),
        }
    }
}
