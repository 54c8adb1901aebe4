//! `/api/v1/entitlements`: what the plan includes, and how much of it is used.

use mainstay_testkit::gateway::{Actor, Answer, Gateway, on_each_gateway, on_own_gateways};
use serde_json::{Value, json};

const CHECK: &str = "/api/v1/entitlements/check";
const CONSUME: &str = "/api/v1/entitlements/consume";
const SUMMARY: &str = "/api/v1/entitlements/summary";
const USAGE: &str = "/api/v1/entitlements/usage";

async fn post(by: &impl Actor, path: &str, body: &Value) -> Answer {
    by.call("POST", path).json(body).await
}

#[test]
fn a_check_tells_how_things_stand_and_a_denial_is_a_200() {
    on_each_gateway(async |gateway| {
        let tenant = gateway.tenant_on("free").await;
        let _ = post(&tenant.key, USAGE, &json!({ "feature": "posts", "quantity": 45 })).await.is(200);
        let allowed = tenant.key.get(&format!("{CHECK}?feature=posts")).await.is(200);
        let expected =
            json!({ "allowed": true, "feature": "posts", "current_usage": 45, "limit": 100, "available": 55 });
        assert_eq!(allowed.at(""), expected);
        let denied = tenant.key.get(&format!("{CHECK}?feature=posts&quantity=56")).await.is(200);
        assert_eq!((denied.at("/allowed"), denied.text("/reason")), (json!(false), "LIMIT_EXCEEDED".into()));
        assert_eq!(denied.text("/message"), "posts limit exceeded. Used: 45, Limit: 100");
        assert!(denied.text("/upgrade_url").ends_with("/upgrade"));
        let unknown = tenant.key.get(&format!("{CHECK}?feature=nothing")).await.is(200);
        assert_eq!((unknown.at("/limit"), unknown.text("/reason")), (json!(null), "FEATURE_NOT_FOUND".into()));
        for query in
            ["", "?feature=", "?feature=posts&quantity=0", "?feature=posts&quantity=x", "?feature=posts&quantity=-1"]
        {
            let _ = tenant.key.get(&format!("{CHECK}{query}")).await.is(422);
        }
    });
}

#[test]
fn usage_is_recorded_beyond_the_limit_and_consuming_stops_at_it() {
    on_each_gateway(async |gateway| {
        let tenant = gateway.tenant_on("free").await;
        let consumed = post(&tenant.key, CONSUME, &json!({ "feature": "posts", "quantity": 99 })).await.is(200);
        assert_eq!((consumed.at("/allowed"), consumed.at("/available")), (json!(true), json!(1)));
        let refused = post(&tenant.key, CONSUME, &json!({ "feature": "posts", "quantity": 2 })).await.is(403);
        assert_eq!(
            (refused.text("/error"), refused.text("/feature")),
            ("feature_limit_reached".into(), "posts".into())
        );
        assert!(refused.text("/upgrade_url").ends_with("/upgrade"));
        let recorded = post(&tenant.key, USAGE, &json!({ "feature": "posts", "quantity": 2 })).await.is(200);
        let expected = json!({ "recorded": true, "feature": "posts", "current_usage": 101, "limit": 100 });
        assert_eq!(recorded.at(""), expected);
    });
}

#[test]
fn a_summary_has_every_feature_of_the_plan() {
    on_each_gateway(async |gateway| {
        let tenant = gateway.tenant_on("free").await;
        let events = json!({ "events": [
            { "feature": "posts", "quantity": 45 }, { "feature": "api_calls", "quantity": 501 }, { "feature": "storage" },
        ] });
        let recorded = post(&tenant.key, &format!("{USAGE}/batch"), &events).await.is(200);
        assert_eq!(recorded.at("/data/1/current_usage"), json!(501));
        let summary = tenant.key.get(SUMMARY).await.is(200);
        assert_eq!(summary.at("/data/tier"), json!("free"));
        let posts = json!({ "used": 45, "limit": 100, "available": 55, "percentage": 45.0 });
        assert_eq!(summary.at("/data/entitlements/posts"), posts);
        assert_eq!(summary.at("/data/entitlements/api_calls/percentage"), json!(50.1));
        assert!(summary.text("/data/entitlements/api_calls/reset_at").ends_with("-01T00:00:00Z"));
        assert_eq!(summary.at("/data/entitlements/storage/unit"), json!("bytes"));
        let access = json!({ "used": 0, "limit": null, "available": null, "percentage": null });
        assert_eq!(summary.at("/data/entitlements/api_access"), access);
    });
}

