//! Has programs that take more than others can spare give way to them.

use arc_swap::ArcSwap;
use mainstay_sandbox::Arbiter;
use mainstay_sandbox::keeper::Client;
use std::collections::HashSet;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::task::spawn_blocking;

/// How long to wait once looking went wrong.
const AFTER_FAULT: Duration = Duration::from_secs(10);

/// Looks after all boxes of this machine.
#[derive(Clone, Default)]
pub(super) struct Fairness {
    arbiter: Arc<Mutex<Arbiter>>,
    /// The keepers whose boxes are slowed down.
    slowed: Arc<ArcSwap<HashSet<u32>>>,
}

impl Fairness {
    /// Looks once. Gives how long to wait until the next time.
    pub(super) async fn look(&self) -> Duration {
        let Self { arbiter, slowed } = self.clone();
        let looked = spawn_blocking(move || {
            let mut arbiter = arbiter.lock().unwrap_or_else(PoisonError::into_inner);
            let pause = arbiter.look();
            let now: HashSet<u32> = arbiter.slowed().collect();
            if **slowed.load() != now {
                slowed.store(Arc::new(now));
            }
            pause
        });
        looked.await.unwrap_or_else(|fault| {
            tracing::error!(%fault, "could not look whether a program takes more than others can spare");
            AFTER_FAULT
        })
    }

    /// Whether the box of this keeper is slowed down.
    pub(super) fn slows(&self, keeper: &Client) -> bool {
        self.slowed.load().contains(&keeper.pid())
    }
}
