//! What is kept for how long.

use crate::world::{CHROME, DAY, World, event, sender};
use mainstay_testkit::{on_each_database, rows};
use mainstay_tracking::domains::{DomainChange, DomainService as _, SettingsChange};
use mainstay_tracking::reports::{Interval, Question};
use serde_json::json;

async fn clean(world: &World) {
    for handler in world.tracking.handlers() {
        if handler.queue() == "tracking.retention" {
            handler.run(&json!({})).await.expect("done");
        }
    }
}

async fn counts(world: &World) -> [i64; 5] {
    let mut counts = [0; 5];
    let tables = ["tracking_visits", "tracking_events", "tracking_values", "tracking_visitors", "tracking_cells"];
    for (count, table) in counts.iter_mut().zip(tables) {
        *count = rows::count(&world.database, table).await;
    }
    counts
}

#[tokio::test(flavor = "multi_thread")]
async fn visits_and_what_they_come_to_are_kept_as_many_days_as_their_domain_says() {
    on_each_database(async |database| {
        let world = World::new(database).await;
        let settings = SettingsChange { retention_days: Some(2), ..SettingsChange::default() };
        let change = DomainChange { settings, has_new_key: false };
        world.tracking.domains.change(world.workspace, world.domain.id, change).await.expect("changed");
        let first = world.question().from;
        for _ in 0..3 {
            let told = event("sign_up", "/", &json!({ "plan": "pro" }));
            world.track(&sender(1, CHROME), told).await.expect("kept");
            world.tracking.roll_up().await.expect("rolled up");
            world.clock.advance(DAY);
        }
        clean(&world).await;
        // Today nobody has come; yesterday is the other day that is kept.
        let all = Question { from: first, ..world.question() };
        assert_eq!(world.stats(all, Interval::Day).await.numbers.visits, 1);
        let [visits, hits, values, visitors, cells] = counts(&world).await;
        assert_eq!((visits, hits, values, visitors), (1, 1, 1, 1));
        assert!(cells > 0);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn of_a_domain_that_is_gone_nothing_is_left_and_others_lose_nothing() {
    on_each_database(async |database| {
        use mainstay_tracking::domains::NewDomain;
        let world = World::new(database).await;
        let new = NewDomain { name: "other.example".into(), settings: SettingsChange::default() };
        let other = world.tracking.domains.register(world.workspace, new).await.expect("another");
        world.view(&sender(1, CHROME), "/").await;
        let there = mainstay_tracking::intake::Told { url: "https://other.example/".into(), ..crate::world::view("/") };
        world.track(&sender(1, CHROME), there).await.expect("kept");
        world.tracking.roll_up().await.expect("rolled up");
        let before = counts(&world).await;
        world.tracking.domains.delete(world.workspace, other.id).await.expect("deleted");
        clean(&world).await;
        let after = counts(&world).await;
        assert_eq!((before[0], after[0], before[4], after[4] * 2), (2, 1, before[4], before[4]));
        assert_eq!(world.today().await.numbers.visits, 1);
        world.tracking.domains.delete(world.workspace, world.domain.id).await.expect("deleted");
        world.clock.advance(DAY * 2);
        clean(&world).await;
        assert_eq!(counts(&world).await, [0; 5]);
        assert_eq!(rows::count(&world.database, "tracking_words").await, 0);
    })
    .await;
}
