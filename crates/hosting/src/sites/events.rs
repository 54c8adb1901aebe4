//! What is told of sites.

use super::model::{Actor, Site};
use mainstay_kernel::{Event, Ids, Timestamp};
use serde_json::json;

mainstay_kernel::event_types! {
    CREATED = "site.created", "A site was made, and its first deployment waits.";
    UPDATED = "site.updated", "The settings of a site were changed.";
    STARTED = "site.started", "A site was told to answer.";
    STOPPED = "site.stopped", "A site was told to answer no more.";
    RESTARTED = "site.restarted", "A site was started anew.";
    CRASHED = "site.crashed", "The program of a site ended too often; it is tried again every few minutes.";
    RECOVERED = "site.recovered", "The program of a site that had crashed is well again.";
    SLEPT = "site.slept", "The program of a site was ended since nobody came; it is started for the next visitor.";
    WOKEN = "site.woken", "The program of a site that slept is started for a visitor.";
    DELETED = "site.deleted", "A site was deleted; it can be restored until it is purged.";
    RESTORED = "site.restored", "A site that was deleted is back.";
    PURGED = "site.purged", "Nothing of a deleted site is left.";
    HOOK_ROTATED = "site.hook.rotated", "A site's hook for pushes was made, or has another address and secret.";
    VARIABLES_REVEALED = "site.variables.revealed", "The values of a site's variables were shown to somebody.";
    VARIABLES_CHANGED = "site.variables.changed", "The variables of a site were changed.";
}

/// An event of a site. It tells no variable and no command, which may hold secrets.
pub(crate) fn of(site: &Site, name: &str, actor: Option<&Actor>, ids: &dyn Ids, at: Timestamp) -> Event {
    let data = json!({
        "id": site.id.0,
        "name": site.name,
        "status": site.status.name(),
        "actor": actor.map(|actor| &actor.0),
    });
    Event::of(site.workspace, name, data, ids, at)
}
