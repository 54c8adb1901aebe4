//! Entries as both databases have them.

use crate::aggregation::Aggregation;
use crate::feature::{FeatureEntry, FeatureKind, ResetName};
use crate::offer::model::{Grants, Offered, PlanEntry, Source};
use crate::offer::schema::{catalogue_features, catalogue_plans};
use crate::price::Price;
use diesel::prelude::*;
use mainstay_kernel::{Plan, Timestamp};
use mainstay_store::{Json, Ts};
use serde::{Deserialize, Serialize};

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = catalogue_features)]
pub(super) struct FeatureRow {
    code: String,
    pub(super) body: Json<FeatureBody>,
    created_at: Ts,
    updated_at: Ts,
}

/// What is said of a feature beside its code.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct FeatureBody {
    name: Option<String>,
    kind: FeatureKind,
    unit: Option<String>,
    pool: Option<String>,
    reset: ResetName,
    rolling_days: Option<u16>,
    aggregation: Aggregation,
    unique_by: Option<String>,
    #[serde(default)]
    overage: Option<Price>,
}

impl FeatureRow {
    pub(super) fn new(entry: FeatureEntry, now: Timestamp) -> Self {
        let FeatureEntry { code, name, kind, unit, pool, reset, rolling_days, aggregation, unique_by, overage } = entry;
        let body = FeatureBody { name, kind, unit, pool, reset, rolling_days, aggregation, unique_by, overage };
        Self { code, body: Json(body), created_at: Ts(now), updated_at: Ts(now) }
    }
}

impl From<FeatureRow> for Offered<FeatureEntry> {
    fn from(row: FeatureRow) -> Self {
        let FeatureRow { code, body: Json(body), created_at, updated_at } = row;
        let FeatureBody { name, kind, unit, pool, reset, rolling_days, aggregation, unique_by, overage } = body;
        let entry = FeatureEntry { code, name, kind, unit, pool, reset, rolling_days, aggregation, unique_by, overage };
        Self { entry, source: Source::Api { created_at: created_at.0, updated_at: updated_at.0 } }
    }
}

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = catalogue_plans)]
pub(super) struct PlanRow {
    name: String,
    pub(super) body: Json<PlanBody>,
    created_at: Ts,
    updated_at: Ts,
}

/// What is said of a plan beside its name.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct PlanBody {
    requests_per_minute: u32,
    burst_percent: u32,
    api_access: bool,
    max_api_keys: Option<u32>,
    max_webhooks: Option<u32>,
    grants: Grants,
}

impl PlanRow {
    pub(super) fn new(entry: PlanEntry, now: Timestamp) -> Self {
        let PlanEntry { plan, grants } = entry;
        let Plan { name, requests_per_minute, burst_percent, api_access, max_api_keys, max_webhooks } = plan;
        let body = PlanBody { requests_per_minute, burst_percent, api_access, max_api_keys, max_webhooks, grants };
        Self { name, body: Json(body), created_at: Ts(now), updated_at: Ts(now) }
    }
}

impl From<PlanRow> for Offered<PlanEntry> {
    fn from(row: PlanRow) -> Self {
        let PlanRow { name, body: Json(body), created_at, updated_at } = row;
        let PlanBody { requests_per_minute, burst_percent, api_access, max_api_keys, max_webhooks, grants } = body;
        let plan = Plan { name, requests_per_minute, burst_percent, api_access, max_api_keys, max_webhooks };
        let source = Source::Api { created_at: created_at.0, updated_at: updated_at.0 };
        Self { entry: PlanEntry { plan, grants }, source }
    }
}
