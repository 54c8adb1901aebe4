//! Events that were accepted arrive, however often the gateway dies on the way.

use crate::dice::{Dice, rounds};
use crate::hooks::{EVENTS, Hook, is_signed, once, publish};
use crate::ledger::{Tally, all_arrived, came, everything};
use futures_util::future::{join, join_all};
use mainstay_testkit::gateway::{Actor as _, Engine, Gateway, KeyHolder, on_own_gateways};
use mainstay_testkit::{Receiver, Reply};
use serde_json::{Value, json};
use std::time::Duration;

const PUBLISHERS: usize = 6;
/// Events of one request.
const BATCH: usize = 3;
/// The longest that a gateway lives, in milliseconds after it began to listen.
const LIFE: u64 = 600;
/// Long enough that some deliveries are always under way.
const SLOWNESS: Duration = Duration::from_millis(5);
const PATHS: [&str; 2] = ["/one", "/other"];

/// Publishes until the gateway is gone; gives the ids that were accepted.
async fn publish_until_it_dies(key: KeyHolder, name: String) -> Vec<String> {
    let (mut accepted, mut number) = (Vec::new(), 0);
    loop {
        let ids: Vec<_> = (0..BATCH).map(|part| format!("{name}-{number}-{part}")).collect();
        let events: Vec<Value> = ids.iter().map(|id| json!({ "type": "storm.rages", "data": {}, "id": id })).collect();
        let Ok(answer) = key.post(EVENTS, &json!({ "events": events })).attempt().await else { return accepted };
        let _ = answer.is(202);
        accepted.extend(ids);
        number += 1;
    }
}

/// Publishes and delivers, is killed in the midst of it, and starts again; gives the ids that were accepted.
async fn crash(gateway: &mut Gateway, round: usize, dice: &Dice) -> Vec<String> {
    let publishing = (0..PUBLISHERS)
        .map(|publisher| publish_until_it_dies(gateway.setup_key(), format!("storm-{round}-{publisher}")));
    let killing = async {
        tokio::time::sleep(dice.moment_within(LIFE)).await;
        gateway.kill();
    };
    let (accepted, ()) = join(join_all(publishing), killing).await;
    gateway.start_again(|launch| launch).await;
    accepted.concat()
}

#[test]
fn every_accepted_event_arrives_though_the_gateway_is_killed_at_any_moment() {
    on_own_gateways(
        |launch| launch.set("WEBHOOKS_RETRY_SCHEDULE", "1,1,1,1,1"),
        async |gateway: &mut Gateway| {
            let (receiver, dice, rounds) = (Receiver::start().await, Dice::new(), rounds("CRASH_ROUNDS", 5));
            receiver.always(Reply::status(200).after(SLOWNESS));
            let mut hooks = Vec::new();
            for path in PATHS {
                let terms = json!({ "url": receiver.url(path), "events": ["storm.*"], "max_concurrency": 100 });
                hooks.push(Hook::made(&gateway.setup_key(), &terms).await);
            }
            let mut accepted = Vec::new();
            for round in 0..rounds {
                accepted.extend(crash(gateway, round, &dice).await);
            }
            let mut duplicates = Vec::new();
            let key = gateway.setup_key();
            let mut ledgers = Vec::new();
            for hook in &hooks {
                ledgers.push(all_arrived(&key, hook).await);
            }
            let arrivals = everything(&receiver).await;
            for (path, deliveries) in PATHS.into_iter().zip(&ledgers) {
                duplicates.push(nothing_is_lost(&accepted, deliveries, &came(&arrivals, path)));
            }
            eprintln!(
                "{:?}: {rounds} crashes, {} events accepted, {} delivered to each endpoint, twice or more {duplicates:?}",
                gateway.engine(),
                accepted.len(),
                ledgers[0].len(),
            );
        },
    );
}

/// Gives how many deliveries came more than once.
fn nothing_is_lost(accepted: &[String], deliveries: &Tally, came: &Tally) -> usize {
    let lost: Vec<_> = accepted.iter().filter(|id| !deliveries.contains_key(*id)).collect();
    assert!(lost.is_empty(), "{} of {} have no delivery: {lost:?}", lost.len(), accepted.len());
    let twice: Vec<_> = deliveries.iter().filter(|(_, count)| **count != 1).collect();
    assert!(twice.is_empty(), "an event has one delivery for each endpoint: {twice:?}");
    let lost: Vec<_> = deliveries.keys().filter(|id| !came.contains_key(*id)).collect();
    assert!(lost.is_empty(), "{} of {} did not arrive: {lost:?}", lost.len(), deliveries.len());
    assert_eq!(came.len(), deliveries.len(), "nothing comes that was not published");
    came.values().filter(|count| **count > 1).count()
}

/// `kill -9` right after an answer, and a new start.
async fn die(gateway: &mut Gateway) -> KeyHolder {
    gateway.start_again(|launch| launch).await;
    gateway.setup_key()
}

#[test]
fn what_was_answered_about_an_endpoint_stays_though_the_gateway_is_killed_right_after() {
    on_own_gateways(
        |launch| launch,
        async |gateway: &mut Gateway| {
            let receiver = Receiver::start().await;
            let hook = Hook::make(&gateway.setup_key(), &receiver.url("/hook"), &["post.*"]).await;
            let key = die(gateway).await;
            let type_of_event = json!({ "name": "post.created", "schema": { "required": ["n"] } });
            let _ = key.call("PUT", "/api/v1/event-types").json(&type_of_event).await.is(200);
            let key = die(gateway).await;
            let unfit = json!({ "type": "post.created", "data": {} });
            let _ = key.post(EVENTS, &unfit).await.is(422);
            let secret = key.call("POST", &hook.path("/rotate-secret")).await.is(200).text("/data/secret");
            let key = die(gateway).await;
            let told = publish(&key, "post.created", &json!({ "n": 1 })).await;
            let first = receiver.next().await;
            assert!(is_signed(&first, "x-webhook-signature", &secret), "{first:?}");
            assert!(is_signed(&first, "x-webhook-signature-previous", &hook.secret), "{first:?}");
            let _ = once(&key, &hook.path("/deliveries"), "/data/0/status", "success").await;
            let again = json!({ "since": "2020-01-01", "selection": "all" });
            let replay = key.post(&hook.path("/replays"), &again).await.is(202).number("/data/id");
            let key = die(gateway).await;
            let replay = hook.path(&format!("/replays/{replay}"));
            assert_eq!(key.get(&replay).await.is(200).text("/data/selection"), "all");
            // What a node of a server held is nobody else's for a minute.
            if gateway.engine() == Engine::Sqlite {
                let _ = once(&key, &replay, "/data/status", "finished").await;
                assert_eq!(receiver.next().await.header("webhook-id"), Some(told.as_str()));
            }
            let _ = key.call("DELETE", &hook.path("")).await.is(204);
            let key = die(gateway).await;
            let _ = key.get(&hook.path("")).await.is(404);
        },
    );
}