#[test]
fn what_is_told_again_under_its_id_is_counted_once() {
    on_each_gateway(async |gateway| {
        let tenant = gateway.tenant_on("free").await;
        let told = json!({ "feature": "posts", "quantity": 10, "id": "order-1", "source": "shop" });
        let first = post(&tenant.key, USAGE, &told).await.is(200);
        assert_eq!(first.fields(""), ["current_usage", "feature", "limit", "recorded"]);
        let again = post(&tenant.key, USAGE, &told).await.is(200);
        assert_eq!((again.at("/current_usage"), again.at("/duplicate")), (json!(10), json!(true)));
    });
}

#[test]
fn what_is_wrong_is_named_and_nothing_of_it_is_counted() {
    on_each_gateway(async |gateway| {
        let tenant = gateway.tenant_on("free").await;
        let cases = [
            (json!({ "feature": "nothing" }), "feature"),
            (json!({}), "feature"),
            (json!({ "feature": "posts", "quantity": 0 }), "quantity"),
            (json!({ "feature": "posts", "quantity": -1 }), "quantity"),
            (json!({ "feature": "posts", "quantity": 1_000_000_000_001_u64 }), "quantity"),
            (json!({ "feature": "posts", "metadata": [] }), "metadata"),
            (json!({ "feature": "posts", "id": "" }), "id"),
            (json!({ "feature": "posts", "time": "yesterday" }), "time"),
            (json!({ "feature": "api_calls", "time": "2020-01-01T00:00:00Z" }), "time"),
            (json!({ "feature": "posts", "time": "2090-01-01T00:00:00Z" }), "time"),
        ];
        for (body, field) in cases {
            for path in [USAGE, CONSUME] {
                let refused = post(&tenant.key, path, &body).await.is(422);
                assert_eq!(refused.fields("/errors"), [field], "{path} {body}");
            }
        }
        let batch = json!({ "events": [{ "feature": "posts" }, { "feature": "nothing" }, { "feature": "posts", "quantity": 0 }] });
        let refused = post(&tenant.key, &format!("{USAGE}/batch"), &batch).await.is(422);
        assert_eq!(refused.fields("/errors"), ["events.1.feature", "events.2.quantity"]);
        let refused = post(&tenant.key, &format!("{USAGE}/batch"), &json!({ "events": [] })).await.is(422);
        assert_eq!(refused.fields("/errors"), ["events"]);
        let check = tenant.key.get(&format!("{CHECK}?feature=posts")).await.is(200);
        assert_eq!(check.at("/current_usage"), json!(0));
    });
}

#[test]
fn what_was_answered_is_counted_though_the_gateway_is_killed_right_after() {
    on_own_gateways(
        |launch| launch,
        async |gateway: &mut Gateway| {
            let key = gateway.tenant_on("free").await.key;
            let named = |name: &str| json!({ "feature": "posts", "quantity": 10, "id": name });
            let batch = json!({ "events": [named("c"), named("d")] });
            let writes = [
                (CONSUME.to_owned(), named("a"), 10),
                (USAGE.to_owned(), named("b"), 20),
                (format!("{USAGE}/batch"), batch, 40),
            ];
            for (path, body, expected) in writes {
                let _ = post(&key.at(gateway.door()), &path, &body).await.is(200);
                gateway.start_again(|launch| launch).await;
                let key = key.at(gateway.door());
                let check = key.get(&format!("{CHECK}?feature=posts")).await.is(200);
                assert_eq!(check.number("/current_usage"), expected, "{path}");
                let _ = post(&key, &path, &body).await.is(200);
                let check = key.get(&format!("{CHECK}?feature=posts")).await.is(200);
                assert_eq!(check.number("/current_usage"), expected, "{path}, told again");
            }
        },
    );
}
