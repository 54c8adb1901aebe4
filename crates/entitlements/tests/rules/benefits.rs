//! What workspaces have beside their plans.

use crate::world::{World, at, some, wrong};
use mainstay_entitlements::benefits::{BenefitService as _, BoostTerm, NewBoost};
use mainstay_entitlements::{BoostKind, EntitlementError, EntitlementService as _, Holder, Reason};
use mainstay_kernel::{Clock as _, Timestamp, WorkspaceId};
use mainstay_testkit::on_each_database;
use std::time::Duration;

const DAY: Duration = Duration::from_hours(24);

fn boost(feature: &str, kind: BoostKind, term: BoostTerm) -> NewBoost {
    NewBoost { feature: feature.to_owned(), kind, term, starts_at: None, ends_at: None }
}

fn day(text: &str) -> Timestamp {
    Timestamp::parse(&format!("{text}T00:00:00Z")).expect(text)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_boost_counts_at_once_and_until_it_is_called_off() {
    on_each_database(|database| async {
        let world = World::new(database).await;
        assert_eq!(world.check("posts", 1).await.limit, Some(100));
        let more = boost("posts", BoostKind::Add(20), BoostTerm::Permanent);
        let given = world.entitlements.boost(world.workspace, more).await.expect("a boost");
        world.consume(some("posts", 120)).await.expect("so much there is");
        assert!(world.consume(some("posts", 1)).await.is_err());
        let elsewhere = Holder { workspace: world.elsewhere, ..world.holder() };
        let verdict = world.entitlements.check(elsewhere, "posts", 1).await.expect("a verdict");
        assert_eq!(verdict.limit, Some(100), "another workspace has nothing of it");

        let cancelled = world.entitlements.cancel_boost(world.workspace, given.id).await.expect("called off");
        assert_eq!(cancelled.boost.cancelled_at, Some(world.clock.now()));
        assert_eq!(world.check("posts", 1).await.limit, Some(100));
        world.clock.advance(DAY);
        let again = world.entitlements.cancel_boost(world.workspace, given.id).await.expect("called off");
        assert_eq!(again, cancelled, "it stays as it is");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_boost_enables_what_the_plan_leaves_out_and_lifts_what_it_limits() {
    on_each_database(|database| async {
        let world = World::new(database).await;
        assert_eq!(world.check("extra", 1).await.reason, Some(Reason::NotInPlan));
        let enabled = boost("extra", BoostKind::Enable, BoostTerm::Permanent);
        world.entitlements.boost(world.workspace, enabled).await.expect("a boost");
        assert_eq!(world.check("extra", 1).await.limit, Some(0), "it is there, and none of it may be used");
        let lifted = boost("extra", BoostKind::Unlimited, BoostTerm::Permanent);
        world.entitlements.boost(world.workspace, lifted).await.expect("a boost");
        assert!(world.check("extra", 1_000_000).await.is_allowed());
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_boost_of_one_cycle_ends_with_it_and_a_dated_one_on_its_day() {
    on_each_database(|database| async {
        let world = World::new(database).await;
        let month = world.entitlements.billing(world.workspace).await.expect("a month").month;
        let cycle = boost("api_calls", BoostKind::Add(50), BoostTerm::Cycle);
        let given = world.entitlements.boost(world.workspace, cycle).await.expect("a boost");
        assert_eq!(given.boost.ends_at, month.until);
        let lasting = boost("posts", BoostKind::Add(7), BoostTerm::Cycle);
        let given = world.entitlements.boost(world.workspace, lasting).await.expect("a boost");
        assert_eq!(given.boost.ends_at, month.until, "usage of it never starts anew: the month of the bill counts");
        let (starts_at, ends_at) = (world.clock.now().plus(DAY), world.clock.now().plus(2 * DAY));
        let dated = boost("peak", BoostKind::Add(5), BoostTerm::Dated);
        let dated = NewBoost { starts_at: Some(starts_at), ends_at: Some(ends_at), ..dated };
        world.entitlements.boost(world.workspace, dated).await.expect("a boost");

        let mut limits = Vec::new();
        for _ in 0..3 {
            limits.push(world.check("peak", 1).await.limit);
            world.clock.advance(DAY);
        }
        assert_eq!(limits, [Some(50), Some(55), Some(50)]);
        assert_eq!(world.check("api_calls", 1).await.limit, Some(1_050));
        world.clock.advance_to(month.until.expect("its end"));
        assert_eq!(world.check("api_calls", 1).await.limit, Some(1_000));
        assert_eq!(world.check("posts", 1).await.limit, Some(100));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn months_begin_on_the_day_of_the_anchor_and_usage_follows() {
    on_each_database(|database| async {
        let world = World::new(database).await;
        world.clock.advance_to(day("2027-03-30"));
        world.record(some("api_calls", 10)).await;
        world.clock.advance_to(day("2027-03-31"));
        world.record(some("api_calls", 5)).await;
        world.clock.advance_to(day("2027-04-15"));
        world.record(some("api_calls", 1)).await;
        assert_eq!(world.used("api_calls").await, 1, "without an anchor months are those of the calendar");

        let anchor = Some(day("2026-12-31"));
        let billing = world.entitlements.anchor(world.workspace, anchor).await.expect("an anchor");
        assert_eq!((billing.month.from, billing.month.until), (day("2027-03-31"), Some(day("2027-04-30"))));
        assert_eq!(world.used("api_calls").await, 6, "all that was used since the 31st of March");
        let early = world.entitlements.record(world.holder(), at(some("api_calls", 1), day("2027-03-30"))).await;
        assert_eq!(wrong(early), ["time"]);
        world.record(at(some("api_calls", 100), day("2027-03-31"))).await;
        assert_eq!(world.used("api_calls").await, 106);

        world.entitlements.anchor(world.workspace, None).await.expect("no anchor");
        assert_eq!(world.used("api_calls").await, 1);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn another_node_forgets_what_it_knew() {
    on_each_database(|database| async {
        let world = World::new(database.clone()).await;
        let node = world.node(database);
        let limit = async || node.check(world.holder(), "posts", 1).await.expect("a verdict").limit;
        assert_eq!(limit().await, Some(100));
        let more = boost("posts", BoostKind::Add(1), BoostTerm::Permanent);
        world.entitlements.boost(world.workspace, more).await.expect("a boost");
        node.forget(&world.workspace.0.to_string());
        assert_eq!(limit().await, Some(101));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_wrong_with_a_boost_is_named_and_nothing_is_given() {
    on_each_database(|database| async {
        let world = World::new(database).await;
        let give = async |new: NewBoost| wrong(world.entitlements.boost(world.workspace, new).await);
        let permanent = |feature: &str, kind| boost(feature, kind, BoostTerm::Permanent);
        assert_eq!(give(permanent("nothing", BoostKind::Enable)).await, ["feature"]);
        assert_eq!(give(permanent("storage.files", BoostKind::Add(1))).await, ["feature"], "it counts in a pool");
        assert_eq!(give(permanent("posts", BoostKind::Add(0))).await, ["limit_value"]);
        assert_eq!(give(permanent("branding", BoostKind::Add(1))).await, ["type"]);
        assert_eq!(give(permanent("branding", BoostKind::Unlimited)).await, ["type"]);
        let dated = boost("posts", BoostKind::Enable, BoostTerm::Dated);
        assert_eq!(give(dated.clone()).await, ["expires_at"]);
        assert_eq!(give(NewBoost { ends_at: Some(world.clock.now()), ..dated }).await, ["expires_at"]);
        let ends_at = Some(world.clock.now().plus(DAY));
        assert_eq!(give(NewBoost { ends_at, ..permanent("posts", BoostKind::Enable) }).await, ["expires_at"]);
        assert!(world.entitlements.boosts(world.workspace).await.expect("a list").is_empty());
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_boost_of_another_workspace_is_not_there_and_neither_is_one_of_no_workspace() {
    on_each_database(|database| async {
        let world = World::new(database).await;
        let more = || boost("posts", BoostKind::Add(1), BoostTerm::Permanent);
        let given = world.entitlements.boost(world.workspace, more()).await.expect("a boost");
        let foreign = world.entitlements.cancel_boost(world.elsewhere, given.id).await;
        assert!(matches!(foreign, Err(EntitlementError::NotFound(_))));
        let nowhere = world.entitlements.boost(WorkspaceId(999), more()).await;
        assert!(matches!(nowhere, Err(EntitlementError::NotFound("Workspace"))));
        let nowhere = world.entitlements.anchor(WorkspaceId(999), Some(Timestamp::default())).await;
        assert!(matches!(nowhere, Err(EntitlementError::NotFound("Workspace"))));
    })
    .await;
}
