//! Credits, and what becomes of them, for the rows about those.

use super::house::{House, Scene};
use super::table::Route;
use mainstay_testkit::gateway::Actor as _;
use serde_json::json;

impl House<'_> {
    /// Credits for everybody, no purchase that is pending, and what the row names.
    pub(super) async fn credits(&self, route: &Route, scene: &mut Scene) {
        if route.path.ends_with("/spend") || route.path.ends_with("/refund") {
            for tenant in [&self.tenant, &self.elsewhere] {
                let gift = json!({ "workspaceId": tenant.id, "amount": 10 });
                let _ = self.gateway.setup_key().post("/api/credits/grants", &gift).await.is(201);
            }
        }
        if route.path.ends_with("/purchase") {
            self.settle_all().await;
        }
        if route.path.contains("/transactions/{id}") {
            let spent = self.tenant.owner.post("/api/credits/spend", &json!({ "amount": 1 })).await.is(201);
            scene.put("{id}", spent.text("/id"));
        }
        if route.path.contains("/purchases/{id}") {
            self.settle_all().await;
            let begun = self.tenant.owner.post("/api/credits/purchase", &json!({ "packageId": "large" })).await.is(202);
            scene.put("{id}", begun.text("/id"));
        }
    }

    /// So that the same may be bought again.
    async fn settle_all(&self) {
        for tenant in [&self.tenant, &self.elsewhere] {
            let purchases = tenant.owner.get("/api/credits/purchases?perPage=100").await.is(200).json();
            let pending = |purchase: &&serde_json::Value| purchase["status"] == "PENDING";
            for purchase in purchases.as_array().into_iter().flatten().filter(pending) {
                let path = format!("/api/credits/purchases/{}/settle", purchase["id"].as_str().expect("an id"));
                let _ = self.gateway.setup_key().call("POST", &path).await.is(200);
            }
        }
    }
}
