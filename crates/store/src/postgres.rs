//! The database that grows: connections in a pool.

use crate::database::DatabaseOptions;
use crate::error::{StoreError, StoreResult};
use crate::{idempotency, migrations};
use deadpool::managed::{QueueMode, Timeouts};
use diesel::ConnectionError;
use diesel_async::pooled_connection::deadpool::{Object, Pool};
use diesel_async::pooled_connection::{AsyncDieselConnectionManager, ManagerConfig, RecyclingMethod};
use diesel_async::{AsyncConnection as _, AsyncPgConnection, SimpleAsyncConnection as _};
use futures_util::FutureExt as _;
use futures_util::future::BoxFuture;
use tokio::runtime::Handle;

/// A PostgreSQL connection as the stores see it.
pub type PgConn = AsyncPgConnection;

/// No statement may hold a connection for longer, even if its caller has gone away.
const SETUP: &str = "SET statement_timeout = '30s'; SET TIME ZONE 'UTC'";

/// The handle of a PostgreSQL database. Cloning it is cheap.
#[derive(Clone)]
pub struct PgDb {
    pool: Pool<PgConn>,
}

impl PgDb {
    /// Connects and brings the tables up to date. Must run on a multi-threaded runtime, which
    /// also drives the connections from then on.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] when the server cannot be reached or its tables not migrated.
    pub async fn open(url: &str, options: &DatabaseOptions) -> StoreResult<Self> {
        // The first connection is made by hand: the pool would hide why it fails.
        let connection = PgConn::establish(url).await.map_err(unavailable)?;
        migrations::run_on_postgres(connection).await?;
        Ok(Self { pool: pool(url, options)? })
    }

    /// A short read.
    pub async fn read<R>(
        &self,
        work: impl for<'c> FnOnce(&'c mut PgConn) -> BoxFuture<'c, StoreResult<R>> + Send,
    ) -> StoreResult<R> {
        let mut connection = self.connection().await?;
        work(&mut connection).await
    }

    /// A read that may take long, such as a list and its count: all of it sees one instant.
    pub async fn scan<R: Send + 'static>(
        &self,
        work: impl for<'c> FnOnce(&'c mut PgConn) -> BoxFuture<'c, StoreResult<R>> + Send + 'static,
    ) -> StoreResult<R> {
        let mut lent = Lent(Some(self.connection().await?));
        let mut instant = lent.connection()?.build_transaction().repeatable_read().read_only();
        let outcome = instant.run(async move |connection| work(connection).await).await;
        lent.give_back();
        outcome
    }

    /// A transaction: answers after the commit; when `work` fails, nothing of it stays. Marks the
    /// idempotent request it runs for, if there is one.
    pub async fn write<R: Send + 'static>(
        &self,
        work: impl for<'c> FnOnce(&'c mut PgConn) -> BoxFuture<'c, StoreResult<R>> + Send + 'static,
    ) -> StoreResult<R> {
        let claim = idempotency::current();
        let mut lent = Lent(Some(self.connection().await?));
        #[expect(clippy::disallowed_methods, reason = "the one place that begins transactions on PostgreSQL")]
        let outcome = lent
            .connection()?
            .transaction(async move |connection| {
                let result = work(connection).await?;
                if let Some(claim) = claim {
                    idempotency::MarkEffect::mark(connection, claim).await?;
                }
                Ok(result)
            })
            .await;
        lent.give_back();
        outcome
    }

    /// Closes the pool: nobody gets a connection any more, and each that is in use ends when it comes back.
    pub fn close(&self) {
        self.pool.close();
    }

    async fn connection(&self) -> StoreResult<Object<PgConn>> {
        self.pool.get().await.map_err(unavailable)
    }
}

/// A connection with a transaction of its own. Whoever gives up in the middle, as a handler does whose caller hangs up, closes
/// it: in the pool it would keep its locks until somebody happened to take it.
struct Lent(Option<Object<PgConn>>);

impl Lent {
    fn connection(&mut self) -> StoreResult<&mut PgConn> {
        let connection = self.0.as_deref_mut();
        connection.ok_or_else(|| unavailable("the connection was given back"))
    }

    /// The transaction has ended.
    fn give_back(mut self) {
        drop(self.0.take());
    }
}

impl Drop for Lent {
    fn drop(&mut self) {
        if let Some(given_up) = self.0.take() {
            drop(Object::take(given_up));
        }
    }
}

fn pool(url: &str, options: &DatabaseOptions) -> StoreResult<Pool<PgConn>> {
    // A connection's driver lives on the runtime that opens it: that must be the main one, not the
    // HTTP worker that happens to find the pool empty.
    let runtime = Handle::current();
    let mut config = ManagerConfig::<PgConn>::default();
    config.recycling_method = RecyclingMethod::Fast;
    config.custom_setup = Box::new(move |url| {
        let (runtime, url) = (runtime.clone(), url.to_owned());
        async move {
            let opened = runtime.spawn(async move { establish(&url).await }).await;
            opened.map_err(|gone| ConnectionError::BadConnection(gone.to_string()))?
        }
        .boxed()
    });
    let patience = Some(options.patience);
    Pool::builder(AsyncDieselConnectionManager::new_with_config(url, config))
        .max_size(options.connections)
        // A few that are always at work have their statements prepared and the server's caches warm.
        .queue_mode(QueueMode::Lifo)
        .runtime(deadpool::Runtime::Tokio1)
        .timeouts(Timeouts { wait: patience, create: patience, recycle: patience })
        .build()
        .map_err(unavailable)
}

async fn establish(url: &str) -> Result<PgConn, ConnectionError> {
    let mut connection = PgConn::establish(url).await?;
    connection.batch_execute(SETUP).await.map_err(ConnectionError::CouldntSetupConfiguration)?;
    Ok(connection)
}

#[expect(clippy::needless_pass_by_value, reason = "an error mapper")]
fn unavailable(cause: impl ToString) -> StoreError {
    StoreError::Unavailable(cause.to_string())
}
