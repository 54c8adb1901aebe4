//! Endpoints that fail too often, are gone, or were turned off by hand.

use crate::outbound::status;
use crate::world::{URL, World, code};
use mainstay_testkit::{on_each_database, rows};
use mainstay_webhooks::deliveries::{DeliveryService as _, DeliveryStatus};
use mainstay_webhooks::endpoints::{DisabledReason, Endpoint, EndpointChange, EndpointService as _};
use mainstay_webhooks::{EndpointId, events};
use serde_json::json;

async fn read(world: &World, id: EndpointId) -> Endpoint {
    world.webhooks.endpoints.get(world.workspace, id).await.expect("the endpoint")
}

/// Publishes so many events, each of which is answered by 404, one after the other.
async fn fail(world: &World, count: usize) {
    world.outbound.always(URL, Ok(status(404)));
    for _ in 0..count {
        world.publish("post.created", json!({})).await;
        world.deliver().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn ten_failures_in_a_row_turn_an_endpoint_off_and_are_told_of() {
    on_each_database(async |database| {
        let world = World::new(database).await;
        let id = world.endpoint(URL, &["*"]).await.endpoint.id;
        fail(&world, 9).await;
        assert!(read(&world, id).await.is_active);
        world.outbound.answer(URL, Ok(status(200)));
        world.publish("post.created", json!({})).await;
        world.deliver().await;
        fail(&world, 9).await;
        assert!(read(&world, id).await.is_active, "one that arrives makes them count anew");
        fail(&world, 1).await;
        let off = read(&world, id).await;
        assert_eq!((off.is_active, off.consecutive_failures), (false, 10));
        assert_eq!((off.disabled_at, off.disabled_reason), (Some(world.now()), Some(DisabledReason::Failing)));
        let told = rows::events(&world.database).await;
        assert_eq!(told.iter().filter(|(name, ..)| name == events::ENDPOINT_DISABLED).count(), 1);
        assert_eq!(world.publish("post.created", json!({})).await.endpoints, 0, "it hears nothing more");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_endpoint_that_says_it_is_gone_is_turned_off_at_once() {
    on_each_database(async |database| {
        let world = World::new(database).await;
        let id = world.endpoint(URL, &["*"]).await.endpoint.id;
        world.outbound.answer(URL, Ok(status(410)));
        world.publish("post.created", json!({})).await;
        world.deliver().await;
        let off = read(&world, id).await;
        assert_eq!((off.is_active, off.disabled_reason), (false, Some(DisabledReason::Gone)));
        assert_eq!(world.deliveries(id).await[0].status, DeliveryStatus::Failed);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_waits_for_an_endpoint_that_is_off_ends_without_counting() {
    on_each_database(async |database| {
        let world = World::new(database).await;
        let id = world.endpoint(URL, &["*"]).await.endpoint.id;
        world.publish("post.created", json!({})).await;
        let off = EndpointChange { is_active: Some(false), ..EndpointChange::default() };
        world.webhooks.endpoints.update(world.workspace, id, off).await.expect("turned off");
        assert_eq!(world.deliver().await, 0);
        let ended = world.deliveries(id).await.remove(0);
        assert_eq!(ended.status, DeliveryStatus::Failed);
        assert!(world.outbound.sent(URL).is_empty());
        let story = world.webhooks.deliveries.get(world.workspace, id, ended.id).await.expect("the delivery");
        assert_eq!(story.attempts[0].error.as_deref(), Some("The endpoint is not active; nothing was sent."));
        let endpoint = read(&world, id).await;
        assert_eq!((endpoint.failure_count, endpoint.consecutive_failures), (0, 0));
        let again = world.webhooks.deliveries.retry(world.workspace, id, ended.id).await;
        assert_eq!(code(again), "cannot_retry");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_waits_for_an_endpoint_of_which_nothing_is_left_ends() {
    on_each_database(async |database| {
        let world = World::new(database).await;
        world.endpoint(URL, &["*"]).await;
        world.publish("post.created", json!({})).await;
        // As one that was deleted while a publisher on another node still knew it.
        rows::run(&world.database, "DELETE FROM webhook_endpoints").await;
        assert_eq!(world.deliver().await, 0);
        assert!(world.outbound.sent(URL).is_empty());
        assert_eq!(
            rows::count(&world.database, "webhook_deliveries WHERE status = 'failed' AND due_at IS NULL").await,
            1
        );
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn turned_on_again_an_endpoint_is_forgiven() {
    on_each_database(async |database| {
        let world = World::new(database).await;
        let id = world.endpoint(URL, &["*"]).await.endpoint.id;
        fail(&world, 10).await;
        let on = EndpointChange { is_active: Some(true), ..EndpointChange::default() };
        let endpoint = world.webhooks.endpoints.update(world.workspace, id, on).await.expect("turned on");
        assert!(endpoint.is_active);
        assert_eq!((endpoint.disabled_at, endpoint.disabled_reason, endpoint.consecutive_failures), (None, None, 0));
        assert_eq!(endpoint.failure_count, 10, "what was counted stays");
        assert_eq!(world.publish("post.created", json!({})).await.endpoints, 1);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_deleted_endpoint_is_told_nothing_and_found_by_nobody() {
    on_each_database(async |database| {
        let world = World::new(database).await;
        let id = world.endpoint(URL, &["*"]).await.endpoint.id;
        world.publish("post.created", json!({})).await;
        world.webhooks.endpoints.delete(world.workspace, id).await.expect("deleted");
        assert_eq!(world.deliver().await, 0);
        assert!(world.outbound.sent(URL).is_empty());
        assert_eq!(code(world.webhooks.endpoints.get(world.workspace, id).await), "not_found");
        assert_eq!(code(world.webhooks.endpoints.delete(world.workspace, id).await), "not_found");
    })
    .await;
}
