use crate::outbound::status;
use crate::world::{DAY, SECOND, URL, World, code, event, fields};
use mainstay_testkit::{on_each_database, rows};
use mainstay_webhooks::EndpointId;
use mainstay_webhooks::deliveries::DeliveryStatus;
use mainstay_webhooks::endpoints::{EndpointChange, EndpointService as _, NewEndpoint};
use mainstay_webhooks::replays::{NewReplay, Replay, ReplayQuery, ReplayService as _, ReplayStatus, Selection};
use serde_json::{Value, json};

const QUEUE: &str = "webhooks.replays";

impl World {
    /// Replays everything of the last day.
    async fn begin(&self, endpoint: EndpointId, selection: Selection) -> Replay {
        self.clock.advance(SECOND);
        let new = NewReplay { selection, since: self.now().minus(DAY), until: None };
        self.webhooks.replays.begin(self.workspace, endpoint, new).await.expect("a replay")
    }

    /// How far a replay is.
    async fn progress(&self, replay: &Replay) -> Replay {
        self.webhooks.replays.get(self.workspace, replay.endpoint, replay.id).await.expect("the replay")
    }

    /// Begins a replay and lets it end.
    async fn replay(&self, endpoint: EndpointId, selection: Selection) -> Replay {
        let replay = self.begin(endpoint, selection).await;
        self.work(QUEUE).await;
        self.progress(&replay).await
    }

    async fn set_active(&self, endpoint: EndpointId, is_active: bool) {
        let change = EndpointChange { is_active: Some(is_active), ..EndpointChange::default() };
        self.webhooks.endpoints.update(self.workspace, endpoint, change).await.expect("changed");
    }

    /// Publishes so many events that all endpoints of `*` hear.
    async fn publish_many(&self, count: usize) {
        for first in (0..count).step_by(100) {
            let events = (first..count.min(first + 100)).map(|n| event("post.created", json!({"n": n}))).collect();
            self.publish_all(self.workspace, events).await;
        }
    }
}

fn counts(replay: &Replay) -> (ReplayStatus, i64, i64, i64) {
    (replay.status, replay.total, replay.seen, replay.queued)
}

