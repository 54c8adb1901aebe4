//! Keeps what came of attempts, many at a time.

use super::store::{DispatchStore, Report, TellDisabled};
use mainstay_kernel::Clock;
use std::mem;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::mpsc;

/// Most outcomes kept in one transaction.
const MOST: usize = 256;
/// How long to wait for a database that is away.
const PATIENCE: Duration = Duration::from_millis(250);

/// Takes reports until nobody gives any more. While one transaction is under way the next ones gather.
pub(super) struct Recorder {
    pub(super) store: Arc<dyn DispatchStore>,
    pub(super) clock: Arc<dyn Clock>,
    pub(super) tell: Arc<dyn Fn(mainstay_kernel::Timestamp) -> TellDisabled + Send + Sync>,
}

impl Recorder {
    pub(super) async fn serve(self, mut reports: mpsc::UnboundedReceiver<Report>, kept: mpsc::UnboundedSender<Report>) {
        let mut gathered = Vec::with_capacity(MOST);
        while reports.recv_many(&mut gathered, MOST).await > 0 {
            let batch = Arc::new(mem::take(&mut gathered));
            self.keep(&batch).await;
            for report in batch.iter() {
                // Nobody listens any more when the node ends.
                let _ = kept.send(report.clone());
            }
        }
    }

    /// Keeps a batch, however long that takes: as long as nobody else has taken its deliveries over, it is not too late.
    pub(super) async fn keep(&self, batch: &Arc<Vec<Report>>) {
        loop {
            let now = self.clock.now();
            let Err(cause) = self.store.record(Arc::clone(batch), now, (self.tell)(now)).await else { return };
            tracing::warn!(%cause, count = batch.len(), "what came of deliveries could not be written yet");
            if batch.iter().all(|report| report.lease_until <= now) {
                tracing::error!(
                    count = batch.len(),
                    "deliveries will be made once more: what came of them is not kept"
                );
                return;
            }
            tokio::time::sleep(PATIENCE).await;
        }
    }
}
