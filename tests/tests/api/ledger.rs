//! All deliveries of an endpoint, for tests in which none may be missed.

use crate::hooks::Hook;
use mainstay_testkit::gateway::Actor;
use mainstay_testkit::{Received, Receiver};
use std::collections::BTreeMap;
use std::time::{Duration, Instant};

/// A node that died holds what it had begun for a minute, where there may be others.
const PATIENCE: Duration = Duration::from_mins(3);
const BETWEEN: Duration = Duration::from_millis(200);

/// How often each thing was counted.
pub(crate) type Tally = BTreeMap<String, usize>;

fn tally(things: impl IntoIterator<Item = String>) -> Tally {
    let mut tally = Tally::new();
    for thing in things {
        *tally.entry(thing).or_default() += 1;
    }
    tally
}

/// Waits until every delivery has arrived; gives how many each event has.
///
/// # Panics
/// When one fails, or is under way for three minutes.
pub(crate) async fn all_arrived(by: &impl Actor, hook: &Hook) -> Tally {
    let begun = Instant::now();
    loop {
        let total = count(by, hook, "").await;
        let arrived = count(by, hook, "success").await;
        if arrived == total {
            return events(by, hook).await;
        }
        assert_eq!(count(by, hook, "failed").await, 0, "nothing may fail for good");
        assert!(begun.elapsed() < PATIENCE, "{} of {total} are stuck", total - arrived);
        tokio::time::sleep(BETWEEN).await;
    }
}

async fn count(by: &impl Actor, hook: &Hook, status: &str) -> i64 {
    by.get(&hook.path(&format!("/deliveries?per_page=1&status={status}"))).await.is(200).number("/meta/total")
}

async fn events(by: &impl Actor, hook: &Hook) -> Tally {
    let (mut events, mut page) = (Vec::new(), 1);
    loop {
        let list = by.get(&hook.path(&format!("/deliveries?per_page=100&page={page}"))).await.is(200);
        let rows = list.at("/data");
        let rows = rows.as_array().expect("a list").iter();
        events.extend(rows.map(|row| row["event_id"].as_str().expect("an id").to_owned()));
        if list.at("/links/next").is_null() {
            return tally(events);
        }
        page += 1;
    }
}

/// How often each event came to a receiver at this path.
pub(crate) fn came(received: &[Received], path: &str) -> Tally {
    let at_path = received.iter().filter(|received| received.path == path);
    tally(at_path.map(|received| received.header("webhook-id").expect("an id").to_owned()))
}

/// Everything that came to a receiver and was not asked for before.
pub(crate) async fn everything(receiver: &Receiver) -> Vec<Received> {
    let mut arrivals = Vec::new();
    for _ in 0..receiver.count() {
        arrivals.push(receiver.next().await);
    }
    arrivals
}
