//! Many publishers in one transaction, where the database does not group by itself.

use super::diesel::DieselMessageStore;
use super::{Batch, MessageStore, Outcome};
use async_trait::async_trait;
use futures_util::FutureExt as _;
use mainstay_store::{Gather, PgDb, StoreResult};
use std::sync::Arc;

/// Most batches in one transaction.
const MOST: usize = 64;
/// Most events of a batch that others wait for.
const FEW: usize = 8;
/// Most bytes of their bodies.
const SMALL: usize = 64 * 1024;

/// Small batches share transactions; large ones have their own, and nobody waits for them.
pub(super) struct GatheredMessageStore {
    alone: Arc<DieselMessageStore<PgDb>>,
    together: Arc<Gather<Arc<Batch>, Outcome>>,
}

impl GatheredMessageStore {
    pub(super) fn new(store: DieselMessageStore<PgDb>) -> Self {
        let alone = Arc::new(store);
        let store = Arc::clone(&alone);
        let publish_all = move |batches| {
            let store = Arc::clone(&store);
            async move { store.publish_all(batches).await }.boxed()
        };
        Self { alone, together: Arc::new(Gather::new(MOST, publish_all)) }
    }
}

#[async_trait]
impl MessageStore for GatheredMessageStore {
    async fn publish(&self, batch: Arc<Batch>) -> StoreResult<Outcome> {
        let bytes: usize = batch.messages.iter().map(|message| message.body.len()).sum();
        if batch.messages.len() > FEW || bytes > SMALL {
            return self.alone.publish(batch).await;
        }
        self.together.run(batch).await
    }
}
