//! Either database, chosen by URL at start.

use crate::error::{StoreError, StoreResult};
use crate::postgres::PgDb;
use crate::sqlite::SqliteDb;
use diesel_async::SimpleAsyncConnection as _;
use futures_util::FutureExt as _;
use std::path::Path;
use std::time::Duration;

/// Sizes of the pools.
#[derive(Debug, Clone, Copy)]
pub struct DatabaseOptions {
    /// Connections to PostgreSQL.
    pub connections: usize,
    /// Read-only connections to SQLite.
    pub readers: usize,
    /// How long a caller waits for a free connection, or for another process's lock on the file.
    pub patience: Duration,
}

impl Default for DatabaseOptions {
    fn default() -> Self {
        Self { connections: 16, readers: 4, patience: Duration::from_secs(5) }
    }
}

/// One of the two databases. A crate's store is made over the handle inside.
#[derive(Clone)]
pub enum Database {
    /// An embedded file.
    Sqlite(SqliteDb),
    /// A server.
    Postgres(PgDb),
}

impl Database {
    /// Opens `sqlite://PATH` or `postgres://…` and brings its tables up to date.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] when it cannot be reached, opened or migrated, or the scheme is another.
    pub async fn open(url: &str, options: &DatabaseOptions) -> StoreResult<Self> {
        if let Some(path) = url.strip_prefix("sqlite://") {
            return SqliteDb::open(Path::new(path), options).map(Self::Sqlite);
        }
        if url.starts_with("postgres://") || url.starts_with("postgresql://") {
            return PgDb::open(url, options).await.map(Self::Postgres);
        }
        Err(StoreError::Unavailable("a database URL begins with sqlite:// or postgres://".to_owned()))
    }

    /// Asks the database for nothing, to see whether it answers.
    ///
    /// # Errors
    /// When it does not.
    pub async fn ping(&self) -> StoreResult<()> {
        match self {
            Self::Sqlite(db) => db.read(|conn| async move { Ok(conn.batch_execute("SELECT 1").await?) }.boxed()).await,
            Self::Postgres(db) => {
                db.read(|conn| async move { Ok(conn.batch_execute("SELECT 1").await?) }.boxed()).await
            }
        }
    }

    /// Makes that nothing is left of what was deleted; says whether it is so. Of a server that is its own affair: vacuum
    /// overwrites, and its log is kept as long as its settings say.
    pub async fn scrub(&self) -> bool {
        match self {
            Self::Sqlite(db) => db.scrub().await,
            Self::Postgres(_) => true,
        }
    }

    /// Ends all connections; what was answered stays. Writes that SQLite has queued are done first;
    /// what PostgreSQL is at goes on, and its connection ends with it.
    pub async fn close(&self) {
        match self {
            Self::Sqlite(db) => db.close().await,
            Self::Postgres(db) => db.close(),
        }
    }
}
