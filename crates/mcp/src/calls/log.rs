//! The log of calls: kept in memory for a moment, so that no call waits for the disk, and written together.

use super::events::TOOL_EXECUTED;
use super::model::{Call, CallQuery, CallRecord, Outcome};
use super::service::CallService;
use super::store::CallStore;
use crate::error::McpError;
use async_trait::async_trait;
use mainstay_kernel::{Event, Ids, Page, Timestamp, WorkspaceId};
use mainstay_store::StoreResult;
use serde_json::json;
use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Most calls that wait to be written: what a minute of full load brings. Past that new ones are dropped, and it is said.
const MOST_WAITING: usize = 200_000;
/// Most calls that are written in one transaction.
const BATCH: usize = 500;

/// Told of every call that ended, whatever becomes of the log. It must not block.
pub type OnCall = Arc<dyn Fn(&CallRecord) + Send + Sync>;

/// Notes calls. What was not written yet is lost when the process dies: at most what the last half second brought.
pub struct CallLog {
    store: Arc<dyn CallStore>,
    ids: Arc<dyn Ids>,
    on_call: OnCall,
    waiting: Mutex<VecDeque<CallRecord>>,
    /// Whoever writes; one at a time, so that who was let in finds written what was noted before.
    writer: tokio::sync::Mutex<()>,
}

impl CallLog {
    pub(crate) fn new(store: Arc<dyn CallStore>, ids: Arc<dyn Ids>, on_call: OnCall) -> Self {
        Self { store, ids, on_call, waiting: Mutex::default(), writer: tokio::sync::Mutex::default() }
    }

    /// Notes a call.
    pub(crate) fn note(&self, record: CallRecord) {
        (self.on_call)(&record);
        let mut waiting = self.waiting();
        if waiting.len() >= MOST_WAITING {
            tracing::error!("calls of MCP tools cannot be written fast enough: one is not in the log");
        } else {
            waiting.push_back(record);
        }
    }

    /// Writes what waits, and tells of it. When that fails, what waits stays so.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub async fn write(&self) -> StoreResult<()> {
        let _only = self.writer.lock().await;
        loop {
            let batch: Vec<CallRecord> = {
                let mut waiting = self.waiting();
                let count = waiting.len().min(BATCH);
                waiting.drain(..count).collect()
            };
            if batch.is_empty() {
                return Ok(());
            }
            let events = batch.iter().map(|record| self.event(record)).collect();
            if let Err(cause) = self.store.insert(batch.clone(), events).await {
                self.put_back(batch);
                return Err(cause);
            }
        }
    }

    fn put_back(&self, batch: Vec<CallRecord>) {
        let mut waiting = self.waiting();
        for record in batch.into_iter().rev() {
            waiting.push_front(record);
        }
    }

    fn event(&self, record: &CallRecord) -> Event {
        let data = json!({
            "server_id": record.server.as_str(),
            "tool_name": record.tool,
            "version": record.version,
            "arguments": record.arguments,
            "success": record.outcome == Outcome::Succeeded,
            "outcome": record.outcome.name(),
            "duration_ms": record.took.as_millis(),
            "error": record.error,
        });
        Event::of(record.caller.workspace, TOOL_EXECUTED, data, &*self.ids, record.at)
    }

    /// Deletes calls that began before an instant, some at a time; says how many.
    pub(crate) async fn delete_before(&self, instant: Timestamp, most: i64) -> StoreResult<usize> {
        self.store.delete_before(instant, most).await
    }

    fn waiting(&self) -> MutexGuard<'_, VecDeque<CallRecord>> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[async_trait]
impl CallService for CallLog {
    /// Whoever made a call finds it at once, where it was made.
    async fn calls(&self, workspace: WorkspaceId, query: CallQuery) -> Result<Page<Call>, McpError> {
        self.write().await?;
        Ok(self.store.list(workspace, query).await?)
    }
}
