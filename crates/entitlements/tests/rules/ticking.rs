//! Uses that are counted in memory, and written together.

use crate::world::{World, some};
use mainstay_entitlements::benefits::{BenefitService as _, BoostTerm, NewBoost};
use mainstay_entitlements::{BoostKind, Ticker};
use mainstay_testkit::on_each_database;
use std::sync::Arc;
use std::time::Duration;

fn ticker(world: &World, feature: &'static str) -> Ticker {
    Ticker::new(Arc::new(world.node(world.database.clone())), feature)
}

/// How many of so many uses are allowed.
async fn tick(ticker: &Ticker, world: &World, uses: usize) -> usize {
    let plan = Arc::new(world.plan.clone());
    if ticker.count(world.workspace, &plan).is_none() {
        ticker.learn(world.workspace, &plan).await.expect("learnt");
        return (0..uses).filter(|_| ticker.count(world.workspace, &plan) == Some(true)).count();
    }
    1 + (1..uses).filter(|_| ticker.count(world.workspace, &plan) == Some(true)).count()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_counted_in_memory_never_passes_the_limit_and_is_written_together() {
    on_each_database(|database| async {
        let world = World::new(database).await;
        world.record(some("api_calls", 900)).await;
        let ticker = ticker(&world, "api_calls");
        assert_eq!(tick(&ticker, &world, 60).await, 60);
        assert_eq!(world.node(world.database.clone()).name_of("api_calls"), "api_calls");
        ticker.write().await.expect("written");
        let fresh = World { entitlements: world.node(world.database.clone()), ..world };
        assert_eq!(fresh.used("api_calls").await, 960);
        assert_eq!(tick(&ticker, &fresh, 100).await, 40, "so many are left");
        ticker.write().await.expect("written");
        let fresh = World { entitlements: fresh.node(fresh.database.clone()), ..fresh };
        assert_eq!(fresh.used("api_calls").await, 1_000, "what was refused is not counted");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_was_refused_is_looked_at_anew_with_each_writing() {
    on_each_database(|database| async {
        let world = World::new(database).await;
        world.record(some("api_calls", 1_000)).await;
        let ticker = ticker(&world, "api_calls");
        let plan = Arc::new(world.plan.clone());
        ticker.learn(world.workspace, &plan).await.expect("learnt");
        assert_eq!(ticker.count(world.workspace, &plan), Some(false));
        world.clock.advance(Duration::from_hours(31 * 24));
        assert_eq!(ticker.count(world.workspace, &plan), Some(false), "nobody has looked yet");
        ticker.write().await.expect("looked");
        assert_eq!(ticker.count(world.workspace, &plan), Some(true), "a new month");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_boost_and_another_plan_count_too() {
    on_each_database(|database| async {
        let world = World::new(database).await;
        world.record(some("calls", 1)).await;
        let more = NewBoost {
            feature: "posts".into(),
            kind: BoostKind::Add(1),
            term: BoostTerm::Permanent,
            starts_at: None,
            ends_at: None,
        };
        world.entitlements.boost(world.workspace, more).await.expect("a boost");
        let ticker = ticker(&world, "posts");
        assert_eq!(tick(&ticker, &world, 200).await, 101);
        let other = mainstay_kernel::Plan { name: "vast".into(), ..world.plan.clone() };
        assert_eq!(ticker.count(world.workspace, &other), None, "nothing is known of it on that plan");
        ticker.learn(world.workspace, &Arc::new(other.clone())).await.expect("learnt");
        assert_eq!(ticker.count(world.workspace, &other), Some(false), "which leaves it out");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_has_no_limit_is_counted_and_whoever_is_idle_is_forgotten() {
    on_each_database(|database| async {
        let world = World::new(database).await;
        let ticker = ticker(&world, "seats");
        assert_eq!(tick(&ticker, &world, 500).await, 500);
        ticker.write().await.expect("written");
        let fresh = World { entitlements: world.node(world.database.clone()), ..world };
        assert_eq!(fresh.used("seats").await, 500);
        fresh.clock.advance(Duration::from_mins(10));
        ticker.write().await.expect("written");
        assert_eq!(ticker.count(fresh.workspace, &fresh.plan), None);
    })
    .await;
}
