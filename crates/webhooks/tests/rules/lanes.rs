//! How much of an endpoint's lane is taken at a time, and by whom.

use crate::outbound::status;
use crate::world::{SECOND, URL, World};
use mainstay_testkit::on_each_database;
use mainstay_webhooks::endpoints::NewEndpoint;
use serde_json::json;
use std::time::Duration;

#[tokio::test(flavor = "multi_thread")]
async fn an_endpoint_is_never_told_more_at_a_time_than_it_allows() {
    on_each_database(async |database| {
        let world = World::new(database).await;
        let (events, max_concurrency) = (vec!["*".into()], Some(2));
        let narrow = NewEndpoint { url: URL.into(), events, max_concurrency, ..NewEndpoint::default() };
        world.endpoint_of(world.workspace, narrow).await;
        for number in 0..5 {
            world.publish("post.created", json!({ "number": number })).await;
        }
        let mut rounds = Vec::new();
        while let some @ 1.. = world.webhooks.dispatcher.deliver_due().await.expect("delivered") {
            rounds.push(some);
        }
        assert_eq!(rounds, [2, 2, 1]);
        let sent = world.outbound.sent(URL);
        let numbers = sent.iter().map(|request| {
            let body: serde_json::Value = serde_json::from_slice(&request.body).expect("JSON");
            body["data"]["number"].as_i64()
        });
        assert!(numbers.is_sorted(), "the longest due comes first");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn no_more_deliveries_begin_in_a_second_than_the_endpoint_allows_on_all_nodes_together() {
    on_each_database(async |database| {
        let world = World::new(database).await;
        let (events, rate_limit) = (vec!["*".into()], Some(3));
        let slow = NewEndpoint { url: URL.into(), events, rate_limit, ..NewEndpoint::default() };
        world.endpoint_of(world.workspace, slow).await;
        for _ in 0..8 {
            world.publish("post.created", json!({})).await;
        }
        let node = world.node();
        assert_eq!(world.deliver().await, 3);
        assert_eq!(node.dispatcher.deliver_due().await.expect("delivered"), 0);
        world.clock.advance(SECOND / 3 + Duration::from_millis(1));
        assert_eq!(node.dispatcher.deliver_due().await.expect("delivered"), 1);
        world.clock.advance(SECOND);
        assert_eq!(world.deliver().await, 3);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_node_held_that_died_is_delivered_by_another_when_its_lease_has_ended() {
    on_each_database(async |database| {
        let world = World::new(database).await;
        world.endpoint(URL, &["*"]).await;
        world.publish("post.created", json!({})).await;
        world.outbound.hang(URL);
        let dying = world.node();
        let died = tokio::time::timeout(Duration::from_millis(200), dying.dispatcher.deliver_due()).await;
        assert!(died.is_err(), "nobody answered it");
        world.outbound.answer(URL, Ok(status(200)));
        assert_eq!(world.deliver().await, 0, "it is still held");
        world.clock.advance(60 * SECOND);
        assert_eq!(world.deliver().await, 1);
        assert_eq!(world.outbound.sent(URL).len(), 2);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_database_with_one_node_is_taken_over_at_once() {
    on_each_database(async |database| {
        let world = World::new(database).await;
        world.endpoint(URL, &["*"]).await;
        world.publish("post.created", json!({})).await;
        world.outbound.hang(URL);
        let dying = world.node();
        let died = tokio::time::timeout(Duration::from_millis(200), dying.dispatcher.deliver_due()).await;
        assert!(died.is_err(), "nobody answered it");
        world.outbound.answer(URL, Ok(status(200)));
        world.node().dispatcher.take_over().await.expect("taken over");
        assert_eq!(world.deliver().await, 1);
    })
    .await;
}
