//! An installation with a small plans file, and what stands above that.

use mainstay_entitlements::offer::{
    FeatureChange, OfferEntries, OfferError, OfferParts, OfferService as _, Offers, PlanChange, PlanEntry,
};
use mainstay_entitlements::{
    Aggregation, EntitlementError, EntitlementParts, EntitlementService as _, Entitlements, FeatureEntry, FeatureKind,
    Grant, Holder, NewUse, ResetName, Used,
};
use mainstay_kernel::{Clock as _, Plan, SystemIds, WorkspaceId};
use mainstay_store::Database;
use mainstay_testkit::{ManualClock, rows};
use serde::Deserialize;
use std::collections::BTreeMap;
use std::sync::Arc;

pub(super) const FILE: &str = r#"
    plan = [
        { name = "free", requests_per_minute = 60 },
        { name = "solo", requests_per_minute = 60, api_access = false },
        { name = "enterprise", requests_per_minute = 1000, burst_percent = 100 },
    ]
    feature = [
        { code = "posts", kind = "limit" },
        { code = "storage", kind = "limit" },
        { code = "storage.files", kind = "limit", pool = "storage" },
        { code = "branding", kind = "boolean" },
        { code = "api_access", kind = "boolean" },
    ]
    [grants.free]
    posts = 10
    storage = 100
    [grants.enterprise]
    posts = "unlimited"
    branding = true
"#;

#[derive(Deserialize)]
struct File {
    plan: Vec<Plan>,
    feature: Vec<FeatureEntry>,
    grants: BTreeMap<String, BTreeMap<String, Grant>>,
}

pub(super) fn file(text: &str) -> OfferEntries {
    let File { plan, feature, mut grants } = toml::from_str(text).expect("a file");
    let plans = plan.into_iter().map(|plan| PlanEntry { grants: grants.remove(&plan.name).unwrap_or_default(), plan });
    OfferEntries { features: feature, plans: plans.collect() }
}

pub(super) async fn open(database: &Database, clock: &ManualClock, text: &str) -> Result<Offers, OfferError> {
    let (database, clock) = (database.clone(), Arc::new(clock.clone()));
    Offers::open(OfferParts { database, file: file(text), clock, ids: Arc::new(SystemIds) }).await
}

pub(super) struct World {
    pub(super) database: Database,
    pub(super) clock: ManualClock,
    pub(super) offers: Offers,
    entitlements: Entitlements,
    pub(super) workspace: WorkspaceId,
}

impl World {
    pub(super) async fn new(database: Database) -> Self {
        let clock = ManualClock::new();
        let earlier = rows::count(&database, "workspaces").await;
        let slug: &'static str = format!("here-{earlier}").leak();
        let workspace = rows::add_workspace(&database, slug, clock.now()).await;
        let offers = open(&database, &clock, FILE).await.expect("what is offered");
        let entitlements = entitlements(&database, &clock, &offers);
        Self { database, clock, offers, entitlements, workspace }
    }

    /// The same installation after a restart, with the file as it is then.
    pub(super) async fn restart(&mut self, text: &str) {
        self.offers = open(&self.database, &self.clock, text).await.expect("what is offered");
        self.entitlements = entitlements(&self.database, &self.clock, &self.offers);
    }

    pub(super) async fn consume(&self, plan: &str, feature: &str, quantity: u64) -> Result<Used, EntitlementError> {
        let plan = self.offers.live_plans().get_or_free(plan);
        let holder = Holder { workspace: self.workspace, plan: &plan };
        let wanted = NewUse { feature: feature.to_owned(), quantity, ..NewUse::default() };
        self.entitlements.consume(holder, wanted).await
    }

    pub(super) async fn used(&self, plan: &str, feature: &str) -> u64 {
        let plan = self.offers.live_plans().get_or_free(plan);
        let holder = Holder { workspace: self.workspace, plan: &plan };
        self.entitlements.check(holder, feature, 1).await.expect("a verdict").used
    }

    pub(super) async fn set_feature(&self, code: &str, change: FeatureChange) {
        self.offers.change_feature(code, change).await.expect("changed");
    }

    pub(super) async fn grant(&self, plan: &str, feature: &str, grant: Option<Grant>) {
        self.offers.change_plan(plan, granting(feature, grant)).await.expect("granted");
    }

    /// The codes of all features and whether each stands in the file.
    pub(super) fn features(&self) -> Vec<(String, &'static str)> {
        self.offers.features().into_iter().map(|offered| (offered.entry.code, offered.source.name())).collect()
    }

    /// The names of the events that were told.
    pub(super) async fn events(&self) -> Vec<String> {
        rows::events(&self.database).await.into_iter().map(|(name, ..)| name).collect()
    }
}

fn entitlements(database: &Database, clock: &ManualClock, offers: &Offers) -> Entitlements {
    let (database, clock) = (database.clone(), Arc::new(clock.clone()));
    Entitlements::open(EntitlementParts {
        database,
        catalogue: offers.live_catalogue(),
        clock,
        ids: Arc::new(SystemIds),
        gauges: Vec::new(),
    })
}

/// A feature that is counted up to a limit.
pub(super) fn limited(code: &str) -> FeatureEntry {
    FeatureEntry {
        code: code.to_owned(),
        name: None,
        kind: FeatureKind::Limit,
        unit: None,
        pool: None,
        reset: ResetName::None,
        rolling_days: None,
        aggregation: Aggregation::Sum,
        unique_by: None,
        overage: None,
    }
}

/// A plan that grants so much of one feature.
pub(super) fn plan(name: &str, grants: &[(&str, Grant)]) -> PlanEntry {
    let plan = Plan {
        name: name.to_owned(),
        requests_per_minute: 100,
        burst_percent: 0,
        api_access: true,
        max_api_keys: None,
        max_webhooks: None,
    };
    PlanEntry { plan, grants: grants.iter().map(|(code, grant)| ((*code).to_owned(), *grant)).collect() }
}

pub(super) fn granting(feature: &str, grant: Option<Grant>) -> PlanChange {
    PlanChange { grants: [(feature.to_owned(), grant)].into(), ..PlanChange::default() }
}

/// The fields that are wrong.
pub(super) fn wrong<T>(outcome: Result<T, OfferError>) -> Vec<String> {
    match outcome {
        Err(OfferError::Invalid(fields)) => fields.into_iter().map(|field| field.field).collect(),
        Err(other) => panic!("{other}"),
        Ok(_) => panic!("nothing is wrong"),
    }
}
