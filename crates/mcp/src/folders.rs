//! The folders of the built-in server `filesystem`, one a workspace.

use crate::filesystem::{Filesystem, Limits};
use crate::upstream::UpstreamFault;
use mainstay_kernel::{Clock, Timestamp, WorkspaceId};
use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Mutex;

/// After how long a folder that nobody uses is closed.
const IDLE: Duration = Duration::from_mins(10);

/// Opens folders, each when it is first used.
pub(crate) struct Folders {
    /// Where they are: each is named by its workspace's id.
    root: PathBuf,
    limits: Limits,
    clock: Arc<dyn Clock>,
    open: Mutex<HashMap<WorkspaceId, (Filesystem, Timestamp)>>,
}

impl Folders {
    pub(crate) fn new(root: PathBuf, limits: Limits, clock: Arc<dyn Clock>) -> Self {
        Self { root, limits, clock, open: Mutex::default() }
    }

    /// The folder of a workspace.
    ///
    /// # Errors
    /// [`UpstreamFault::Away`] when it cannot be opened.
    pub(crate) async fn of(&self, workspace: WorkspaceId) -> Result<Filesystem, UpstreamFault> {
        let now = self.clock.now();
        // Held while one is opened, which is short: a folder can be opened only once.
        let mut open = self.open.lock().await;
        if let Some((filesystem, used_at)) = open.get_mut(&workspace) {
            *used_at = now;
            return Ok(filesystem.clone());
        }
        let folder = self.root.join(workspace.to_string());
        let opened = Filesystem::open(&folder, self.limits).await;
        let filesystem = opened.map_err(|cause| {
            tracing::error!(%workspace, %cause, "the folder of a workspace cannot be opened");
            UpstreamFault::Away(cause.to_string())
        })?;
        open.insert(workspace, (filesystem.clone(), now));
        Ok(filesystem)
    }

    /// Closes folders that nobody has used for a while.
    pub(crate) async fn sweep(&self) {
        let idle_since = self.clock.now().minus(IDLE);
        self.open.lock().await.retain(|_, (_, used_at)| *used_at >= idle_since);
    }
}
