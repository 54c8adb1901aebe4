//! Using what is left, and no more.

use crate::world::{World, some, visit, wrong};
use futures_util::future::join_all;
use mainstay_entitlements::usage::UseId;
use mainstay_entitlements::{EntitlementError, NewUse, Reason};
use mainstay_kernel::{Clock as _, Fault as _, Kind};
use mainstay_testkit::{on_each_database, rows};
use serde_json::json;
use std::time::Duration;

fn reason(error: EntitlementError) -> Option<Reason> {
    assert_eq!((error.kind(), error.code()), (Kind::LimitReached, "feature_limit_reached"));
    match error {
        EntitlementError::Refused { verdict, .. } => verdict.reason,
        other => panic!("{other}"),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_limit_is_used_up_and_not_passed() {
    on_each_database(|database| async {
        let world = World::new(database).await;
        assert_eq!(world.consume(some("posts", 99)).await.expect("there is enough").verdict.available, Some(1));
        assert_eq!(
            reason(world.consume(some("posts", 2)).await.expect_err("one is left")),
            Some(Reason::LimitExceeded)
        );
        assert_eq!(world.used("posts").await, 99, "what is refused is not counted");
        assert_eq!(world.consume(some("posts", 1)).await.expect("the last one").verdict.available, Some(0));
        assert_eq!(reason(world.consume(some("posts", 1)).await.expect_err("none")), Some(Reason::LimitExceeded));
        assert_eq!(reason(world.consume(some("extra", 1)).await.expect_err("not there")), Some(Reason::NotInPlan));
        assert_eq!(wrong(world.consume(some("nothing", 1)).await), ["feature"]);
        assert_eq!(rows::count(&world.database, "usage_records").await, 2);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_window_begins_with_nothing_used() {
    on_each_database(|database| async {
        let world = World::new(database).await;
        for _ in 0..3 {
            world.consume(some("calls", 1)).await.expect("three an hour");
        }
        assert!(world.consume(some("calls", 1)).await.is_err());
        world.clock.advance(Duration::from_hours(1));
        assert_eq!(world.used("calls").await, 0);
        assert_eq!(world.consume(some("calls", 1)).await.expect("another hour").verdict.used, 1);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_rolls_is_to_be_had_again_when_it_is_old_enough() {
    on_each_database(|database| async {
        let world = World::new(database).await;
        world.consume(some("exports", 4)).await.expect("ten in two days");
        world.clock.advance(Duration::from_hours(30));
        world.consume(some("exports", 6)).await.expect("six are left");
        assert!(world.consume(some("exports", 1)).await.is_err());
        world.clock.advance(Duration::from_hours(19));
        assert_eq!(world.used("exports").await, 6, "the first four are older than two days");
        world.consume(some("exports", 4)).await.expect("four are left again");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn usage_is_aggregated_as_the_feature_says() {
    on_each_database(|database| async {
        let world = World::new(database).await;
        for (feature, quantities, expected) in [("peak", [7, 50, 20], 50), ("storage", [10, 5_000, 30], 30)] {
            for quantity in quantities {
                world.consume(some(feature, quantity)).await.expect("not above the limit");
            }
            assert_eq!(world.used(feature).await, expected, "{feature}");
        }
        assert!(world.consume(some("peak", 51)).await.is_err());
        assert!(world.consume(some("storage", 5_001)).await.is_err());
        for visitor in [json!("ada"), json!(7), json!("ada"), json!(7)] {
            world.consume(visit(&visitor)).await.expect("two visitors");
        }
        assert!(world.consume(visit(&json!("grace"))).await.is_err(), "a third");
        assert_eq!(world.used("visitors").await, 2);
        assert_eq!(wrong(world.consume(some("visitors", 1)).await), ["metadata.visitor"]);
        world.clock.advance(Duration::from_hours(24));
        assert_eq!(world.consume(visit(&json!("grace"))).await.expect("another day").verdict.used, 1);
        assert_eq!(world.consume(visit(&json!("ada"))).await.expect("new today").verdict.used, 2);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_told_again_under_its_id_is_used_once_and_a_refusal_takes_no_id() {
    on_each_database(|database| async {
        let world = World::new(database).await;
        let named = |quantity, name: &str| NewUse {
            id: Some(UseId { source: "shop".into(), name: name.into() }),
            ..some("posts", quantity)
        };
        assert!(!world.consume(named(100, "a")).await.expect("all of it").is_repeated);
        let again = world.consume(named(100, "a")).await.expect("it was used before");
        assert_eq!((again.is_repeated, again.verdict.used), (true, 100));
        assert!(world.consume(named(1, "b")).await.is_err());
        assert_eq!(rows::count(&world.database, "usage_ids").await, 1, "what was refused may be tried again");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn of_many_who_tell_the_same_at_once_nobody_is_told_of_what_was_refused_as_used() {
    on_each_database(|database| async {
        let world = World::new(database).await;
        let named = |quantity| NewUse {
            id: Some(UseId { source: "shop".into(), name: "order".into() }),
            ..some("posts", quantity)
        };
        let outcomes = join_all((0..40).map(|_| world.consume(named(101)))).await;
        assert!(outcomes.iter().all(Result::is_err), "more than there is");
        let outcomes = join_all((0..40).map(|_| world.consume(named(60)))).await;
        let outcomes: Vec<_> = outcomes.into_iter().map(|outcome| outcome.expect("used once")).collect();
        assert_eq!(outcomes.iter().filter(|used| !used.is_repeated).count(), 1);
        assert!(outcomes.iter().all(|used| used.verdict.used == 60));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn another_node_that_was_away_knows_what_is_used() {
    on_each_database(|database| async {
        let world = World::new(database.clone()).await;
        world.consume(some("posts", 60)).await.expect("enough");
        let restarted = world.node(database);
        let used = mainstay_entitlements::EntitlementService::check(&restarted, world.holder(), "posts", 40).await;
        assert_eq!(used.expect("a verdict").available, Some(40));
        assert!(world.clock.now() > mainstay_kernel::Timestamp::default());
    })
    .await;
}
