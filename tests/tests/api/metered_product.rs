//! A metered product from end to end: a feature is defined, used until it is refused, and goes on with credits.

use mainstay_testkit::gateway::{Actor as _, on_each_gateway};
use serde_json::json;

const CONSUME: &str = "/api/v1/entitlements/consume";

#[test]
fn a_feature_is_used_until_it_is_refused_and_goes_on_with_credits() {
    on_each_gateway(async |gateway| {
        let (tenant, owner) = (gateway.tenant_on("free").await, gateway.setup_key());
        let code = format!("exports_{}", tenant.id);
        let feature =
            json!({ "code": code, "kind": "limit", "reset": "monthly", "overage": { "credits": 2, "units": 3 } });
        let made = owner.post("/api/v1/features", &feature).await.is(201);
        assert_eq!(made.at("/data/overage"), json!({ "credits": 2, "units": 3 }));
        let more = json!({ "feature": code, "limit_value": 3, "duration_type": "permanent" });
        let _ = owner.post(&tenant.path("/boosts"), &more).await.is(201);

        let one = json!({ "feature": code });
        for used in 1..=3 {
            assert_eq!(tenant.key.post(CONSUME, &one).await.is(200).number("/current_usage"), used);
        }
        let refused = tenant.key.post(CONSUME, &one).await.is(403);
        assert!(refused.text("/message").contains("takes credits: 1"), "{}", refused.at(""));

        let begun = tenant.key.post("/api/credits/purchase", &json!({ "packageId": "small" })).await.is(202);
        let settle = format!("/api/credits/purchases/{}/settle", begun.text("/id"));
        let _ = owner.call("POST", &settle).await.is(200);
        let before = tenant.key.get("/api/credits").await.is(200).number("/balance");
        // Two credits for three, each begun one spent whole.
        for spent in [1, 1, 0] {
            let used = tenant.key.post(CONSUME, &one).await.is(200);
            assert_eq!((used.at("/allowed"), used.number("/credits_spent")), (json!(true), spent));
        }
        assert_eq!(tenant.key.get("/api/credits").await.is(200).number("/balance"), before - 2);
        let listed = tenant.key.get("/api/credits/transactions?type=USAGE").await.is(200);
        assert_eq!((listed.at("/0/resourceType"), listed.at("/0/resourceId")), (json!("feature"), json!(code)));
        for overage in [json!({ "credits": 0 }), json!({ "units": 1 }), json!(7)] {
            let wrong = json!({ "code": format!("{code}_x"), "kind": "limit", "overage": overage });
            let _ = owner.post("/api/v1/features", &wrong).await.is(422);
        }
    });
}
