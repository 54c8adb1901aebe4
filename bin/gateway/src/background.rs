//! What runs beside the requests.

mod ended_workspaces;
mod gauges;
mod limits;
mod mcp;
mod notices;
mod owners;
mod personal_workspaces;
mod purge;
mod relay;
mod turned_off;

use crate::api_calls::ApiCalls;
use crate::compose::Services;
use crate::tool_calls::ToolCalls;
use crate::tracked_events::TrackedEvents;
use mainstay_auth::Auth;
use mainstay_entitlements::IdCleanUp;
use mainstay_entitlements::credits::Expiry;
use mainstay_entitlements::reservations::ReservationExpiry;
use mainstay_hosting::building::Building;
use mainstay_hosting::metrics::Metrics;
use mainstay_hosting::running::Tending;
use mainstay_keys::{GraceEnd, Keys};
use mainstay_mcp::calls::CallCleanUp;
use mainstay_store::Database;
use mainstay_store::jobs::{self, Handler, Workers};
use mainstay_tenancy::invites::{self, InviteCleanUp};
use mainstay_tracking::Rolling;
use mainstay_webhooks::Dispatching;
use purge::Purge;
use relay::OutboxRelay;
use std::sync::Arc;
use std::time::Duration;
use tokio::task::JoinHandle;

/// What runs on this node beside the requests.
pub(crate) struct Background {
    pub(crate) work: Work,
    pub(crate) upkeep: Upkeep,
}

/// What is worked off, until it is drained.
pub(crate) struct Work {
    workers: Workers,
    dispatching: Dispatching,
    rolling: Rolling,
    building: Building,
    running: Tending,
}

/// What requests rely on: what other nodes change is followed, and uses are noted.
pub(crate) struct Upkeep {
    following: JoinHandle<()>,
    servers: mcp::Servers,
    noting: JoinHandle<()>,
    watching: JoinHandle<()>,
    counting: JoinHandle<()>,
    metrics: Arc<Metrics>,
    uses: Uses,
}

/// What notes when it was used.
#[derive(Clone)]
struct Uses {
    keys: Arc<Keys>,
    auth: Arc<Auth>,
    calls: Arc<ApiCalls>,
    tool_calls: Arc<ToolCalls>,
    events: Arc<TrackedEvents>,
}

/// How often uses of keys and sessions are written down, and calls.
const NOTE_USES: Duration = Duration::from_secs(5);

impl Background {
    /// Starts everything.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub(crate) async fn start(services: &Services) -> anyhow::Result<Self> {
        let mut changes = services.changes();
        changes.begin(&services.database).await?;
        // What is offered was read before: what was announced in between would be missed.
        services.offers.refresh().await?;
        let following = tokio::spawn(changes.follow(services.database.clone()));
        let uses = Uses {
            keys: Arc::clone(&services.keys),
            auth: Arc::clone(&services.auth),
            calls: Arc::clone(&services.calls),
            tool_calls: Arc::clone(&services.tool_calls),
            events: Arc::clone(&services.tracked_events),
        };
        let noting = tokio::spawn(uses.clone().note());
        let node = format!("node-{}", services.ids.alphanumeric(8));
        let jobs = jobs::open(&services.database);
        let dispatcher = services.webhooks.dispatcher.clone();
        if let Database::Sqlite(_) = services.database {
            // The file has no other node: what the last process was doing or delivering, nobody is.
            jobs.release_all().await?;
            dispatcher.take_over().await?;
            services.hosting.builders.take_over().await?;
            services.hosting.settling.take_over().await?;
        }
        let handlers = handlers(services);
        let queues = handlers.iter().map(|handler| handler.queue()).collect();
        let watching = services.job_figures.watch(Arc::clone(&jobs), queues, Arc::clone(&services.clock));
        let workers = Workers::start(&jobs, handlers, &services.clock, &node);
        let rolling = services.tracking.start().await?;
        let building = services.hosting.builders.start();
        let running = services.hosting.running.start();
        let work = Work { workers, dispatching: dispatcher.start(), rolling, building, running };
        let servers = mcp::Servers::tend(&services.mcp, &services.tool_figures);
        let metrics = Arc::clone(&services.hosting.metrics);
        let counting = metrics.start();
        Ok(Self { work, upkeep: Upkeep { following, servers, noting, watching, counting, metrics, uses } })
    }
}

