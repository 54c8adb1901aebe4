//! Builders: that one is gone stops nobody else.

use crate::world::{World, deploy, visit};
use mainstay_hosting::deployments::{DeploymentStatus, FailureReason};
use mainstay_hosting::sites::SiteStatus;
use mainstay_testkit::{on_each_database, rows};
use std::time::Duration;

/// As if a builder had taken what waits, and died.
async fn lose_builder(world: &World) {
    rows::run(
        &world.database,
        "UPDATE hosting_deployments SET status = 'BUILDING', worker = 'gone', lease_until = created_at \
         WHERE status = 'QUEUED'",
    )
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_lost_builder_was_at_has_failed_and_the_queue_goes_on() {
    on_each_database(async |database| {
        let world = World::new(database).await;
        let id = world.live_site("shop").await;
        world.act(&id, deploy()).await.expect("queued");
        lose_builder(&world).await;
        world.repository.commit(&[("index.html", "two")], "Two");
        world.act(&id, deploy()).await.expect("queued behind");
        // Nobody works at a site at which somebody is, whoever that is.
        world.work().await;
        assert_eq!(world.visit("shop.sites.test", "/"), "one");
        world.clock.advance(Duration::from_secs(1));
        world.hosting.builders.reap().await.expect("reaped");
        world.work().await;
        assert_eq!(world.visit("shop.sites.test", "/"), "two");
        let lost = &world.deployments(&id).await;
        let failure = lost.iter().find_map(|own| own.failure.as_ref()).expect("a failure");
        assert_eq!(failure.reason, FailureReason::WorkerLost.name());
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn after_a_restart_everything_is_served_as_before_and_what_waited_goes_on() {
    on_each_database(async |database| {
        let world = World::new(database).await;
        let id = world.live_site("shop").await;
        world.act(&id, deploy()).await.expect("queued");
        let after = world.restarted().await;
        assert_eq!(visit(&after, "shop.sites.test", "/"), "one");
        after.builders.take_over().await.expect("taken over");
        world.repository.commit(&[("index.html", "two")], "Two");
        after.builders.work_off().await.expect("worked off");
        assert_eq!(visit(&after, "shop.sites.test", "/"), "two");
        let status = world.deployments(&id).await[0].status;
        assert_eq!((status, world.site(&id).await.status), (DeploymentStatus::Live, SiteStatus::Running));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_restart_ends_what_was_under_way_whatever_its_lease_says() {
    on_each_database(async |database| {
        let world = World::new(database).await;
        let id = world.create(world.new_site("shop")).await.expect("a site").id;
        lose_builder(&world).await;
        let after = world.restarted().await;
        after.builders.take_over().await.expect("taken over");
        assert_eq!(world.site(&id).await.status, SiteStatus::Failed);
        assert_eq!(world.deployments(&id).await[0].status, DeploymentStatus::Failed);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_hears_that_a_deployment_is_live_meets_it() {
    on_each_database(async |database| {
        let world = World::new(database).await;
        let id = world.live_site("shop").await;
        for page in ["two", "three", "four", "five", "six", "seven"] {
            let before = world.deployments(&id).await.len();
            let hearing = async {
                loop {
                    let all = world.deployments(&id).await;
                    if all.len() > before && all[0].status == DeploymentStatus::Live {
                        return world.visit("shop.sites.test", "/");
                    }
                }
            };
            let ((), met) = tokio::join!(world.publish(&id, page), hearing);
            assert_eq!(met, page);
        }
    })
    .await;
}
