//! `POST /api/v1/events`: what the host application tells of.

use crate::hooks::{EVENTS, Hook, once, publish};
use mainstay_testkit::Receiver;
use mainstay_testkit::gateway::{Actor as _, on_each_gateway};
use serde_json::{Value, json};

#[test]
fn an_event_is_accepted_and_says_to_how_many_it_goes() {
    on_each_gateway(async |gateway| {
        let (tenant, receiver) = (gateway.tenant().await, Receiver::start().await);
        for events in [["post.created"], ["post.*"], ["*"], ["order.placed"]] {
            let _ = Hook::make(&tenant.key, &receiver.url("/hook"), &events).await;
        }
        let told = tenant.key.post(EVENTS, &json!({ "type": "post.created", "data": {} })).await.is(202);
        assert_eq!(
            (told.fields(""), told.text("/message")),
            (vec!["data".into(), "message".into()], "Event accepted.".into())
        );
        assert_eq!(told.fields("/data"), ["duplicate", "endpoints", "id", "type"]);
        assert_eq!((told.number("/data/endpoints"), told.at("/data/duplicate")), (3, json!(false)));
        assert!(told.text("/data/id").starts_with("evt_"));
        assert_eq!(told.text("/data/type"), "post.created");
    });
}

#[test]
fn an_event_that_is_sent_twice_is_told_once() {
    on_each_gateway(async |gateway| {
        let (tenant, receiver) = (gateway.tenant().await, Receiver::start().await);
        let hook = Hook::make(&tenant.key, &receiver.url("/hook"), &["post.*"]).await;
        let event = json!({ "type": "post.created", "data": { "id": 1 }, "id": "post-1" });
        let first = tenant.key.post(EVENTS, &event).await.is(202);
        assert_eq!((first.text("/data/id"), first.at("/data/duplicate")), ("post-1".to_owned(), json!(false)));
        for _ in 0..3 {
            assert_eq!(tenant.key.post(EVENTS, &event).await.is(202).at("/data/duplicate"), true);
        }
        let other = json!({ "type": "post.created", "data": { "id": 2 }, "id": "post-1" });
        let taken = tenant.key.post(EVENTS, &other).await.is(409);
        assert_eq!(
            (taken.text("/error"), taken.text("/code")),
            ("event_id_taken".to_owned(), "event_id_taken".to_owned())
        );
        let last = publish(&tenant.key, "post.deleted", &json!({})).await;
        let _ = once(&tenant.key, &hook.path("/deliveries?status=success"), "/data/0/event_id", &last).await;
        assert_eq!(tenant.key.get(&hook.path("/deliveries")).await.is(200).number("/meta/total"), 2);
        let elsewhere = gateway.tenant().await;
        assert_eq!(
            elsewhere.key.post(EVENTS, &other).await.is(202).at("/data/duplicate"),
            false,
            "ids are a tenant's own"
        );
    });
}

#[test]
fn several_events_are_taken_together_or_not_at_all() {
    on_each_gateway(async |gateway| {
        let (tenant, receiver) = (gateway.tenant().await, Receiver::start().await);
        let hook = Hook::make(&tenant.key, &receiver.url("/hook"), &["post.created"]).await;
        let one = |id: &str| json!({ "type": "post.created", "data": {}, "id": id });
        let told = tenant.key.post(EVENTS, &json!({ "events": [one("a"), one("b")] })).await.is(202);
        assert_eq!((told.text("/data/0/id"), told.text("/data/1/id")), ("a".to_owned(), "b".to_owned()));
        let alone = tenant.key.post(EVENTS, &json!({ "events": [one("c")] })).await.is(202);
        assert_eq!(alone.at("/data").as_array().map(Vec::len), Some(1), "a list comes back as a list");
        let wrong = json!({ "events": [one("d"), { "type": "Not A Name", "data": {} }] });
        assert_eq!(tenant.key.post(EVENTS, &wrong).await.is(422).fields("/errors"), ["events.1.type"]);
        assert_eq!(tenant.key.get(&hook.path("/deliveries")).await.is(200).number("/meta/total"), 3);
        let again = tenant.key.post(EVENTS, &json!({ "events": [one("a"), one("d")] })).await.is(202);
        assert_eq!((again.at("/data/0/duplicate"), again.at("/data/1/duplicate")), (json!(true), json!(false)));
    });
}

