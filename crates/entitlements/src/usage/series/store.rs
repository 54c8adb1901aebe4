//! What series are made of.

mod cells;
mod diesel;
mod hours;
mod postgres;
mod sqlite;

use super::model::{Figure, GroupName, Grouping};
use crate::aggregation::Aggregation;
use async_trait::async_trait;
use mainstay_kernel::{Timestamp, WorkspaceId};
use mainstay_store::{Database, StoreResult};
use std::sync::Arc;
use tokio::sync::Semaphore;

/// How many read single uses at once. It may take them seconds, and others are to find a connection meanwhile.
const AT_ONCE: usize = 2;

/// Where usage is looked back on.
#[async_trait]
pub(crate) trait SeriesStore: Send + Sync {
    /// What a workspace used, as of one instant.
    async fn read(&self, workspace: WorkspaceId, wanted: Arc<Wanted>) -> StoreResult<Result<Found, TooMany>>;
}

/// What is to be read.
#[derive(Debug)]
pub(crate) struct Wanted {
    /// The code of what is counted: a pool, or a feature of its own.
    pub(crate) feature: String,
    pub(crate) aggregation: Aggregation,
    /// The member of the metadata whose values are counted, where values are.
    pub(crate) unique_by: Option<String>,
    /// Where each interval begins, and the last one ends: full hours.
    pub(crate) bounds: Vec<Timestamp>,
    pub(crate) grouping: Option<Grouping>,
    /// Most uses that may be read one by one.
    pub(crate) most_read: u64,
}

impl Wanted {
    /// Every interval, from its first instant to that of the next.
    fn intervals(&self) -> impl ExactSizeIterator<Item = (Timestamp, Timestamp)> {
        self.bounds.iter().copied().zip(self.bounds.iter().skip(1).copied())
    }

    fn span(&self) -> (Timestamp, Timestamp) {
        (self.bounds.first().copied().unwrap_or_default(), self.bounds.last().copied().unwrap_or_default())
    }

    /// Whether the sums of hours do not tell it.
    fn needs_records(&self) -> bool {
        self.grouping.is_some() || self.aggregation == Aggregation::Unique
    }
}

/// What was used.
#[derive(Debug)]
pub(crate) struct Found {
    /// All of it.
    pub(crate) whole: Line,
    /// The same in groups, where some are wanted.
    pub(crate) groups: Option<Vec<(GroupName, Line)>>,
}

/// What was used in each interval, and in all of them.
#[derive(Debug)]
pub(crate) struct Line {
    pub(crate) figures: Vec<Figure>,
    pub(crate) total: Figure,
}

impl Line {
    /// Nothing was.
    fn empty(intervals: usize) -> Self {
        Self { figures: vec![Figure::default(); intervals], total: Figure::default() }
    }
}

/// So many uses would have to be read one by one.
#[derive(Debug)]
pub(crate) struct TooMany(pub(crate) u64);

/// The usage of this database.
pub(crate) fn open(database: &Database) -> Arc<dyn SeriesStore> {
    let at_once = Arc::new(Semaphore::new(AT_ONCE));
    match database {
        Database::Sqlite(db) => Arc::new(diesel::DieselSeriesStore::new(db.clone(), at_once)),
        Database::Postgres(db) => Arc::new(diesel::DieselSeriesStore::new(db.clone(), at_once)),
    }
}
