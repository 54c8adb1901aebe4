//! `/api/v1/workspaces/{id}/plan` and `/boosts`: what the owner of the installation gives.

use crate::hooks::once;
use mainstay_testkit::gateway::{Actor as _, Gateway, on_each_gateway, on_own_gateways};
use serde_json::{Value, json};

const CHECK: &str = "/api/v1/entitlements/check?feature=posts";

#[test]
fn another_plan_counts_at_once() {
    on_each_gateway(async |gateway| {
        let tenant = gateway.tenant_on("free").await;
        assert_eq!(tenant.key.get(CHECK).await.is(200).number("/limit"), 100);
        let plan = tenant.path("/plan");
        assert_eq!(tenant.key.get(&plan).await.is(200).text("/data/plan"), "free");
        let _ = tenant.owner.patch(&plan, &json!({ "plan": "pro" })).await.is(403);
        let moved = gateway.setup_key().patch(&plan, &json!({ "plan": "pro" })).await.is(200);
        assert_eq!((moved.text("/data/plan"), moved.at("/data/billing_anchor")), ("pro".into(), json!(null)));
        assert_eq!(tenant.key.get(CHECK).await.is(200).number("/limit"), 1_000);
        assert_eq!(tenant.owner.get(&tenant.path("")).await.is(200).text("/data/tier"), "pro");
    });
}

#[test]
fn billing_months_follow_their_anchor() {
    on_each_gateway(async |gateway| {
        let tenant = gateway.tenant_on("pro").await;
        let plan = tenant.path("/plan");
        let anchored = json!({ "billing_anchor": "2026-01-31T12:30:00Z" });
        let anchored = gateway.setup_key().patch(&plan, &anchored).await.is(200);
        assert_eq!(anchored.text("/data/billing_anchor"), "2026-01-31T12:30:00Z");
        assert!(anchored.text("/data/month_ends_at").ends_with("T12:30:00Z"));
        let summary = tenant.key.get("/api/v1/entitlements/summary").await.is(200);
        assert_eq!(summary.at("/data/entitlements/api_calls/reset_at"), anchored.at("/data/month_ends_at"));
        let calendar = gateway.setup_key().patch(&plan, &json!({ "billing_anchor": null })).await.is(200);
        assert!(calendar.text("/data/month_ends_at").ends_with("-01T00:00:00Z"));
        let kept = gateway.setup_key().patch(&plan, &json!({})).await.is(200);
        assert_eq!(kept.at("/data"), calendar.at("/data"), "what is absent stays");
    });
}

#[test]
fn a_boost_is_given_listed_and_called_off() {
    on_each_gateway(async |gateway| {
        let (tenant, owner) = (gateway.tenant_on("free").await, gateway.setup_key());
        let boosts = tenant.path("/boosts");
        let more = json!({ "feature": "posts", "limit_value": 25 });
        let given = owner.post(&boosts, &more).await.is(201);
        let told = |name: &str| given.text(&format!("/data/{name}"));
        assert_eq!(
            (told("type"), told("duration_type"), told("status")),
            ("add_limit".into(), "cycle_bound".into(), "active".into())
        );
        assert!(told("expires_at").ends_with("-01T00:00:00Z"), "posts never start anew: the billing month counts");
        assert_eq!(tenant.key.get(CHECK).await.is(200).number("/limit"), 125);
        let listed = tenant.key.get(&boosts).await.is(200);
        assert_eq!(listed.at("/data"), json!([given.at("/data")]));

        let one = format!("{boosts}/{}", given.number("/data/id"));
        assert_eq!(owner.delete(&one).await.is(200).text("/data/status"), "cancelled");
        assert_eq!(tenant.key.get(CHECK).await.is(200).number("/limit"), 100);
        assert_eq!(tenant.key.get(&format!("{boosts}?status=active")).await.is(200).at("/data"), json!([]));
        assert_eq!(tenant.key.get(&format!("{boosts}?status=cancelled")).await.is(200).number("/meta/total"), 1);
        let elsewhere = gateway.tenant_on("free").await;
        let foreign = elsewhere.path(&format!("/boosts/{}", given.number("/data/id")));
        let _ = owner.delete(&foreign).await.is(404);
    });
}

#[test]
fn what_is_wrong_is_named() {
    on_each_gateway(async |gateway| {
        let (tenant, owner) = (gateway.tenant_on("free").await, gateway.setup_key());
        let cases: [(&str, Value); 11] = [
            ("feature", json!({})),
            ("feature", json!({ "feature": "nothing", "limit_value": 1 })),
            ("limit_value", json!({ "feature": "posts" })),
            ("limit_value", json!({ "feature": "posts", "limit_value": 0 })),
            ("limit_value", json!({ "feature": "posts", "type": "enable", "limit_value": 1 })),
            ("type", json!({ "feature": "posts", "type": "double", "limit_value": 1 })),
            ("type", json!({ "feature": "api_access", "type": "unlimited" })),
            ("duration_type", json!({ "feature": "posts", "limit_value": 1, "duration_type": "day" })),
            ("starts_at", json!({ "feature": "posts", "limit_value": 1, "starts_at": "tomorrow" })),
            ("expires_at", json!({ "feature": "posts", "limit_value": 1, "duration_type": "duration" })),
            ("expires_at", json!({ "feature": "posts", "limit_value": 1, "expires_at": "2030-01-01T00:00:00Z" })),
        ];
        for (field, body) in cases {
            let refused = owner.post(&tenant.path("/boosts"), &body).await.is(422);
            assert!(refused.at("/errors").get(field).is_some(), "{body}: {}", refused.at(""));
        }
        for (field, body) in [
            ("plan", json!({ "plan": "vast" })),
            ("billing_anchor", json!({ "plan": "pro", "billing_anchor": "the 3rd" })),
        ] {
            let refused = owner.patch(&tenant.path("/plan"), &body).await.is(422);
            assert!(refused.at("/errors").get(field).is_some(), "{body}: {}", refused.at(""));
        }
        assert_eq!(owner.get(&tenant.path("/plan")).await.is(200).text("/data/plan"), "free", "nothing is half done");
        for path in ["plan", "boosts"] {
            let _ = owner.get(&format!("/api/v1/workspaces/999999/{path}")).await.is(404);
        }
    });
}

