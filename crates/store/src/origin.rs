//! On whose behalf a transaction is made, known wherever it is made without being handed on.

use mainstay_kernel::Origin;
use std::future::Future;
use std::sync::Arc;

tokio::task_local! {
    static CURRENT: Arc<Origin>;
}

/// Runs a request on behalf of its origin: every event that it appends to the outbox names it.
pub async fn run_for<T>(origin: Arc<Origin>, request: impl Future<Output = T>) -> T {
    CURRENT.scope(origin, request).await
}

/// Runs what a person does who is to leave no trace but their id: its events say who did it, and not from which address.
pub async fn run_unplaced<T>(work: impl Future<Output = T>) -> T {
    let unplaced = current().map(|origin| Arc::new(Origin { address: None, ..(*origin).clone() }));
    run_for_any(unplaced, work).await
}

/// As [`run_for`], where there may be no origin.
pub(crate) async fn run_for_any<T>(origin: Option<Arc<Origin>>, work: impl Future<Output = T>) -> T {
    match origin {
        Some(origin) => run_for(origin, work).await,
        None => work.await,
    }
}

/// The origin on whose behalf this task runs.
pub(crate) fn current() -> Option<Arc<Origin>> {
    CURRENT.try_with(Arc::clone).ok()
}
