//! Calls of keys are counted as what the plan limits.

use mainstay_testkit::gateway::{Actor as _, Gateway, on_each_gateway, on_own_gateways};
use serde_json::json;
use std::time::Duration;

const ME: &str = "/api/v1/me";
const USAGE: &str = "/api/v1/entitlements/usage";
const CHECK: &str = "/api/v1/entitlements/check?feature=api_calls";

#[test]
fn a_key_whose_plan_allows_no_more_calls_is_refused_until_it_does() {
    on_each_gateway(async |gateway| {
        let tenant = gateway.tenant_on("free").await;
        let _ = tenant.key.post(USAGE, &json!({ "feature": "api_calls", "quantity": 998 })).await.is(200);
        for _ in 0..2 {
            let _ = tenant.key.get(ME).await.is(200);
        }
        let refused = tenant.key.get(ME).await.is(403);
        assert_eq!(
            (refused.text("/error"), refused.text("/feature")),
            ("feature_limit_reached".into(), "api_calls".into())
        );
        assert!(refused.text("/upgrade_url").ends_with("/upgrade"));
        // What one needs to find out and to go on is no call, and neither is what people do.
        let _ = tenant.key.get(CHECK).await.is(200);
        let _ = tenant.key.get("/api/credits").await.is(200);
        let _ = tenant.owner.get(ME).await.is(200);

        let more = json!({ "feature": "api_calls", "limit_value": 10 });
        let _ = gateway.setup_key().post(&tenant.path("/boosts"), &more).await.is(201);
        let mut tries = 0;
        while tenant.key.get(ME).await.status != 200 {
            tries += 1;
            assert!(tries < 100, "a boost is seen within seconds");
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    });
}

#[test]
fn what_was_counted_is_written_when_the_gateway_ends() {
    on_own_gateways(
        |launch| launch,
        async |gateway: &mut Gateway| {
            let key = gateway.tenant_on("free").await.key;
            for _ in 0..7 {
                let _ = key.get(ME).await.is(200);
            }
            gateway.terminate();
            assert!(gateway.end().await.success());
            gateway.start_again(|launch| launch).await;
            assert_eq!(key.at(gateway.door()).get(CHECK).await.is(200).number("/current_usage"), 7);
        },
    );
}