#[tokio::test(flavor = "multi_thread")]
async fn what_an_endpoint_missed_is_told_to_it() {
    on_each_database(|database| async {
        let world = World::new(database).await;
        world.publish_many(3).await;
        let endpoint = world.endpoint(URL, &["post.*"]).await.endpoint.id;
        world.publish_many(1).await;
        let replay = world.replay(endpoint, Selection::Missing).await;
        assert_eq!(counts(&replay), (ReplayStatus::Finished, 4, 4, 3));
        assert_eq!(replay.finished_at, Some(world.now()));
        assert_eq!(world.deliver().await, 4);
        assert_eq!(world.outbound.sent(URL).len(), 4);
        let again = world.replay(endpoint, Selection::Missing).await;
        assert_eq!(again.queued, 0, "nothing is missing any more");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_failed_at_last_is_told_again() {
    on_each_database(|database| async {
        let world = World::new(database).await;
        let endpoint = world.endpoint(URL, &["*"]).await.endpoint.id;
        world.outbound.answer(URL, Ok(status(200)));
        world.outbound.answer(URL, Err(mainstay_outbound::OutboundError::NotPublic("receiver.example".into())));
        world.publish("post.created", json!({})).await;
        world.deliver().await;
        world.publish("post.deleted", json!({})).await;
        world.deliver().await;
        let replay = world.replay(endpoint, Selection::Failed).await;
        assert_eq!(counts(&replay), (ReplayStatus::Finished, 2, 2, 1));
        world.deliver().await;
        let newest = world.deliveries(endpoint).await.remove(0);
        assert_eq!((newest.event_type.as_str(), newest.status), ("post.deleted", DeliveryStatus::Success));
        assert_eq!(world.replay(endpoint, Selection::Failed).await.queued, 0, "its latest delivery arrived");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn everything_is_told_again_but_what_is_on_its_way() {
    on_each_database(|database| async {
        let world = World::new(database).await;
        let endpoint = world.endpoint(URL, &["*"]).await.endpoint.id;
        world.publish("post.created", json!({})).await;
        world.deliver().await;
        world.outbound.answer(URL, Ok(status(500)));
        world.publish("post.updated", json!({})).await;
        world.deliver().await;
        world.publish("post.deleted", json!({})).await;
        let replay = world.replay(endpoint, Selection::All).await;
        assert_eq!(counts(&replay), (ReplayStatus::Finished, 3, 3, 1), "one is tried again, one waits");
        assert_eq!(world.deliveries(endpoint).await.remove(0).event_type, "post.created");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_endpoint_is_told_again_only_what_it_hears() {
    on_each_database(|database| async {
        let world = World::new(database).await;
        let on = |channel: &str, data: Value| {
            let channels = vec![channel.to_owned()];
            mainstay_webhooks::publishing::NewEvent { channels, ..event("post.created", data) }
        };
        let (live, draft) = (json!({"status": "live"}), json!({"status": "draft"}));
        let events = vec![on("eu", live.clone()), on("us", live.clone()), on("eu", draft), event("user.created", live)];
        world.publish_all(world.workspace, events).await;
        world.publish_all(world.elsewhere, vec![on("eu", json!({"status": "live"}))]).await;
        let new = NewEndpoint {
            url: URL.into(),
            events: vec!["post.*".into()],
            channels: vec!["eu".into()],
            filters: crate::world::object(json!({"data.status": "live"})),
            ..NewEndpoint::default()
        };
        let endpoint = world.endpoint_of(world.workspace, new).await.endpoint.id;
        let replay = world.replay(endpoint, Selection::All).await;
        assert_eq!(counts(&replay), (ReplayStatus::Finished, 4, 4, 1));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_span_holds_its_beginning_and_not_its_end() {
    on_each_database(|database| async {
        let world = World::new(database).await;
        let mut at = Vec::new();
        for number in 0..3 {
            world.publish("post.created", json!({"n": number})).await;
            at.push(world.now());
            world.clock.advance(SECOND);
        }
        let endpoint = world.endpoint(URL, &["*"]).await.endpoint.id;
        let new = NewReplay { selection: Selection::All, since: at[0], until: Some(at[2]) };
        let replay = world.webhooks.replays.begin(world.workspace, endpoint, new).await.expect("a replay");
        world.work(QUEUE).await;
        assert_eq!(counts(&world.progress(&replay).await), (ReplayStatus::Finished, 2, 2, 2));
        let later = NewReplay { until: Some(world.now().plus(DAY)), ..new };
        let replay = world.webhooks.replays.begin(world.workspace, endpoint, later).await.expect("a replay");
        assert_eq!(replay.until, world.now(), "what is later is pulled back to now");
        for (since, until) in [(at[1], Some(at[1])), (at[2], Some(at[1])), (world.now(), None)] {
            let none = NewReplay { since, until, ..new };
            let outcome = world.webhooks.replays.begin(world.workspace, endpoint, none).await;
            assert_eq!(fields(outcome), ["since"]);
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_long_replay_goes_batch_by_batch_whatever_workers_do_at_once() {
    on_each_database(|database| async {
        let world = World::new(database).await;
        world.publish_many(450).await;
        let endpoint = world.endpoint(URL, &["*"]).await.endpoint.id;
        let replay = world.begin(endpoint, Selection::All).await;
        let payload = json!({"workspace": world.workspace.0, "replay": replay.id.0});
        let handler = world.handler(QUEUE);
        let (one, other) = tokio::join!(handler.run(&payload), handler.run(&payload));
        assert!(one.is_ok() && other.is_ok());
        assert_eq!(counts(&world.progress(&replay).await), (ReplayStatus::Finished, 450, 450, 450));
        assert_eq!(world.delivery_count(endpoint).await, 450);
        handler.run(&payload).await.expect("a job that runs once more");
        assert_eq!(world.delivery_count(endpoint).await, 450, "what is over begins no more");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_replay_that_is_stopped_tells_nothing_more() {
    on_each_database(|database| async {
        let world = World::new(database).await;
        world.publish_many(2).await;
        let endpoint = world.endpoint(URL, &["*"]).await.endpoint.id;
        let replay = world.begin(endpoint, Selection::All).await;
        let replays = &world.webhooks.replays;
        let stopped = replays.stop(world.workspace, endpoint, replay.id).await.expect("stopped");
        assert_eq!((stopped.status, stopped.finished_at), (ReplayStatus::Stopped, Some(world.now())));
        world.work(QUEUE).await;
        assert_eq!(world.progress(&replay).await, stopped);
        assert_eq!(world.delivery_count(endpoint).await, 0);
        assert_eq!(code(replays.stop(world.workspace, endpoint, replay.id).await), "replay_over");
        let finished = world.replay(endpoint, Selection::All).await;
        assert_eq!(code(replays.stop(world.workspace, endpoint, finished.id).await), "replay_over");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_endpoint_that_is_off_is_told_nothing_again() {
    on_each_database(|database| async {
        let world = World::new(database).await;
        world.publish_many(2).await;
        let endpoint = world.endpoint(URL, &["*"]).await.endpoint.id;
        world.set_active(endpoint, false).await;
        let replay = world.replay(endpoint, Selection::All).await;
        assert_eq!(counts(&replay), (ReplayStatus::Stopped, 2, 0, 0));
        world.set_active(endpoint, true).await;
        let replay = world.begin(endpoint, Selection::All).await;
        world.webhooks.endpoints.delete(world.workspace, endpoint).await.expect("deleted");
        world.work(QUEUE).await;
        assert_eq!(rows::count(&world.database, "webhook_deliveries").await, 0);
        let get = world.webhooks.replays.get(world.workspace, endpoint, replay.id).await;
        assert_eq!(code(get), "not_found", "as its endpoint is");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_endpoint_has_one_replay_at_a_time_and_another_endpoint_its_own() {
    on_each_database(|database| async {
        let world = World::new(database).await;
        let endpoint = world.endpoint(URL, &["*"]).await.endpoint.id;
        let other = world.endpoint("https://other.example/", &["*"]).await.endpoint.id;
        let replay = world.begin(endpoint, Selection::All).await;
        world.begin(other, Selection::All).await;
        let new = || NewReplay { selection: Selection::All, since: world.now().minus(DAY), until: None };
        let replays = &world.webhooks.replays;
        assert_eq!(code(replays.begin(world.workspace, endpoint, new()).await), "replay_running");
        replays.stop(world.workspace, endpoint, replay.id).await.expect("stopped");
        replays.begin(world.workspace, endpoint, new()).await.expect("a replay");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn replays_are_listed_and_those_of_others_do_not_exist() {
    on_each_database(|database| async {
        let world = World::new(database).await;
        world.publish_many(1).await;
        let endpoint = world.endpoint(URL, &["*"]).await.endpoint.id;
        let other = world.endpoint("https://other.example/", &["*"]).await.endpoint.id;
        let first = world.replay(endpoint, Selection::All).await;
        let second = world.begin(endpoint, Selection::Missing).await;
        let replays = &world.webhooks.replays;
        let all = replays.list(world.workspace, endpoint, ReplayQuery::default()).await.expect("the replays");
        assert_eq!((all.items, all.total), (vec![second.clone(), first.clone()], 2));
        let running = ReplayQuery { status: Some(ReplayStatus::Running), ..ReplayQuery::default() };
        let running = replays.list(world.workspace, endpoint, running).await.expect("the replays");
        assert_eq!(running.items, [second]);
        let none = replays.list(world.workspace, other, ReplayQuery::default()).await.expect("the replays");
        assert_eq!(none.total, 0);
        assert_eq!(code(replays.get(world.workspace, other, first.id).await), "not_found");
        assert_eq!(code(replays.get(world.elsewhere, endpoint, first.id).await), "not_found");
        assert_eq!(code(replays.stop(world.elsewhere, endpoint, first.id).await), "not_found");
        let new = NewReplay { selection: Selection::All, since: world.now().minus(DAY), until: None };
        assert_eq!(code(replays.begin(world.elsewhere, endpoint, new).await), "not_found");
    })
    .await;
}
