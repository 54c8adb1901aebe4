//! What is set stands above the file.

use super::world::{FILE, World, granting, limited, plan};
use mainstay_entitlements::offer::{FeatureChange, OfferError, OfferService as _, PlanChange, Source};
use mainstay_entitlements::{EntitlementError, Grant};
use mainstay_kernel::{Clock as _, Patch};
use mainstay_testkit::{on_each_database, rows};
use std::time::Duration;

fn named(name: &str) -> FeatureChange {
    FeatureChange { name: Patch::Set(name.to_owned()), ..FeatureChange::default() }
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_change_it_is_what_the_file_says() {
    on_each_database(|database| async {
        let world = World::new(database).await;
        let codes = ["posts", "storage", "storage.files", "branding", "api_access"];
        assert_eq!(world.features(), codes.map(|code| (code.to_owned(), "file")));
        let free = world.offers.plan("free").expect("a plan");
        assert_eq!((free.source, free.entry.grants["posts"]), (Source::File, Grant::Limit(10)));
        assert!(!free.entry.grants.contains_key("api_access"), "the plan itself says it");
        assert!(matches!(world.offers.feature("gone"), Err(OfferError::NotFound("Feature"))));
        assert!(matches!(world.offers.plan("gone"), Err(OfferError::NotFound("Plan"))));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_feature_that_is_added_is_used_as_soon_as_a_plan_grants_it() {
    on_each_database(|database| async {
        let world = World::new(database).await;
        assert!(matches!(world.consume("free", "exports", 1).await, Err(EntitlementError::Invalid(_))));
        let added = world.offers.add_feature(limited("exports")).await.expect("added");
        assert_eq!((added.entry.name.as_str(), added.source.name()), ("exports", "api"));
        assert!(matches!(world.consume("free", "exports", 1).await, Err(EntitlementError::Refused { .. })));
        world.grant("free", "exports", Some(Grant::Limit(3))).await;
        assert_eq!(world.consume("free", "exports", 3).await.expect("used").verdict.available, Some(0));
        world.grant("free", "exports", Some(Grant::Limit(4))).await;
        assert_eq!(world.consume("free", "exports", 1).await.expect("used").verdict.available, Some(0));
        world.grant("free", "exports", None).await;
        assert!(matches!(world.consume("free", "exports", 1).await, Err(EntitlementError::Refused { .. })));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_plan_that_is_changed_is_so_for_whoever_holds_the_plans() {
    on_each_database(|database| async {
        let world = World::new(database).await;
        let plans = world.offers.live_plans();
        let change = PlanChange { requests_per_minute: Some(7), api_access: Some(false), ..PlanChange::default() };
        let changed = world.offers.change_plan("free", change).await.expect("changed");
        assert_eq!((changed.source.name(), changed.entry.grants["storage"]), ("api", Grant::Limit(100)));
        assert_eq!(plans.get_or_free("free").requests_per_minute, 7);
        let catalogue = world.offers.live_catalogue().load();
        let access = catalogue.feature("api_access").expect("a feature");
        assert_eq!(catalogue.grant("free", access), None, "it follows what the plan says of itself");
        world.offers.add_plan(plan("team", &[("posts", Grant::Limit(50))])).await.expect("added");
        assert_eq!(plans.names(), ["free", "solo", "enterprise", "team"]);
        assert_eq!(world.consume("team", "posts", 50).await.expect("used").verdict.available, Some(0));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_removed_above_the_file_is_again_what_that_says_and_keeps_its_place() {
    on_each_database(|database| async {
        let world = World::new(database).await;
        world.offers.add_feature(limited("exports")).await.expect("added");
        world.set_feature("storage", named("Room")).await;
        world.offers.change_plan("solo", granting("posts", Some(Grant::Limit(1)))).await.expect("changed");
        let sources: Vec<_> = world.features().into_iter().map(|(_, source)| source).collect();
        assert_eq!(sources, ["file", "api", "file", "file", "file", "api"]);
        world.offers.remove_feature("storage").await.expect("removed");
        world.offers.remove_plan("solo").await.expect("removed");
        let storage = world.offers.feature("storage").expect("a feature");
        assert_eq!((storage.entry.name.as_str(), storage.source), ("storage", Source::File));
        assert!(world.offers.plan("solo").expect("a plan").entry.grants.is_empty());
        world.offers.remove_feature("exports").await.expect("removed");
        assert!(world.offers.feature("exports").is_err());
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_set_is_there_after_a_restart_whatever_the_file_says_by_then() {
    on_each_database(|database| async {
        let mut world = World::new(database).await;
        world.offers.add_feature(limited("exports")).await.expect("added");
        world.set_feature("posts", named("Articles")).await;
        world.grant("free", "exports", Some(Grant::Limit(3))).await;
        world.offers.add_plan(plan("team", &[("exports", Grant::Limit(u64::from(u32::MAX)))])).await.expect("added");
        let before = (world.offers.features(), world.offers.plans());
        world.restart(FILE).await;
        assert_eq!((world.offers.features(), world.offers.plans()), before);
        world.restart(&FILE.replace("storage = 100", "storage = 200").replace("posts = 10", "posts = 20")).await;
        assert_eq!(world.offers.plan("free").expect("a plan").entry.grants["storage"], Grant::Limit(100));
        assert_eq!(world.consume("free", "exports", 3).await.expect("used").verdict.available, Some(0));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn each_change_is_told_of_once_and_one_that_changes_nothing_is_none() {
    on_each_database(|database| async {
        let world = World::new(database).await;
        world.set_feature("posts", FeatureChange::default()).await;
        world.grant("free", "gone", None).await;
        world.grant("free", "posts", Some(Grant::Limit(10))).await;
        assert!(world.features().iter().all(|(_, source)| *source == "file"));
        assert_eq!((world.events().await, rows::changes(&world.database).await), (vec![], vec![]));
        world.offers.add_feature(limited("exports")).await.expect("added");
        world.set_feature("posts", named("Articles")).await;
        world.offers.remove_feature("posts").await.expect("removed");
        world.offers.add_plan(plan("team", &[])).await.expect("added");
        world.grant("team", "posts", Some(Grant::Limit(1))).await;
        world.offers.remove_plan("team").await.expect("removed");
        let expected = ["feature.created", "feature.updated", "feature.deleted", "plan.created", "plan.updated"];
        assert_eq!(world.events().await, [expected.as_slice(), &["plan.deleted"]].concat());
        let told = rows::events(&world.database).await;
        assert!(told.iter().all(|(_, workspace, _)| workspace.is_none()), "it is of the whole installation");
        assert_eq!((&told[2].2["code"], &told[2].2["is_restored"]), (&"posts".into(), &true.into()));
        let versions: Vec<_> = rows::changes(&world.database).await.into_iter().map(|(_, version)| version).collect();
        assert_eq!(versions, ["1", "2", "3", "4", "5", "6"]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_entry_knows_since_when_it_stands_and_when_it_was_changed() {
    on_each_database(|database| async {
        let world = World::new(database).await;
        let first = world.clock.now();
        world.set_feature("posts", named("Articles")).await;
        world.clock.advance(Duration::from_secs(5));
        world.set_feature("posts", named("Texts")).await;
        let source = world.offers.feature("posts").expect("a feature").source;
        assert_eq!(source, Source::Api { created_at: first, updated_at: world.clock.now() });
    })
    .await;
}