#[test]
fn keys_webhooks_and_members_are_limited_by_the_plan_and_its_boosts() {
    on_each_gateway(async |gateway| {
        let (tenant, owner) = (gateway.tenant_on("free").await, gateway.setup_key());
        let used = async |feature: &str| {
            let check = tenant.owner.get(&format!("/api/v1/entitlements/check?feature={feature}")).await.is(200);
            (check.number("/current_usage"), check.number("/limit"))
        };
        // The owner, and the key of the tenant.
        assert_eq!((used("members").await, used("api_keys").await), ((1, 5), (1, 10)));
        for _ in 0..4 {
            let _ = tenant.member(gateway, "member").await;
        }
        let seat = json!({ "email": gateway.account("fifth").await, "role": "viewer" });
        let refused = tenant.owner.post(&tenant.path("/members"), &seat).await.is(403);
        assert_eq!(
            (refused.text("/error"), refused.text("/feature")),
            ("feature_limit_reached".into(), "members".into())
        );
        let log = "/api/v1/audit-log?action=limit.reached";
        let told = once(&tenant.owner, log, "/data/0/data/feature", "members").await;
        assert_eq!((told.number("/data/0/data/used"), told.number("/data/0/data/limit")), (5, 5));
        for feature in ["members", "api_keys"] {
            let more = json!({ "feature": feature, "limit_value": 1 });
            let _ = owner.post(&tenant.path("/boosts"), &more).await.is(201);
        }
        let _ = tenant.owner.post(&tenant.path("/members"), &seat).await.is(201);
        assert_eq!(used("members").await, (6, 6));

        for _ in 0..10 {
            let _ = tenant.owner.post("/api/v1/api-keys", &json!({ "name": "More" })).await.is(201);
        }
        let refused = tenant.owner.post("/api/v1/api-keys", &json!({ "name": "Too many" })).await.is(403);
        assert_eq!((refused.text("/feature"), used("api_keys").await), ("api_keys".into(), (11, 11)));
        let told = json!({ "feature": "members", "quantity": 1 });
        let refused = tenant.owner.post("/api/v1/entitlements/usage", &told).await.is(422);
        assert!(refused.at("/errors/feature").is_array(), "they are counted by themselves");
    });
}

#[test]
fn what_was_given_and_paid_is_there_though_the_gateway_is_killed_right_after() {
    on_own_gateways(
        |launch| launch,
        async |gateway: &mut Gateway| {
            let tenant = gateway.tenant_on("free").await;
            let more = json!({ "feature": "posts", "limit_value": 25, "duration_type": "permanent" });
            let boost = gateway.setup_key().post(&tenant.path("/boosts"), &more).await.is(201).number("/data/id");
            let gift = json!({ "workspaceId": tenant.id, "amount": 10 });
            // Each write, and what is so after it: the plan, the limit of posts, the credits.
            let writes = [
                ("PATCH", tenant.path("/plan"), json!({ "plan": "pro" }), ("pro", 1_025, 0)),
                ("DELETE", tenant.path(&format!("/boosts/{boost}")), json!({}), ("pro", 1_000, 0)),
                ("POST", tenant.path("/boosts"), more.clone(), ("pro", 1_025, 0)),
                ("POST", "/api/credits/grants".to_owned(), gift, ("pro", 1_025, 10)),
            ];
            for (method, path, body, (plan, limit, credits)) in writes {
                let answer = gateway.setup_key().call(method, &path).json(&body).await;
                assert!(answer.status < 300, "{method} {path}: {}", answer.at(""));
                gateway.start_again(|launch| launch).await;
                let key = tenant.key.at(gateway.door());
                assert_eq!(key.get(&tenant.path("/plan")).await.is(200).text("/data/plan"), plan, "{path}");
                assert_eq!(key.get(CHECK).await.is(200).number("/limit"), limit, "{path}");
                assert_eq!(key.get("/api/credits").await.is(200).number("/balance"), credits, "{path}");
            }
            let key = tenant.key.at(gateway.door());
            let spent = key.post("/api/credits/spend", &json!({ "amount": 4 })).await.is(201);
            gateway.start_again(|launch| launch).await;
            let key = tenant.key.at(gateway.door());
            assert_eq!(key.get("/api/credits").await.is(200).number("/balance"), 6);
            let refund = format!("/api/credits/transactions/{}/refund", spent.text("/id"));
            let _ = key.call("POST", &refund).await.is(201);
            gateway.start_again(|launch| launch).await;
            let key = tenant.key.at(gateway.door());
            assert_eq!(key.get("/api/credits").await.is(200).number("/balance"), 10);
            let begun = key.post("/api/credits/purchase", &json!({ "packageId": "small" })).await.is(202);
            gateway.start_again(|launch| launch).await;
            let settle = format!("/api/credits/purchases/{}/settle", begun.text("/id"));
            let settled = gateway.setup_key().call("POST", &settle).await.is(200);
            gateway.start_again(|launch| launch).await;
            let bought = settled.number("/credits") + settled.number("/bonusCredits");
            let key = tenant.key.at(gateway.door());
            assert_eq!(key.get("/api/credits").await.is(200).number("/balance"), 10 + bought);
        },
    );
}
