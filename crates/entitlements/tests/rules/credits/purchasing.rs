use super::world::{DAY, World};
use async_trait::async_trait;
use futures_util::future::join_all;
use mainstay_entitlements::credits::packages::{Package, Packages};
use mainstay_entitlements::credits::payments::{
    Checkout, Manual, Order, PaymentError, PaymentNotice, PaymentOutcome, Payments,
};
use mainstay_entitlements::credits::purchases::{
    NewPurchase, Noted, Purchase, PurchaseParts, PurchaseService as _, PurchaseStatus, Purchases,
};
use mainstay_entitlements::credits::{CreditError, CreditService as _, TransactionKind};
use mainstay_kernel::{Fault as _, Kind, PageRequest, SystemIds};
use mainstay_testkit::on_each_database;
use std::sync::Arc;
use std::time::Duration;

/// A provider who takes whatever costs less than a hundred of what it counts in.
struct Provider;

#[async_trait]
impl Payments for Provider {
    fn provider(&self) -> &'static str {
        "provider"
    }

    async fn begin(&self, order: Order<'_>) -> Result<Checkout, PaymentError> {
        if order.purchase.amount > 10_000 {
            return Err(PaymentError("it is away".into()));
        }
        let id = &order.purchase.id;
        Ok(Checkout { session: Some(format!("session-{id}")), url: Some(format!("https://pay.example/{id}")) })
    }
}

fn packages() -> Packages {
    let package = |id: &str, bonus_credits, expires_after_days, active| Package {
        id: id.into(),
        name: id.to_uppercase(),
        credits: 100,
        bonus_credits,
        price: 900,
        currency: "eur".into(),
        active,
        expires_after_days,
    };
    let all =
        vec![package("plain", 0, None, true), package("lasting", 10, Some(30), true), package("old", 0, None, false)];
    Packages::new(all).expect("packages")
}

fn open(world: &World, payments: Arc<dyn Payments>) -> Arc<Purchases> {
    let (database, packages) = (world.database.clone(), packages());
    let (clock, ids) = (Arc::new(world.clock.clone()), Arc::new(SystemIds));
    Arc::new(Purchases::open(PurchaseParts { database, packages, payments, clock, ids }))
}

fn one(package: &str) -> NewPurchase {
    NewPurchase { package: package.into(), quantity: 1, is_deliberate: true }
}

fn told(purchase: &Purchase, id: &str, outcome: PaymentOutcome) -> PaymentNotice {
    PaymentNotice { provider: "provider", id: id.into(), purchase: purchase.id.clone(), outcome }
}

fn paid(amount: i64) -> PaymentOutcome {
    PaymentOutcome::Paid { amount, currency: "eur".into() }
}

const EXPIRED: PaymentOutcome = PaymentOutcome::Failed { reason: "expired" };

