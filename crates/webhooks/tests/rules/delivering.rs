//! What becomes of a delivery, attempt by attempt.

use crate::outbound::{status, with_header};
use crate::world::{SECOND, URL, World, code};
use mainstay_outbound::OutboundError;
use mainstay_testkit::on_each_database;
use mainstay_webhooks::deliveries::{DeliveryService as _, DeliveryStatus, DeliveryStory};
use mainstay_webhooks::endpoints::{EndpointChange, EndpointService as _};
use mainstay_webhooks::{DeliveryId, EndpointId};
use serde_json::json;

const MINUTE: std::time::Duration = SECOND.saturating_mul(60);

async fn story(world: &World, endpoint: EndpointId, id: DeliveryId) -> DeliveryStory {
    world.webhooks.deliveries.get(world.workspace, endpoint, id).await.expect("the delivery")
}

async fn only(world: &World, endpoint: EndpointId) -> DeliveryStory {
    let listed = world.deliveries(endpoint).await;
    assert_eq!(listed.len(), 1);
    story(world, endpoint, listed[0].id).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_delivery_that_failed_twice_and_then_arrived_tells_its_whole_story() {
    on_each_database(async |database| {
        let world = World::new(database).await;
        let endpoint = world.endpoint(URL, &["*"]).await.endpoint.id;
        world.outbound.answer(URL, Ok(status(500)));
        world.outbound.answer(URL, Err(OutboundError::TimedOut));
        world.publish("post.created", json!({ "id": 1 })).await;
        assert_eq!(world.deliver().await, 1);
        let delivery = only(&world, endpoint).await.delivery;
        assert_eq!(
            (delivery.status, delivery.attempt, delivery.response_code),
            (DeliveryStatus::Retrying, 2, Some(500))
        );
        assert_eq!(delivery.next_retry_at, Some(world.now().plus(MINUTE)));
        assert_eq!(world.deliver().await, 0, "it is not due yet");
        world.clock.advance(MINUTE);
        assert_eq!(world.deliver().await, 1);
        world.clock.advance(5 * MINUTE);
        assert_eq!(world.deliver().await, 1);

        let DeliveryStory { delivery, attempts, .. } = only(&world, endpoint).await;
        assert_eq!(
            (delivery.status, delivery.attempt, delivery.response_code),
            (DeliveryStatus::Success, 3, Some(200))
        );
        assert_eq!((delivery.delivered_at, delivery.next_retry_at), (Some(world.now()), None));
        let told: Vec<_> = attempts.iter().map(|one| (one.number, one.response_code, one.error.as_deref())).collect();
        let (refused, late) = ("The endpoint answered 500.", "The answer took too long.");
        assert_eq!(told, [(1, Some(500), Some(refused)), (2, None, Some(late)), (3, Some(200), None)]);
        let sent = world.outbound.sent(URL);
        assert!(sent.iter().all(|request| request.body == sent[0].body), "the same bytes each time");
        assert!(sent.iter().all(|request| request.headers["webhook-id"] == delivery.event_id.as_str()));
        assert_ne!(sent[0].headers["webhook-timestamp"], sent[1].headers["webhook-timestamp"]);
        assert_ne!(sent[0].headers["webhook-signature"], sent[1].headers["webhook-signature"]);
        let endpoint = world.webhooks.endpoints.get(world.workspace, endpoint).await.expect("the endpoint");
        assert_eq!((endpoint.success_count, endpoint.failure_count, endpoint.consecutive_failures), (1, 2, 0));
        assert_eq!(endpoint.last_delivery_at, Some(world.now()));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn when_no_attempt_is_left_it_has_failed() {
    on_each_database(async |database| {
        let world = World::new(database).await;
        let endpoint = world.endpoint(URL, &["*"]).await.endpoint.id;
        world.outbound.always(URL, Ok(status(503)));
        world.publish("post.created", json!({})).await;
        for wait in [0, 1, 5] {
            world.clock.advance(wait * MINUTE);
            assert_eq!(world.deliver().await, 1);
        }
        let delivery = only(&world, endpoint).await.delivery;
        assert_eq!((delivery.status, delivery.attempt, delivery.next_retry_at), (DeliveryStatus::Failed, 3, None));
        let again = world.webhooks.deliveries.retry(world.workspace, endpoint, delivery.id).await;
        assert_eq!(code(again), "cannot_retry");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_that_will_not_change_is_final_and_one_that_may_is_not() {
    on_each_database(async |database| {
        let world = World::new(database).await;
        for answer in [400, 401, 403, 404, 413, 422] {
            assert_eq!(after(&world, answer).await, DeliveryStatus::Failed, "{answer}");
        }
        for answer in [301, 302, 307, 408, 409, 425, 429, 500, 502, 503, 504] {
            assert_eq!(after(&world, answer).await, DeliveryStatus::Retrying, "{answer}");
        }
        for answer in [200, 201, 202, 204] {
            assert_eq!(after(&world, answer).await, DeliveryStatus::Success, "{answer}");
        }
    })
    .await;
}

/// How far a delivery is once it was answered so.
async fn after(world: &World, answer: u16) -> DeliveryStatus {
    let url = format!("{URL}/{answer}");
    let name = format!("answer.of_{answer}");
    let endpoint = world.endpoint(&url, &[&name]).await.endpoint.id;
    world.outbound.answer(&url, Ok(status(answer)));
    world.publish(&name, json!({})).await;
    assert_eq!(world.deliver().await, 1);
    only(world, endpoint).await.delivery.status
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_that_may_not_be_asked_any_more_fails_at_once() {
    on_each_database(async |database| {
        let world = World::new(database).await;
        let endpoint = world.endpoint(URL, &["*"]).await.endpoint.id;
        world.outbound.refuse(URL, OutboundError::NotPublic("receiver.example".into()));
        world.publish("post.created", json!({})).await;
        world.deliver().await;
        let DeliveryStory { delivery, attempts, .. } = only(&world, endpoint).await;
        assert_eq!((delivery.status, delivery.response_code), (DeliveryStatus::Failed, None));
        assert_eq!(attempts[0].error.as_deref(), Some("The address of receiver.example is not public."));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn retry_after_makes_the_wait_longer_and_never_shorter() {
    on_each_database(async |database| {
        let world = World::new(database).await;
        for (said, due) in [("600", 10 * MINUTE), ("5", MINUTE), ("Thu, 15 Jan 2026 10:50:00 GMT", 20 * MINUTE)] {
            let url = format!("{URL}/{}", said.len());
            let name = format!("said.n{}", said.len());
            let endpoint = world.endpoint(&url, &[&name]).await.endpoint.id;
            world.outbound.answer(&url, Ok(with_header(429, "retry-after", said)));
            world.publish(&name, json!({})).await;
            world.deliver().await;
            assert_eq!(only(&world, endpoint).await.delivery.next_retry_at, Some(world.now().plus(due)), "{said}");
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_delivery_that_did_not_arrive_is_tried_once_more_when_asked_for() {
    on_each_database(async |database| {
        let world = World::new(database).await;
        let endpoint = world.endpoint(URL, &["*"]).await.endpoint.id;
        let retry = |id| world.webhooks.deliveries.retry(world.workspace, endpoint, id);
        world.outbound.answer(URL, Ok(status(404)));
        world.publish("post.created", json!({})).await;
        let id = world.deliveries(endpoint).await[0].id;
        assert_eq!(code(retry(id).await), "cannot_retry", "it is on its way");
        world.deliver().await;
        let queued = retry(id).await.expect("queued");
        assert_eq!((queued.status, queued.attempt), (DeliveryStatus::Pending, 2));
        let foreign = world.webhooks.deliveries.retry(world.elsewhere, endpoint, id).await;
        assert_eq!(code(foreign), "not_found");
        assert_eq!(world.deliver().await, 1);
        assert_eq!(story(&world, endpoint, id).await.attempts.len(), 2);
        assert_eq!(code(retry(id).await), "cannot_retry", "it has arrived");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_waits_goes_to_where_the_endpoint_is_by_then() {
    on_each_database(async |database| {
        let world = World::new(database).await;
        let endpoint = world.endpoint(URL, &["*"]).await.endpoint.id;
        world.publish("post.created", json!({})).await;
        let moved = "https://elsewhere.example/hooks";
        let change = EndpointChange { url: Some(moved.into()), ..EndpointChange::default() };
        world.webhooks.endpoints.update(world.workspace, endpoint, change).await.expect("moved");
        world.deliver().await;
        assert_eq!((world.outbound.sent(URL).len(), world.outbound.sent(moved).len()), (0, 1));
    })
    .await;
}
