//! Where reports come from: cells where nothing is filtered, and else the visits themselves.

mod cells;
mod diesel;
mod fragments;
mod page;
mod realtime;
mod row;
mod scan;
mod statement;
mod steps;

use super::model::{Listing, Question, Realtime, Share, Steps};
use super::series::Sum;
use crate::domains::Domain;
use crate::numbers::Numbers;
use async_trait::async_trait;
use mainstay_kernel::{Page, Timestamp};
use mainstay_store::{Database, StoreResult};
use std::sync::Arc;

/// Where reports come from. A domain is known to whoever found it in their workspace alone.
#[async_trait]
pub(crate) trait ReportStore: Send + Sync {
    /// What visits come to on each day, or in each hour; only where there are any.
    async fn points(&self, domain: &Domain, question: Question, by_hour: bool) -> StoreResult<Vec<Sum>>;
    /// What they come to all together.
    async fn totals(&self, domain: &Domain, question: Question) -> StoreResult<Numbers>;
    /// What the values of a dimension come to.
    async fn breakdown(&self, domain: &Domain, question: Question, listing: Listing) -> StoreResult<Page<Share>>;
    /// What all visits come to, and those that took each step.
    async fn followed(&self, domain: &Domain, question: Question, steps: Steps)
    -> StoreResult<(Numbers, Vec<Numbers>)>;
    /// Who is there now.
    async fn realtime(&self, domain: &Domain, now: Timestamp) -> StoreResult<Realtime>;
}

/// The reports of this database.
pub(crate) fn open(database: &Database) -> Arc<dyn ReportStore> {
    match database {
        Database::Sqlite(db) => Arc::new(diesel::DieselReportStore { db: db.clone() }),
        Database::Postgres(db) => Arc::new(diesel::DieselReportStore { db: db.clone() }),
    }
}
