//! Several nodes over one database.

use super::world::{FILE, World, granting, limited, open};
use futures_util::future::join;
use mainstay_entitlements::Grant;
use mainstay_entitlements::offer::{CHANGED, OfferError, OfferService as _, PlanChange};
use mainstay_store::Changes;
use mainstay_testkit::TestDatabase;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

#[tokio::test(flavor = "multi_thread")]
async fn another_node_takes_on_what_is_announced() {
    let Some(test) = TestDatabase::postgres().await else { return };
    let world = World::new(test.database.clone()).await;
    let elsewhere = test.another_node().await;
    let there = open(&elsewhere, &world.clock, FILE).await.expect("what is offered");
    let (heard, mut changes) = (Arc::new(AtomicUsize::new(0)), Changes::default());
    let counted = Arc::clone(&heard);
    changes.listen(
        CHANGED,
        Arc::new(move |_| {
            counted.fetch_add(1, Ordering::SeqCst);
        }),
    );
    changes.begin(&elsewhere).await.expect("begun");
    world.offers.add_feature(limited("exports")).await.expect("added");
    let change = PlanChange { requests_per_minute: Some(7), ..granting("exports", Some(Grant::Limit(3))) };
    world.offers.change_plan("free", change).await.expect("changed");
    assert!(there.feature("exports").is_err(), "reading touches no database");
    changes.catch_up(&elsewhere).await.expect("caught up");
    assert_eq!(heard.load(Ordering::SeqCst), 2);
    let (plans, catalogue) = (there.live_plans(), there.live_catalogue());
    there.refresh().await.expect("taken on");
    assert_eq!(plans.get_or_free("free").requests_per_minute, 7);
    let catalogue = catalogue.load();
    let exports = catalogue.feature("exports").expect("a feature");
    assert_eq!(catalogue.grant("free", exports), Some(Grant::Limit(3)));
    assert_eq!((there.features(), there.plans()), (world.offers.features(), world.offers.plans()));
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_changes_on_two_nodes_that_contradict_each_other_one_is_refused() {
    let Some(test) = TestDatabase::postgres().await else { return };
    let world = World::new(test.database.clone()).await;
    let there = open(&test.another_node().await, &world.clock, FILE).await.expect("what is offered");
    for round in 0..20 {
        let code = format!("feature_{round}");
        world.offers.add_feature(limited(&code)).await.expect("added");
        let grant = there.change_plan("free", granting(&code, Some(Grant::Limit(1))));
        let (removed, granted) = join(world.offers.remove_feature(&code), grant).await;
        assert_ne!(removed.is_ok(), granted.is_ok(), "{removed:?} {granted:?}");
        assert!(matches!(removed, Ok(()) | Err(OfferError::FeatureNeeded { .. })), "{removed:?}");
        assert!(matches!(granted, Ok(_) | Err(OfferError::Invalid(_))), "{granted:?}");
        for node in [&world.offers, &there] {
            node.refresh().await.expect("no contradiction");
        }
    }
    assert_eq!((there.features(), there.plans()), (world.offers.features(), world.offers.plans()));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_two_nodes_add_at_once_is_there_once() {
    let Some(test) = TestDatabase::postgres().await else { return };
    let world = World::new(test.database.clone()).await;
    let there = open(&test.another_node().await, &world.clock, FILE).await.expect("what is offered");
    for round in 0..10 {
        let code = format!("feature_{round}");
        let both = join(world.offers.add_feature(limited(&code)), there.add_feature(limited(&code))).await;
        let refused = match both {
            (Ok(_), Err(refused)) | (Err(refused), Ok(_)) => refused,
            other => panic!("{other:?}"),
        };
        assert!(matches!(refused, OfferError::FeatureExists(_)), "{refused}");
    }
}
