use super::world::{DAY, World, gift};
use mainstay_entitlements::credits::{
    CreditError, CreditService as _, NewGrant, NewRefund, NewSpend, Pace, Resource, TransactionQuery,
};
use mainstay_kernel::{Fault as _, Kind, PageRequest};
use mainstay_testkit::on_each_database;
use std::time::Duration;

#[tokio::test(flavor = "multi_thread")]
async fn the_balance_is_what_came_less_what_was_spent() {
    on_each_database(|database| async {
        let world = World::new(database).await;
        assert_eq!(world.balance().await, 0, "of a workspace that never had any");
        world.give(100).await;
        let spent = world.spend(30).await;
        assert_eq!((spent.amount, spent.balance_after, world.balance().await), (-30, 70, 70));
        world.audit().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_pace_is_what_was_spent_and_not_given_back_in_the_last_seven_days() {
    on_each_database(|database| async {
        let world = World::new(database).await;
        world.give(100).await;
        world.spend(50).await;
        world.clock.advance(DAY * 7);
        let spent = world.spend(21).await;
        let refund = NewRefund { transaction: spent.id, amount: Some(7), ..NewRefund::default() };
        world.credits.refund(world.workspace, refund).await.expect("given back");
        // What was spent seven days ago to the very instant still counts.
        assert_eq!(world.pace().await, Pace { spent: 64 });
        world.clock.advance(Duration::from_micros(1));
        assert_eq!(world.pace().await, Pace { spent: 14 });
        assert_eq!(world.credits.pace(world.elsewhere).await.expect("a pace"), Pace::default());
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn more_than_is_there_is_not_spent_not_even_a_part_of_it() {
    on_each_database(|database| async {
        let world = World::new(database).await;
        world.give(10).await;
        let refused = world.try_spend(NewSpend { amount: 11, ..NewSpend::default() }).await.expect_err("too much");
        assert!(matches!(refused, CreditError::Short { balance: 10, needed: 11 }), "{refused}");
        assert_eq!((refused.kind(), refused.code()), (Kind::PaymentRequired, "insufficient_credits"));
        assert_eq!((world.balance().await, world.ledger().await.len()), (10, 1));
        world.spend(10).await;
        assert_eq!(world.balance().await, 0, "exactly all of it is fine");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn grants_are_spent_by_priority_then_by_expiry_then_by_age() {
    on_each_database(|database| async {
        let world = World::new(database).await;
        let (soon, late) = (Some(world.in_days(1)), Some(world.in_days(9)));
        for (priority, expires_at) in [(100, None), (100, None), (100, late), (100, soon), (1, None)] {
            world.grant(NewGrant { amount: 10, priority, expires_at, ..gift() }).await;
        }
        for expected in [[10, 10, 10, 10, 0], [10, 10, 10, 0, 0], [10, 10, 0, 0, 0], [0, 10, 0, 0, 0]] {
            world.spend(10).await;
            assert_eq!(world.left().await, expected);
        }
        world.audit().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_spent_under_a_reference_is_spent_once() {
    on_each_database(|database| async {
        let world = World::new(database).await;
        world.give(100).await;
        let resource = Some(Resource { kind: "site".into(), id: Some("c1".into()) });
        let spend = NewSpend { amount: 30, resource, reference: Some("c1:10h".into()), ..NewSpend::default() };
        let first = world.try_spend(spend.clone()).await.expect("spent");
        let again = world.try_spend(spend.clone()).await.expect("spent before");
        assert_eq!((first.is_repeated, again.is_repeated), (false, true));
        assert_eq!((&first.transaction, world.balance().await), (&again.transaction, 70));
        let other = world.try_spend(NewSpend { amount: 31, ..spend.clone() }).await.expect_err("something else");
        assert!(matches!(other, CreditError::ReferenceTaken), "{other}");
        world
            .credits
            .spend(world.elsewhere, spend)
            .await
            .expect_err("another workspace has references, and no credits");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_amount_is_a_whole_number_above_nothing() {
    on_each_database(|database| async {
        let world = World::new(database).await;
        world.give(10).await;
        for amount in [0, -5, i64::MIN, i64::MAX] {
            let wrong = world.try_spend(NewSpend { amount, ..NewSpend::default() }).await.expect_err("no amount");
            assert_eq!(wrong.kind(), Kind::Invalid, "{amount}");
        }
        assert_eq!(world.balance().await, 10);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn movements_are_listed_the_newest_first_and_only_those_of_the_workspace() {
    on_each_database(|database| async {
        let world = World::new(database).await;
        world.give(100).await;
        for amount in 1..=4 {
            world.spend(amount).await;
        }
        let query = TransactionQuery { page: PageRequest::new(2, 2), ..TransactionQuery::default() };
        let page = world.credits.transactions(world.workspace, query).await.expect("a page");
        let amounts: Vec<i64> = page.items.iter().map(|transaction| transaction.amount).collect();
        assert_eq!((amounts, page.total), (vec![-2, -1], 5));
        let elsewhere = world.credits.transactions(world.elsewhere, TransactionQuery::default()).await.expect("none");
        assert_eq!(elsewhere.total, 0);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_last_credit_is_told_of_when_it_is_spent() {
    on_each_database(|database| async {
        let world = World::new(database).await;
        world.give(2).await;
        world.spend(1).await;
        assert_eq!(world.events().await, Vec::<String>::new());
        world.spend(1).await;
        assert_eq!(world.events().await, ["credits.exhausted"]);
    })
    .await;
}
