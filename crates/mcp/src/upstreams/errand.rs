//! What goes along with a request inside this process.

use crate::upstream::{Hearing, UpstreamFault};
use std::sync::{Arc, OnceLock};
use tokio_util::sync::CancellationToken;

/// Goes along with a request to where it is sent, so that what is heard and what goes wrong there finds back to whoever
/// asked. It is never on the wire.
#[derive(Clone, Default)]
pub(super) struct Errand(Arc<Inner>);

#[derive(Default)]
struct Inner {
    hearing: Hearing,
    fault: OnceLock<UpstreamFault>,
    failed: CancellationToken,
}

impl Errand {
    pub(super) fn new(hearing: Hearing) -> Self {
        Self(Arc::new(Inner { hearing, ..Inner::default() }))
    }

    pub(super) fn hearing(&self) -> &Hearing {
        &self.0.hearing
    }

    /// It comes to nothing, for this reason; the first one counts.
    pub(super) fn fail(&self, fault: UpstreamFault) {
        self.0.fault.get_or_init(|| fault);
        self.0.failed.cancel();
    }

    /// Why it came to nothing, if that is known.
    pub(super) fn fault(&self) -> Option<UpstreamFault> {
        self.0.fault.get().cloned()
    }

    /// Waits until it comes to nothing.
    pub(super) async fn fails(&self) -> UpstreamFault {
        self.0.failed.cancelled().await;
        self.fault().unwrap_or_else(|| UpstreamFault::Away("the request failed".to_owned()))
    }
}