#[tokio::test(flavor = "multi_thread")]
async fn what_is_bought_is_booked_when_it_is_settled_and_only_once() {
    on_each_database(|database| async {
        let world = World::new(database).await;
        let purchases = open(&world, Arc::new(Manual));
        let begun = purchases.begin(world.workspace, NewPurchase { quantity: 3, ..one("plain") }).await.expect("begun");
        assert_eq!((begun.status, begun.credits, begun.amount), (PurchaseStatus::Pending, 300, 2700));
        assert_eq!(world.balance().await, 0);
        let settled = purchases.settle(&begun.id).await.expect("settled");
        let again = purchases.settle(&begun.id).await.expect("settled before");
        assert_eq!((settled.status, &settled), (PurchaseStatus::Completed, &again));
        assert_eq!(world.ledger().await, [(TransactionKind::Purchase, 300)]);
        let balance = world.credits.balance(world.workspace).await.expect("a balance");
        assert_eq!((balance.credits, balance.last_purchase_at), (300, settled.settled_at));
        assert_eq!(world.events().await, ["credits.purchased"]);
        world.audit().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_gift_of_a_package_is_spent_first_and_expires_with_it() {
    on_each_database(|database| async {
        let world = World::new(database).await;
        let purchases = open(&world, Arc::new(Manual));
        let begun = purchases.begin(world.workspace, one("lasting")).await.expect("begun");
        world.clock.advance(DAY);
        purchases.settle(&begun.id).await.expect("settled");
        world.spend(15).await;
        assert_eq!(world.left().await, [95, 0]);
        world.clock.advance(DAY * 29);
        assert_eq!(world.balance().await, 95, "the days are counted from the settlement");
        world.clock.advance(DAY);
        assert_eq!(world.balance().await, 0);
        world.audit().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_asks_for_the_same_within_minutes_is_told_of_what_is_pending() {
    on_each_database(|database| async {
        let world = World::new(database).await;
        let purchases = open(&world, Arc::new(Manual));
        let hasty = NewPurchase { is_deliberate: false, ..one("plain") };
        let asked = join_all((0..8).map(|_| purchases.begin(world.workspace, hasty.clone()))).await;
        let (begun, refused): (Vec<_>, Vec<_>) = asked.into_iter().partition(Result::is_ok);
        let begun = begun.into_iter().next().expect("one is begun").expect("begun");
        assert_eq!(refused.len(), 7);
        for outcome in refused {
            assert!(matches!(outcome, Err(CreditError::PurchasePending(id)) if id == begun.id));
        }
        purchases.begin(world.workspace, one("plain")).await.expect("on purpose");
        purchases.begin(world.elsewhere, hasty.clone()).await.expect("somebody else");
        world.clock.advance(Duration::from_mins(10));
        purchases.begin(world.workspace, hasty.clone()).await.expect("later");
        let page = purchases.list(world.workspace, PageRequest::default()).await.expect("a page");
        assert_eq!(page.total, 3);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_purchase_is_the_workspaces_own() {
    on_each_database(|database| async {
        let world = World::new(database).await;
        let purchases = open(&world, Arc::new(Manual));
        let begun = purchases.begin(world.workspace, one("plain")).await.expect("begun");
        assert_eq!(purchases.get(world.workspace, &begun.id).await.expect("found"), begun);
        let refused = purchases.get(world.elsewhere, &begun.id).await.expect_err("another tenant's");
        assert_eq!(refused.kind(), Kind::NotFound);
        for package in ["old", "none"] {
            let refused = purchases.begin(world.workspace, one(package)).await.expect_err("not for sale");
            assert_eq!(refused.kind(), Kind::NotFound, "{package}");
        }
        for quantity in [0, -1, 1001] {
            let refused = purchases.begin(world.workspace, NewPurchase { quantity, ..one("plain") }).await;
            assert_eq!(refused.expect_err("no quantity").kind(), Kind::Invalid);
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_provider_tells_again_or_in_other_words_is_booked_once() {
    on_each_database(|database| async {
        let world = World::new(database).await;
        let purchases = open(&world, Arc::new(Provider));
        let begun = purchases.begin(world.workspace, one("plain")).await.expect("begun");
        assert_eq!(begun.checkout_url, Some(format!("https://pay.example/{}", begun.id)));
        let notices = (0..12).map(|number| purchases.note(told(&begun, &format!("evt_{}", number % 3), paid(900))));
        let (noted, by_hand) = tokio::join!(join_all(notices), purchases.settle(&begun.id));
        by_hand.expect("settled, or settled before");
        assert!(noted.iter().filter(|noted| matches!(noted, Ok(Noted::Settled))).count() <= 1);
        assert_eq!(world.ledger().await, [(TransactionKind::Purchase, 100)]);
        let late = purchases.note(told(&begun, "evt_9", EXPIRED)).await.expect("noted");
        assert_eq!(late, Noted::Unchanged, "what is paid does not fail");
        world.audit().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_payment_that_comes_after_all_is_booked() {
    on_each_database(|database| async {
        let world = World::new(database).await;
        let purchases = open(&world, Arc::new(Provider));
        let begun = purchases.begin(world.workspace, one("plain")).await.expect("begun");
        assert_eq!(purchases.note(told(&begun, "evt_1", EXPIRED)).await.expect("noted"), Noted::Failed);
        let failed = purchases.get(world.workspace, &begun.id).await.expect("found");
        assert_eq!((failed.status, failed.reason.as_deref()), (PurchaseStatus::Failed, Some("expired")));
        let by_hand = purchases.settle(&begun.id).await.expect_err("it has failed");
        assert!(matches!(by_hand, CreditError::PurchaseOver), "{by_hand}");
        assert_eq!(purchases.note(told(&begun, "evt_2", paid(900))).await.expect("noted"), Noted::Settled);
        assert_eq!(world.balance().await, 100);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn another_amount_or_provider_books_nothing() {
    on_each_database(|database| async {
        let world = World::new(database).await;
        let purchases = open(&world, Arc::new(Provider));
        let begun = purchases.begin(world.workspace, one("plain")).await.expect("begun");
        assert_eq!(purchases.note(told(&begun, "evt_1", paid(1))).await.expect("noted"), Noted::OtherAmount);
        let dollars = PaymentOutcome::Paid { amount: 900, currency: "usd".into() };
        assert_eq!(purchases.note(told(&begun, "evt_2", dollars)).await.expect("noted"), Noted::OtherAmount);
        let other = PaymentNotice { provider: "other", ..told(&begun, "evt_3", paid(900)) };
        assert_eq!(purchases.note(other).await.expect("noted"), Noted::Unknown);
        let nobodys = PaymentNotice { purchase: "cnothing".into(), ..told(&begun, "evt_4", paid(900)) };
        assert_eq!(purchases.note(nobodys).await.expect("noted"), Noted::Unknown);
        let pending = purchases.get(world.workspace, &begun.id).await.expect("found");
        assert_eq!((pending.status, pending.reason.as_deref()), (PurchaseStatus::Pending, Some("other_amount_paid")));
        assert_eq!(world.balance().await, 0);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn when_the_provider_is_away_nothing_is_begun_and_the_same_may_be_asked_again() {
    on_each_database(|database| async {
        let world = World::new(database).await;
        let purchases = open(&world, Arc::new(Provider));
        let dear = NewPurchase { quantity: 100, is_deliberate: false, ..one("plain") };
        for _ in 0..2 {
            let refused = purchases.begin(world.workspace, dear.clone()).await.expect_err("it is away");
            assert_eq!(refused.kind(), Kind::Unavailable);
        }
        let page = purchases.list(world.workspace, PageRequest::default()).await.expect("a page");
        assert_eq!(page.total, 0);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_dies_while_settling_settles_all_of_it_or_nothing() {
    on_each_database(|database| async {
        let world = World::new(database).await;
        let purchases = open(&world, Arc::new(Provider));
        for micros in (0..4000_u64).step_by(200) {
            let begun = purchases.begin(world.workspace, one("lasting")).await.expect("begun");
            let before = world.balance().await;
            let task = {
                let (purchases, notice) = (Arc::clone(&purchases), told(&begun, &begun.id, paid(900)));
                tokio::spawn(async move { purchases.note(notice).await })
            };
            tokio::time::sleep(Duration::from_micros(micros)).await;
            task.abort();
            let _ = task.await;
            let noted = purchases.note(told(&begun, &begun.id, paid(900))).await.expect("noted");
            assert!(matches!(noted, Noted::Settled | Noted::Unchanged), "{noted:?}");
            assert_eq!(world.balance().await, before + 110);
            world.audit().await;
        }
    })
    .await;
}
