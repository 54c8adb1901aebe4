//! That a connection is over, and why.

use crate::upstream::UpstreamFault;
use mainstay_kernel::{Clock, Timestamp};
use std::sync::{Arc, OnceLock};
use tokio_util::sync::CancellationToken;

/// The end of one connection. Whoever sees it first says why; everybody who waits is told.
pub(super) struct Ending {
    clock: Arc<dyn Clock>,
    why: OnceLock<(UpstreamFault, Timestamp)>,
    told: CancellationToken,
}

impl Ending {
    pub(super) fn new(clock: Arc<dyn Clock>) -> Self {
        Self { clock, why: OnceLock::new(), told: CancellationToken::new() }
    }

    /// The connection ends for this reason, unless it has ended for another before.
    pub(super) fn end(&self, fault: UpstreamFault) {
        self.why.get_or_init(|| (fault, self.clock.now()));
        self.told.cancel();
    }

    /// Why it ended, if it has.
    pub(super) fn why(&self) -> Option<&UpstreamFault> {
        self.why.get().map(|(fault, _)| fault)
    }

    /// When it ended, if it has.
    pub(super) fn at(&self) -> Option<Timestamp> {
        self.why.get().map(|(_, at)| *at)
    }

    /// Waits for the end and tells its reason.
    pub(super) async fn comes(&self) -> UpstreamFault {
        self.told.cancelled().await;
        self.why().cloned().unwrap_or_else(|| UpstreamFault::Away("the connection ended".to_owned()))
    }
}
