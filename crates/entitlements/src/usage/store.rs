//! What the rules need kept.

mod diesel;
mod gathered;
mod hours;
mod ids;
mod meters;
mod noting;
mod opening;
mod paying;
mod records;
pub(crate) mod row;
mod values;

use crate::aggregation::Aggregation;
use crate::allowance::Allowance;
use crate::meter::Meter;
use crate::price::{Payment, Price, cost};
use crate::reset::Window;
use crate::verdict::{Taken, Verdict};
use async_trait::async_trait;
use mainstay_kernel::{FieldError, Ids, Timestamp, WorkspaceId};
use mainstay_store::{Database, StoreResult};
use serde_json::Value;
use std::sync::Arc;

pub(crate) use hours::AddHours;
pub(crate) use meters::Meters;
pub(crate) use opening::OpenMeter;
pub(crate) use paying::PayForUse;
pub(crate) use records::KeepRecords;

/// Where usage is kept.
#[async_trait]
pub trait UsageStore: Send + Sync {
    /// Counts uses in one transaction, but for those that are refused or were counted before. An outcome for each, in
    /// their order.
    async fn count(&self, entries: Arc<Vec<Entry>>) -> StoreResult<Vec<Outcome>>;
    /// The meter of a feature, opened for the window that is open now; none was ever kept where nothing was counted yet.
    async fn meter(&self, workspace: WorkspaceId, of: Metered, now: Timestamp) -> StoreResult<Meter>;
    /// Notes how much there is of what is counted by itself, and tells of it if it has come to a threshold.
    async fn note(&self, counted: Counted) -> StoreResult<()>;
    /// Forgets under which ids was told what was told before that time, some hundred of them; gives how many.
    async fn forget_ids(&self, before: Timestamp) -> StoreResult<usize>;
}

/// Which meter is meant, and its window.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Metered {
    /// The code of the feature that is counted: a pool, or a feature of its own.
    pub feature: String,
    /// How its uses come to a number.
    pub aggregation: Aggregation,
    /// The window that is open.
    pub window: Window,
}

/// How much there is of what is counted by itself.
#[derive(Debug, Clone)]
pub struct Counted {
    /// In which workspace.
    pub workspace: WorkspaceId,
    /// The feature.
    pub feature: String,
    /// How much.
    pub used: u64,
    /// How much there may be.
    pub limit: Option<u64>,
    /// When that was counted.
    pub now: Timestamp,
}

/// A use to be counted.
#[derive(Debug, Clone)]
pub struct Entry {
    /// By whom.
    pub workspace: WorkspaceId,
    /// What it is counted by.
    pub metered: Metered,
    /// How much may be used.
    pub allowance: Allowance,
    /// Whether it is refused beyond that.
    pub is_limited: bool,
    /// What is beyond that costs, where it is sold.
    pub price: Option<Price>,
    /// How much is used.
    pub quantity: u64,
    /// The value that is counted, where values are.
    pub value: Option<String>,
    /// What its teller says of it.
    pub metadata: Value,
    /// Under which id it is told.
    pub id: Option<UseId>,
    /// When it took place.
    pub at: Timestamp,
    /// When it is counted.
    pub now: Timestamp,
}

impl Entry {
    /// How many credits it costs to grow by so much beyond the limit; none where it is not beyond it, or not sold.
    pub(crate) fn cost(&self, taken: Taken, growth: u64) -> Option<u64> {
        cost(self.allowance, self.price, taken, growth)
    }
}

/// An id that the teller of a use chose. It is counted once.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct UseId {
    /// Who chose it.
    pub source: String,
    /// The id.
    pub name: String,
}

/// How the sources of what this installation counts by itself begin.
const OWN: &str = "mainstay:";

impl UseId {
    /// An id of the installation's own, which nobody else can take.
    pub fn own(part: &str, name: String) -> Self {
        Self { source: format!("{OWN}{part}"), name }
    }

    /// An id that a caller chose.
    ///
    /// # Errors
    /// Naming `source`, when it is one of the installation's own.
    pub fn told(source: String, name: String) -> Result<Self, FieldError> {
        if source.starts_with(OWN) {
            let text = format!("A source that begins with {OWN} is the installation's own: choose another one.");
            return Err(FieldError::new("source", "reserved", text));
        }
        Ok(Self { source, name })
    }
}

/// What became of a use.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outcome {
    /// The judgement of it, with the numbers as they are after it; of one that was counted before, how things stand.
    pub verdict: Verdict,
    /// The meter after it.
    pub meter: Meter,
    /// Whether it had been counted before.
    pub is_repeated: bool,
    /// What was paid, or could not be, for what is beyond the limit.
    pub payment: Option<Payment>,
}

/// The usage of this database.
pub fn open(database: &Database, ids: Arc<dyn Ids>) -> Arc<dyn UsageStore> {
    match database {
        Database::Sqlite(db) => Arc::new(diesel::DieselUsageStore::new(db.clone(), ids)),
        Database::Postgres(db) => {
            Arc::new(gathered::GatheredUsageStore::new(diesel::DieselUsageStore::new(db.clone(), ids)))
        }
    }
}
