//! The store, written once for both databases.

use super::cells::{Parting, ReadRecords as _, groups};
use super::hours::ReadHours as _;
use super::{Found, Line, SeriesStore, TooMany, Wanted};
use async_trait::async_trait;
use futures_util::FutureExt as _;
use mainstay_kernel::WorkspaceId;
use mainstay_store::{StoreResult, each_backend};
use std::sync::Arc;
use tokio::sync::Semaphore;

/// Usage over the handle `D`.
pub(super) struct DieselSeriesStore<D> {
    db: D,
    at_once: Arc<Semaphore>,
}

impl<D> DieselSeriesStore<D> {
    pub(super) const fn new(db: D, at_once: Arc<Semaphore>) -> Self {
        Self { db, at_once }
    }
}

#[async_trait]
trait Steps {
    /// Reads what is wanted.
    async fn find(&mut self, workspace: WorkspaceId, wanted: &Wanted) -> StoreResult<Result<Found, TooMany>>;
}

#[each_backend]
#[async_trait]
impl Steps for Conn {
    async fn find(&mut self, workspace: WorkspaceId, wanted: &Wanted) -> StoreResult<Result<Found, TooMany>> {
        let mut whole = self.hours(workspace, wanted).await?;
        if wanted.needs_records() && whole.total.records > wanted.most_read {
            return Ok(Err(TooMany(whole.total.records)));
        }
        let intervals = wanted.intervals().len();
        if wanted.unique_by.is_some() {
            let cells = self.cells(workspace, wanted, Parting::NONE).await?;
            whole = groups(&cells, intervals).pop().map_or_else(|| Line::empty(intervals), |(_, line)| line);
        }
        let Some(grouping) = &wanted.grouping else { return Ok(Ok(Found { whole, groups: None })) };
        let cells = self.cells(workspace, wanted, grouping.into()).await?;
        Ok(Ok(Found { whole, groups: Some(groups(&cells, intervals)) }))
    }
}

#[each_backend]
#[async_trait]
impl SeriesStore for DieselSeriesStore<Db> {
    async fn read(&self, workspace: WorkspaceId, wanted: Arc<Wanted>) -> StoreResult<Result<Found, TooMany>> {
        let turn = if wanted.needs_records() { Arc::clone(&self.at_once).acquire_owned().await.ok() } else { None };
        let scan = self.db.scan(move |conn| {
            async move {
                // Who hangs up does not end what the database is at.
                let _turn = turn;
                conn.find(workspace, &wanted).await
            }
            .boxed()
        });
        scan.await
    }
}
