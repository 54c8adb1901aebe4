//! Where hits wait, and salts are kept.

mod inbox;
mod salts;

use crate::day::Day;
use async_trait::async_trait;
use mainstay_store::{Database, StoreResult};
use std::sync::Arc;

/// Where salts are kept, sealed. Each method is one atomic step.
#[async_trait]
pub(crate) trait SaltStore: Send + Sync {
    /// Keeps a salt for a day unless there is one; gives the one that stands.
    async fn keep(&self, day: Day, salt: Vec<u8>) -> StoreResult<Vec<u8>>;
    /// The salt of a day.
    async fn find(&self, day: Day) -> StoreResult<Option<Vec<u8>>>;
    /// Destroys the salts of the days before; gives how many.
    async fn destroy_before(&self, day: Day) -> StoreResult<usize>;
}

/// Where hits wait. Each method is one atomic step.
#[async_trait]
pub(crate) trait InboxStore: Send + Sync {
    /// Puts rows of hits there.
    async fn put(&self, rows: Vec<Vec<u8>>) -> StoreResult<()>;
    /// How many bytes wait there.
    async fn size(&self) -> StoreResult<i64>;
}

/// What this database keeps for the intake.
pub(crate) fn open(database: &Database) -> (Arc<dyn SaltStore>, Arc<dyn InboxStore>) {
    match database {
        Database::Sqlite(db) => {
            (Arc::new(salts::DieselSaltStore { db: db.clone() }), Arc::new(inbox::DieselInboxStore { db: db.clone() }))
        }
        Database::Postgres(db) => {
            (Arc::new(salts::DieselSaltStore { db: db.clone() }), Arc::new(inbox::DieselInboxStore { db: db.clone() }))
        }
    }
}
