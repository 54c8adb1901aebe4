//! A workspace on a plan, and what may be used there.

use async_trait::async_trait;
use mainstay_entitlements::credits::{CreditParts, CreditService as _, Credits, GrantKind, NewGrant};
use mainstay_entitlements::{
    Catalogue, EntitlementError, EntitlementParts, EntitlementService as _, Entitlements, Entries, FeatureEntry, Grant,
    Holder, NewUse, Used, Verdict,
};
use mainstay_kernel::{Clock as _, Live, Plan, SystemIds, Timestamp, WorkspaceId};
use mainstay_store::limits::Gauge;
use mainstay_store::{Database, StoreResult};
use mainstay_testkit::{ManualClock, rows};
use serde::Deserialize;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

pub(crate) struct World {
    pub(crate) database: Database,
    pub(crate) clock: ManualClock,
    pub(crate) entitlements: Entitlements,
    pub(crate) workspace: WorkspaceId,
    pub(crate) elsewhere: WorkspaceId,
    pub(crate) plan: Plan,
    pub(crate) desks: Arc<AtomicU64>,
}

const CATALOGUE: &str = r#"
    feature = [
        { code = "posts", kind = "limit" },
        { code = "api_calls", kind = "limit", reset = "monthly" },
        { code = "exports", kind = "limit", reset = "rolling", rolling_days = 2 },
        { code = "storage", kind = "limit", unit = "bytes", aggregation = "latest" },
        { code = "storage.files", kind = "limit", pool = "storage", aggregation = "latest" },
        { code = "peak", kind = "limit", aggregation = "max", reset = "daily" },
        { code = "calls", kind = "limit", aggregation = "count", reset = "hourly" },
        { code = "visitors", kind = "limit", aggregation = "unique", unique_by = "visitor", reset = "daily" },
        { code = "branding", kind = "boolean" },
        { code = "seats", kind = "limit" },
        { code = "extra", kind = "limit" },
        { code = "desks", kind = "limit" },
        { code = "desks.quiet", kind = "limit", pool = "desks" },
        { code = "renders", kind = "limit", reset = "monthly", overage = { credits = 2, units = 10 } },
    ]
    [grants.pro]
    posts = 100
    api_calls = 1000
    exports = 10
    storage = 5000
    peak = 50
    calls = 3
    visitors = 2
    branding = true
    seats = "unlimited"
    renders = 20
"#;

#[derive(Deserialize)]
struct File {
    feature: Vec<FeatureEntry>,
    grants: BTreeMap<String, BTreeMap<String, Grant>>,
}

impl World {
    pub(crate) async fn new(database: Database) -> Self {
        let clock = ManualClock::new();
        let workspace = rows::add_workspace(&database, "here", clock.now()).await;
        let elsewhere = rows::add_workspace(&database, "elsewhere", clock.now()).await;
        let (desks, plan) = (Arc::new(AtomicU64::new(2)), plan());
        let entitlements = open(database.clone(), &clock, &desks);
        Self { database, clock, entitlements, workspace, elsewhere, plan, desks }
    }

    /// A workspace of its own in a database that others have stories in, at the beginning of a day.
    pub(crate) async fn of_a_story(database: Database) -> Self {
        let clock = ManualClock::new();
        clock.advance(Duration::from_mins(13 * 60 + 30));
        let earlier = rows::count(&database, "workspaces").await;
        let slug: &'static str = format!("story-{earlier}").leak();
        let workspace = rows::add_workspace(&database, slug, clock.now()).await;
        let (desks, plan) = (Arc::new(AtomicU64::new(2)), plan());
        let entitlements = open(database.clone(), &clock, &desks);
        Self { database, clock, entitlements, workspace, elsewhere: workspace, plan, desks }
    }

    /// The same installation as another node.
    pub(crate) fn node(&self, database: Database) -> Entitlements {
        open(database, &self.clock, &self.desks)
    }

