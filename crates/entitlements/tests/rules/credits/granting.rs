use super::world::{World, gift};
use mainstay_entitlements::credits::{CreditError, CreditService as _, GrantKind, NewGrant, TransactionKind};
use mainstay_kernel::{Fault as _, Kind, WorkspaceId};
use mainstay_testkit::on_each_database;

#[tokio::test(flavor = "multi_thread")]
async fn a_grant_is_booked_once_under_its_reference() {
    on_each_database(|database| async {
        let world = World::new(database).await;
        let grant = NewGrant { amount: 5, reference: Some("welcome".into()), ..gift() };
        let first = world.credits.grant(world.workspace, grant.clone()).await.expect("granted");
        let again = world.credits.grant(world.workspace, grant.clone()).await.expect("granted before");
        assert_eq!((first.transaction, again.is_repeated), (again.transaction, true));
        let other = NewGrant { kind: GrantKind::Adjustment, ..grant };
        let refused = world.credits.grant(world.workspace, other).await.expect_err("something else");
        assert!(matches!(refused, CreditError::ReferenceTaken), "{refused}");
        assert_eq!(world.ledger().await, [(TransactionKind::Bonus, 5)]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_granted_to_nobody_for_the_past_or_beyond_all_numbers() {
    on_each_database(|database| async {
        let world = World::new(database).await;
        let nobody = world.credits.grant(WorkspaceId(999_999), gift()).await.expect_err("no such workspace");
        assert_eq!(nobody.kind(), Kind::NotFound);
        let past = NewGrant { expires_at: Some(world.in_days(0)), ..gift() };
        let late = NewGrant { priority: 1001, ..gift() };
        for wrong in [past, late, NewGrant { amount: 0, ..gift() }] {
            let refused = world.credits.grant(world.workspace, wrong).await.expect_err("wrong");
            assert_eq!(refused.kind(), Kind::Invalid, "{refused}");
        }
        assert_eq!(world.balance().await, 0);
    })
    .await;
}
