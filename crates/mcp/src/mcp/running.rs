//! A call that is under way, and how it ends.

use crate::caller::Caller;
use crate::calls::{CallLog, CallRecord, Outcome};
use crate::meter::{Meter, Ticket};
use crate::model::ServerName;
use mainstay_kernel::Timestamp;
use serde_json::Value;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// What is known of a call before it ends. One that is dropped was given up by its caller: that is noted too, and what it
/// took goes back.
pub(super) struct Running {
    meter: Arc<dyn Meter>,
    log: Arc<CallLog>,
    began: Instant,
    /// None once it has ended.
    open: Option<Open>,
}

/// What is noted of a call, but for its end.
pub(super) struct Open {
    pub(super) caller: Caller,
    pub(super) server: ServerName,
    pub(super) tool: String,
    pub(super) version: String,
    pub(super) arguments: Value,
    pub(super) at: Timestamp,
    pub(super) ticket: Option<Ticket>,
}

impl Running {
    pub(super) fn begin(meter: &Arc<dyn Meter>, log: &Arc<CallLog>, open: Open) -> Self {
        Self { meter: Arc::clone(meter), log: Arc::clone(log), began: Instant::now(), open: Some(open) }
    }

    /// Keeps what the call took until it is known what becomes of it.
    pub(super) fn hold(&mut self, ticket: Ticket) {
        if let Some(open) = &mut self.open {
            open.ticket = Some(ticket);
        }
    }

    /// Ends the call: settles what it took, and notes it. What the tool did is used, also where it says that it failed.
    pub(super) async fn end(mut self, outcome: Outcome, error: Option<String>) -> Duration {
        let took = self.began.elapsed();
        let Some(mut open) = self.open.take() else { return took };
        if let Some(ticket) = open.ticket.take() {
            let is_used = matches!(outcome, Outcome::Succeeded | Outcome::Failed);
            self.meter.settle(&open.caller, ticket, is_used).await;
        }
        self.log.note(open.record(outcome, error, took));
        took
    }
}

impl Open {
    fn record(self, outcome: Outcome, error: Option<String>, took: Duration) -> CallRecord {
        let Self { caller, server, tool, version, arguments, at, .. } = self;
        CallRecord { caller, server, tool, version, arguments, outcome, error, took, at }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let Some(mut open) = self.open.take() else { return };
        let ticket = open.ticket.take();
        let caller = open.caller.clone();
        let told = "The caller went away before the answer.".to_owned();
        self.log.note(open.record(Outcome::Cancelled, Some(told), self.began.elapsed()));
        if let (Some(ticket), Ok(runtime)) = (ticket, tokio::runtime::Handle::try_current()) {
            let meter = Arc::clone(&self.meter);
            runtime.spawn(async move { meter.settle(&caller, ticket, false).await });
        }
    }
}