    pub(crate) const fn holder(&self) -> Holder<'_> {
        Holder { workspace: self.workspace, plan: &self.plan }
    }

    /// What it pays with.
    pub(crate) fn credits(&self) -> Credits {
        let (clock, ids) = (Arc::new(self.clock.clone()), Arc::new(SystemIds));
        Credits::open(CreditParts { database: self.database.clone(), clock, ids })
    }

    pub(crate) async fn give_credits(&self, amount: i64) {
        let gift = NewGrant {
            kind: GrantKind::Bonus,
            amount,
            priority: 50,
            expires_at: None,
            description: None,
            reference: None,
        };
        self.credits().grant(self.workspace, gift).await.expect("given");
    }

    pub(crate) async fn balance(&self) -> i64 {
        self.credits().balance(self.workspace).await.expect("a balance").credits
    }

    /// Lets the workspace have so many desks, and everybody know that it bought or sold one.
    pub(crate) async fn has_desks(&self, count: u64) {
        self.desks.store(count, Ordering::Relaxed);
        self.entitlements.count_with("desk.bought", self.holder()).await.expect("counted");
    }

    /// The events that were told of, with this name.
    pub(crate) async fn told(&self, name: &str) -> Vec<Value> {
        let events = rows::events(&self.database).await.into_iter();
        events.filter(|(told, ..)| told == name).map(|(.., data)| data).collect()
    }

    pub(crate) async fn check(&self, feature: &str, quantity: u64) -> Verdict {
        self.entitlements.check(self.holder(), feature, quantity).await.expect("a verdict")
    }

    pub(crate) async fn used(&self, feature: &str) -> u64 {
        self.check(feature, 1).await.used
    }

    pub(crate) async fn record(&self, told: NewUse) -> Used {
        self.entitlements.record(self.holder(), told).await.expect("recorded")
    }

    pub(crate) async fn record_all(&self, told: Vec<NewUse>) -> Vec<Used> {
        self.entitlements.record_all(self.holder(), told).await.expect("recorded")
    }

    pub(crate) async fn consume(&self, told: NewUse) -> Result<Used, EntitlementError> {
        self.entitlements.consume(self.holder(), told).await
    }
}

/// Counts what nobody tells of: every workspace has as many desks.
struct Desks(Arc<AtomicU64>);

#[async_trait]
impl Gauge for Desks {
    fn feature(&self) -> &'static str {
        "desks"
    }

    fn changes_with(&self) -> &'static [&'static str] {
        &["desk.bought", "desk.sold"]
    }

    async fn count(&self, _: WorkspaceId) -> StoreResult<u64> {
        Ok(self.0.load(Ordering::Relaxed))
    }
}

fn plan() -> Plan {
    Plan {
        name: "pro".into(),
        requests_per_minute: 60,
        burst_percent: 0,
        api_access: true,
        max_api_keys: None,
        max_webhooks: None,
    }
}

fn open(database: Database, clock: &ManualClock, desks: &Arc<AtomicU64>) -> Entitlements {
    let File { feature, grants } = toml::from_str(CATALOGUE).expect("a catalogue");
    let catalogue = Catalogue::new(Entries { features: feature, grants }).expect("a sound one");
    let (catalogue, clock) = (Live::new(catalogue), Arc::new(clock.clone()));
    Entitlements::open(EntitlementParts {
        database,
        catalogue,
        clock,
        ids: Arc::new(SystemIds),
        gauges: vec![Arc::new(Desks(Arc::clone(desks)))],
    })
}

pub(crate) fn some(feature: &str, quantity: u64) -> NewUse {
    NewUse { feature: feature.to_owned(), quantity, ..NewUse::default() }
}

pub(crate) fn at(told: NewUse, at: Timestamp) -> NewUse {
    NewUse { at: Some(at), ..told }
}

pub(crate) fn visit(visitor: &Value) -> NewUse {
    let Value::Object(metadata) = json!({ "visitor": visitor }) else { unreachable!("it is one") };
    NewUse { metadata, ..some("visitors", 1) }
}

/// The fields that are wrong.
pub(crate) fn wrong<T>(outcome: Result<T, EntitlementError>) -> Vec<String> {
    match outcome {
        Err(EntitlementError::Invalid(fields)) => fields.into_iter().map(|field| field.field).collect(),
        Err(other) => panic!("{other}"),
        Ok(_) => panic!("nothing is wrong"),
    }
}
