//! Programs of sites: that one answers, is started again, and gives way to another.

use crate::world::{World, deploy, visit};
use mainstay_hosting::SiteId;
use mainstay_hosting::deployments::{DeploymentService as _, DeploymentStatus, FailureReason, Trigger};
use mainstay_hosting::sites::{Action, HealthCheck, NewSite, SiteChange, SiteService as _, SiteStatus};
use mainstay_kernel::Patch;
use mainstay_testkit::{on_each_database, rows};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

const HOST: &str = "shop.sites.test";

/// A site that this command runs.
pub(crate) fn run_by(world: &World, command: &str) -> NewSite {
    let quick = HealthCheck { startup_seconds: 1, ..HealthCheck::default() };
    let change = SiteChange {
        start_command: Patch::Set(command.to_owned()),
        health_check: Patch::Set(quick),
        ..SiteChange::default()
    };
    NewSite { change, ..world.new_site("shop") }
}

async fn live_program(world: &World, command: &str) -> SiteId {
    let site = world.create(run_by(world, command)).await.expect("a site").id;
    world.work().await;
    site
}

/// Deploys another command.
async fn redeploy(world: &World, id: &SiteId, command: &str) {
    let change = SiteChange { start_command: Patch::Set(command.to_owned()), ..SiteChange::default() };
    world.hosting.sites.change(world.workspace, id, (None, None), change).await.expect("changed");
    world.act(id, deploy()).await.expect("queued");
    world.work().await;
}

