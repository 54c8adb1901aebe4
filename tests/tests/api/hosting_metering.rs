//! What it takes to let sites run: room in the plan, or credits.

use crate::sites::visit;
use mainstay_testkit::TestRepository;
use mainstay_testkit::gateway::{Actor as _, Gateway, Launch, on_each_gateway, on_own_gateways};
use serde_json::json;

fn on_plans_that_cost(launch: Launch) -> Launch {
    launch.set("PLANS_FILE", concat!(env!("CARGO_MANIFEST_DIR"), "/tests/api/hosting_plans.toml"))
}

#[test]
fn what_costs_credits_is_refused_without_them_and_goes_on_with_them() {
    on_own_gateways(on_plans_that_cost, async |gateway: &mut Gateway| {
        let (tenant, owner) = (gateway.tenant_on("free").await, gateway.setup_key());
        let repository = TestRepository::new(&[("index.html", "paid for")]);
        let site = json!({ "name": "shop", "type": "git", "repository": repository.url() });
        let refused = tenant.key.post("/api/sites", &site).await.is(402);
        assert_eq!(refused.text("/error"), "PAYMENT_REQUIRED");
        assert_eq!((refused.text("/reason"), refused.number("/statusCode")), ("INSUFFICIENT_CREDITS".into(), 402));
        assert_eq!(tenant.key.get("/api/sites").await.is(200).at(""), json!([]), "nothing was made");

        let begun = tenant.key.post("/api/credits/purchase", &json!({ "packageId": "small" })).await.is(202);
        let settle = format!("/api/credits/purchases/{}/settle", begun.text("/id"));
        let _ = owner.call("POST", &settle).await.is(200);
        let site = tenant.key.post("/api/sites?wait=30", &site).await.is(201);
        assert_eq!((site.text("/status"), site.at("/stopReason")), ("RUNNING".into(), json!(null)));
        assert_eq!(visit(gateway, &site, "/").await.is(200).body, b"paid for");
    });
}

#[test]
fn a_plan_that_includes_no_builds_lets_none_begin() {
    on_own_gateways(on_plans_that_cost, async |gateway: &mut Gateway| {
        let tenant = gateway.tenant_on("pro").await;
        let repository = TestRepository::new(&[("index.html", "one")]);
        let site = json!({ "name": "shop", "type": "git", "repository": repository.url() });
        let refused = tenant.key.post("/api/sites", &site).await.is(403);
        assert_eq!((refused.text("/error"), refused.text("/reason")), ("FORBIDDEN".into(), "QUOTA_EXCEEDED".into()));
        assert_eq!(refused.text("/message"), "Your plan's build minutes are used up");
    });
}

#[test]
fn nobody_tells_of_usage_in_the_installations_own_name() {
    on_each_gateway(async |gateway| {
        let key = gateway.tenant().await.key;
        let told = json!({ "feature": "posts", "id": "site:x:2026-01-15T10:00:00Z", "source": "mainstay:hosting" });
        let refused = key.post("/api/v1/entitlements/usage", &told).await.is(422);
        assert!(refused.at("/errors").get("source").is_some(), "{}", refused.at(""));
        let event = json!({
            "specversion": "1.0", "type": "posts", "source": "mainstay:hosting", "id": "1",
        });
        let sent = key.post("/api/v1/entitlements/usage", &event).await;
        assert_eq!(sent.status, 422, "{sent:?}");
    });
}
