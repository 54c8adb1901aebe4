//! What MCP servers need beside requests: idle ones are ended, and calls are written down.

use crate::tool_figures::ToolFigures;
use mainstay_mcp::calls::CallLog;
use mainstay_mcp::{Mcp, Opened};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Notify;
use tokio::task::JoinHandle;

/// How often calls are written down.
const WRITE: Duration = Duration::from_millis(500);
/// How often it is looked who is idle.
const SWEEP: Duration = Duration::from_secs(5);

/// Who tends the servers.
pub(crate) struct Servers {
    mcp: Arc<Mcp>,
    log: Arc<CallLog>,
    sweeping: JoinHandle<()>,
    writing: JoinHandle<()>,
    stop: Arc<Notify>,
}

impl Servers {
    /// Tends them until it is ended.
    pub(crate) fn tend(opened: &Opened, figures: &Arc<ToolFigures>) -> Self {
        let (mcp, log) = (Arc::clone(&opened.mcp), Arc::clone(&opened.log));
        let sweeping = tokio::spawn(sweep(Arc::clone(&mcp), Arc::clone(figures)));
        let stop = Arc::new(Notify::new());
        let writing = tokio::spawn(write(Arc::clone(&log), Arc::clone(&stop)));
        Self { mcp, log, sweeping, writing, stop }
    }

    /// Ends every server's process, and writes down the calls that are not yet. For when there are no more requests.
    pub(crate) async fn end(self) {
        self.sweeping.abort();
        self.mcp.close().await;
        // Not aborted: what it is writing would be lost, or written twice.
        self.stop.notify_one();
        drop(self.writing.await);
        write_once(&self.log).await;
    }
}

async fn sweep(mcp: Arc<Mcp>, figures: Arc<ToolFigures>) {
    loop {
        tokio::time::sleep(SWEEP).await;
        mcp.sweep().await;
        figures.connections(mcp.connections());
    }
}

async fn write(log: Arc<CallLog>, stop: Arc<Notify>) {
    while tokio::time::timeout(WRITE, stop.notified()).await.is_err() {
        write_once(&log).await;
    }
}

async fn write_once(log: &CallLog) {
    if let Err(cause) = log.write().await {
        tracing::warn!(%cause, "calls of MCP tools could not be written down yet");
    }
}
