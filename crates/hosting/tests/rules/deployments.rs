//! Deployments: one at work, one that waits; called off, failed, brought back.

use crate::world::{World, actor, deploy};
use mainstay_hosting::HostingError;
use mainstay_hosting::deployments::{CancelReason, DeploymentService as _, DeploymentStatus, FailureReason, Trigger};
use mainstay_hosting::sites::{Action, SiteService as _, SiteStatus, Wish};
use mainstay_testkit::on_each_database;

#[tokio::test(flavor = "multi_thread")]
async fn a_deployment_keeps_what_it_was_made_of() {
    on_each_database(async |database| {
        let world = World::new(database).await;
        let commit = world.repository.commit(&[("style.css", "b{}")], "Add a style");
        let id = world.live_site("shop").await;
        let [own] = &world.deployments(&id).await[..] else { panic!("one deployment") };
        assert_eq!((own.status, own.trigger), (DeploymentStatus::Live, Trigger::Create));
        assert_eq!(own.commit.as_deref(), Some(commit.as_str()));
        assert_eq!(own.commit_message.as_deref(), Some("Add a style"));
        assert_eq!(own.actor, actor());
        assert_eq!(own.release_bytes, Some(6));
        let phases: Vec<_> = own.timings.iter().map(|timing| timing.phase.as_str()).collect();
        assert_eq!(phases, ["CLONING", "BUILDING", "SWITCHING"]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn one_waits_and_a_newer_one_takes_its_place() {
    on_each_database(async |database| {
        let world = World::new(database).await;
        let id = world.live_site("shop").await;
        for _ in 0..3 {
            world.act(&id, deploy()).await.expect("queued");
        }
        let statuses: Vec<_> = world.deployments(&id).await.iter().map(|own| own.status).collect();
        let waiting = statuses.iter().filter(|status| **status == DeploymentStatus::Queued).count();
        assert_eq!(waiting, 1);
        let off: Vec<_> = world.deployments(&id).await.into_iter().filter_map(|own| own.cancel_reason).collect();
        assert_eq!(off, [CancelReason::Superseded; 2]);
        world.work().await;
        let live = world.deployments(&id).await.iter().filter(|own| own.status == DeploymentStatus::Live).count();
        assert_eq!(live, 1);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_deployment_that_fails_says_where_and_why_and_what_was_live_still_is() {
    on_each_database(async |database| {
        let world = World::new(database).await;
        let id = world.live_site("shop").await;
        let wish = Wish { branch: Some("absent".to_owned()), commit: None };
        world.act(&id, Action::Deploy(wish)).await.expect("queued");
        world.work().await;
        let site = world.site(&id).await;
        assert_eq!(site.status, SiteStatus::Running);
        let latest = site.latest.expect("a deployment");
        let failure = latest.failure.expect("a failure");
        assert_eq!(failure.phase, "CLONING");
        assert_eq!(failure.reason, FailureReason::RevisionNotFound.name());
        assert_eq!(failure.exit_code, Some(128));
        assert!(failure.message.contains("absent") && !failure.last_lines.is_empty());
        assert_eq!(world.visit("shop.sites.test", "/"), "one");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn one_that_is_called_off_changes_nothing_and_one_that_is_over_stays_as_it_is() {
    on_each_database(async |database| {
        let world = World::new(database).await;
        let id = world.live_site("shop").await;
        let (deployments, workspace) = (&world.hosting.deployments, world.workspace);
        let live = world.deployments(&id).await.remove(0);
        let kept = deployments.cancel(workspace, &id, &live.id, actor()).await.expect("as it is");
        assert_eq!(kept.status, DeploymentStatus::Live);
        world.repository.commit(&[("index.html", "two")], "Two");
        let queued = world.act(&id, deploy()).await.expect("queued").deployment.expect("a deployment");
        let off = deployments.cancel(workspace, &id, &queued.id, actor()).await.expect("called off");
        assert_eq!((off.status, off.cancel_reason), (DeploymentStatus::Canceled, Some(CancelReason::User)));
        world.work().await;
        assert_eq!(world.visit("shop.sites.test", "/"), "one");
        assert_eq!(world.site(&id).await.status, SiteStatus::Running);
        let strange = deployments.cancel(world.elsewhere, &id, &queued.id, None).await;
        assert!(matches!(strange, Err(HostingError::SiteNotFound)));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn stopping_and_deleting_a_site_calls_off_what_waits() {
    on_each_database(async |database| {
        let world = World::new(database).await;
        let (stopped, deleted) = (world.live_site("a").await, world.live_site("b").await);
        for id in [&stopped, &deleted] {
            world.act(id, deploy()).await.expect("queued");
        }
        world.act(&stopped, Action::Stop).await.expect("stopped");
        world.hosting.sites.delete(world.workspace, &deleted, None).await.expect("deleted");
        world.work().await;
        for (id, reason) in [(&stopped, CancelReason::Stopped), (&deleted, CancelReason::Deleted)] {
            assert_eq!(world.deployments(id).await[0].cancel_reason, Some(reason));
        }
        assert_eq!(world.visit("a.sites.test", "/"), "stopped");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rollback_brings_back_files_and_settings_without_making_them_anew() {
    on_each_database(async |database| {
        let world = World::new(database).await;
        let id = world.live_site("shop").await;
        world.publish(&id, "two").await;
        assert_eq!(world.visit("shop.sites.test", "/"), "two");
        let back = world.act(&id, Action::RollBack(None)).await.expect("queued");
        assert!(!back.site.auto_deploy && back.notice.is_some());
        world.work().await;
        assert_eq!(world.visit("shop.sites.test", "/"), "one");
        let own = world.deployments(&id).await.remove(0);
        assert_eq!((own.status, own.trigger), (DeploymentStatus::Live, Trigger::Rollback));
        assert!(own.restores.is_some() && own.release == own.restores);

        // Once more goes forth again: what was live before is the other one.
        let forth = world.act(&id, Action::RollBack(None)).await.expect("queued");
        assert!(forth.notice.is_none());
        world.work().await;
        assert_eq!(world.visit("shop.sites.test", "/"), "two");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn one_can_go_back_to_any_that_was_live_and_to_no_other() {
    on_each_database(async |database| {
        let world = World::new(database).await;
        let id = world.live_site("shop").await;
        let first = world.deployments(&id).await.remove(0).id;
        world.publish(&id, "two").await;
        world.publish(&id, "three").await;
        world.act(&id, Action::RollBack(Some(first))).await.expect("queued");
        world.work().await;
        assert_eq!(world.visit("shop.sites.test", "/"), "one");

        let failing = Wish { branch: Some("absent".to_owned()), commit: None };
        world.act(&id, Action::Deploy(failing)).await.expect("queued");
        world.work().await;
        let failed = world.deployments(&id).await.remove(0).id;
        let refused = world.act(&id, Action::RollBack(Some(failed))).await;
        assert!(matches!(refused, Err(HostingError::NothingToRollBackTo)));
        let other = world.live_site("other").await;
        let theirs = world.deployments(&other).await.remove(0).id;
        let refused = world.act(&id, Action::RollBack(Some(theirs))).await;
        assert!(matches!(refused, Err(HostingError::DeploymentNotFound)));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn five_releases_are_kept_and_the_one_that_answers_always_is() {
    on_each_database(async |database| {
        let world = World::new(database).await;
        let id = world.live_site("shop").await;
        let first = world.deployments(&id).await.remove(0).id;
        for page in ["2", "3", "4", "5", "6", "7"] {
            world.publish(&id, page).await;
        }
        let releases = world.folder.path().join("hosting/sites").join(&id.0).join("releases");
        let kept = || std::fs::read_dir(&releases).expect("releases").count();
        assert_eq!(kept(), 5);
        world.act(&id, Action::RollBack(Some(first))).await.expect("queued");
        world.work().await;
        let failure = world.site(&id).await.latest.expect("a deployment").failure.expect("a failure");
        assert!(failure.message.contains("no longer kept"), "{}", failure.message);
        assert_eq!(world.visit("shop.sites.test", "/"), "7");
        assert_eq!(kept(), 5);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn deploying_a_stopped_site_starts_it() {
    on_each_database(async |database| {
        let world = World::new(database).await;
        let id = world.live_site("shop").await;
        world.act(&id, Action::Stop).await.expect("stopped");
        world.publish(&id, "two").await;
        assert_eq!(world.site(&id).await.status, SiteStatus::Running);
        assert_eq!(world.visit("shop.sites.test", "/"), "two");
    })
    .await;
}
