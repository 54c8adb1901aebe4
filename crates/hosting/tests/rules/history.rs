//! What is told of sites says who did it and tells no secret.

use crate::world::{World, actor, deploy};
use mainstay_hosting::sites::{Action, HistoryService as _, SiteService as _, Slice, Transition, Wanted};
use mainstay_hosting::{HostingError, SiteId};
use mainstay_kernel::Secret;
use mainstay_testkit::{on_each_database, rows};
use std::time::Duration;

#[tokio::test(flavor = "multi_thread")]
async fn events_name_who_did_it_and_hold_no_variable_and_no_command() {
    on_each_database(async |database| {
        let world = World::new(database).await;
        let mut new = world.new_site("shop");
        new.variables.insert("TOKEN".to_owned(), Secret::new("hunter2".to_owned()));
        new.change.output_directory = mainstay_kernel::Patch::Set(".".to_owned());
        let id = world.create(new).await.expect("a site").id;
        world.work().await;
        world.act(&id, deploy()).await.expect("queued");
        world.hosting.sites.delete(world.workspace, &id, actor()).await.expect("deleted");
        for (name, workspace, data) in rows::events(&world.database).await {
            assert_eq!(workspace, Some(world.workspace.0), "{name}");
            assert_eq!(data["actor"], "somebody", "{name}");
            assert!(!data.to_string().contains("hunter2"), "{name}");
        }
    })
    .await;
}

async fn history(world: &World, id: &SiteId, wanted: Wanted) -> Slice<Transition> {
    world.hosting.history.list(world.workspace, id, wanted).await.expect("a history")
}

fn told(own: &Transition) -> String {
    let actor = own.actor.as_ref().map_or("system", |actor| &actor.0);
    let (from, reason) = (own.from.as_deref().unwrap_or("-"), own.reason.as_deref().unwrap_or("-"));
    format!("{} {from} {} {actor} {reason}", own.subject.name(), own.to)
}

#[tokio::test(flavor = "multi_thread")]
async fn every_change_of_a_status_is_told_with_who_brought_it_about_and_why() {
    on_each_database(async |database| {
        let world = World::new(database).await;
        let id = world.live_site("shop").await;
        world.act(&id, Action::Stop).await.expect("stopped");
        world.act(&id, Action::Stop).await.expect("stopped already");
        let all = history(&world, &id, Wanted::default()).await.items;
        let expected = [
            "SITE RUNNING STOPPED somebody STOP",
            "SITE DEPLOYING RUNNING system DEPLOYMENT_LIVE",
            "DEPLOYMENT SWITCHING LIVE system -",
            "DEPLOYMENT BUILDING SWITCHING system -",
            "DEPLOYMENT CLONING BUILDING system -",
            "DEPLOYMENT QUEUED CLONING system -",
            "SITE - DEPLOYING somebody CREATE",
            "DEPLOYMENT - QUEUED somebody CREATE",
        ];
        assert_eq!(all.iter().map(told).collect::<Vec<_>>(), expected);
        assert_eq!(all[0].at, world.site(&id).await.updated_at);
        let deployment = &world.deployments(&id).await[0].id;
        assert_eq!((all[0].deployment.as_ref(), all[1].deployment.as_ref()), (None, Some(deployment)));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_deployment_that_fails_is_called_off_or_gives_way_says_why() {
    on_each_database(async |database| {
        let world = World::new(database).await;
        let id = world.live_site("shop").await;
        let wish = mainstay_hosting::sites::Wish { branch: Some("absent".to_owned()), commit: None };
        world.act(&id, Action::Deploy(wish)).await.expect("queued");
        world.work().await;
        world.act(&id, deploy()).await.expect("queued");
        world.act(&id, deploy()).await.expect("queued instead");
        world.act(&id, Action::Stop).await.expect("stopped");
        let all: Vec<_> = history(&world, &id, Wanted::default()).await.items.iter().map(told).collect();
        for expected in [
            "DEPLOYMENT CLONING FAILED system REVISION_NOT_FOUND",
            "SITE DEPLOYING RUNNING system DEPLOYMENT_FAILED",
            "DEPLOYMENT QUEUED CANCELED somebody SUPERSEDED",
            "DEPLOYMENT QUEUED CANCELED somebody SITE_STOPPED",
            "SITE DEPLOYING STOPPED somebody STOP",
        ] {
            assert!(all.iter().any(|own| own == expected), "{expected}: {all:#?}");
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_history_is_read_part_by_part_by_whoever_has_the_site() {
    on_each_database(async |database| {
        let world = World::new(database).await;
        let id = world.live_site("shop").await;
        let whole = history(&world, &id, Wanted::default()).await.items;
        let (mut parts, mut after) = (Vec::new(), None);
        loop {
            let part = history(&world, &id, Wanted::new(after, 3)).await;
            assert!(part.items.len() <= 3);
            parts.extend(part.items);
            after = part.next;
            if after.is_none() {
                break;
            }
        }
        assert_eq!(parts, whole);
        let theirs = world.hosting.history.list(world.elsewhere, &id, Wanted::default()).await;
        assert!(matches!(theirs, Err(HostingError::SiteNotFound)));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_newest_thousand_changes_are_kept_and_none_of_a_site_that_is_gone() {
    on_each_database(async |database| {
        let world = World::new(database).await;
        let id = world.live_site("shop").await;
        let sql = "INSERT INTO hosting_site_events (site_id, kind, to_status, at) \
                   WITH RECURSIVE numbers (number) AS \
                   (SELECT 1 UNION ALL SELECT number + 1 FROM numbers WHERE number < 1500) \
                   SELECT hosting_sites.id, 'SITE', 'RUNNING', hosting_sites.created_at FROM numbers, hosting_sites";
        rows::run(&world.database, sql).await;
        world.act(&id, Action::Stop).await.expect("stopped");
        assert_eq!(rows::count(&world.database, "hosting_site_events").await, 1000);
        assert_eq!(history(&world, &id, Wanted::default()).await.items[0].to, "STOPPED");
        world.hosting.sites.delete(world.workspace, &id, None).await.expect("deleted");
        world.clock.advance(Duration::from_hours(80));
        world.hosting.purge.purge().await.expect("purged");
        assert_eq!(rows::count(&world.database, "hosting_site_events").await, 0);
    })
    .await;
}
