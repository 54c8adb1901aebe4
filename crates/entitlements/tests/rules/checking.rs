//! What may be used, and how much of it is.

use crate::world::{World, some, wrong};
use mainstay_entitlements::benefits::{BenefitService as _, BoostTerm, NewBoost};
use mainstay_entitlements::{BoostKind, EntitlementService as _, Holder, Reason, Verdict};
use mainstay_store::limits::Limits as _;
use mainstay_testkit::on_each_database;

#[tokio::test(flavor = "multi_thread")]
async fn a_check_tells_how_things_stand_and_uses_nothing() {
    on_each_database(|database| async {
        let world = World::new(database).await;
        world.record(some("posts", 45)).await;
        let allowed = Verdict { reason: None, used: 45, limit: Some(100), available: Some(55) };
        assert_eq!(world.check("posts", 1).await, allowed);
        assert_eq!(world.check("posts", 55).await, allowed);
        assert_eq!(world.check("posts", 56).await.reason, Some(Reason::LimitExceeded));
        assert_eq!(world.check("posts", 1).await, allowed);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_check_says_why_not() {
    on_each_database(|database| async {
        let world = World::new(database).await;
        let left_out = Verdict { reason: Some(Reason::NotInPlan), used: 0, limit: None, available: None };
        assert_eq!(world.check("extra", 1).await, left_out);
        assert_eq!(world.check("nothing", 1).await, Verdict::unknown());
        assert!(world.entitlements.check(world.holder(), "posts", 0).await.is_err());
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_has_no_limit_is_counted_all_the_same() {
    on_each_database(|database| async {
        let world = World::new(database).await;
        for feature in ["seats", "branding"] {
            world.consume(some(feature, 1_000)).await.expect("no limit");
            let free = Verdict { reason: None, used: 1_000, limit: None, available: None };
            assert_eq!(world.check(feature, 1).await, free, "{feature}");
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn features_of_a_pool_share_its_limit_and_its_usage() {
    on_each_database(|database| async {
        let world = World::new(database).await;
        world.record(some("storage.files", 4_000)).await;
        let stands = Verdict { reason: None, used: 4_000, limit: Some(5_000), available: Some(1_000) };
        assert_eq!(world.check("storage", 4_001).await, stands);
        assert_eq!(world.check("storage.files", 4_001).await, stands);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_summary_has_what_the_plan_includes_and_nothing_of_another_workspace() {
    on_each_database(|database| async {
        let world = World::new(database).await;
        world.record(some("posts", 45)).await;
        world.record(some("extra", 3)).await;
        let elsewhere = Holder { workspace: world.elsewhere, ..world.holder() };
        world.entitlements.record(elsewhere, some("posts", 7)).await.expect("recorded");
        let summary = world.entitlements.summary(world.holder()).await.expect("a summary");
        let used: Vec<_> = summary.iter().map(|one| (one.feature.code.as_str(), one.verdict.used)).collect();
        let codes = [
            "posts",
            "api_calls",
            "exports",
            "storage",
            "storage.files",
            "peak",
            "calls",
            "visitors",
            "branding",
            "seats",
            "renders",
        ];
        assert_eq!(used, codes.map(|code| (code, if code == "posts" { 45 } else { 0 })));
        let resets: Vec<_> =
            summary.iter().filter(|one| one.resets_at.is_some()).map(|one| &*one.feature.code).collect();
        assert_eq!(resets, ["api_calls", "peak", "calls", "visitors", "renders"]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_counted_by_itself_is_shown_and_limited_and_nobody_tells_of_it() {
    on_each_database(|database| async {
        let world = World::new(database).await;
        for feature in ["desks", "desks.quiet"] {
            assert_eq!(world.used(feature).await, 2, "{feature}");
            let told = world.entitlements.record(world.holder(), some(feature, 1)).await;
            assert_eq!(wrong(told), ["feature"], "{feature}");
        }
        let most = async || world.entitlements.most(world.workspace, &world.plan, "desks").await.expect("a limit");
        assert_eq!(most().await, Some(0), "the plan leaves it out");
        let (kind, term) = (BoostKind::Add(5), BoostTerm::Permanent);
        let more = NewBoost { feature: "desks".into(), kind, term, starts_at: None, ends_at: None };
        world.entitlements.boost(world.workspace, more).await.expect("a boost");
        assert_eq!((most().await, world.check("desks", 3).await.is_allowed()), (Some(5), true));
        assert!(!world.check("desks", 4).await.is_allowed());
    })
    .await;
}
