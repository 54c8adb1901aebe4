use super::world::{DAY, World, gift};
use mainstay_entitlements::credits::{CreditError, CreditService as _, NewGrant, NewRefund, TransactionKind};
use mainstay_kernel::{Fault as _, Kind};
use mainstay_testkit::on_each_database;

#[tokio::test(flavor = "multi_thread")]
async fn a_refund_gives_back_to_the_grants_that_were_spent_the_last_one_first() {
    on_each_database(|database| async {
        let world = World::new(database).await;
        world.grant(NewGrant { amount: 10, priority: 1, ..gift() }).await;
        world.give(10).await;
        let spent = world.spend(15).await;
        assert_eq!(world.left().await, [0, 5]);
        world.refund(&spent, 7).await;
        assert_eq!(world.left().await, [2, 10], "as if 8 had been spent");
        let rest = world.try_refund(&spent, None).await.expect("all that is left of it").transaction;
        assert_eq!((rest.amount, world.left().await), (8, vec![10, 10]));
        world.audit().await;
        assert_eq!(world.events().await, ["credits.refunded", "credits.refunded"]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn no_more_is_given_back_than_was_spent() {
    on_each_database(|database| async {
        let world = World::new(database).await;
        world.give(10).await;
        let spent = world.spend(6).await;
        world.refund(&spent, 4).await;
        let refused = world.try_refund(&spent, Some(3)).await.expect_err("2 are left");
        assert!(matches!(refused, CreditError::RefundTooGreat { left: 2 }), "{refused}");
        world.refund(&spent, 2).await;
        let refused = world.try_refund(&spent, None).await.expect_err("nothing is left");
        assert!(matches!(refused, CreditError::RefundTooGreat { left: 0 }), "{refused}");
        assert_eq!(world.balance().await, 10);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn only_what_the_workspace_itself_spent_is_given_back_to_it() {
    on_each_database(|database| async {
        let world = World::new(database).await;
        let given = world.give(10).await;
        let refused = world.try_refund(&given, None).await.expect_err("nothing was spent");
        assert!(matches!(refused, CreditError::NotUsage), "{refused}");
        let spent = world.spend(5).await;
        let refund = NewRefund { transaction: spent.id.clone(), ..NewRefund::default() };
        let refused = world.credits.refund(world.elsewhere, refund).await.expect_err("another tenant's");
        assert_eq!(refused.kind(), Kind::NotFound);
        let refund = world.refund(&spent, 5).await;
        let refused = world.try_refund(&refund, None).await.expect_err("a refund is no usage");
        assert!(matches!(refused, CreditError::NotUsage), "{refused}");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_refunded_under_a_reference_is_refunded_once() {
    on_each_database(|database| async {
        let world = World::new(database).await;
        world.give(10).await;
        let spent = world.spend(6).await;
        let refund = NewRefund {
            transaction: spent.id.clone(),
            amount: Some(2),
            reference: Some("ticket-7".into()),
            ..NewRefund::default()
        };
        let first = world.credits.refund(world.workspace, refund.clone()).await.expect("refunded");
        let again = world.credits.refund(world.workspace, refund.clone()).await.expect("refunded before");
        assert_eq!((first.transaction, again.is_repeated), (again.transaction, true));
        let other = NewRefund { amount: Some(1), ..refund };
        let refused = world.credits.refund(world.workspace, other).await.expect_err("something else");
        assert!(matches!(refused, CreditError::ReferenceTaken), "{refused}");
        assert_eq!(world.balance().await, 6);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_goes_back_to_a_grant_that_has_expired_expires_at_once() {
    on_each_database(|database| async {
        let world = World::new(database).await;
        world.grant(NewGrant { amount: 10, expires_at: Some(world.in_days(1)), ..gift() }).await;
        world.give(10).await;
        let spent = world.spend(15).await;
        world.clock.advance(DAY);
        world.refund(&spent, 15).await;
        let expected = [
            (TransactionKind::Bonus, 10),
            (TransactionKind::Bonus, 10),
            (TransactionKind::Usage, -15),
            (TransactionKind::Refund, 15),
            (TransactionKind::Expiry, -10),
        ];
        assert_eq!((world.ledger().await, world.balance().await), (expected.to_vec(), 10));
        world.audit().await;
    })
    .await;
}
