//! Usage that comes near to its limit is told of.

use crate::world::{World, some};
use mainstay_entitlements::benefits::{BenefitService as _, BoostTerm, NewBoost};
use mainstay_entitlements::usage::events::{LIMIT_REACHED, LIMIT_WARNING};
use mainstay_entitlements::{BoostKind, EntitlementService as _};
use mainstay_testkit::on_each_database;
use serde_json::{Value, json};
use std::sync::Arc;
use std::time::Duration;
use tokio::task::JoinSet;

async fn warned(world: &World) -> Vec<Value> {
    world.told(LIMIT_WARNING).await.into_iter().map(|data| data["threshold"].clone()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn each_threshold_is_told_of_once_a_cycle() {
    on_each_database(|database| async {
        let world = World::new(database).await;
        for quantity in [799, 1, 50, 50, 99, 1, 1] {
            world.record(some("api_calls", quantity)).await;
        }
        assert_eq!(warned(&world).await, [json!(80), json!(90)]);
        let reached = world.told(LIMIT_REACHED).await;
        let expected = json!({
            "workspace_id": world.workspace.0, "feature": "api_calls", "threshold": 100, "used": 1_000, "limit": 1_000,
            "percentage": 100.0, "remaining": 0,
        });
        assert_eq!(reached, [expected]);
        world.clock.advance(Duration::from_hours(31 * 24));
        world.record(some("api_calls", 900)).await;
        assert_eq!(warned(&world).await, [json!(80), json!(90), json!(90)], "of several the highest");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_limit_that_rises_quiets_them_until_usage_comes_near_again() {
    on_each_database(|database| async {
        let world = World::new(database).await;
        world.record(some("posts", 85)).await;
        let (term, kind) = (BoostTerm::Permanent, BoostKind::Add(100));
        let more = NewBoost { feature: "posts".into(), kind, term, starts_at: None, ends_at: None };
        world.entitlements.boost(world.workspace, more).await.expect("a boost");
        world.record(some("posts", 1)).await;
        world.record(some("posts", 80)).await;
        let told = world.told(LIMIT_WARNING).await;
        let limits: Vec<_> = told.iter().map(|data| (&data["threshold"], &data["limit"])).collect();
        assert_eq!(limits, [(&json!(80), &json!(100)), (&json!(80), &json!(200))]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn of_many_at_once_one_tells_of_a_threshold_and_what_has_no_limit_has_none() {
    on_each_database(|database| async {
        let world = Arc::new(World::new(database).await);
        let mut callers = JoinSet::new();
        for _ in 0..50 {
            let world = Arc::clone(&world);
            callers.spawn(async move { world.consume(some("posts", 2)).await.is_ok() });
        }
        callers.join_all().await;
        assert_eq!(warned(&world).await, [json!(80), json!(90)]);
        assert_eq!(world.told(LIMIT_REACHED).await.len(), 1);
        world.record(some("seats", 1_000_000)).await;
        world.record(some("extra", 1)).await;
        assert_eq!((warned(&world).await.len(), world.told(LIMIT_REACHED).await.len()), (2, 1));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refusal_tells_of_nothing() {
    on_each_database(|database| async {
        let world = World::new(database).await;
        assert!(world.entitlements.consume(world.holder(), some("posts", 101)).await.is_err());
        assert!(warned(&world).await.is_empty() && world.told(LIMIT_REACHED).await.is_empty());
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_counted_by_itself_is_told_of_at_each_threshold_once_until_it_is_below_the_lowest() {
    on_each_database(|database| async {
        let world = World::new(database).await;
        world.has_desks(9).await;
        assert_eq!(warned(&world).await, [] as [Value; 0], "of nothing there are no parts");
        let (term, kind) = (BoostTerm::Permanent, BoostKind::Add(10));
        let ten = NewBoost { feature: "desks".into(), kind, term, starts_at: None, ends_at: None };
        world.entitlements.boost(world.workspace, ten).await.expect("a boost");
        for desks in [7, 8, 8, 9, 10, 9, 10, 7, 8] {
            world.has_desks(desks).await;
        }
        assert_eq!(warned(&world).await, [json!(80), json!(90), json!(80)]);
        let reached = world.told(LIMIT_REACHED).await;
        let expected = json!({
            "workspace_id": world.workspace.0, "feature": "desks", "threshold": 100, "used": 10, "limit": 10,
            "percentage": 100.0, "remaining": 0,
        });
        assert_eq!(reached, [expected]);
        let counted = ["desk.bought", "desk.sold", "desk.moved"].map(|name| world.entitlements.is_counted_with(name));
        assert_eq!(counted, [true, true, false]);
    })
    .await;
}
