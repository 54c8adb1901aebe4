use super::world::{DAY, World, gift};
use mainstay_entitlements::credits::{CreditService as _, NewGrant, NewSpend, TransactionKind};
use mainstay_testkit::on_each_database;
use std::time::Duration;

#[tokio::test(flavor = "multi_thread")]
async fn credits_count_until_the_instant_in_which_they_expire_and_not_in_it() {
    on_each_database(|database| async {
        let world = World::new(database).await;
        world.grant(NewGrant { amount: 10, expires_at: Some(world.in_days(1)), ..gift() }).await;
        world.give(5).await;
        world.clock.advance(Duration::from_micros(86_399_999_999));
        assert_eq!(world.balance().await, 15);
        world.clock.advance(Duration::from_micros(1));
        assert_eq!(world.balance().await, 5, "though no job has booked it");
        world.audit().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_has_expired_is_not_spent_though_nobody_has_booked_it() {
    on_each_database(|database| async {
        let world = World::new(database).await;
        world.grant(NewGrant { amount: 10, expires_at: Some(world.in_days(1)), ..gift() }).await;
        world.give(5).await;
        world.clock.advance(DAY);
        world.try_spend(NewSpend { amount: 6, ..NewSpend::default() }).await.expect_err("5 are left");
        world.spend(5).await;
        let expected = [
            (TransactionKind::Bonus, 10),
            (TransactionKind::Bonus, 5),
            (TransactionKind::Expiry, -10),
            (TransactionKind::Usage, -5),
        ];
        assert_eq!(world.ledger().await, expected);
        world.audit().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_job_books_what_expired_once_and_tells_of_it() {
    on_each_database(|database| async {
        let world = World::new(database).await;
        world.grant(NewGrant { amount: 10, expires_at: Some(world.in_days(1)), ..gift() }).await;
        world.grant(NewGrant { amount: 3, expires_at: Some(world.in_days(2)), ..gift() }).await;
        world.spend(4).await;
        world.work().await;
        assert_eq!(world.ledger().await.len(), 3, "nothing is due");
        world.clock.advance(DAY);
        let other = world.node(world.database.clone());
        let (_, balance) = tokio::join!(world.work(), other.balance(world.workspace));
        assert_eq!(balance.expect("a balance").credits, 3);
        world.work().await;
        assert_eq!(world.ledger().await.last(), Some(&(TransactionKind::Expiry, -6)));
        world.clock.advance(DAY);
        world.work().await;
        assert_eq!(world.ledger().await.last(), Some(&(TransactionKind::Expiry, -3)));
        assert_eq!(world.events().await, ["credits.expired", "credits.expired", "credits.exhausted"]);
        world.audit().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_job_comes_back_at_once_while_there_is_more() {
    on_each_database(|database| async {
        let world = World::new(database).await;
        assert_eq!(world.work().await, Duration::from_mins(1));
        for _ in 0..100 {
            let another = World::new(world.database.clone()).await;
            another.grant(NewGrant { expires_at: Some(world.in_days(1)), ..gift() }).await;
        }
        world.clock.advance(DAY);
        assert_eq!(world.work().await, Duration::ZERO);
        assert_eq!(world.work().await, Duration::from_mins(1));
    })
    .await;
}
