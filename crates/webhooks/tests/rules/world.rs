//! Two workspaces, receivers that answer as they are told, and a clock that is moved by hand.

use crate::outbound::Receivers;
use mainstay_kernel::{
    Clock as _, Details, Fault as _, Keyring, Listing, Plan, Secret, SystemIds, Timestamp, WorkspaceId,
};
use mainstay_outbound::Outbound;
use mainstay_store::Database;
use mainstay_store::jobs::{self, Claim, Done, Handler, Retry};
use mainstay_store::limits::PlanLimits;
use mainstay_testkit::{ManualClock, rows};
use mainstay_webhooks::deliveries::{Delivery, DeliveryQuery, DeliveryService as _};
use mainstay_webhooks::endpoints::{EndpointService as _, IssuedEndpoint, NewEndpoint};
use mainstay_webhooks::publishing::{NewEvent, PublishService as _, Published};
use mainstay_webhooks::{EndpointId, Schedule, WebhookError, WebhookParts, Webhooks};
use serde_json::{Map, Value};
use std::sync::Arc;
use std::time::Duration;

pub(crate) struct World {
    pub(crate) database: Database,
    pub(crate) clock: ManualClock,
    pub(crate) outbound: Arc<Receivers>,
    pub(crate) webhooks: Webhooks,
    pub(crate) workspace: WorkspaceId,
    pub(crate) elsewhere: WorkspaceId,
    keyring: Arc<Keyring>,
}

pub(crate) const SECOND: Duration = Duration::from_secs(1);
pub(crate) const DAY: Duration = Duration::from_hours(24);

/// How long messages are kept here.
pub(crate) const RETENTION: Duration = Duration::from_hours(30 * 24);

/// Where the receiver of most stories listens.
pub(crate) const URL: &str = "https://receiver.example/hooks";

impl World {
    pub(crate) async fn new(database: Database) -> Self {
        let (clock, outbound) = (ManualClock::new(), Arc::new(Receivers::default()));
        let master: Secret<String> = Keyring::generate(&SystemIds);
        let keyring = Arc::new(Keyring::parse(&master).expect("a master key"));
        let workspace = rows::add_workspace(&database, "here", clock.now()).await;
        let elsewhere = rows::add_workspace(&database, "elsewhere", clock.now()).await;
        let webhooks = Webhooks::open(parts(&database, &clock, &outbound, &keyring));
        Self { database, clock, outbound, webhooks, workspace, elsewhere, keyring }
    }

    /// The same installation as another node.
    pub(crate) fn node(&self) -> Webhooks {
        Webhooks::open(parts(&self.database, &self.clock, &self.outbound, &self.keyring))
    }

    /// An endpoint of the workspace that hears these events.
    pub(crate) async fn endpoint(&self, url: &str, events: &[&str]) -> IssuedEndpoint {
        let events = events.iter().map(ToString::to_string).collect();
        self.endpoint_of(self.workspace, NewEndpoint { url: url.into(), events, ..NewEndpoint::default() }).await
    }

    /// An endpoint as it is wished for.
    pub(crate) async fn endpoint_of(&self, workspace: WorkspaceId, new: NewEndpoint) -> IssuedEndpoint {
        self.webhooks.endpoints.create(workspace, &plan(None), new).await.expect("an endpoint")
    }

    /// Publishes an event of the workspace.
    pub(crate) async fn publish(&self, name: &str, data: Value) -> Published {
        self.webhooks.publisher.publish(self.workspace, event(name, data)).await.expect("published")
    }

    pub(crate) async fn publish_all(&self, workspace: WorkspaceId, events: Vec<NewEvent>) -> Vec<Published> {
        self.webhooks.publisher.publish_all(workspace, events).await.expect("published")
    }

    /// The deliveries to an endpoint of the workspace, the newest first: a hundred at most.
    pub(crate) async fn deliveries(&self, endpoint: EndpointId) -> Vec<Delivery> {
        let query = DeliveryQuery { listing: Listing::default(), ..DeliveryQuery::default() };
        self.webhooks.deliveries.list(self.workspace, endpoint, query).await.expect("the deliveries").items
    }

