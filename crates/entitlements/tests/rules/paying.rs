//! What is beyond a limit is paid with credits, where it is sold.

use crate::world::{World, some};
use mainstay_entitlements::usage::UseId;
use mainstay_entitlements::{EntitlementError, EntitlementService as _, NewUse, Payment, Reason};
use mainstay_testkit::on_each_database;
use std::sync::Arc;
use tokio::task::JoinSet;

fn costs(payment: Option<Payment>) -> Option<u64> {
    match payment? {
        Payment::Made { credits, .. } => Some(credits),
        Payment::Short { .. } => None,
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_use_beyond_the_limit_is_paid_and_one_that_cannot_be_is_refused() {
    on_each_database(|database| async {
        let world = World::new(database).await;
        let within = world.consume(some("renders", 20)).await.expect("all of the limit");
        assert_eq!(within.payment, None);
        let refused = world.consume(some("renders", 5)).await.expect_err("no credits");
        let text = refused.to_string();
        assert!(text.ends_with("To go beyond it takes credits: 1, and the balance is 0."), "{text}");
        assert_eq!(world.check("renders", 5).await.reason, Some(Reason::LimitExceeded));

        world.give_credits(5).await;
        assert!(world.check("renders", 25).await.is_allowed(), "credits cover it");
        assert_eq!(world.check("renders", 26).await.reason, Some(Reason::LimitExceeded));
        let mut paid = Vec::new();
        for quantity in [5, 5, 3, 2] {
            let used = world.consume(some("renders", quantity)).await.expect("paid");
            paid.push((costs(used.payment), used.verdict.used, world.balance().await));
        }
        // Two credits for ten units, and one that is begun is spent whole.
        assert_eq!(paid, [(Some(1), 25, 4), (Some(1), 30, 3), (Some(1), 33, 2), (Some(0), 35, 2)]);
        let short = world.consume(some("renders", 11)).await.expect_err("too few credits");
        let due = Payment::Short { credits: 3, balance: 2 };
        assert!(matches!(short, EntitlementError::Refused { payment: Some(payment), .. } if payment == due));
        assert_eq!((world.used("renders").await, world.balance().await), (35, 2), "nothing is half done");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_use_that_straddles_the_limit_pays_for_what_is_beyond_it() {
    on_each_database(|database| async {
        let world = World::new(database).await;
        world.give_credits(10).await;
        let paid = world.consume(some("renders", 35)).await.expect("paid");
        assert_eq!((costs(paid.payment), world.balance().await), (Some(3), 7), "fifteen are beyond it");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_recorded_or_told_again_is_not_paid() {
    on_each_database(|database| async {
        let world = World::new(database).await;
        world.give_credits(10).await;
        world.record(some("renders", 40)).await;
        assert_eq!(world.balance().await, 10);
        let once = NewUse { id: Some(UseId { source: "test".into(), name: "1".into() }), ..some("renders", 10) };
        assert_eq!(costs(world.consume(once.clone()).await.expect("paid").payment), Some(2));
        let again = world.consume(once).await.expect("told again");
        assert_eq!((again.is_repeated, again.payment, world.balance().await), (true, None, 8));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn of_many_at_once_as_many_pass_as_are_paid_for() {
    on_each_database(|database| async {
        let world = Arc::new(World::new(database).await);
        world.give_credits(20).await;
        let mut callers = JoinSet::new();
        for _ in 0..60 {
            let world = Arc::clone(&world);
            callers.spawn(async move { world.consume(some("renders", 10)).await.is_ok() });
        }
        let passed = callers.join_all().await.into_iter().filter(|passed| *passed).count();
        // Two within the limit, ten for two credits each.
        assert_eq!((passed, world.used("renders").await, world.balance().await), (12, 120, 0));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_sold_is_refused_whatever_there_is_to_pay_with() {
    on_each_database(|database| async {
        let world = World::new(database).await;
        world.give_credits(1_000).await;
        assert!(world.consume(some("posts", 101)).await.is_err());
        assert!(!world.check("posts", 101).await.is_allowed());
        let left_out = world.entitlements.check(world.holder(), "extra", 1).await.expect("a verdict");
        assert_eq!((left_out.reason, world.balance().await), (Some(Reason::NotInPlan), 1_000));
    })
    .await;
}
