//! Recording what was used.

use crate::world::{World, at, some, wrong};
use mainstay_entitlements::usage::UseId;
use mainstay_entitlements::{EntitlementService as _, IdCleanUp, NewUse, Reason};
use mainstay_kernel::Clock as _;
use mainstay_store::jobs::Handler as _;
use mainstay_testkit::{on_each_database, rows};
use serde_json::json;
use std::sync::Arc;
use std::time::Duration;

fn named(source: &str, name: &str) -> NewUse {
    NewUse { id: Some(UseId { source: source.into(), name: name.into() }), ..some("posts", 10) }
}

#[tokio::test(flavor = "multi_thread")]
async fn usage_is_recorded_beyond_a_limit() {
    on_each_database(|database| async {
        let world = World::new(database).await;
        let used = world.record(some("posts", 130)).await;
        assert_eq!((used.verdict.used, used.verdict.available), (130, Some(0)));
        assert_eq!(world.check("posts", 1).await.reason, Some(Reason::LimitExceeded));
        assert_eq!(world.record(some("posts", 1)).await.verdict.used, 131);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_told_again_is_not_counted_again_whichever_node_is_told() {
    on_each_database(|database| async {
        let world = World::new(database.clone()).await;
        let told = world.record_all(vec![named("a", "1"), named("a", "1"), named("b", "1"), some("posts", 5)]).await;
        assert_eq!(told.iter().map(|used| used.is_repeated).collect::<Vec<_>>(), [false, true, false, false]);
        assert_eq!(told.iter().map(|used| used.verdict.used).collect::<Vec<_>>(), [10, 10, 20, 25]);
        let again = world.node(database).record(world.holder(), named("a", "1")).await.expect("known");
        assert_eq!((again.is_repeated, again.verdict.used), (true, 25));
        let elsewhere = mainstay_entitlements::Holder { workspace: world.elsewhere, ..world.holder() };
        let theirs = world.entitlements.record(elsewhere, named("a", "1")).await.expect("another's id");
        assert_eq!((theirs.is_repeated, theirs.verdict.used), (false, 10));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_id_is_known_for_35_days() {
    on_each_database(|database| async {
        let world = World::new(database.clone()).await;
        let clean_up = IdCleanUp::new(Arc::new(world.node(database)));
        world.record(named("a", "1")).await;
        world.clock.advance(Duration::from_hours(35 * 24));
        clean_up.run(&json!({})).await.expect("done");
        assert!(world.record(named("a", "1")).await.is_repeated);
        world.clock.advance(Duration::from_secs(1));
        clean_up.run(&json!({})).await.expect("done");
        assert!(!world.record(named("a", "1")).await.is_repeated);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_late_use_counts_in_the_cycle_that_is_open_and_no_other_time_is_taken() {
    on_each_database(|database| async {
        let world = World::new(database).await;
        let now = world.clock.now();
        let began = mainstay_entitlements::Reset::Monthly.window(mainstay_kernel::Timestamp::default(), now).from;
        world.record(at(some("api_calls", 5), began)).await;
        assert_eq!(world.used("api_calls").await, 5);
        let second = Duration::from_secs(1);
        for wrong_time in [began.minus(second), now.plus(61 * second)] {
            let told = at(some("api_calls", 5), wrong_time);
            assert_eq!(wrong(world.entitlements.record(world.holder(), told).await), ["time"]);
        }
        world.record(at(some("api_calls", 1), now.plus(59 * second))).await;
        assert_eq!(world.used("api_calls").await, 6);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn of_several_uses_all_are_recorded_or_none() {
    on_each_database(|database| async {
        let world = World::new(database).await;
        let told = vec![some("posts", 1), some("nothing", 1), some("posts", 0), some("posts", u64::MAX)];
        let fields = wrong(world.entitlements.record_all(world.holder(), told).await);
        assert_eq!(fields, ["events.1.feature", "events.2.quantity", "events.3.quantity"]);
        assert_eq!(wrong(world.entitlements.record_all(world.holder(), Vec::new()).await), ["events"]);
        assert_eq!((world.used("posts").await, rows::count(&world.database, "usage_records").await), (0, 0));
        let long = NewUse { id: Some(UseId { source: "s".repeat(256), name: "n".into() }), ..some("posts", 1) };
        assert_eq!(wrong(world.entitlements.record(world.holder(), long).await), ["source"]);
    })
    .await;
}