    /// How many deliveries to an endpoint of the workspace there are.
    pub(crate) async fn delivery_count(&self, endpoint: EndpointId) -> i64 {
        let query = DeliveryQuery::default();
        self.webhooks.deliveries.list(self.workspace, endpoint, query).await.expect("the deliveries").total
    }

    /// Delivers what is due until nothing is; gives how many deliveries that were.
    pub(crate) async fn deliver(&self) -> usize {
        let mut count = 0;
        loop {
            match self.webhooks.dispatcher.deliver_due().await.expect("delivered") {
                0 => return count,
                some => count += some,
            }
        }
    }

    /// What does the jobs of this queue.
    pub(crate) fn handler(&self, queue: &str) -> Arc<dyn Handler> {
        let handlers = self.webhooks.handlers();
        handlers.into_iter().find(|handler| handler.queue() == queue).expect("a handler of this queue")
    }

    /// Does the jobs of this queue that are due, once each; gives how many those were.
    pub(crate) async fn work_once(&self, queue: &str) -> usize {
        let (handler, jobs) = (self.handler(queue), jobs::open(&self.database));
        let claim = Claim { queue: handler.queue(), worker: "story".into(), most: 16, lease: SECOND };
        let claimed = jobs.claim(claim, self.now()).await.expect("claimed");
        for job in &claimed {
            match handler.run(&job.payload).await.expect("a job that is done") {
                Done::ForGood => jobs.complete(job).await.expect("completed"),
                Done::RunAgainAfter(wait) => {
                    let then = Retry::Afresh(self.now().plus(wait));
                    jobs.give_back(job, None, then).await.expect("given back");
                }
            }
        }
        claimed.len()
    }

    /// Does the jobs of this queue until none is due.
    pub(crate) async fn work(&self, queue: &str) {
        while self.work_once(queue).await > 0 {}
    }

    pub(crate) fn now(&self) -> Timestamp {
        self.clock.now()
    }
}

fn parts(database: &Database, clock: &ManualClock, outbound: &Arc<Receivers>, keyring: &Arc<Keyring>) -> WebhookParts {
    WebhookParts {
        limits: Arc::new(PlanLimits),
        database: database.clone(),
        keyring: Arc::clone(keyring),
        outbound: Arc::clone(outbound) as Arc<dyn Outbound>,
        schedule: Schedule::new([60, 300].map(Duration::from_secs).to_vec(), 0),
        retention: RETENTION,
        clock: Arc::new(clock.clone()),
        ids: Arc::new(SystemIds),
    }
}

/// A plan with so many endpoints.
pub(crate) fn plan(max_webhooks: Option<u32>) -> Plan {
    let (requests_per_minute, burst_percent, api_access, max_api_keys) = (60, 0, true, None);
    Plan { name: "small".into(), requests_per_minute, burst_percent, api_access, max_api_keys, max_webhooks }
}

/// An event with this name and these facts.
pub(crate) fn event(name: &str, data: Value) -> NewEvent {
    NewEvent { name: name.into(), data: object(data), ..NewEvent::default() }
}

pub(crate) fn object(value: Value) -> Map<String, Value> {
    match value {
        Value::Object(members) => members,
        other => panic!("{other} is no object"),
    }
}

/// The code of a failure.
pub(crate) fn code<T>(result: Result<T, WebhookError>) -> &'static str {
    match result {
        Ok(_) => "ok",
        Err(error) => error.code(),
    }
}

/// The fields that a failure names.
pub(crate) fn fields<T>(result: Result<T, WebhookError>) -> Vec<String> {
    match result.err().map(|error| error.details()) {
        Some(Details::Fields(fields)) => fields.into_iter().map(|error| error.field).collect(),
        _ => Vec::new(),
    }
}
