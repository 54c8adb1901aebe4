//! Who hears of an event, and that it is told once.

use crate::world::{URL, World, code, event, fields};
use mainstay_kernel::{Event, SystemIds};
use mainstay_store::outbox::Subscriber as _;
use mainstay_testkit::on_each_database;
use mainstay_webhooks::endpoints::{EndpointChange, EndpointService as _, NewEndpoint};
use mainstay_webhooks::publishing::{NewEvent, PublishService as _};
use serde_json::json;

#[tokio::test(flavor = "multi_thread")]
async fn an_event_goes_to_those_who_want_to_hear_it_and_to_nobody_else() {
    on_each_database(async |database| {
        let world = World::new(database).await;
        let hearing = world.endpoint(URL, &["post.*"]).await.endpoint.id;
        let deaf = world.endpoint(URL, &["invoice.paid"]).await.endpoint.id;
        let off = world.endpoint(URL, &["*"]).await.endpoint.id;
        let turn_off = EndpointChange { is_active: Some(false), ..EndpointChange::default() };
        world.webhooks.endpoints.update(world.workspace, off, turn_off).await.expect("turned off");
        let foreign = NewEndpoint { url: URL.into(), events: vec!["*".into()], ..NewEndpoint::default() };
        world.endpoint_of(world.elsewhere, foreign).await;
        assert_eq!(world.publish("post.created", json!({ "id": 1 })).await.endpoints, 1);
        let counts = [hearing, deaf, off].map(|endpoint| world.delivery_count(endpoint));
        assert_eq!(futures_util::future::join_all(counts).await, [1, 0, 0]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn channels_and_filters_narrow_what_an_endpoint_hears() {
    on_each_database(async |database| {
        let world = World::new(database).await;
        let filters = json!({ "status": ["paid", "refunded"] }).as_object().cloned().unwrap_or_default();
        let (events, channels) = (vec!["*".into()], vec!["eu".into()]);
        let narrow = NewEndpoint { url: URL.into(), events, channels, filters, ..NewEndpoint::default() };
        world.endpoint_of(world.workspace, narrow).await;
        let on = |channel: &str, status: &str| NewEvent {
            channels: vec![channel.into()],
            ..event("invoice.changed", json!({ "status": status }))
        };
        let told = vec![on("eu", "paid"), on("us", "paid"), on("eu", "open"), event("invoice.changed", json!({}))];
        let published = world.publish_all(world.workspace, told).await;
        assert_eq!(published.iter().map(|one| one.endpoints).collect::<Vec<_>>(), [1, 0, 0, 0]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_event_is_accepted_again_and_told_once() {
    on_each_database(async |database| {
        let world = World::new(database).await;
        let endpoint = world.endpoint(URL, &["*"]).await.endpoint.id;
        let called = |data| NewEvent { id: Some("order-7".into()), ..event("order.placed", data) };
        let first = world.publish_all(world.workspace, vec![called(json!({ "a": 1, "b": 2 }))]).await;
        let again = world.publish_all(world.workspace, vec![called(json!({ "b": 2, "a": 1 }))]).await;
        assert_eq!((first[0].is_duplicate, again[0].is_duplicate), (false, true));
        assert_eq!((&again[0].id, again[0].endpoints), (&first[0].id, 1));
        assert_eq!(world.deliver().await, 1);
        assert_eq!(world.delivery_count(endpoint).await, 1);
        let other = world.publish_all(world.elsewhere, vec![called(json!({ "a": 1 }))]).await;
        assert!(!other[0].is_duplicate, "another workspace has its own ids");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_id_that_said_something_else_is_refused_and_nothing_beside_it_is_stored() {
    on_each_database(async |database| {
        let world = World::new(database).await;
        let endpoint = world.endpoint(URL, &["*"]).await.endpoint.id;
        let called = |data| NewEvent { id: Some("order-7".into()), ..event("order.placed", data) };
        world.publish_all(world.workspace, vec![called(json!({ "a": 1 }))]).await;
        let batch = vec![event("order.seen", json!({})), called(json!({ "a": 2 }))];
        let refused = world.webhooks.publisher.publish_all(world.workspace, batch).await;
        assert_eq!(code(refused), "event_id_taken");
        assert_eq!(world.delivery_count(endpoint).await, 1);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn of_several_events_all_are_taken_or_none() {
    on_each_database(async |database| {
        let world = World::new(database).await;
        let endpoint = world.endpoint(URL, &["*"]).await.endpoint.id;
        let twice = || NewEvent { id: Some("same".into()), ..event("post.created", json!({})) };
        let publish = |events| world.webhooks.publisher.publish_all(world.workspace, events);
        let wrong = vec![event("post.created", json!({})), event("Not a name", json!({})), twice(), twice()];
        assert_eq!(fields(publish(wrong).await), ["events.3.id", "events.1.type"]);
        assert_eq!(fields(publish(Vec::new()).await), ["events"]);
        let large = event("post.created", json!({ "text": "x".repeat(256 * 1024) }));
        assert_eq!(code(publish(vec![event("post.created", json!({})), large]).await), "event_too_large");
        assert_eq!(world.delivery_count(endpoint).await, 0);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_endpoint_made_on_another_node_hears_the_very_next_event() {
    on_each_database(async |database| {
        let world = World::new(database).await;
        let node = world.node();
        world.endpoint(URL, &["*"]).await;
        let publish = async || node.publisher.publish(world.workspace, event("post.created", json!({}))).await;
        assert_eq!(publish().await.expect("published").endpoints, 1);
        let second = world.endpoint(URL, &["*"]).await.endpoint.id;
        assert_eq!(publish().await.expect("published").endpoints, 2);
        world.webhooks.endpoints.delete(world.workspace, second).await.expect("deleted");
        assert_eq!(publish().await.expect("published").endpoints, 1);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_domains_own_event_that_is_told_twice_is_delivered_once_as_it_happened() {
    on_each_database(async |database| {
        let world = World::new(database).await;
        let endpoint = world.endpoint(URL, &["api_key.*"]).await.endpoint.id;
        let happened = Event::of(world.workspace, "api_key.revoked", json!({ "id": 5 }), &SystemIds, world.now());
        world.clock.advance(crate::world::SECOND);
        for _ in 0..2 {
            world.webhooks.publisher.told(&happened).await.expect("told");
        }
        let of_nobody = Event::global("user.created", json!({}), &SystemIds, world.now());
        world.webhooks.publisher.told(&of_nobody).await.expect("told");
        assert_eq!((world.deliver().await, world.delivery_count(endpoint).await), (1, 1));
        let sent = world.outbound.sent(URL).remove(0);
        let body = String::from_utf8(sent.body.to_vec()).expect("text");
        let expected = format!(
            r#"{{"id":"{}","type":"api_key.revoked","created_at":"2026-01-15T10:30:00Z","data":{{"id":5}},"workspace_id":{}}}"#,
            happened.id, world.workspace
        );
        assert_eq!(body, expected);
    })
    .await;
}
