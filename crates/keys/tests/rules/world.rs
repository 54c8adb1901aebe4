//! Two workspaces, their people, and a clock that is moved by hand.

use mainstay_kernel::{
    Clock as _, Details, Fault as _, Ids as _, KeyId, Plan, Plans, Principal, Role, Scope, Scopes, SessionId,
    SystemIds, Timestamp, UserId, Via, WorkspaceId,
};
use mainstay_keys::{ApiKey, Brand, IssuedKey, KeyDeps, KeyError, KeyService as _, Keys, NewKey, store};
use mainstay_store::Database;
use mainstay_store::limits::PlanLimits;
use mainstay_testkit::{ManualClock, rows};
use std::sync::Arc;
use std::time::Duration;

pub(crate) struct World {
    pub(crate) database: Database,
    pub(crate) clock: ManualClock,
    pub(crate) keys: Arc<Keys>,
    pub(crate) workspace: WorkspaceId,
    pub(crate) elsewhere: WorkspaceId,
    pub(crate) person: UserId,
}

pub(crate) const HOUR: Duration = Duration::from_hours(1);

/// The shortest time that the databases tell apart.
pub(crate) const INSTANT: Duration = Duration::from_micros(1);

impl World {
    pub(crate) async fn new(database: Database) -> Self {
        let clock = ManualClock::new();
        let person = UserId(SystemIds.uuid());
        rows::add_user(&database, person, clock.now()).await;
        let workspace = rows::add_workspace(&database, "here", clock.now()).await;
        let elsewhere = rows::add_workspace(&database, "elsewhere", clock.now()).await;
        let keys = keys(&database, &clock, "sk");
        Self { database, clock, keys, workspace, elsewhere, person }
    }

    /// The same installation as another node, or under another brand.
    pub(crate) fn node(&self, brand: &str) -> Arc<Keys> {
        keys(&self.database, &self.clock, brand)
    }

    /// The owner of the workspace, by login.
    pub(crate) fn owner(&self) -> Principal {
        self.caller(Role::Owner, &["*"])
    }

    /// A person of this role, whose credential grants these scopes; on a plan of three keys.
    pub(crate) fn caller(&self, role: Role, granted: &[&str]) -> Principal {
        Principal {
            user: self.person,
            workspace: Some(self.workspace),
            role: Some(role),
            granted: Arc::new(Scopes::of(granted)),
            plan: plan("small", 60, 50, Some(3)),
            tier: plan("small", 60, 50, Some(3)),
            via: Via::Session(SessionId(SystemIds.uuid())),
        }
    }

    pub(crate) async fn issue(&self, new: NewKey) -> IssuedKey {
        self.keys.issue(&self.owner(), new).await.expect("a key")
    }

    pub(crate) async fn works(&self, issued: &IssuedKey) -> bool {
        works(&self.keys, issued).await
    }

    pub(crate) async fn read(&self, id: KeyId) -> ApiKey {
        self.keys.get(self.workspace, id).await.expect("the key")
    }

    pub(crate) fn now(&self) -> Timestamp {
        self.clock.now()
    }
}

pub(crate) async fn works(keys: &Keys, issued: &IssuedKey) -> bool {
    keys.identify(issued.secret.expose()).await.is_ok()
}

fn keys(database: &Database, clock: &ManualClock, brand: &str) -> Arc<Keys> {
    let (free, small) = (plan("free", 10, 0, None), plan("small", 60, 50, Some(3)));
    let (bursty, enterprise) = (plan("bursty", 60, 75, None), plan("enterprise", 1_000, 0, None));
    let plans = [free, small, bursty, enterprise].iter().map(|plan| (**plan).clone()).collect();
    let deps = KeyDeps {
        limits: Arc::new(PlanLimits),
        clock: Arc::new(clock.clone()),
        ids: Arc::new(SystemIds),
        plans: Arc::new(Plans::new(plans).expect("a catalogue")),
        brand: brand.parse::<Brand>().expect("a brand"),
    };
    Arc::new(Keys::new(store::open(database), deps))
}

fn plan(name: &str, requests_per_minute: u32, burst_percent: u32, max_api_keys: Option<u32>) -> Arc<Plan> {
    let (api_access, max_webhooks) = (true, None);
    Arc::new(Plan { name: name.into(), requests_per_minute, burst_percent, api_access, max_api_keys, max_webhooks })
}

/// A wish for a key that is called so.
pub(crate) fn named(name: &str) -> NewKey {
    NewKey { name: name.into(), ..NewKey::default() }
}

/// A wish for a key with these scopes.
pub(crate) fn scoped(scopes: &[&str]) -> NewKey {
    NewKey { scopes: Some(scopes_of(scopes)), ..named("scoped") }
}

pub(crate) fn scopes_of(texts: &[&str]) -> Vec<Scope> {
    texts.iter().map(|text| text.parse().expect("a scope")).collect()
}

/// The code of a failure.
pub(crate) fn code<T>(result: Result<T, KeyError>) -> &'static str {
    match result {
        Ok(_) => "ok",
        Err(error) => error.code(),
    }
}

/// The fields that a failure names.
pub(crate) fn fields<T>(result: Result<T, KeyError>) -> Vec<String> {
    match result.err().map(|error| error.details()) {
        Some(Details::Fields(fields)) => fields.into_iter().map(|error| error.field).collect(),
        _ => Vec::new(),
    }
}
