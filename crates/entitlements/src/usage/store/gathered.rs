//! Many callers in one transaction, where the database does not group by itself.

use super::diesel::DieselUsageStore;
use super::{Counted, Entry, Metered, Outcome, UsageStore};
use crate::meter::Meter;
use async_trait::async_trait;
use futures_util::FutureExt as _;
use mainstay_kernel::{Timestamp, WorkspaceId};
use mainstay_store::{Gather, PgDb, StoreResult};
use std::sync::Arc;

/// Most callers in one transaction.
const MOST: usize = 64;
/// Most uses of a caller that others wait for.
const FEW: usize = 8;

/// Callers with a few uses share transactions; those with many have their own.
pub(super) struct GatheredUsageStore {
    alone: Arc<DieselUsageStore<PgDb>>,
    together: Arc<Gather<Arc<Vec<Entry>>, Vec<Outcome>>>,
}

impl GatheredUsageStore {
    pub(super) fn new(store: DieselUsageStore<PgDb>) -> Self {
        let alone = Arc::new(store);
        let store = Arc::clone(&alone);
        let count_all = move |groups| {
            let store = Arc::clone(&store);
            async move { store.count_all(groups).await }.boxed()
        };
        Self { alone, together: Arc::new(Gather::new(MOST, count_all)) }
    }
}

#[async_trait]
impl UsageStore for GatheredUsageStore {
    async fn count(&self, entries: Arc<Vec<Entry>>) -> StoreResult<Vec<Outcome>> {
        if entries.len() > FEW {
            return self.alone.count(entries).await;
        }
        self.together.run(entries).await
    }

    async fn meter(&self, workspace: WorkspaceId, of: Metered, now: Timestamp) -> StoreResult<Meter> {
        self.alone.meter(workspace, of, now).await
    }

    async fn note(&self, counted: Counted) -> StoreResult<()> {
        self.alone.note(counted).await
    }

    async fn forget_ids(&self, before: Timestamp) -> StoreResult<usize> {
        self.alone.forget_ids(before).await
    }
}
