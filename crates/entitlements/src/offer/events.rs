//! What this domain tells of: of the installation as a whole, and of no workspace.

use super::store::Step;
use mainstay_kernel::{Event, Ids, Timestamp, event_types};
use serde_json::{Value, json};

event_types! {
    FEATURE_CREATED = "feature.created", "A feature was added to the catalogue.";
    FEATURE_UPDATED = "feature.updated", "A feature of the catalogue was changed.";
    FEATURE_DELETED = "feature.deleted", "A feature was removed, or is again what the plans file says.";
    PLAN_CREATED = "plan.created", "A plan was added to the catalogue.";
    PLAN_UPDATED = "plan.updated", "A plan of the catalogue was changed, or what it grants.";
    PLAN_DELETED = "plan.deleted", "A plan was removed, or is again what the plans file says.";
}

/// The event that tells of a step.
pub(super) fn of(step: &Step, ids: &dyn Ids, at: Timestamp) -> Event {
    let (name, data) = facts(step);
    Event::global(name, data, ids, at)
}

fn facts(step: &Step) -> (&'static str, Value) {
    match step {
        Step::PutFeature { entry, is_new, .. } => {
            let name = if *is_new { FEATURE_CREATED } else { FEATURE_UPDATED };
            (name, json!({ "code": entry.code, "name": entry.name.as_ref().unwrap_or(&entry.code) }))
        }
        Step::RemoveFeature { code, is_restored } => {
            (FEATURE_DELETED, json!({ "code": code, "is_restored": is_restored }))
        }
        Step::PutPlan { entry, is_new } => {
            let plan = &entry.plan;
            let data = json!({
                "name": plan.name,
                "requests_per_minute": plan.requests_per_minute,
                "burst_percent": plan.burst_percent,
                "api_access": plan.api_access,
            });
            (if *is_new { PLAN_CREATED } else { PLAN_UPDATED }, data)
        }
        Step::RemovePlan { name, is_restored } => (PLAN_DELETED, json!({ "name": name, "is_restored": is_restored })),
    }
}