/// Looks after programs, and waits until so many run: those that give way end in the background.
pub(crate) async fn come_to(world: &World, running: usize) {
    for _ in 0..100 {
        world.hosting.running.look().await.expect("looked");
        if world.driver.programs.running() == running {
            return;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("{} programs run and not {running}", world.driver.programs.running());
}

async fn status(world: &World, id: &SiteId) -> SiteStatus {
    world.site(id).await.status
}

#[tokio::test(flavor = "multi_thread")]
async fn a_program_answers_with_its_variables_once_it_is_well() {
    on_each_database(async |database| {
        let world = World::new(database).await;
        let mut new = run_by(&world, "serve one $NAME");
        new.variables.insert("NAME".to_owned(), mainstay_kernel::Secret::new("two".to_owned()));
        let id = world.create(new).await.expect("a site").id;
        assert_eq!(world.visit(HOST, "/"), "empty");
        world.work().await;
        assert_eq!((world.visit(HOST, "/"), status(&world, &id).await), ("one two".to_owned(), SiteStatus::Running));
        let phases: Vec<_> = world.deployments(&id).await[0].timings.iter().map(|own| own.phase.clone()).collect();
        assert_eq!(phases, ["CLONING", "BUILDING", "STARTING", "HEALTH_CHECK", "SWITCHING"]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_next_one_takes_its_place_and_the_one_before_is_ended() {
    on_each_database(async |database| {
        let world = World::new(database).await;
        let id = live_program(&world, "serve one").await;
        redeploy(&world, &id, "serve two").await;
        assert_eq!(world.visit(HOST, "/"), "two");
        come_to(&world, 1).await;
        let back = world.act(&id, Action::RollBack(None)).await.expect("rolled back");
        assert_eq!(back.deployment.expect("a deployment").trigger, Trigger::Rollback);
        world.work().await;
        assert_eq!(world.visit(HOST, "/"), "one");
        come_to(&world, 1).await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_next_one_takes_its_place_also_while_others_change_all_the_time() {
    on_each_database(async |database| {
        let world = World::new(database).await;
        let id = live_program(&world, "serve 0").await;
        let other = world.create(world.new_site("other")).await.expect("a site").id;
        world.work().await;
        let is_over = AtomicBool::new(false);
        let changing = async || {
            // Each change has whoever builds look whether the deployment is still its own.
            while !is_over.load(Ordering::SeqCst) {
                let now = world.deployments(&id).await.len().to_string();
                let change = SiteChange { install_command: Patch::Set(now), ..SiteChange::default() };
                world.hosting.sites.change(world.workspace, &other, (None, None), change).await.expect("changed");
            }
        };
        let deploying = async {
            for round in 1..20 {
                redeploy(&world, &id, &format!("serve {round}")).await;
                assert_eq!(world.visit(HOST, "/"), round.to_string());
                // Whoever was woken while this thread visited is asked now.
                tokio::task::yield_now().await;
            }
            is_over.store(true, Ordering::SeqCst);
        };
        tokio::join!(changing(), changing(), changing(), deploying);
        come_to(&world, 1).await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn one_that_does_not_become_well_says_why_and_takes_nobodys_place() {
    on_each_database(async |database| {
        let world = World::new(database).await;
        let id = live_program(&world, "serve one").await;
        for (command, reason, phase, code) in [
            ("exit 3", FailureReason::StartFailed, DeploymentStatus::HealthCheck, Some(3)),
            ("sick two", FailureReason::Unhealthy, DeploymentStatus::HealthCheck, None),
            ("nothing known", FailureReason::StartFailed, DeploymentStatus::Starting, None),
        ] {
            redeploy(&world, &id, command).await;
            let failure = world.deployments(&id).await[0].failure.clone().expect("a failure");
            assert_eq!((failure.reason.as_str(), failure.phase.as_str()), (reason.name(), phase.name()), "{command}");
            assert_eq!(failure.exit_code, code, "{command}");
            assert_eq!((world.visit(HOST, "/"), status(&world, &id).await), ("one".to_owned(), SiteStatus::Running));
            come_to(&world, 1).await;
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn one_that_ends_is_started_again_after_a_pause_and_after_ten_times_has_crashed() {
    on_each_database(async |database| {
        let world = World::new(database).await;
        let id = live_program(&world, "serve one").await;
        for times in 1..10 {
            world.driver.programs.kill();
            world.hosting.running.look().await.expect("looked");
            let site = world.site(&id).await;
            assert_eq!((site.status, site.restart_count), (SiteStatus::Starting, times));
            assert!(site.last_exit.expect("an exit").oom_killed);
            world.hosting.running.look().await.expect("looked");
            assert_eq!(world.driver.programs.running(), 0, "it is not started again at once");
            world.clock.advance(Duration::from_secs(31));
            come_to(&world, 1).await;
            assert_eq!((world.visit(HOST, "/"), status(&world, &id).await), ("one".to_owned(), SiteStatus::Running));
        }
        world.driver.programs.kill();
        world.hosting.running.look().await.expect("looked");
        assert_eq!((status(&world, &id).await, world.visit(HOST, "/")), (SiteStatus::Crashed, "absent".to_owned()));
        assert!(world.events().await.contains(&"site.crashed".to_owned()));
        world.clock.advance(Duration::from_mins(6));
        come_to(&world, 1).await;
        assert_eq!(status(&world, &id).await, SiteStatus::Running);
        assert!(world.events().await.contains(&"site.recovered".to_owned()));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn one_that_is_not_well_three_times_in_a_row_is_started_anew() {
    on_each_database(async |database| {
        let world = World::new(database).await;
        let id = live_program(&world, "serve one").await;
        world.driver.programs.sicken();
        for restarts in [0, 0, 1] {
            world.clock.advance(Duration::from_secs(10));
            world.hosting.running.look().await.expect("looked");
            assert_eq!(world.site(&id).await.restart_count, restarts);
        }
        world.clock.advance(Duration::from_secs(1));
        come_to(&world, 1).await;
        assert_eq!((world.driver.programs.started(), status(&world, &id).await), (2, SiteStatus::Running));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stopped_site_runs_nothing_and_a_started_one_answers_again() {
    on_each_database(async |database| {
        let world = World::new(database).await;
        let id = live_program(&world, "serve one").await;
        let stopped = world.act(&id, Action::Stop).await.expect("stopped");
        assert_eq!(stopped.site.status, SiteStatus::Stopping);
        assert_eq!(world.visit(HOST, "/"), "stopped");
        come_to(&world, 0).await;
        assert_eq!(status(&world, &id).await, SiteStatus::Stopped);
        let started = world.act(&id, Action::Start).await.expect("started");
        assert_eq!(started.site.status, SiteStatus::Starting);
        come_to(&world, 1).await;
        assert_eq!((world.visit(HOST, "/"), status(&world, &id).await), ("one".to_owned(), SiteStatus::Running));
        world.hosting.sites.delete(world.workspace, &id, None).await.expect("deleted");
        come_to(&world, 0).await;
        world.hosting.sites.restore(world.workspace, &id, None).await.expect("restored");
        come_to(&world, 1).await;
        assert_eq!(status(&world, &id).await, SiteStatus::Running);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_restart_starts_another_one_and_only_then_ends_the_one_before() {
    on_each_database(async |database| {
        let world = World::new(database).await;
        let id = live_program(&world, "serve one").await;
        let restarted = world.act(&id, Action::Restart).await.expect("restarted");
        assert_eq!((restarted.site.status, world.visit(HOST, "/")), (SiteStatus::Restarting, "one".to_owned()));
        come_to(&world, 1).await;
        assert_eq!((world.driver.programs.started(), status(&world, &id).await), (2, SiteStatus::Running));
        assert_eq!(world.visit(HOST, "/"), "one");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn after_a_restart_of_the_installation_what_runs_is_found_and_not_started_anew() {
    on_each_database(async |database| {
        let world = World::new(database).await;
        let id = live_program(&world, "serve one").await;
        let after = world.restarted().await;
        assert_eq!(visit(&after, HOST, "/"), "one");
        after.running.look().await.expect("looked");
        assert_eq!((world.driver.programs.started(), world.driver.programs.running()), (1, 1));
        // One that ended meanwhile is started.
        world.driver.programs.kill();
        let after = world.restarted().await;
        after.running.look().await.expect("looked");
        assert_eq!((visit(&after, HOST, "/"), world.driver.programs.started()), ("one".to_owned(), 2));
        assert_eq!(world.site(&id).await.status, SiteStatus::Running);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_ended_before_a_restart_of_the_installation_is_not_waited_for_when_its_site_is_deleted() {
    on_each_database(async |database| {
        let world = World::new(database).await;
        let id = live_program(&world, "serve one").await;
        world.act(&id, Action::Stop).await.expect("stopped");
        come_to(&world, 0).await;
        let after = world.restarted().await;
        after.sites.delete(world.workspace, &id, None).await.expect("deleted");
        after.running.look().await.expect("looked");
        assert_eq!(world.site(&id).await.condition, None);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_lost_builder_had_started_is_ended() {
    on_each_database(async |database| {
        let world = World::new(database).await;
        let id = live_program(&world, "serve one").await;
        // As if it had gone live, and the installation had ended just before that was written down.
        redeploy(&world, &id, "serve two").await;
        let sql = "UPDATE hosting_sites SET current_id = \
                   (SELECT id FROM hosting_deployments WHERE status = 'SUPERSEDED')";
        rows::run(&world.database, sql).await;
        let after = world.restarted().await;
        after.running.look().await.expect("looked");
        assert_eq!(visit(&after, HOST, "/"), "one");
        for _ in 0..100 {
            if world.driver.programs.running() == 1 {
                return;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        panic!("{} programs run", world.driver.programs.running());
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn files_take_a_programs_place_and_the_other_way_round() {
    on_each_database(async |database| {
        let world = World::new(database).await;
        let id = live_program(&world, "serve one").await;
        let change = SiteChange { start_command: Patch::Clear, ..SiteChange::default() };
        world.hosting.sites.change(world.workspace, &id, (None, None), change).await.expect("changed");
        world.publish(&id, "a page").await;
        assert_eq!(world.visit(HOST, "/"), "a page");
        come_to(&world, 0).await;
        redeploy(&world, &id, "serve two").await;
        assert_eq!(world.visit(HOST, "/"), "two");
        come_to(&world, 1).await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_deployment_that_is_called_off_leaves_nothing_running() {
    on_each_database(async |database| {
        let world = World::new(database).await;
        let id = world.create(run_by(&world, "sick one")).await.expect("a site").id;
        let latest = world.deployments(&id).await[0].id.clone();
        let calling_off = async {
            while world.driver.programs.running() == 0 {
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
            let canceled = world.hosting.deployments.cancel(world.workspace, &id, &latest, None).await;
            assert_eq!(canceled.expect("canceled").status, DeploymentStatus::Canceled);
        };
        tokio::join!(world.work(), calling_off);
        come_to(&world, 0).await;
        assert_eq!(status(&world, &id).await, SiteStatus::Failed);
    })
    .await;
}
