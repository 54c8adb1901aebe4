//! Which domain a page belongs to, known without asking the database each time.

use super::model::Domain;
use super::name::DomainName;
use super::store::DomainStore;
use mainstay_store::{Remembered, StoreResult};
use std::sync::Arc;

/// What is announced when domains change.
pub const CHANGED: &str = "tracking_domains";

/// How many keys and hosts are remembered.
const CAPACITY: usize = 10_000;

/// Finds domains for those who tell of events. That there is none is remembered too: strangers may tell of many hosts.
pub(crate) struct Directory {
    store: Arc<dyn DomainStore>,
    by_key: Remembered<String, Option<Arc<Domain>>>,
    by_host: Remembered<DomainName, Option<Arc<Domain>>>,
}

impl Directory {
    pub(crate) fn new(store: Arc<dyn DomainStore>) -> Self {
        Self { store, by_key: Remembered::new(CAPACITY), by_host: Remembered::new(CAPACITY) }
    }

    /// The domain of a pixel key.
    pub(crate) async fn of_key(&self, key: &str) -> StoreResult<Option<Arc<Domain>>> {
        let load = async { StoreResult::Ok(Some(self.store.of_key(key).await?.map(Arc::new))) };
        Ok(self.by_key.get_or_load(&key.to_owned(), load).await?.flatten())
    }

    /// The domain that a host belongs to.
    pub(crate) async fn of_host(&self, host: &DomainName) -> StoreResult<Option<Arc<Domain>>> {
        let load = async {
            let names = host.upwards().map(str::to_owned).collect();
            StoreResult::Ok(Some(self.store.of_names(names).await?.map(Arc::new)))
        };
        Ok(self.by_host.get_or_load(host, load).await?.flatten())
    }

    /// Forgets everything.
    pub(crate) fn forget(&self) {
        self.by_key.forget_all();
        self.by_host.forget_all();
    }
}
