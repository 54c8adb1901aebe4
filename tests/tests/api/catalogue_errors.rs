//! Every way in which a change of what is offered can be wrong. Nothing of it has an effect, so that the gateways are those
//! of everybody.

use crate::catalogue::{FEATURES, PLANS};
use mainstay_testkit::gateway::{Actor as _, on_each_gateway, on_own_gateways};
use serde_json::{Value, json};

#[test]
fn nobody_but_the_owner_of_the_installation_changes_anything() {
    on_each_gateway(async |gateway| {
        let tenant = gateway.tenant().await;
        let (feature, plan) = (format!("{FEATURES}/posts"), format!("{PLANS}/pro"));
        let terms = json!({ "code": "x", "kind": "limit", "name": "x", "requests_per_minute": 1 });
        for (method, path) in [
            ("POST", FEATURES),
            ("PATCH", &feature),
            ("DELETE", &feature),
            ("POST", PLANS),
            ("PATCH", &plan),
            ("DELETE", &plan),
        ] {
            let refused = tenant.key.call(method, path).json(&terms).await.is(403);
            assert_eq!(refused.text("/code"), "forbidden_owner", "{method} {path}");
        }
        let refused = gateway.nobody().get(FEATURES).await.is(401);
        assert_eq!(refused.text("/code"), "unauthenticated");
    });
}

#[test]
fn a_feature_that_is_wrong_names_its_field() {
    on_each_gateway(async |gateway| {
        let owner = gateway.setup_key();
        for (body, field) in [
            (json!({ "kind": "limit" }), "code"),
            (json!({ "code": "x" }), "kind"),
            (json!({ "code": "X", "kind": "limit" }), "code"),
            (json!({ "code": "", "kind": "limit" }), "code"),
            (json!({ "code": "a".repeat(101), "kind": "limit" }), "code"),
            (json!({ "code": 7, "kind": "limit" }), "code"),
            (json!({ "code": "a\u{0}", "kind": "limit" }), "code"),
            (json!({ "code": "x", "kind": "counted" }), "kind"),
            (json!({ "code": "x", "kind": { "limit": null } }), "kind"),
            (json!({ "code": "x", "kind": null }), "kind"),
            (json!({ "code": "x", "kind": "limit", "name": "" }), "name"),
            (json!({ "code": "x", "kind": "limit", "name": "a".repeat(256) }), "name"),
            (json!({ "code": "x", "kind": "limit", "name": "a\u{0}b" }), "name"),
            (json!({ "code": "x", "kind": "limit", "unit": "a".repeat(51) }), "unit"),
            (json!({ "code": "x", "kind": "limit", "pool": "gone" }), "pool"),
            (json!({ "code": "x", "kind": "limit", "pool": "api_access" }), "pool"),
            (json!({ "code": "x", "kind": "limit", "reset": "sometimes" }), "reset"),
            (json!({ "code": "x", "kind": "limit", "rolling_days": 3 }), "rolling_days"),
            (json!({ "code": "x", "kind": "limit", "reset": "rolling", "rolling_days": 0 }), "rolling_days"),
            (json!({ "code": "x", "kind": "limit", "reset": "rolling", "rolling_days": 70_000 }), "rolling_days"),
            (json!({ "code": "x", "kind": "limit", "aggregation": "median" }), "aggregation"),
            (json!({ "code": "x", "kind": "limit", "aggregation": "unique" }), "unique_by"),
            (json!({ "code": "x", "kind": "limit", "unique_by": "y" }), "unique_by"),
        ] {
            let refused = owner.post(FEATURES, &body).await.is(422);
            assert_eq!(refused.fields("/errors"), [field], "{body}");
        }
        for (code, body, field) in [
            ("posts", json!({ "kind": null }), "kind"),
            ("posts", json!({ "reset": null }), "reset"),
            ("posts", json!({ "aggregation": null }), "aggregation"),
            ("posts", json!({ "kind": "boolean" }), "kind"),
            ("posts", json!({ "pool": "storage" }), "pool"),
            ("posts", json!({ "rolling_days": 3 }), "rolling_days"),
            ("api_access", json!({ "kind": "limit" }), "kind"),
        ] {
            let refused = owner.patch(&format!("{FEATURES}/{code}"), &body).await.is(422);
            assert_eq!(refused.fields("/errors"), [field], "{code} {body}");
        }
        let exists = owner.post(FEATURES, &json!({ "code": "posts", "kind": "limit" })).await.is(409);
        assert_eq!(exists.text("/code"), "feature_exists");
        let _ = owner.patch(&format!("{FEATURES}/gone"), &json!({ "name": "x" })).await.is(404);
        let _ = owner.delete(&format!("{FEATURES}/gone")).await.is(404);
        let kept = owner.delete(&format!("{FEATURES}/posts")).await.is(409);
        assert_eq!(kept.text("/code"), "in_plans_file");
    });
}