impl Work {
    /// Begins nothing more, and lets end what was begun, for so long. What is not at its end by then is held by a lease,
    /// and whoever comes after begins it anew.
    pub(crate) async fn drain(self, patience: Duration) {
        let Self { workers, dispatching, rolling, building, running } = self;
        // Programs of sites go on by themselves; what is being deployed may still need whoever tends them.
        let hosting = async {
            building.drain().await;
            running.drain().await;
        };
        let ended = async { tokio::join!(workers.drain(), dispatching.drain(), rolling.drain(), hosting) };
        if tokio::time::timeout(patience, ended).await.is_err() {
            tracing::warn!("background work that did not end in time will be done once more");
        }
    }
}

impl Upkeep {
    /// Writes down what is only noted. For when there are no more requests.
    pub(crate) async fn end(self) {
        self.following.abort();
        self.noting.abort();
        self.watching.abort();
        self.counting.abort();
        self.servers.end().await;
        self.metrics.end().await;
        self.uses.write().await;
    }
}

impl Uses {
    async fn note(self) {
        loop {
            tokio::time::sleep(NOTE_USES).await;
            self.write().await;
        }
    }

    async fn write(&self) {
        if let Err(cause) = self.keys.write_used().await {
            tracing::warn!(%cause, "uses of keys could not be written");
        }
        if let Err(cause) = self.auth.write_used().await {
            tracing::warn!(%cause, "uses of sessions could not be written");
        }
        self.calls.write().await;
        self.tool_calls.write().await;
        self.events.write().await;
    }
}

fn handlers(services: &Services) -> Vec<Arc<dyn Handler>> {
    let mut handlers: Vec<Arc<dyn Handler>> = vec![
        Arc::new(GraceEnd::new(Arc::clone(&services.keys))),
        Arc::new(services.auth.key_rotation()),
        Arc::new(services.auth.session_clean_up()),
        Arc::new(services.auth.one_time_clean_up()),
        Arc::new(services.auth.login_clean_up()),
        Arc::new(services.auth.oauth_clean_up()),
        Arc::new(services.account.passwords.forgotten_passwords()),
        Arc::new(InviteCleanUp::new(invites::open(&services.database), Arc::clone(&services.clock))),
        Arc::clone(&services.mail) as Arc<dyn Handler>,
        Arc::new(OutboxRelay::new(services)),
        Arc::new(Purge::new(services)),
        Arc::new(IdCleanUp::new(Arc::clone(&services.entitlements))),
        Arc::new(ReservationExpiry::new(Arc::clone(&services.entitlements))),
        Arc::new(Expiry::new(Arc::clone(&services.selling.credits))),
        Arc::new(CallCleanUp::new(Arc::clone(&services.mcp.log), Arc::clone(&services.clock))),
    ];
    handlers.extend(services.webhooks.handlers());
    handlers.extend(services.tracking.handlers());
    handlers.extend(services.seo.handlers());
    handlers.push(Arc::clone(&services.hosting.purge) as Arc<dyn Handler>);
    handlers.push(Arc::clone(&services.hosting.settling) as Arc<dyn Handler>);
    handlers.push(Arc::clone(&services.hosting.caring) as Arc<dyn Handler>);
    handlers.push(Arc::clone(&services.hosting.domain_watch) as Arc<dyn Handler>);
    handlers.push(Arc::clone(&services.hosting.certifying) as Arc<dyn Handler>);
    handlers.push(Arc::clone(&services.hosting.metering) as Arc<dyn Handler>);
    handlers.push(Arc::clone(&services.hosting.roll_up) as Arc<dyn Handler>);
    handlers
}
