use super::world::World;
use futures_util::future::join_all;
use mainstay_entitlements::credits::{CreditError, CreditService as _, NewSpend};
use mainstay_testkit::{TestDatabase, on_each_database};
use std::sync::Arc;

fn one(reference: Option<String>) -> NewSpend {
    NewSpend { amount: 1, reference, ..NewSpend::default() }
}

#[tokio::test(flavor = "multi_thread")]
async fn of_a_hundred_spenders_sixty_spend_sixty_credits() {
    on_each_database(|database| async {
        let world = World::new(database).await;
        for _ in 0..6 {
            world.give(10).await;
        }
        let outcomes = join_all((0..100).map(|_| world.try_spend(one(None)))).await;
        let short = outcomes.iter().filter(|outcome| matches!(outcome, Err(CreditError::Short { .. })));
        assert_eq!((short.count(), world.balance().await), (40, 0));
        world.audit().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn those_who_ask_at_once_under_one_reference_spend_once() {
    on_each_database(|database| async {
        let world = World::new(database).await;
        world.give(10).await;
        let outcomes = join_all((0..20).map(|_| world.try_spend(one(Some("once".into()))))).await;
        let first = outcomes.iter().filter(|outcome| outcome.as_ref().is_ok_and(|booked| !booked.is_repeated));
        assert_eq!((first.count(), world.balance().await), (1, 9));
        assert!(outcomes.iter().all(Result::is_ok));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn two_nodes_spend_from_one_account_and_first_make_it() {
    let Some(test) = TestDatabase::postgres().await else { return };
    let world = World::new(test.database.clone()).await;
    let nodes = [Arc::clone(&world.credits), Arc::new(world.node(test.another_node().await))];
    let refused = join_all((0..20).map(|number| nodes[number % 2].spend(world.workspace, one(None)))).await;
    assert!(refused.iter().all(|outcome| matches!(outcome, Err(CreditError::Short { balance: 0, .. }))));
    world.give(50).await;
    let outcomes = join_all((0..80).map(|number| nodes[number % 2].spend(world.workspace, one(None)))).await;
    assert_eq!(outcomes.iter().filter(|outcome| outcome.is_ok()).count(), 50);
    world.audit().await;
}
