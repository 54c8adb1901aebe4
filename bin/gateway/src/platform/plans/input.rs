//! What is asked of plans.

use super::grant::GrantValue;
use crate::platform::never_null::never_null;
use mainstay_edge::Rejection;
use mainstay_entitlements::offer::{PlanChange, PlanEntry};
use mainstay_kernel::{Patch, Plan};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use validator::Validate;

/// A plan to be added.
#[derive(Deserialize, JsonSchema, Validate)]
#[schemars(example = "create_example")]
pub(super) struct CreatePlanRequest {
    /// What it is called: a-z, 0-9, - and _.
    #[schemars(length(min = 1, max = 64))]
    name: String,
    /// Base rate limit of a key.
    #[schemars(range(min = 1, max = 10_000_000))]
    requests_per_minute: u32,
    /// How far above the base a key may go, in percent of it; 0 if absent.
    #[schemars(range(max = 1_000))]
    burst_percent: Option<u32>,
    /// Whether API keys work on it; true if absent.
    api_access: Option<bool>,
    /// How many usable keys a workspace may have; any number if absent.
    #[schemars(range(max = 1_000_000))]
    max_api_keys: Option<u32>,
    /// How many webhook endpoints a workspace may have; any number if absent.
    #[schemars(range(max = 1_000_000))]
    max_webhooks: Option<u32>,
    /// What it includes of features, by their codes.
    #[serde(default)]
    grants: BTreeMap<String, GrantValue>,
}

fn create_example() -> Value {
    json!({ "name": "team", "requests_per_minute": 2000, "grants": { "posts": 500, "storage": "unlimited" } })
}

impl From<CreatePlanRequest> for PlanEntry {
    fn from(request: CreatePlanRequest) -> Self {
        let plan = Plan {
            name: request.name,
            requests_per_minute: request.requests_per_minute,
            burst_percent: request.burst_percent.unwrap_or_default(),
            api_access: request.api_access.unwrap_or(true),
            max_api_keys: request.max_api_keys,
            max_webhooks: request.max_webhooks,
        };
        Self { plan, grants: request.grants.into_iter().map(|(code, GrantValue(grant))| (code, grant)).collect() }
    }
}

/// A change of a plan; what is absent stays.
#[derive(Deserialize, JsonSchema, Validate)]
#[schemars(example = "update_example")]
pub(super) struct UpdatePlanRequest {
    /// Base rate limit of a key.
    #[serde(default)]
    #[schemars(with = "u32", range(min = 1, max = 10_000_000))]
    requests_per_minute: Patch<u32>,
    /// How far above the base a key may go, in percent of it.
    #[serde(default)]
    #[schemars(with = "u32", range(max = 1_000))]
    burst_percent: Patch<u32>,
    /// Whether API keys work on it.
    #[serde(default)]
    #[schemars(with = "bool")]
    api_access: Patch<bool>,
    /// How many usable keys a workspace may have; null means any number.
    #[serde(default)]
    #[schemars(with = "Option<u32>", range(max = 1_000_000))]
    max_api_keys: Patch<u32>,
    /// How many webhook endpoints a workspace may have; null means any number.
    #[serde(default)]
    #[schemars(with = "Option<u32>", range(max = 1_000_000))]
    max_webhooks: Patch<u32>,
    /// What it includes of these features from now on; null takes one away.
    #[serde(default)]
    #[schemars(with = "BTreeMap<String, Option<GrantValue>>")]
    grants: Patch<BTreeMap<String, Option<GrantValue>>>,
}

fn update_example() -> Value {
    json!({ "requests_per_minute": 6000, "grants": { "posts": 2000, "exports": null } })
}

impl TryFrom<UpdatePlanRequest> for PlanChange {
    type Error = Rejection;

    fn try_from(request: UpdatePlanRequest) -> Result<Self, Rejection> {
        let mut wrong = Vec::new();
        let grants = never_null("grants", request.grants, &mut wrong).unwrap_or_default();
        let change = Self {
            requests_per_minute: never_null("requests_per_minute", request.requests_per_minute, &mut wrong),
            burst_percent: never_null("burst_percent", request.burst_percent, &mut wrong),
            api_access: never_null("api_access", request.api_access, &mut wrong),
            max_api_keys: request.max_api_keys,
            max_webhooks: request.max_webhooks,
            grants: grants.into_iter().map(|(code, grant)| (code, grant.map(|GrantValue(grant)| grant))).collect(),
        };
        if wrong.is_empty() { Ok(change) } else { Err(Rejection::Invalid(wrong)) }
    }
}
