//! What would contradict itself is refused.

use super::world::{FILE, World, granting, limited, open, plan, wrong};
use mainstay_entitlements::offer::{FeatureChange, OfferError, OfferService as _, PlanChange, PlanEntry};
use mainstay_entitlements::{Aggregation, FeatureEntry, FeatureKind, Grant, ResetName, Unlimited};
use mainstay_kernel::{Patch, Plan};
use mainstay_testkit::on_each_database;

#[tokio::test(flavor = "multi_thread")]
async fn a_feature_that_does_not_fit_is_refused_naming_the_field() {
    on_each_database(|database| async {
        let world = World::new(database).await;
        let long = |length| Some("a".repeat(length));
        let cases = [
            (limited("Exports"), "code"),
            (limited(""), "code"),
            (FeatureEntry { name: long(256), ..limited("a") }, "name"),
            (FeatureEntry { name: Some(String::new()), ..limited("a") }, "name"),
            (FeatureEntry { name: Some("a\u{7}".into()), ..limited("a") }, "name"),
            (FeatureEntry { unit: long(51), ..limited("a") }, "unit"),
            (FeatureEntry { pool: Some("gone".into()), ..limited("a") }, "pool"),
            (FeatureEntry { pool: Some("a".into()), ..limited("a") }, "pool"),
            (FeatureEntry { pool: Some("storage.files".into()), ..limited("a") }, "pool"),
            (FeatureEntry { pool: Some("branding".into()), ..limited("a") }, "pool"),
            (FeatureEntry { rolling_days: Some(3), ..limited("a") }, "rolling_days"),
            (FeatureEntry { reset: ResetName::Rolling, rolling_days: Some(0), ..limited("a") }, "rolling_days"),
            (FeatureEntry { unique_by: Some("b".into()), ..limited("a") }, "unique_by"),
            (FeatureEntry { aggregation: Aggregation::Unique, ..limited("a") }, "unique_by"),
        ];
        for (entry, field) in cases {
            assert_eq!(wrong(world.offers.add_feature(entry.clone()).await), [field], "{entry:?}");
        }
        let again = world.offers.add_feature(limited("posts")).await;
        assert!(matches!(again, Err(OfferError::FeatureExists(_))), "also where the file has it");
        assert!(world.events().await.is_empty());
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_of_a_feature_that_others_rely_on_is_refused_naming_the_field() {
    on_each_database(|database| async {
        let world = World::new(database).await;
        let keep = FeatureChange::default;
        let cases = [
            ("posts", FeatureChange { kind: Some(FeatureKind::Boolean), ..keep() }, "kind"),
            ("storage", FeatureChange { kind: Some(FeatureKind::Unlimited), ..keep() }, "kind"),
            ("storage", FeatureChange { aggregation: Some(Aggregation::Max), ..keep() }, "aggregation"),
            ("storage", FeatureChange { pool: Patch::Set("posts".into()), ..keep() }, "pool"),
            ("posts", FeatureChange { pool: Patch::Set("storage".into()), ..keep() }, "pool"),
            ("storage.files", FeatureChange { aggregation: Some(Aggregation::Max), ..keep() }, "pool"),
            ("api_access", FeatureChange { kind: Some(FeatureKind::Limit), ..keep() }, "kind"),
            ("posts", FeatureChange { rolling_days: Patch::Set(3), ..keep() }, "rolling_days"),
        ];
        for (code, change, field) in cases {
            assert_eq!(wrong(world.offers.change_feature(code, change.clone()).await), [field], "{code} {change:?}");
        }
        let gone = world.offers.change_feature("gone", keep()).await;
        assert!(matches!(gone, Err(OfferError::NotFound("Feature"))));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_plan_that_does_not_fit_is_refused_naming_the_field() {
    on_each_database(|database| async {
        let world = World::new(database).await;
        let unlimited = Grant::Unlimited(Unlimited::Unlimited);
        let odd = |change: fn(&mut Plan)| {
            let mut entry = plan("team", &[]);
            change(&mut entry.plan);
            entry
        };
        let cases: Vec<(PlanEntry, &str)> = vec![
            (plan("Team", &[]), "name"),
            (plan("", &[]), "name"),
            (plan(&"a".repeat(65), &[]), "name"),
            (odd(|plan| plan.requests_per_minute = 0), "requests_per_minute"),
            (odd(|plan| plan.requests_per_minute = u32::MAX), "requests_per_minute"),
            (odd(|plan| plan.burst_percent = 1_001), "burst_percent"),
            (odd(|plan| plan.max_api_keys = Some(u32::MAX)), "max_api_keys"),
            (odd(|plan| plan.max_webhooks = Some(u32::MAX)), "max_webhooks"),
            (plan("team", &[("gone", Grant::Limit(1))]), "grants.gone"),
            (plan("team", &[("storage.files", Grant::Limit(1))]), "grants.storage.files"),
            (plan("team", &[("posts", Grant::Included(true))]), "grants.posts"),
            (plan("team", &[("branding", Grant::Limit(1))]), "grants.branding"),
            (plan("team", &[("branding", unlimited)]), "grants.branding"),
            (plan("team", &[("posts", Grant::Limit(1 << 53))]), "grants.posts"),
            (plan("team", &[("api_access", Grant::Included(true))]), "grants.api_access"),
        ];
        for (entry, field) in cases {
            assert_eq!(wrong(world.offers.add_plan(entry.clone()).await), [field], "{entry:?}");
        }
        let again = world.offers.add_plan(plan("solo", &[])).await;
        assert!(matches!(again, Err(OfferError::PlanExists(_))), "also where the file has it");
        let change = granting("gone", Some(Grant::Limit(1)));
        assert_eq!(wrong(world.offers.change_plan("solo", change).await), ["grants.gone"]);
        let gone = world.offers.change_plan("gone", PlanChange::default()).await;
        assert!(matches!(gone, Err(OfferError::NotFound("Plan"))));
        assert!(world.events().await.is_empty());
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_wrong_is_told_in_the_sentence_that_a_starting_operator_reads() {
    on_each_database(|database| async {
        let world = World::new(database).await;
        let refused = world.offers.change_plan("solo", granting("gone", Some(Grant::Limit(1)))).await;
        let Err(OfferError::Invalid(fields)) = refused else { panic!("it is refused") };
        let expected = "The plan \"solo\" grants \"gone\", which is no feature of this catalogue.";
        assert_eq!(fields[0].message, expected);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_contradicts_what_was_set_stops_the_start_and_says_why() {
    on_each_database(|database| async {
        let mut world = World::new(database).await;
        world.grant("solo", "branding", Some(Grant::Included(true))).await;
        let without = FILE.replace("{ code = \"branding\", kind = \"boolean\" },", "").replace("branding = true", "");
        let refused = open(&world.database, &world.clock, &without).await.err().expect("a contradiction");
        let expected = "what was set over the API and the plans file contradict each other: the plan \"solo\" grants \
            \"branding\", which is no feature of this catalogue";
        assert_eq!(refused.to_string(), expected);
        world.restart(FILE).await;
    })
    .await;
}