#[test]
fn a_plan_that_is_wrong_names_its_field() {
    on_each_gateway(async |gateway| {
        let owner = gateway.setup_key();
        let with = |more: Value| {
            let mut plan = json!({ "name": "x", "requests_per_minute": 60 });
            for (key, value) in more.as_object().expect("members") {
                plan[key] = value.clone();
            }
            plan
        };
        for (more, field) in [
            (json!({ "name": "" }), "name"),
            (json!({ "name": "Team" }), "name"),
            (json!({ "name": "a".repeat(65) }), "name"),
            (json!({ "name": null }), "name"),
            (json!({ "requests_per_minute": 0 }), "requests_per_minute"),
            (json!({ "requests_per_minute": -1 }), "requests_per_minute"),
            (json!({ "requests_per_minute": 10_000_001 }), "requests_per_minute"),
            (json!({ "requests_per_minute": 1.5 }), "requests_per_minute"),
            (json!({ "requests_per_minute": 99_999_999_999_u64 }), "requests_per_minute"),
            (json!({ "burst_percent": 1_001 }), "burst_percent"),
            (json!({ "api_access": "yes" }), "api_access"),
            (json!({ "max_api_keys": 1_000_001 }), "max_api_keys"),
            (json!({ "max_webhooks": -1 }), "max_webhooks"),
            (json!({ "grants": [] }), "grants"),
            (json!({ "grants": { "gone": 1 } }), "grants.gone"),
            (json!({ "grants": { "posts": -1 } }), "grants.posts"),
            (json!({ "grants": { "posts": 1.5 } }), "grants.posts"),
            (json!({ "grants": { "posts": "much" } }), "grants.posts"),
            (json!({ "grants": { "posts": null } }), "grants.posts"),
            (json!({ "grants": { "posts": true } }), "grants.posts"),
            (json!({ "grants": { "posts": 9_007_199_254_740_992_u64 } }), "grants.posts"),
            (json!({ "grants": { "api_access": true } }), "grants.api_access"),
        ] {
            let refused = owner.post(PLANS, &with(more.clone())).await.is(422);
            assert_eq!(refused.fields("/errors"), [field], "{more}");
        }
        for (body, field) in [
            (json!({ "requests_per_minute": null }), "requests_per_minute"),
            (json!({ "burst_percent": null }), "burst_percent"),
            (json!({ "api_access": null }), "api_access"),
            (json!({ "grants": null }), "grants"),
            (json!({ "grants": { "gone": 1 } }), "grants.gone"),
            (json!({ "grants": { "api_access": false } }), "grants.api_access"),
        ] {
            let refused = owner.patch(&format!("{PLANS}/pro"), &body).await.is(422);
            assert_eq!(refused.fields("/errors"), [field], "{body}");
        }
        let _ = owner.post(PLANS, &with(json!({ "name": "pro" }))).await.is(409);
        let _ = owner.patch(&format!("{PLANS}/gone"), &json!({})).await.is(404);
        for name in ["free", "pro", "enterprise"] {
            let kept = owner.delete(&format!("{PLANS}/{name}")).await.is(409);
            assert_eq!(kept.text("/code"), "in_plans_file", "{name}");
        }
        assert_eq!(owner.get(&format!("{PLANS}/pro")).await.is(200).text("/data/source"), "file");
    });
}

#[test]
fn a_feature_that_others_need_is_not_removed_and_it_is_told_who() {
    on_own_gateways(
        |launch| launch,
        async |gateway| {
            let owner = gateway.setup_key();
            let path = format!("{FEATURES}/calls");
            let _ = owner.post(FEATURES, &json!({ "code": "calls", "kind": "limit" })).await.is(201);
            let pooled = json!({ "code": "calls.in", "kind": "limit", "pool": "calls" });
            let _ = owner.post(FEATURES, &pooled).await.is(201);
            let _ = owner.patch(&format!("{PLANS}/pro"), &json!({ "grants": { "calls": 5 } })).await.is(200);
            let refused = owner.delete(&path).await.is(409);
            assert_eq!(
                (refused.text("/error"), refused.text("/code")),
                ("feature_needed".into(), "feature_needed".into())
            );
            let expected = "The feature \"calls\" is needed: it is granted by pro, and it is the pool of calls.in.";
            assert_eq!(refused.text("/message"), expected);
            let key = gateway.tenant_on("pro").await.key;
            let _ = key.post("/api/v1/entitlements/consume", &json!({ "feature": "calls.in" })).await.is(200);
            let recounted = owner.patch(&path, &json!({ "aggregation": "max" })).await;
            assert_eq!(recounted.is(409).text("/code"), "feature_used");
        },
    );
}
