//! What is told of deployments.

use super::model::{Deployment, SkipReason};
use crate::sites::Site;
use mainstay_kernel::{Event, Ids, Timestamp};
use serde_json::json;

mainstay_kernel::event_types! {
    CREATED = "site.deployment.created", "A deployment of a site was asked for.";
    LIVE = "site.deployment.live", "A deployment answers visitors from now on.";
    FAILED = "site.deployment.failed", "A deployment failed; what was live before still is.";
    CANCELED = "site.deployment.canceled", "A deployment was called off.";
    SKIPPED = "site.deployment.skipped", "A push was not deployed, since it makes no difference to the site.";
}

/// An event of a deployment.
pub(crate) fn of(site: &Site, deployment: &Deployment, name: &str, ids: &dyn Ids, at: Timestamp) -> Event {
    let failed = deployment.failure.as_ref().map(|failure| failure.reason.as_str());
    let data = json!({
        "id": deployment.id.0,
        "site_id": site.id.0,
        "site_name": site.name,
        "status": deployment.status.name(),
        "trigger": deployment.trigger.name(),
        "branch": deployment.branch,
        "commit": deployment.commit,
        "failed_phase": deployment.failure.as_ref().map(|failure| &failure.phase),
        "reason": failed.or(deployment.skip_reason.map(SkipReason::name)),
        "actor": deployment.actor.as_ref().map(|actor| &actor.0),
    });
    Event::of(site.workspace, name, data, ids, at)
}
