//! Many at once.

use crate::world::{World, some};
use futures_util::future::join_all;
use mainstay_entitlements::EntitlementService as _;
use mainstay_testkit::{TestDatabase, on_each_database};
use std::sync::Arc;

#[tokio::test(flavor = "multi_thread")]
async fn of_two_hundred_callers_a_hundred_pass_a_limit_of_a_hundred() {
    on_each_database(|database| async {
        let world = World::new(database).await;
        let outcomes = join_all((0..200).map(|_| world.consume(some("posts", 1)))).await;
        assert_eq!(outcomes.iter().filter(|outcome| outcome.is_ok()).count(), 100);
        assert_eq!(world.used("posts").await, 100);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn on_two_nodes_with_one_database_as_well() {
    let Some(test) = TestDatabase::postgres().await else { return };
    let world = World::new(test.database.clone()).await;
    let nodes = [Arc::new(world.node(test.database.clone())), Arc::new(world.node(test.another_node().await))];
    let callers = (0..200).map(|number| nodes[number % 2].consume(world.holder(), some("posts", 1)));
    let outcomes = join_all(callers).await;
    assert_eq!(outcomes.iter().filter(|outcome| outcome.is_ok()).count(), 100);
    let refused = outcomes
        .iter()
        .filter(|outcome| matches!(outcome, Err(mainstay_entitlements::EntitlementError::Refused { .. })));
    assert_eq!(refused.count(), 100, "and nobody failed for another reason");
}

#[tokio::test(flavor = "multi_thread")]
async fn those_who_count_the_same_features_in_another_order_do_not_wait_for_each_other() {
    let Some(test) = TestDatabase::postgres().await else { return };
    let world = World::new(test.database.clone()).await;
    let nodes = [Arc::new(world.node(test.database.clone())), Arc::new(world.node(test.another_node().await))];
    let orders = [["posts", "api_calls", "exports"], ["exports", "posts", "api_calls"]];
    let rounds = (0..40).map(|number| {
        // More than others wait for, so that each has a transaction of its own.
        let uses = (0..12).map(|index| some(orders[number % 2][index % 3], 1)).collect();
        nodes[number % 2].record_all(world.holder(), uses)
    });
    for outcome in join_all(rounds).await {
        outcome.expect("recorded");
    }
    for feature in orders[0] {
        assert_eq!(world.used(feature).await, 160, "{feature}");
    }
}
