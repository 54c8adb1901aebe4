//! Reports on pages, and audits, for the rows about those.

use super::house::{House, Scene};
use super::table::Route;
use mainstay_testkit::gateway::Actor as _;
use serde_json::json;

impl House<'_> {
    /// A report or an audit of the owner's, as the row names it.
    pub(super) async fn seo(&self, route: &Route, scene: &mut Scene) {
        let owner = &self.tenant.owner;
        if route.path.contains("/reports/{id}") {
            let made = owner.post("/api/v1/seo/report", &json!({ "url": self.receiver.url("/") })).await.is(201);
            scene.put("{id}", made.number("/data/id").to_string());
        }
        if route.path.contains("/audits/{id}") {
            let begun = owner.post("/api/v1/seo/audits", &json!({ "url": self.receiver.url("/") })).await.is(202);
            scene.put("{id}", begun.number("/data/id").to_string());
        }
        scene.put("{workspace_id}", self.tenant.id.to_string());
    }
}
