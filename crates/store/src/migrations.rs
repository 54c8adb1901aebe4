//! The tables, brought up to date at start; the same steps in both folders.

use crate::error::{StoreError, StoreResult};
use diesel::SqliteConnection;
use diesel_async::{
    AsyncConnection, AsyncMigrationHarness, AsyncPgConnection, SimpleAsyncConnection as _, TransactionManager as _,
};
use diesel_migrations::{EmbeddedMigrations, MigrationHarness, embed_migrations};

const SQLITE: EmbeddedMigrations = embed_migrations!("../../migrations/sqlite");
const POSTGRES: EmbeddedMigrations = embed_migrations!("../../migrations/postgres");

/// Any number will do, as long as every node takes the same: "mnst" in ASCII.
const LOCK: i64 = 0x6d6e_7374;

/// All steps in one transaction that holds the file's lock: of two processes that start at once, the
/// second finds nothing left to do.
pub(crate) fn run_on_sqlite(connection: &mut SqliteConnection) -> StoreResult<()> {
    connection.immediate_transaction(|connection| {
        connection.run_pending_migrations(SQLITE).map_err(|cause| failed(&*cause))?;
        Ok(())
    })
}

/// All steps in one transaction here too, which waits for the disk once. Diesel takes no lock of its own: two nodes that
/// start at once on an empty database would race. The lock ends with the connection.
pub(crate) async fn run_on_postgres(mut connection: AsyncPgConnection) -> StoreResult<()> {
    connection.batch_execute(&format!("SELECT pg_advisory_lock({LOCK})")).await.map_err(|cause| failed(&cause))?;
    Transactions::begin_transaction(&mut connection).await.map_err(|cause| failed(&cause))?;
    let mut harness = AsyncMigrationHarness::new(connection);
    harness.run_pending_migrations(POSTGRES).map_err(|cause| failed(&*cause))?;
    let mut connection = harness.into_inner();
    Transactions::commit_transaction(&mut connection).await.map_err(|cause| failed(&cause))
}

type Transactions = <AsyncPgConnection as AsyncConnection>::TransactionManager;

fn failed(cause: &dyn std::error::Error) -> StoreError {
    StoreError::Unavailable(format!("its tables cannot be brought up to date: {cause}"))
}
