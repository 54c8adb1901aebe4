//! What counting tells of.

use super::ledger::Place;
use crate::verdict::{Threshold, percentage};
use mainstay_kernel::{Event, Ids, WorkspaceId, event_types};
use serde_json::json;

event_types! {
    LIMIT_WARNING = "limit.warning", "A workspace has used four fifths, or nine tenths, of a feature's limit.";
    LIMIT_REACHED = "limit.reached", "A workspace has used all of a feature's limit.";
}

/// Usage has come to a threshold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Alert {
    workspace: WorkspaceId,
    feature: String,
    threshold: Threshold,
    used: u64,
    limit: u64,
}

impl Alert {
    /// That so much is used of what may be, by whom and of what.
    pub(crate) fn of((workspace, feature): Place, threshold: Threshold, (used, limit): (u64, u64)) -> Self {
        Self { workspace, feature, threshold, used, limit }
    }

    /// The event that tells of it.
    pub(crate) fn event(&self, ids: &dyn Ids, at: mainstay_kernel::Timestamp) -> Event {
        let Self { workspace, feature, threshold, used, limit } = self;
        let name = if *threshold == Threshold::Reached { LIMIT_REACHED } else { LIMIT_WARNING };
        let data = json!({
            "workspace_id": workspace.0,
            "feature": feature,
            "threshold": threshold.percent(),
            "used": used,
            "limit": limit,
            "percentage": percentage(*used, Some(*limit)),
            "remaining": limit.saturating_sub(*used),
        });
        Event::of(*workspace, name, data, ids, at)
    }
}
