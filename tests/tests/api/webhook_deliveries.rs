//! `/api/v1/webhooks/{id}/deliveries`: what became of each event.

use crate::hooks::{Hook, WEBHOOKS, is_signed, once, publish};
use crate::workspaces::is_instant;
use mainstay_testkit::gateway::{Actor as _, Gateway, Launch, on_each_gateway, on_own_gateways};
use mainstay_testkit::{Receiver, Reply};
use serde_json::json;

/// Three attempts, a second apart.
fn hasty(launch: Launch) -> Launch {
    launch.set("WEBHOOKS_RETRY_SCHEDULE", "1,1")
}

#[test]
fn a_published_event_arrives_signed_and_is_written_down() {
    on_each_gateway(async |gateway| {
        let (tenant, receiver) = (gateway.tenant().await, Receiver::start().await);
        let hook = Hook::make(&tenant.key, &receiver.url("/hook?a=b"), &["post.*"]).await;
        let id = publish(&tenant.key, "post.created", &json!({ "id": 7 })).await;
        let told = receiver.next().await;
        assert_eq!((told.method.as_str(), told.path.as_str()), ("POST", "/hook?a=b"));
        let body = told.json();
        assert_eq!(
            (&body["id"], &body["type"], &body["data"]),
            (&json!(id), &json!("post.created"), &json!({ "id": 7 }))
        );
        assert_eq!(body["workspace_id"], json!(tenant.id));
        assert_eq!((told.header("x-webhook-id"), told.header("webhook-id")), (Some(id.as_str()), Some(id.as_str())));
        assert_eq!(told.header("content-type"), Some("application/json"));
        assert!(is_signed(&told, "x-webhook-signature", &hook.secret));

        let listed = once(&tenant.key, &hook.path("/deliveries"), "/data/0/status", "success").await;
        let fields =
            ["attempt", "created_at", "delivered_at", "event_id", "event_type", "id", "response_code", "status"];
        assert_eq!(listed.fields("/data/0"), fields);
        assert_eq!(
            (listed.text("/data/0/event_id"), listed.text("/data/0/event_type")),
            (id, "post.created".to_owned())
        );
        assert_eq!((listed.number("/data/0/response_code"), listed.number("/data/0/attempt")), (200, 1));
        assert!(is_instant(&listed.text("/data/0/delivered_at")) && is_instant(&listed.text("/data/0/created_at")));
        let story = tenant.key.get(&hook.newest(&tenant.key, "").await).await.is(200);
        assert_eq!(story.at("/data/payload"), body);
        let fields = ["duration_ms", "error", "number", "response_body", "response_code", "started_at"];
        assert_eq!(story.fields("/data/attempts/0"), fields);
        assert_eq!(story.text("/data/attempts/0/response_body"), r#"{"received": true}"#);
        let got =
            once(&tenant.key, &format!("{WEBHOOKS}?status=active"), "/data/0/url", &receiver.url("/hook?a=b")).await;
        assert_eq!((got.number("/data/0/success_count"), got.number("/data/0/failure_count")), (1, 0));
    });
}

#[test]
fn a_delivery_that_fails_first_tells_the_whole_story() {
    on_own_gateways(hasty, async |gateway: &mut Gateway| {
        let (tenant, receiver) = (gateway.tenant().await, Receiver::start().await);
        let hook = Hook::make(&tenant.key, &receiver.url("/hook"), &["post.created"]).await;
        receiver.will(Reply::status(500).body("on fire"));
        receiver.will(Reply::status(503));
        let id = publish(&tenant.key, "post.created", &json!({})).await;
        for _ in 0..3 {
            assert_eq!(receiver.next().await.header("webhook-id"), Some(id.as_str()), "the same in each attempt");
        }
        let path = hook.newest(&tenant.key, "").await;
        let story = once(&tenant.key, &path, "/data/status", "success").await;
        assert_eq!((story.number("/data/attempt"), story.number("/data/response_code")), (3, 200));
        let attempts = story.at("/data/attempts");
        let told: Vec<_> = attempts
            .as_array()
            .expect("attempts")
            .iter()
            .map(|attempt| (attempt["number"].clone(), attempt["response_code"].clone(), attempt["error"].is_null()))
            .collect();
        assert_eq!(told, [(json!(1), json!(500), false), (json!(2), json!(503), false), (json!(3), json!(200), true)]);
        assert_eq!(story.text("/data/attempts/0/response_body"), "on fire");
        let got = tenant.key.get(&hook.path("")).await.is(200);
        assert_eq!((got.number("/data/success_count"), got.number("/data/failure_count")), (1, 2));
        assert_eq!(got.number("/data/consecutive_failures"), 0);
    });
}

#[test]
fn what_will_be_tried_again_says_when() {
    on_each_gateway(async |gateway| {
        let (tenant, receiver) = (gateway.tenant().await, Receiver::start().await);
        receiver.always(Reply::status(500));
        let hook = Hook::make(&tenant.key, &receiver.url("/hook"), &["post.created"]).await;
        let _ = publish(&tenant.key, "post.created", &json!({})).await;
        let listed = once(&tenant.key, &hook.path("/deliveries"), "/data/0/status", "retrying").await;
        assert_eq!((listed.number("/data/0/attempt"), listed.number("/data/0/response_code")), (2, 500));
        assert!(is_instant(&listed.text("/data/0/next_retry_at")));
        assert!(listed.at("/data/0").get("delivered_at").is_none());
    });
}

#[test]
fn deliveries_are_narrowed_by_state_and_by_event() {
    on_each_gateway(async |gateway| {
        let (tenant, receiver) = (gateway.tenant().await, Receiver::start().await);
        // Whoever hears everything is also told that their endpoint was made.
        let hook = Hook::make(&tenant.key, &receiver.url("/hook"), &["post.*"]).await;
        let first = publish(&tenant.key, "post.created", &json!({})).await;
        let _ = receiver.next().await;
        receiver.will(Reply::status(404));
        let second = publish(&tenant.key, "post.deleted", &json!({})).await;
        let list = |query: &str| hook.path(&format!("/deliveries?{query}"));
        let failed = once(&tenant.key, &list("status=failed"), "/data/0/event_id", &second).await;
        assert_eq!(failed.number("/meta/total"), 1);
        let arrived =
            once(&tenant.key, &list("status=success&event_type=post.created"), "/data/0/event_id", &first).await;
        assert_eq!(arrived.number("/meta/total"), 1);
        for query in ["status=pending", "status=retrying", "event_type=post.updated", "search=nothing-like-it"] {
            assert_eq!(tenant.key.get(&list(query)).await.is(200).at("/data"), json!([]), "{query}");
        }
        for (query, field) in [("status=queued", "status"), ("event_type=%00", "event_type"), ("sort=event", "sort")] {
            assert_eq!(tenant.key.get(&list(query)).await.is(422).fields("/errors"), [field]);
        }
    });
}

#[test]
fn a_delivery_that_failed_is_tried_once_more_by_hand_and_one_that_arrived_is_not() {
    on_each_gateway(async |gateway| {
        let (tenant, receiver) = (gateway.tenant().await, Receiver::start().await);
        let hook = Hook::make(&tenant.key, &receiver.url("/hook"), &["post.created"]).await;
        receiver.will(Reply::status(404));
        let _ = publish(&tenant.key, "post.created", &json!({})).await;
        let _ = receiver.next().await;
        let path = hook.newest(&tenant.key, "").await;
        let failed = once(&tenant.key, &path, "/data/status", "failed").await;
        assert_eq!((failed.number("/data/attempt"), failed.number("/data/response_code")), (1, 404));
        let retried = tenant.key.call("POST", &format!("{path}/retry")).await.is(200);
        assert_eq!(retried.text("/message"), "Delivery queued for retry.");
        assert_eq!(retried.fields("/data"), ["attempt", "id", "status"]);
        assert_eq!((retried.text("/data/status"), retried.number("/data/attempt")), ("pending".to_owned(), 2));
        let _ = receiver.next().await;
        let arrived = once(&tenant.key, &path, "/data/status", "success").await;
        assert_eq!(arrived.at("/data/attempts").as_array().map(Vec::len), Some(2));
        let refused = tenant.key.call("POST", &format!("{path}/retry")).await.is(400);
        assert_eq!(
            (refused.text("/error"), refused.text("/code")),
            ("cannot_retry".to_owned(), "cannot_retry".to_owned())
        );
    });
}

#[test]
fn a_delivery_whose_attempts_are_spent_is_not_tried_again() {
    on_own_gateways(
        |launch| launch.set("WEBHOOKS_RETRY_SCHEDULE", "1"),
        async |gateway: &mut Gateway| {
            let (tenant, receiver) = (gateway.tenant().await, Receiver::start().await);
            receiver.always(Reply::status(500));
            let hook = Hook::make(&tenant.key, &receiver.url("/hook"), &["post.created"]).await;
            let _ = publish(&tenant.key, "post.created", &json!({})).await;
            let _ = receiver.next().await;
            let path = hook.newest(&tenant.key, "").await;
            let failed = once(&tenant.key, &path, "/data/status", "failed").await;
            assert_eq!(failed.number("/data/attempt"), 2);
            let refused = tenant.key.call("POST", &format!("{path}/retry")).await.is(400);
            assert_eq!(refused.text("/error"), "cannot_retry");
            assert_eq!(receiver.count(), 2);
        },
    );
}

#[test]
fn an_endpoint_that_says_that_it_is_gone_is_turned_off() {
    on_each_gateway(async |gateway| {
        let (tenant, receiver) = (gateway.tenant().await, Receiver::start().await);
        let hook = Hook::make(&tenant.key, &receiver.url("/hook"), &["post.created"]).await;
        receiver.will(Reply::status(410));
        let _ = publish(&tenant.key, "post.created", &json!({})).await;
        let _ = receiver.next().await;
        let off = once(&tenant.key, &hook.path(""), "/data/disabled_reason", "gone").await;
        assert_eq!(off.at("/data/is_active"), false);
        assert!(is_instant(&off.text("/data/disabled_at")));
        let listed = tenant.key.get(&format!("{WEBHOOKS}?status=disabled")).await.is(200);
        assert_eq!(listed.number("/data/0/id"), hook.id);
        let on = tenant.key.call("POST", &hook.path("/enable")).await.is(200);
        assert_eq!((on.at("/data/is_active"), on.at("/data/disabled_at")), (json!(true), json!(null)));
    });
}

#[test]
fn a_delivery_is_found_below_its_own_endpoint_alone() {
    on_each_gateway(async |gateway| {
        let (tenant, receiver) = (gateway.tenant().await, Receiver::start().await);
        let hook = Hook::make(&tenant.key, &receiver.url("/hook"), &["post.created"]).await;
        let other = Hook::make(&tenant.key, &receiver.url("/other"), &["nothing.happened"]).await;
        let _ = publish(&tenant.key, "post.created", &json!({})).await;
        let own = hook.newest(&tenant.key, "").await;
        let elsewhere = own.replace(&hook.path(""), &other.path(""));
        let _ = tenant.key.get(&own).await.is(200);
        let _ = tenant.key.get(&elsewhere).await.is(404);
        let _ = tenant.key.call("POST", &format!("{elsewhere}/retry")).await.is(404);
        let _ = tenant.key.get(&hook.path("/deliveries/x")).await.is(404);
    });
}
