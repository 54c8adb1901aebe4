//! Where visits are kept.

mod cells;
mod hits;
mod inbox;
mod roll;
mod turn;
mod visitors;
mod visits;
mod words;

use super::lexicon::Lexicon;
use super::reached::Reached;
use async_trait::async_trait;
use mainstay_kernel::Event;
use mainstay_store::{Database, StoreResult};
use std::sync::Arc;

/// What was rolled up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Rolled {
    /// How many hits.
    pub(crate) hits: usize,
    /// How many bytes of the inbox.
    pub(crate) bytes: i64,
    /// Whether there may be more.
    pub(crate) is_more: bool,
}

/// What is told of goals that were reached.
pub(crate) type Tell = Arc<dyn Fn(&Reached) -> Event + Send + Sync>;

/// Where visits are kept.
#[async_trait]
pub(crate) trait VisitStore: Send + Sync {
    /// Takes the oldest hits out of the inbox and takes them down, in one transaction, while nobody else does. With the
    /// words that are known by then. Of goals that are reached is told.
    async fn roll(&self, lexicon: Lexicon, tell: Tell) -> StoreResult<(Rolled, Lexicon)>;
    /// The number of the newest row of the inbox, and of the oldest; none where it is empty.
    async fn waiting(&self) -> StoreResult<Option<(i64, i64)>>;
}

/// The visits of this database.
pub(crate) fn open(database: &Database) -> Arc<dyn VisitStore> {
    match database {
        Database::Sqlite(db) => Arc::new(roll::DieselVisitStore { db: db.clone() }),
        Database::Postgres(db) => Arc::new(roll::DieselVisitStore { db: db.clone() }),
    }
}
