//! All of it, put together.

use crate::bell::Bell;
use crate::courier::Courier;
use crate::deliveries::{self, Deliveries};
use crate::dispatch::{self, Dispatcher};
use crate::endpoints::{self, Endpoints};
use crate::event_types::{self, EventTypes, SchemaCheck};
use crate::publishing::{self, Publisher};
use crate::replays::worker::ReplayWorker;
use crate::replays::{self, Replays};
use crate::retention::Retention;
use crate::roster::Rosters;
use crate::schedule::Schedule;
use crate::vault::Vault;
use mainstay_kernel::seal::Keyring;
use mainstay_kernel::{Clock, Ids};
use mainstay_outbound::Outbound;
use mainstay_store::Database;
use mainstay_store::jobs::Handler;
use mainstay_store::limits::Limits;
use std::sync::Arc;
use std::time::Duration;

/// What webhooks stand on.
#[derive(Clone)]
pub struct WebhookParts {
    /// Where everything is kept.
    pub database: Database,
    /// What seals secrets.
    pub keyring: Arc<Keyring>,
    /// The guarded way out.
    pub outbound: Arc<dyn Outbound>,
    /// The waits between attempts.
    pub schedule: Schedule,
    /// How many endpoints a workspace may have.
    pub limits: Arc<dyn Limits>,
    /// How long a message is kept, with its deliveries; longer while one of them is due.
    pub retention: Duration,
    /// Where now comes from.
    pub clock: Arc<dyn Clock>,
    /// Where ids and secrets come from.
    pub ids: Arc<dyn Ids>,
}

/// The webhooks of an installation.
pub struct Webhooks {
    /// Who is told.
    pub endpoints: Arc<Endpoints>,
    /// What is told.
    pub publisher: Arc<Publisher>,
    /// What kinds of it there are.
    pub event_types: Arc<EventTypes>,
    /// How the telling goes.
    pub deliveries: Arc<Deliveries>,
    /// What is told again.
    pub replays: Arc<Replays>,
    /// Who does it.
    pub dispatcher: Dispatcher,
    handlers: Vec<Arc<dyn Handler>>,
}

impl Webhooks {
    /// Over these parts. Nothing is delivered until the dispatcher is started.
    pub fn open(parts: WebhookParts) -> Self {
        let WebhookParts { database, keyring, outbound, schedule, limits, retention, clock, ids } = parts;
        let vault = Vault { keyring, ids: Arc::clone(&ids) };
        let courier = Courier { outbound: Arc::clone(&outbound), clock: Arc::clone(&clock) };
        let (schedule, bell, rosters) = (Arc::new(schedule), Arc::new(Bell::default()), Arc::new(Rosters::new()));
        let kept = endpoints::store::open(&database);
        let endpoints = Endpoints {
            store: Arc::clone(&kept),
            vault: vault.clone(),
            outbound,
            courier: courier.clone(),
            limits,
            clock: Arc::clone(&clock),
            ids: Arc::clone(&ids),
        };
        let event_types = Arc::new(EventTypes::new(event_types::store::open(&database), Arc::clone(&clock)));
        let publisher = Publisher {
            store: publishing::store::open(&database, Arc::clone(&rosters)),
            rosters,
            schemas: Arc::clone(&event_types) as Arc<dyn SchemaCheck>,
            bell: Arc::clone(&bell),
            clock: Arc::clone(&clock),
            ids: Arc::clone(&ids),
        };
        let deliveries = Deliveries {
            store: deliveries::store::open(&database),
            endpoints: Arc::clone(&kept),
            schedule: Arc::clone(&schedule),
            bell: Arc::clone(&bell),
            clock: Arc::clone(&clock),
        };
        let store = replays::store::open(&database);
        let worker = ReplayWorker { store: Arc::clone(&store), bell: Arc::clone(&bell), clock: Arc::clone(&clock) };
        let replays = Replays { store, endpoints: kept, clock: Arc::clone(&clock) };
        let retention = Retention::new(&database, Arc::clone(&clock), retention);
        let store = dispatch::store::open(&database);
        let dispatcher = Dispatcher { store, courier, vault, schedule, bell, clock, ids };
        Self {
            endpoints: Arc::new(endpoints),
            publisher: Arc::new(publisher),
            event_types,
            deliveries: Arc::new(deliveries),
            replays: Arc::new(replays),
            dispatcher,
            handlers: vec![Arc::new(worker), Arc::new(retention)],
        }
    }

    /// The background work beside dispatch: replays, and what is deleted when it is old.
    pub fn handlers(&self) -> Vec<Arc<dyn Handler>> {
        self.handlers.clone()
    }
}