#[test]
fn every_wrong_field_of_an_event_is_named() {
    on_each_gateway(async |gateway| {
        let tenant = gateway.tenant().await;
        let event = json!({ "type": "post.created", "data": {} });
        let with = |field: &str, value: Value| {
            let mut event = event.clone();
            event[field] = value;
            event
        };
        for (body, fields) in [
            (json!({}), vec!["data", "type"]),
            (json!({ "type": "post.created" }), vec!["data"]),
            (with("type", json!("created")), vec!["type"]),
            (with("type", json!("Post.Created")), vec!["type"]),
            (with("type", json!(format!("post.{}", "a".repeat(60)))), vec!["type"]),
            (with("type", json!(7)), vec!["type"]),
            (with("data", json!([])), vec!["data"]),
            (with("data", json!("text")), vec!["data"]),
            (with("data", json!(null)), vec!["data"]),
            (with("data", json!({ "a": "\u{0}" })), vec!["data.a"]),
            (with("id", json!("with space")), vec!["id"]),
            (with("id", json!("")), vec!["id"]),
            (with("id", json!("i".repeat(129))), vec!["id"]),
            (with("channels", json!(["with space"])), vec!["channels.0"]),
            (with("events", json!([event])), vec!["events"]),
            (json!({ "events": [] }), vec!["events"]),
            (json!({ "events": vec![event.clone(); 101] }), vec!["events"]),
            (json!({ "events": [{ "type": "x", "data": {} }] }), vec!["events.0.type"]),
            (json!({ "events": [{ "data": {} }] }), vec!["events.0.type"]),
            (json!({ "events": [event, { "type": "post.created", "data": 1 }] }), vec!["events.1.data"]),
        ] {
            let wrong = tenant.key.post(EVENTS, &body).await.is(422);
            assert_eq!(wrong.fields("/errors"), fields, "{body}");
        }
    });
}

#[test]
fn an_event_over_256_kib_is_too_large() {
    on_each_gateway(async |gateway| {
        let tenant = gateway.tenant().await;
        let of = |size: usize| json!({ "type": "post.created", "data": { "text": "x".repeat(size) } });
        let _ = tenant.key.post(EVENTS, &of(250 * 1024)).await.is(202);
        for body in [of(256 * 1024), json!({ "events": [of(10), of(256 * 1024)] })] {
            let refused = tenant.key.post(EVENTS, &body).await.is(413);
            assert_eq!(refused.text("/error"), "event_too_large");
        }
    });
}

#[test]
fn an_endpoint_hears_what_its_channels_and_filters_let_through() {
    on_each_gateway(async |gateway| {
        let (tenant, receiver) = (gateway.tenant().await, Receiver::start().await);
        let url = receiver.url("/hook");
        let _ = Hook::made(&tenant.key, &json!({ "url": url, "events": ["*"], "channels": ["eu"] })).await;
        let _ = Hook::made(&tenant.key, &json!({ "url": url, "events": ["*"], "filters": { "status": "paid" } })).await;
        for (channels, status, heard_by) in [
            (json!(["eu", "shop"]), "paid", 2),
            (json!(["us"]), "paid", 1),
            (json!(["eu"]), "open", 1),
            (json!([]), "open", 0),
        ] {
            let event = json!({ "type": "order.changed", "data": { "status": status }, "channels": channels });
            assert_eq!(tenant.key.post(EVENTS, &event).await.is(202).number("/data/endpoints"), heard_by, "{event}");
        }
        let elsewhere = gateway.tenant().await;
        let event = json!({ "type": "order.changed", "data": { "status": "paid" }, "channels": ["eu"] });
        assert_eq!(elsewhere.key.post(EVENTS, &event).await.is(202).number("/data/endpoints"), 0);
    });
}
