//! Goals, as visits reach them.

use crate::aims::events::GOAL_REACHED;
use crate::intake::Hit;
use crate::step::Step;
use mainstay_kernel::{Event, Ids, Timestamp, WorkspaceId};
use serde_json::{Value, json};
use std::sync::Arc;

/// A goal that visits may reach.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Target {
    pub(crate) id: i64,
    pub(crate) domain: i64,
    pub(crate) name: String,
    pub(crate) step: Step,
    pub(crate) workspace: WorkspaceId,
    /// The name of the domain.
    pub(crate) host: String,
}

/// That a visit has reached one, for the first time in it.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Reached {
    target: Arc<Target>,
    at: Timestamp,
    event: String,
    page: String,
    properties: Option<Value>,
}

impl Reached {
    /// That this hit has.
    pub(super) fn by(hit: &Hit, target: &Arc<Target>) -> Self {
        Self {
            target: Arc::clone(target),
            at: hit.at,
            event: hit.name.clone(),
            page: hit.page.clone(),
            properties: hit.properties.clone(),
        }
    }

    /// What is told of it. Nothing in it tells who it was.
    pub(super) fn event(&self, ids: &dyn Ids, now: Timestamp) -> Event {
        let target = &self.target;
        let data = json!({
            "workspace_id": target.workspace.0,
            "domain_id": target.domain,
            "domain": target.host,
            "goal_id": target.id,
            "goal": target.name,
            "event": self.event,
            "page": self.page,
            "properties": self.properties.as_ref().unwrap_or(&Value::Null),
            "reached_at": self.at.to_iso_seconds(),
        });
        Event::of(target.workspace, GOAL_REACHED, data, ids, now)
    }
}
