//! What the platform says in the log of a program.

use crate::ids::DeploymentId;
use crate::logs::{LogWriter, Source};
use mainstay_kernel::Clock;
use std::path::PathBuf;
use std::sync::Arc;

/// Speaks in the log of a deployment's program.
pub(super) struct Voice {
    /// Where the logs of its site are.
    pub(super) folder: PathBuf,
    pub(super) deployment: DeploymentId,
    pub(super) clock: Arc<dyn Clock>,
}

impl Voice {
    /// Says this. That it cannot be written stops nobody.
    pub(super) async fn say(&self, text: String) {
        let (folder, deployment, clock) = (self.folder.clone(), self.deployment.clone(), Arc::clone(&self.clock));
        let said = tokio::task::spawn_blocking(move || {
            LogWriter::open(&folder, Source::Runtime, &deployment, clock).map(|log| log.say(text))
        });
        if let Ok(Err(cause)) = said.await {
            tracing::warn!(deployment = %self.deployment, %cause, "a line of a log could not be written");
        }
    }
}
