//! What runs beside the requests.

use crate::compose::Services;
use async_trait::async_trait;
use mainstay_kernel::Clock;
use mainstay_keys::{GraceEnd, Keys};
use mainstay_store::audit::{self, Audit};
use mainstay_store::idempotency::{self, Reservations};
use mainstay_store::jobs::{self, Done, Handler, Workers};
use mainstay_store::{Database, StoreError, changes, outbox};
use serde_json::{Value, json};
use std::sync::Arc;
use std::time::Duration;
use tokio::task::JoinHandle;

/// The background work of this node, until it is drained.
pub(crate) struct Background {
    workers: Workers,
    following: JoinHandle<()>,
    noting: JoinHandle<()>,
    keys: Arc<Keys>,
}

/// How often uses of keys are written down.
const NOTE_USES: Duration = Duration::from_secs(5);

impl Background {
    /// Starts everything.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub(crate) async fn start(services: &Services) -> anyhow::Result<Self> {
        let mut changes = services.changes();
        changes.begin(&services.database).await?;
        let following = tokio::spawn(changes.follow(services.database.clone()));
        let keys = Arc::clone(&services.keys);
        let noting = tokio::spawn(note_uses(Arc::clone(&keys)));
        let node = format!("node-{}", services.ids.alphanumeric(8));
        let workers = Workers::start(&jobs::open(&services.database), handlers(services), &services.clock, &node);
        Ok(Self { workers, following, noting, keys })
    }

    /// Lets workers end what they are at, and writes down what is only noted.
    pub(crate) async fn drain(self) {
        self.workers.drain().await;
        self.following.abort();
        self.noting.abort();
        if let Err(cause) = self.keys.write_used().await {
            tracing::warn!(%cause, "the last uses of keys could not be written");
        }
    }
}

async fn note_uses(keys: Arc<Keys>) {
    loop {
        tokio::time::sleep(NOTE_USES).await;
        if let Err(cause) = keys.write_used().await {
            tracing::warn!(%cause, "uses of keys could not be written; they will be later");
        }
    }
}

fn handlers(services: &Services) -> Vec<Arc<dyn Handler>> {
    let (database, clock) = (services.database.clone(), Arc::clone(&services.clock));
    vec![
        Arc::new(GraceEnd::new(Arc::clone(&services.keys))),
        Arc::new(services.auth.session_clean_up()),
        Arc::new(services.auth.one_time_clean_up()),
        Arc::new(services.auth.login_clean_up()),
        Arc::new(services.account.passwords.forgotten_passwords()),
        Arc::clone(&services.mail) as Arc<dyn Handler>,
        Arc::new(OutboxRelay { database: database.clone(), clock: Arc::clone(&clock) }),
        Arc::new(Purge { reservations: idempotency::open(&database), audit: audit::open(&database), database, clock }),
    ]
}

/// How soon an empty outbox is looked at again.
const RELAY_AGAIN: Duration = Duration::from_secs(1);

/// Hands events on from the outbox. One node at a time does it, by the job's lease.
struct OutboxRelay {
    database: Database,
    clock: Arc<dyn Clock>,
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
        let subscribers = [Arc::new(EventLog) as Arc<dyn outbox::Subscriber>];
        let told =
            outbox::relay(&self.database, &subscribers, self.clock.now()).await.map_err(|cause| cause.to_string())?;
        // One batch a run, so that a run never outlasts its lease however much is waiting.
        Ok(Done::RunAgainAfter(if told > 0 { Duration::ZERO } else { RELAY_AGAIN }))
    }

    fn standing_job(&self) -> Option<Value> {
        Some(json!({}))
    }
}

/// Writes events to the log, where the operator asks for them.
struct EventLog;

#[async_trait]
impl outbox::Subscriber for EventLog {
    async fn told(&self, event: &mainstay_kernel::Event) -> Result<(), String> {
        let workspace = event.workspace.map(|workspace| workspace.0);
        tracing::debug!(event.id, event.name, event.workspace = workspace, "happened");
        Ok(())
    }
}

/// Drops what nobody will ask for again.
struct Purge {
    database: Database,
    reservations: Arc<dyn Reservations>,
    audit: Arc<dyn Audit>,
    clock: Arc<dyn Clock>,
}

const KEEP_CHANGES: Duration = Duration::from_hours(1);
/// Two years.
const KEEP_AUDIT: Duration = Duration::from_hours(2 * 365 * 24);

#[async_trait]
impl Handler for Purge {
    fn queue(&self) -> &'static str {
        "store.purge"
    }

    async fn run(&self, _: &Value) -> Result<Done, String> {
        let now = self.clock.now();
        let purged = async {
            changes::purge(&self.database, now.minus(KEEP_CHANGES)).await?;
            self.reservations.purge(now.minus(idempotency::RETENTION)).await?;
            // A batch at a time, so that nobody who writes waits for long.
            while self.audit.purge(now.minus(KEEP_AUDIT)).await? > 0 {}
            Ok::<_, StoreError>(())
        };
        purged.await.map_err(|cause| cause.to_string())?;
        Ok(Done::RunAgainAfter(Duration::from_mins(10)))
    }

    fn standing_job(&self) -> Option<Value> {
        Some(json!({}))
    }
}
