//! Endpoints, and what happens to them, for the rows about webhooks.

use super::house::{House, Scene};
use super::table::Route;
use crate::hooks::{EVENTS, Hook, once};
use mainstay_testkit::gateway::Actor as _;
use serde_json::json;

impl House<'_> {
    /// An endpoint that refuses all it is told, and what the row names of it.
    pub(super) async fn webhook(&self, route: &Route, scene: &mut Scene) {
        let owner = &self.tenant.owner;
        let terms = json!({ "url": self.receiver.url("/"), "events": ["house.built"], "asymmetric_signatures": true });
        let hook = Hook::made(owner, &terms).await;
        if route.path.contains("{delivery_id}") {
            let _ = owner.post(EVENTS, &json!({ "type": "house.built", "data": {} })).await.is(202);
            let failed = once(owner, &hook.path("/deliveries"), "/data/0/status", "failed").await;
            scene.put("{delivery_id}", failed.number("/data/0/id").to_string());
        }
        if route.path.contains("{replay_id}") {
            let begun = owner.post(&hook.path("/replays"), &json!({ "since": "2020-01-01" })).await.is(202);
            let id = begun.number("/data/id");
            let _ = once(owner, &hook.path(&format!("/replays/{id}")), "/data/status", "finished").await;
            scene.put("{replay_id}", id.to_string());
        }
        scene.put("{id}", hook.id.to_string());
    }

    /// A kind of event that the workspace declared.
    pub(super) async fn event_type(&self, scene: &mut Scene) {
        let declared = json!({ "name": "house.painted" });
        let _ = self.tenant.owner.call("PUT", "/api/v1/event-types").json(&declared).await.is(200);
        scene.put("{name}", "house.painted".to_owned());
    }
}
