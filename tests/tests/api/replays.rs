//! `/api/v1/webhooks/{id}/replays`: telling an endpoint again.

use crate::hooks::{Hook, once, publish};
use crate::workspaces::is_instant;
use mainstay_testkit::gateway::{Actor as _, KeyHolder, on_each_gateway};
use mainstay_testkit::{Receiver, Reply};
use serde_json::{Value, json};

const LONG_AGO: &str = "2020-01-01T00:00:00Z";

/// Begins a replay and waits for its end; gives its path.
async fn replay(by: &KeyHolder, hook: &Hook, terms: &Value) -> String {
    let begun = by.post(&hook.path("/replays"), terms).await.is(202);
    assert_eq!(begun.text("/message"), "Replay started.");
    let path = hook.path(&format!("/replays/{}", begun.number("/data/id")));
    let _ = once(by, &path, "/data/status", "finished").await;
    path
}

#[test]
fn an_endpoint_is_told_what_was_published_before_it_was_made() {
    on_each_gateway(async |gateway| {
        let (tenant, receiver) = (gateway.tenant().await, Receiver::start().await);
        let missed = publish(&tenant.key, "post.created", &json!({ "id": 1 })).await;
        let _ = publish(&tenant.key, "order.placed", &json!({})).await;
        let hook = Hook::make(&tenant.key, &receiver.url("/hook"), &["post.*"]).await;
        let path = replay(&tenant.key, &hook, &json!({ "since": LONG_AGO, "selection": "missing" })).await;
        let told = receiver.next().await.json();
        assert_eq!((&told["id"], &told["data"]), (&json!(missed), &json!({ "id": 1 })));
        let over = tenant.key.get(&path).await.is(200);
        assert_eq!((over.text("/data/selection"), over.number("/data/queued")), ("missing".to_owned(), 1));
        assert!(is_instant(&over.text("/data/finished_at")));
        assert_eq!(over.text("/data/since"), LONG_AGO);
        let again = replay(&tenant.key, &hook, &json!({ "since": LONG_AGO, "selection": "missing" })).await;
        assert_eq!(tenant.key.get(&again).await.is(200).number("/data/queued"), 0, "nothing is missing any more");
    });
}

#[test]
fn what_failed_is_told_again_where_nothing_else_is_said() {
    on_each_gateway(async |gateway| {
        let (tenant, receiver) = (gateway.tenant().await, Receiver::start().await);
        let hook = Hook::make(&tenant.key, &receiver.url("/hook"), &["post.*"]).await;
        let _ = publish(&tenant.key, "post.created", &json!({})).await;
        let _ = receiver.next().await;
        receiver.will(Reply::status(404));
        let failed = publish(&tenant.key, "post.deleted", &json!({})).await;
        let _ = receiver.next().await;
        let _ = once(&tenant.key, &hook.path("/deliveries?status=failed"), "/data/0/event_id", &failed).await;
        let path = replay(&tenant.key, &hook, &json!({ "since": LONG_AGO })).await;
        assert_eq!(receiver.next().await.header("webhook-id"), Some(failed.as_str()));
        let over = tenant.key.get(&path).await.is(200);
        assert_eq!((over.text("/data/selection"), over.number("/data/queued")), ("failed".to_owned(), 1));
    });
}

#[test]
fn a_replay_that_is_over_cannot_be_stopped() {
    on_each_gateway(async |gateway| {
        let (tenant, receiver) = (gateway.tenant().await, Receiver::start().await);
        let hook = Hook::make(&tenant.key, &receiver.url("/hook"), &["post.*"]).await;
        let path = replay(&tenant.key, &hook, &json!({ "since": LONG_AGO })).await;
        let over = tenant.key.call("POST", &format!("{path}/stop")).await.is(409);
        assert_eq!((over.text("/error"), over.text("/code")), ("replay_over".to_owned(), "replay_over".to_owned()));
        let listed = tenant.key.get(&hook.path("/replays?status=finished&sort=-id")).await.is(200);
        assert_eq!(listed.number("/meta/total"), 1);
        let other = Hook::make(&tenant.key, &receiver.url("/other"), &["post.*"]).await;
        let _ = tenant.key.get(&path.replace(&hook.path(""), &other.path(""))).await.is(404);
        let _ = tenant.key.get(&hook.path("/replays/999999999")).await.is(404);
    });
}

#[test]
fn every_wrong_field_of_a_replay_is_named() {
    on_each_gateway(async |gateway| {
        let (tenant, receiver) = (gateway.tenant().await, Receiver::start().await);
        let hook = Hook::make(&tenant.key, &receiver.url("/hook"), &["post.*"]).await;
        for (body, field) in [
            (json!({}), "since"),
            (json!({ "since": "yesterday" }), "since"),
            (json!({ "since": LONG_AGO, "until": "soon" }), "until"),
            (json!({ "since": LONG_AGO, "until": "2019-01-01" }), "since"),
            (json!({ "since": LONG_AGO, "selection": "some" }), "selection"),
        ] {
            let wrong = tenant.key.post(&hook.path("/replays"), &body).await.is(422);
            assert_eq!(wrong.fields("/errors"), [field], "{body}");
        }
        for (query, field) in [("status=lost", "status"), ("sort=total", "sort")] {
            assert_eq!(
                tenant.key.get(&hook.path(&format!("/replays?{query}"))).await.is(422).fields("/errors"),
                [field]
            );
        }
    });
}
