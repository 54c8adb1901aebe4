//! Entitlements on the wire.

use mainstay_edge::{IsoSeconds, PublicUrl};
use mainstay_entitlements::{Payment, Standing, Used, Verdict, percentage, refusal};
use mainstay_kernel::WorkspaceId;
use schemars::JsonSchema;
use serde::Serialize;
use std::collections::BTreeMap;

/// Whether so much more may be used.
#[derive(Serialize, JsonSchema)]
pub(super) struct CheckResponse {
    /// Whether it may.
    allowed: bool,
    /// The feature that was asked for.
    feature: String,
    /// Why not: `LIMIT_EXCEEDED`, `NOT_IN_PLAN` or `FEATURE_NOT_FOUND`.
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<&'static str>,
    /// Why not, for a person.
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<String>,
    /// What has been used in the cycle that is open.
    current_usage: u64,
    /// The limit; null where there is none.
    limit: Option<u64>,
    /// How much is left of it; null where there is no limit.
    available: Option<u64>,
    /// Where to find a larger plan.
    #[serde(skip_serializing_if = "Option::is_none")]
    upgrade_url: Option<String>,
}

impl CheckResponse {
    pub(super) fn new(feature: String, verdict: Verdict, place: &PublicUrl) -> Self {
        Self {
            allowed: verdict.is_allowed(),
            reason: verdict.reason.map(mainstay_entitlements::Reason::as_str),
            message: verdict.reason.map(|_| refusal(&feature, &verdict)),
            current_usage: verdict.used,
            limit: verdict.limit,
            available: verdict.available,
            upgrade_url: verdict.reason.map(|_| place.join("/upgrade")),
            feature,
        }
    }
}

/// A use that is recorded.
#[derive(Serialize, JsonSchema)]
pub(super) struct RecordedResponse {
    /// That it is.
    recorded: bool,
    /// Of what.
    feature: String,
    /// What has been used in the cycle that is open.
    current_usage: u64,
    /// The limit; null where there is none.
    limit: Option<u64>,
    /// That it had been recorded before under this id, and was not counted again.
    #[serde(skip_serializing_if = "Option::is_none")]
    duplicate: Option<bool>,
}

impl From<Used> for RecordedResponse {
    fn from(used: Used) -> Self {
        Self {
            recorded: true,
            feature: used.feature,
            current_usage: used.verdict.used,
            limit: used.verdict.limit,
            duplicate: used.is_repeated.then_some(true),
        }
    }
}

/// Uses that are recorded.
#[derive(Serialize, JsonSchema)]
pub(super) struct BatchResponse {
    /// What became of each, in their order.
    pub(super) data: Vec<RecordedResponse>,
}

/// A use that was allowed, and is recorded.
#[derive(Serialize, JsonSchema)]
pub(super) struct ConsumedResponse {
    /// That it was.
    allowed: bool,
    /// Of what.
    feature: String,
    /// What has been used in the cycle that is open.
    current_usage: u64,
    /// The limit; null where there is none.
    limit: Option<u64>,
    /// How much is left of it; null where there is no limit.
    available: Option<u64>,
    /// How many credits were paid for what is beyond the limit.
    #[serde(skip_serializing_if = "Option::is_none")]
    credits_spent: Option<u64>,
    /// That it had been used before under this id, and was not counted again.
    #[serde(skip_serializing_if = "Option::is_none")]
    duplicate: Option<bool>,
}

impl From<Used> for ConsumedResponse {
    fn from(used: Used) -> Self {
        let Used { feature, verdict, is_repeated, payment } = used;
        let Verdict { used: current_usage, limit, available, .. } = verdict;
        let credits_spent = match payment {
            Some(Payment::Made { credits, .. }) => Some(credits),
            _ => None,
        };
        let duplicate = is_repeated.then_some(true);
        Self { allowed: true, feature, current_usage, limit, available, credits_spent, duplicate }
    }
}

/// What a workspace may use, and has used.
#[derive(Serialize, JsonSchema)]
pub(super) struct SummaryResponse {
    /// The workspace.
    workspace_id: i64,
    /// The plan that it is on.
    tier: String,
    /// The features of the plan, by their codes.
    entitlements: BTreeMap<String, StandingResponse>,
}

/// A feature of the plan.
#[derive(Serialize, JsonSchema)]
struct StandingResponse {
    /// What has been used in the cycle that is open.
    used: u64,
    /// The limit; null where there is none.
    limit: Option<u64>,
    /// How much is left of it; null where there is no limit.
    available: Option<u64>,
    /// How much of the limit is used, in percent; null where there is no limit, or none of it.
    percentage: Option<f64>,
    /// When usage starts anew.
    #[serde(skip_serializing_if = "Option::is_none")]
    reset_at: Option<IsoSeconds>,
    /// What it is counted in.
    #[serde(skip_serializing_if = "Option::is_none")]
    unit: Option<String>,
}

impl SummaryResponse {
    pub(super) fn new(workspace: WorkspaceId, tier: String, standings: Vec<Standing>) -> Self {
        let entitlements = standings.into_iter().map(|standing| (standing.feature.code.clone(), standing.into()));
        Self { workspace_id: workspace.0, tier, entitlements: entitlements.collect() }
    }
}

impl From<Standing> for StandingResponse {
    fn from(standing: Standing) -> Self {
        let Standing { feature, verdict: Verdict { used, limit, available, .. }, resets_at } = standing;
        let percentage = percentage(used, limit);
        Self { used, limit, available, percentage, reset_at: resets_at.map(Into::into), unit: feature.unit }
    }
}
