//! Events are told to whoever listens in this process.

use super::ended_workspaces::EndedWorkspaces;
use super::gauges::Gauges;
use super::limits::Limits;
use super::notices::Notices;
use super::owners::Owners;
use super::personal_workspaces::PersonalWorkspaces;
use super::turned_off::TurnedOff;
use crate::compose::Services;
use async_trait::async_trait;
use mainstay_kernel::Event;
use mainstay_store::Database;
use mainstay_store::jobs::{Done, Handler};
use mainstay_store::outbox::{self, Position, Subscriber};
use serde_json::{Value, json};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

/// How soon an empty outbox is looked at again.
const RELAY_AGAIN: Duration = Duration::from_secs(1);

/// Hands events on from the outbox. One node at a time does it, by the job's lease.
pub(super) struct OutboxRelay {
    database: Database,
    subscribers: Vec<Arc<dyn Subscriber>>,
    /// Where this node's next run goes on, so that what is refused is not told again before the rest was told once.
    reached: Mutex<Position>,
}

impl OutboxRelay {
    pub(super) fn new(services: &Services) -> Self {
        let owners = Arc::new(Owners::new(services));
        let limits = Limits { owners: Arc::clone(&owners), entitlements: Arc::clone(&services.entitlements) };
        let subscribers: Vec<Arc<dyn Subscriber>> = vec![
            Arc::new(EventLog),
            Arc::new(PersonalWorkspaces::new(services)),
            Arc::new(EndedWorkspaces {
                sites: Arc::clone(&services.hosting.sites),
                databases: Arc::clone(&services.hosting.databases),
            }),
            Arc::new(Notices::new(services)),
            Arc::new(Gauges {
                entitlements: Arc::clone(&services.entitlements),
                memberships: services.memberships(),
                plans: Arc::clone(&services.plans),
            }),
            Arc::new(TurnedOff(owners)),
            Arc::new(limits),
            Arc::clone(&services.webhooks.publisher) as Arc<dyn Subscriber>,
        ];
        let reached = Mutex::new(Position::START);
        Self { database: services.database.clone(), subscribers, reached }
    }
}

#[async_trait]
impl Handler for OutboxRelay {
    fn queue(&self) -> &'static str {
        "outbox.relay"
    }

    async fn is_needed(&self) -> bool {
        // When that cannot be read, the run tells why.
        outbox::has_waiting(&self.database).await.unwrap_or(true)
    }

    async fn run(&self, _: &Value) -> Result<Done, String> {
        let after = *self.reached.lock().unwrap_or_else(PoisonError::into_inner);
        let relayed = outbox::relay(&self.database, &self.subscribers, after).await;
        let reached = relayed.map_err(|cause| cause.to_string())?.reached;
        *self.reached.lock().unwrap_or_else(PoisonError::into_inner) = reached.unwrap_or(Position::START);
        // One batch a run, so that a run never outlasts its lease however much is waiting.
        Ok(Done::RunAgainAfter(if reached.is_some() { Duration::ZERO } else { RELAY_AGAIN }))
    }

    fn standing_job(&self) -> Option<Value> {
        Some(json!({}))
    }
}

/// Writes events to the log, where the operator asks for them.
struct EventLog;

#[async_trait]
impl Subscriber for EventLog {
    async fn told(&self, event: &Event) -> Result<(), String> {
        let workspace = event.workspace.map(|workspace| workspace.0);
        tracing::debug!(event.id, event.name, event.workspace = workspace, "happened");
        Ok(())
    }
}
