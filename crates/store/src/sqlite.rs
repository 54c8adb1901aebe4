//! The embedded database: a pool of readers, and one writer that groups.

mod connect;
mod connection;
mod savepoint;
mod writer;

use crate::database::DatabaseOptions;
use crate::error::{StoreError, StoreResult};
use crate::{idempotency, migrations, origin};
use connect::Role;
use connection::at_once;
use deadpool::managed::Timeouts;
use diesel_async::AsyncConnection as _;
use diesel_async::pooled_connection::deadpool::{Object, Pool};
use diesel_async::pooled_connection::{AsyncDieselConnectionManager, ManagerConfig, RecyclingMethod};
use futures_util::FutureExt as _;
use futures_util::future::BoxFuture;
use std::future::ready;
use std::path::Path;
use writer::Writer;

pub use connection::SqliteConn;

/// The handle of an embedded SQLite file. Cloning it is cheap.
#[derive(Clone)]
pub struct SqliteDb {
    readers: Pool<SqliteConn>,
    writer: Writer,
}

impl SqliteDb {
    /// Opens the file, makes it where it is missing, and brings its tables up to date.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] when the file cannot be opened or migrated.
    pub fn open(path: &Path, options: &DatabaseOptions) -> StoreResult<Self> {
        let path = path.to_str().ok_or_else(|| unavailable("the path of the database file is not UTF-8"))?;
        let mut connection = connect::open(path, Role::Writer, options.patience).map_err(unavailable)?;
        migrations::run_on_sqlite(&mut connection)?;
        let writer = Writer::spawn(connection, path.to_owned(), options.patience)?;
        Ok(Self { readers: reader_pool(path, options)?, writer })
    }

    /// A short read, done on the calling thread: a point look-up takes microseconds from the page cache.
    pub async fn read<R>(
        &self,
        work: impl for<'c> FnOnce(&'c mut SqliteConn) -> BoxFuture<'c, StoreResult<R>> + Send,
    ) -> StoreResult<R> {
        let mut connection = self.reader().await?;
        at_once(work(&mut connection))
    }

    /// A read that may take long, such as a list and its count: all of it sees one instant, on a thread for such work.
    pub async fn scan<R: Send + 'static>(
        &self,
        work: impl for<'c> FnOnce(&'c mut SqliteConn) -> BoxFuture<'c, StoreResult<R>> + Send + 'static,
    ) -> StoreResult<R> {
        let mut connection = self.reader().await?;
        let done = tokio::task::spawn_blocking(move || {
            let connection: &mut SqliteConn = &mut connection;
            #[expect(clippy::disallowed_methods, reason = "the one place that fixes the instant of reads on SQLite")]
            at_once(connection.transaction(async move |connection| work(connection).await))
        });
        done.await.map_err(unavailable)?
    }

    /// A transaction: a savepoint in the writer's group. Answers once it is on disk; when `work`
    /// fails, nothing of it stays. Marks the idempotent request it runs for, if there is one.
    pub async fn write<R: Send + 'static>(
        &self,
        work: impl for<'c> FnOnce(&'c mut SqliteConn) -> BoxFuture<'c, StoreResult<R>> + Send + 'static,
    ) -> StoreResult<R> {
        let (claim, origin) = (idempotency::current(), origin::current());
        let marked = async move |connection: &mut SqliteConn| {
            // The thread that writes is another one, which must know what this task knows.
            let result = origin::run_for_any(origin, work(connection)).await?;
            if let Some(claim) = claim {
                idempotency::MarkEffect::mark(connection, claim).await?;
            }
            Ok(result)
        };
        self.writer.run(move |connection| at_once(savepoint::within(connection, marked))).await
    }

    /// Makes that nothing of what was deleted is left in the log; says whether it is so, which whoever is just reading may
    /// prevent.
    pub async fn scrub(&self) -> bool {
        self.writer.fold().await
    }

    /// Folds the write-ahead log into the file and ends all connections; what was queued before is
    /// done first.
    pub async fn close(&self) {
        self.writer.close().await;
        self.readers.close();
    }

    async fn reader(&self) -> StoreResult<Object<SqliteConn>> {
        self.readers.get().await.map_err(unavailable)
    }
}

fn reader_pool(path: &str, options: &DatabaseOptions) -> StoreResult<Pool<SqliteConn>> {
    let patience = options.patience;
    let mut config = ManagerConfig::<SqliteConn>::default();
    config.recycling_method = RecyclingMethod::Fast;
    config.custom_setup =
        Box::new(move |path| ready(connect::open(path, Role::Reader, patience).map(SqliteConn::new)).boxed());
    let patience = Some(patience);
    Pool::builder(AsyncDieselConnectionManager::new_with_config(path, config))
        .max_size(options.readers)
        .runtime(deadpool::Runtime::Tokio1)
        .timeouts(Timeouts { wait: patience, create: patience, recycle: patience })
        .build()
        .map_err(unavailable)
}

#[expect(clippy::needless_pass_by_value, reason = "an error mapper")]
fn unavailable(cause: impl ToString) -> StoreError {
    StoreError::Unavailable(cause.to_string())
}
