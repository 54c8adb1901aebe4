//! What others need stays.

use super::world::{World, limited, plan};
use mainstay_entitlements::offer::{FeatureChange, OfferError, OfferService as _, PlanChange};
use mainstay_entitlements::{FeatureEntry, FeatureKind, Grant};
use mainstay_testkit::{on_each_database, rows};

#[tokio::test(flavor = "multi_thread")]
async fn what_only_the_file_has_is_not_removed() {
    on_each_database(|database| async {
        let world = World::new(database).await;
        assert!(matches!(world.offers.remove_feature("posts").await, Err(OfferError::InFile(_))));
        for name in ["free", "solo", "enterprise"] {
            assert!(matches!(world.offers.remove_plan(name).await, Err(OfferError::InFile(_))), "{name}");
        }
        assert!(matches!(world.offers.remove_feature("gone").await, Err(OfferError::NotFound("Feature"))));
        assert!(matches!(world.offers.remove_plan("gone").await, Err(OfferError::NotFound("Plan"))));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_feature_that_is_granted_or_a_pool_is_not_removed_and_it_is_told_who_needs_it() {
    on_each_database(|database| async {
        let world = World::new(database).await;
        world.offers.add_feature(limited("calls")).await.expect("added");
        let pooled = FeatureEntry { pool: Some("calls".into()), ..limited("calls.in") };
        world.offers.add_feature(pooled).await.expect("added");
        world.grant("solo", "calls", Some(Grant::Limit(1))).await;
        let refused = world.offers.remove_feature("calls").await.expect_err("needed");
        let expected = "The feature \"calls\" is needed: it is granted by solo, and it is the pool of calls.in.";
        assert_eq!(refused.to_string(), expected);
        world.grant("solo", "calls", None).await;
        let refused = world.offers.remove_feature("calls").await.expect_err("needed");
        assert_eq!(refused.to_string(), "The feature \"calls\" is needed: it is the pool of calls.in.");
        world.offers.remove_feature("calls.in").await.expect("removed");
        world.offers.remove_feature("calls").await.expect("removed");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_plan_that_workspaces_are_on_is_not_removed() {
    on_each_database(|database| async {
        let world = World::new(database).await;
        world.offers.add_plan(plan("team", &[])).await.expect("added");
        rows::run(&world.database, "UPDATE workspaces SET tier = 'team'").await;
        let refused = world.offers.remove_plan("team").await.expect_err("needed");
        assert_eq!(refused.to_string(), "The plan \"team\" is needed: workspaces on it: 1.");
        rows::run(&world.database, "UPDATE workspaces SET tier = 'free'").await;
        world.offers.remove_plan("team").await.expect("removed");
        assert!(world.offers.live_plans().get("team").is_none());
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_entry_stays_while_the_file_would_contradict_the_rest_without_it() {
    on_each_database(|database| async {
        let world = World::new(database).await;
        let counted = FeatureChange { kind: Some(FeatureKind::Limit), ..FeatureChange::default() };
        let left_out = PlanChange { grants: [("branding".to_owned(), None)].into(), ..PlanChange::default() };
        world.offers.change_plan("enterprise", left_out).await.expect("changed");
        world.set_feature("branding", counted).await;
        world.grant("free", "branding", Some(Grant::Limit(2))).await;
        assert!(matches!(world.offers.remove_feature("branding").await, Err(OfferError::Contradicted(_))));
        assert!(matches!(world.offers.remove_plan("enterprise").await, Err(OfferError::Contradicted(_))));
        world.offers.remove_plan("free").await.expect("removed");
        world.offers.remove_feature("branding").await.expect("removed");
        world.offers.remove_plan("enterprise").await.expect("removed");
        assert!(world.features().iter().all(|(_, source)| *source == "file"));
    })
    .await;
}
