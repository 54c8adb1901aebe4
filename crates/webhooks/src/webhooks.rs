//! All of it, put together.

use crate::bell::Bell;
use crate::courier::Courier;
use crate::deliveries::{self, Deliveries};
use crate::dispatch::{self, Dispatcher};
use crate::endpoints::{self, Endpoints};
use crate::event_types::NothingDeclared;
use crate::publishing::{self, Publisher};
use crate::roster::Rosters;
use crate::schedule::Schedule;
use crate::vault::Vault;
use mainstay_kernel::seal::Keyring;
use mainstay_kernel::{Clock, Ids};
use mainstay_outbound::Outbound;
use mainstay_store::Database;
use std::sync::Arc;

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
    /// How the telling goes.
    pub deliveries: Arc<Deliveries>,
    /// Who does it.
    pub dispatcher: Dispatcher,
}

impl Webhooks {
    /// Over these parts. Nothing is delivered until the dispatcher is started.
    pub fn open(parts: WebhookParts) -> Self {
        let WebhookParts { database, keyring, outbound, schedule, clock, ids } = parts;
        let vault = Vault { keyring, ids: Arc::clone(&ids) };
        let courier = Courier { outbound: Arc::clone(&outbound), clock: Arc::clone(&clock) };
        let (schedule, bell, rosters) = (Arc::new(schedule), Arc::new(Bell::default()), Arc::new(Rosters::new()));
        let kept = endpoints::store::open(&database);
        let endpoints = Endpoints {
            store: Arc::clone(&kept),
            vault: vault.clone(),
            outbound,
            courier: courier.clone(),
            clock: Arc::clone(&clock),
            ids: Arc::clone(&ids),
        };
        let publisher = Publisher {
            store: publishing::store::open(&database, Arc::clone(&rosters)),
            rosters,
            schemas: Arc::new(NothingDeclared),
            bell: Arc::clone(&bell),
            clock: Arc::clone(&clock),
            ids: Arc::clone(&ids),
        };
        let deliveries = Deliveries {
            store: deliveries::store::open(&database),
            endpoints: kept,
            schedule: Arc::clone(&schedule),
            bell: Arc::clone(&bell),
            clock: Arc::clone(&clock),
        };
        let store = dispatch::store::open(&database);
        let dispatcher = Dispatcher { store, courier, vault, schedule, bell, clock, ids };
        Self {
            endpoints: Arc::new(endpoints),
            publisher: Arc::new(publisher),
            deliveries: Arc::new(deliveries),
            dispatcher,
        }
    }
}
