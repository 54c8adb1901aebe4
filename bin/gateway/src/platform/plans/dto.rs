//! Plans on the wire.

use super::grant::GrantValue;
use crate::platform::offered::Sought;
use mainstay_edge::{IsoSeconds, Listable};
use mainstay_entitlements::offer::{Offered, PlanEntry};
use mainstay_kernel::Plan;
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Value, json};
use std::cmp::Ordering;
use std::collections::BTreeMap;
use std::convert::Infallible;

/// What the list of plans can be asked.
pub(super) enum PlanList {}

/// What plans are sorted by.
#[derive(Debug, Clone, Copy)]
pub(super) enum PlanColumn {
    Name,
    RequestsPerMinute,
    CreatedAt,
    UpdatedAt,
}

impl Listable for PlanList {
    type Column = PlanColumn;
    type Status = Infallible;
    const COLUMNS: &'static [(&'static str, PlanColumn)] = &[
        ("name", PlanColumn::Name),
        ("requests_per_minute", PlanColumn::RequestsPerMinute),
        ("created_at", PlanColumn::CreatedAt),
        ("updated_at", PlanColumn::UpdatedAt),
    ];
    const STATUSES: &'static [(&'static str, Infallible)] = &[];
}

impl Sought<PlanList> for Offered<PlanEntry> {
    fn texts(&self) -> [&str; 2] {
        [&self.entry.plan.name, ""]
    }

    fn compare(&self, other: &Self, column: PlanColumn) -> Ordering {
        let (own, theirs) = (&self.entry.plan, &other.entry.plan);
        match column {
            PlanColumn::Name => own.name.cmp(&theirs.name),
            PlanColumn::RequestsPerMinute => own.requests_per_minute.cmp(&theirs.requests_per_minute),
            PlanColumn::CreatedAt => self.source.created_at().cmp(&other.source.created_at()),
            PlanColumn::UpdatedAt => self.source.updated_at().cmp(&other.source.updated_at()),
        }
    }
}

/// A plan.
#[derive(Serialize, JsonSchema)]
#[schemars(example = "plan_example")]
pub(super) struct PlanResponse {
    /// What it is called.
    name: String,
    /// Base rate limit of a key.
    requests_per_minute: u32,
    /// How far above the base a key may go, in percent of it.
    burst_percent: u32,
    /// Whether API keys work on it; the feature `api_access` follows it.
    api_access: bool,
    /// How many usable keys a workspace may have; null means any number.
    max_api_keys: Option<u32>,
    /// How many webhook endpoints a workspace may have; null means any number.
    max_webhooks: Option<u32>,
    /// What it includes of features, by their codes; what is left out is not included.
    grants: BTreeMap<String, GrantValue>,
    /// Where it stands: `file` or `api`.
    source: &'static str,
    /// Since when it stands there; null in the file.
    created_at: Option<IsoSeconds>,
    /// When it was last changed; null in the file.
    updated_at: Option<IsoSeconds>,
}

fn plan_example() -> Value {
    json!({
        "name": "pro", "requests_per_minute": 5000, "burst_percent": 30, "api_access": true, "max_api_keys": 50,
        "max_webhooks": 50, "grants": { "posts": 1000, "storage": "unlimited" }, "source": "api",
        "created_at": "2026-01-15T10:30:00Z", "updated_at": "2026-01-15T10:30:00Z"
    })
}

impl From<Offered<PlanEntry>> for PlanResponse {
    fn from(Offered { entry: PlanEntry { plan, grants }, source }: Offered<PlanEntry>) -> Self {
        let Plan { name, requests_per_minute, burst_percent, api_access, max_api_keys, max_webhooks } = plan;
        Self {
            name,
            requests_per_minute,
            burst_percent,
            api_access,
            max_api_keys,
            max_webhooks,
            grants: grants.into_iter().map(|(code, grant)| (code, GrantValue(grant))).collect(),
            source: source.name(),
            created_at: source.created_at().map(Into::into),
            updated_at: source.updated_at().map(Into::into),
        }
    }
}
