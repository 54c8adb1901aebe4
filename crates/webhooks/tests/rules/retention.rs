use crate::outbound::status;
use crate::world::{DAY, RETENTION, SECOND, URL, World, event};
use mainstay_store::jobs::Done;
use mainstay_testkit::on_each_database;
use mainstay_testkit::rows::count;
use mainstay_webhooks::endpoints::EndpointService as _;
use mainstay_webhooks::replays::{NewReplay, ReplayService as _, Selection};
use serde_json::json;
use std::time::Duration;

impl World {
    /// Deletes what is old; gives how long to wait before the next look.
    async fn clean(&self) -> Duration {
        let handler = self.handler("webhooks.retention");
        let payload = handler.standing_job().expect("a standing job");
        match handler.run(&payload).await.expect("a look") {
            Done::RunAgainAfter(wait) => wait,
            Done::ForGood => panic!("a standing job is never over"),
        }
    }

    async fn left(&self) -> [i64; 3] {
        let of = |table| count(&self.database, table);
        [of("webhook_messages").await, of("webhook_deliveries").await, of("webhook_attempts").await]
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_message_goes_after_the_retention_with_all_that_came_of_it() {
    on_each_database(|database| async {
        let world = World::new(database).await;
        world.endpoint(URL, &["*"]).await;
        world.publish("post.created", json!({})).await;
        world.deliver().await;
        world.clock.advance(RETENTION);
        world.clean().await;
        assert_eq!(world.left().await, [1, 1, 1], "it is not older than that yet");
        world.publish("post.updated", json!({})).await;
        world.deliver().await;
        world.clock.advance(SECOND);
        assert_eq!(world.clean().await, Duration::from_hours(1));
        assert_eq!(world.left().await, [1, 1, 1]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_message_stays_while_a_delivery_of_it_is_due() {
    on_each_database(|database| async {
        let world = World::new(database).await;
        world.endpoint(URL, &["*"]).await;
        world.endpoint("https://other.example/", &["*"]).await;
        world.outbound.always(URL, Ok(status(500)));
        world.publish("post.created", json!({})).await;
        world.deliver().await;
        world.clock.advance(RETENTION + DAY);
        world.clean().await;
        assert_eq!(world.left().await, [1, 2, 2], "one endpoint is told once more");
        world.outbound.always(URL, Ok(status(200)));
        world.deliver().await;
        world.clean().await;
        assert_eq!(world.left().await, [0, 0, 0]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_id_is_free_again_when_its_message_is_gone() {
    on_each_database(|database| async {
        let world = World::new(database).await;
        let told = |data| {
            let id = Some("order-7".to_owned());
            vec![mainstay_webhooks::publishing::NewEvent { id, ..event("order.paid", data) }]
        };
        world.publish_all(world.workspace, told(json!({"n": 1}))).await;
        world.clock.advance(RETENTION);
        world.clean().await;
        let again = world.publish_all(world.workspace, told(json!({"n": 1}))).await;
        assert!(again[0].is_duplicate);
        world.clock.advance(SECOND);
        world.clean().await;
        let anew = world.publish_all(world.workspace, told(json!({"n": 2}))).await;
        assert!(!anew[0].is_duplicate);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_one_look_does_not_delete_the_next_ones_do() {
    on_each_database(|database| async {
        let world = World::new(database).await;
        for _ in 0..101 {
            let events = (0..100).map(|number| event("post.created", json!({"n": number}))).collect();
            world.publish_all(world.workspace, events).await;
        }
        world.clock.advance(RETENTION + SECOND);
        assert!(world.clean().await < Duration::from_secs(10), "there is more");
        assert_eq!(count(&world.database, "webhook_messages").await, 100);
        assert_eq!(world.clean().await, Duration::from_hours(1));
        assert_eq!(count(&world.database, "webhook_messages").await, 0);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_deleted_endpoint_goes_after_the_retention_with_its_last_delivery() {
    on_each_database(|database| async {
        let world = World::new(database).await;
        let endpoint = world.endpoint(URL, &["*"]).await.endpoint.id;
        world.endpoint("https://other.example/", &["*"]).await;
        world.webhooks.endpoints.delete(world.workspace, endpoint).await.expect("deleted");
        world.clock.advance(RETENTION);
        world.clean().await;
        assert_eq!(count(&world.database, "webhook_endpoints").await, 2);
        world.clock.advance(SECOND);
        world.clean().await;
        assert_eq!(count(&world.database, "webhook_endpoints").await, 1, "one that is not deleted stays");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_replay_goes_when_it_is_over_for_longer_than_that() {
    on_each_database(|database| async {
        let world = World::new(database).await;
        let endpoint = world.endpoint(URL, &["*"]).await.endpoint.id;
        let other = world.endpoint("https://other.example/", &["*"]).await.endpoint.id;
        let new = NewReplay { selection: Selection::All, since: world.now().minus(DAY), until: None };
        world.webhooks.replays.begin(world.workspace, endpoint, new).await.expect("a replay");
        world.work("webhooks.replays").await;
        world.webhooks.replays.begin(world.workspace, other, new).await.expect("a replay that is not over");
        let left = async || count(&world.database, "webhook_replays").await;
        world.clock.advance(RETENTION);
        world.clean().await;
        assert_eq!(left().await, 2);
        world.clock.advance(SECOND);
        world.clean().await;
        assert_eq!(left().await, 1);
    })
    .await;
}
