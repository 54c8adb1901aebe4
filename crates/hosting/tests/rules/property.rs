//! Whatever is done with a site in whatever order, what is served is what was last live, and nothing is left over.

use crate::world::{World, actor, deploy};
use mainstay_hosting::SiteId;
use mainstay_hosting::deployments::{DeploymentService as _, DeploymentStatus};
use mainstay_hosting::sites::{
    Action, Condition, DesiredState, HistoryService as _, SiteService as _, SiteStatus, Subject, Wanted, Wish,
};
use mainstay_kernel::Patch;
use mainstay_testkit::TestDatabase;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use std::collections::HashSet;
use std::time::Duration;

#[derive(Debug, Clone, Copy)]
enum Step {
    Deploy,
    DeployWrong,
    RollBack,
    Cancel,
    Start,
    Stop,
    Restart,
    Delete,
    Restore,
    Work,
    LoseBuilder,
    Reap,
    Restart2,
    Kill,
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        4 => Just(Step::Deploy),
        1 => Just(Step::DeployWrong),
        2 => Just(Step::RollBack),
        2 => Just(Step::Cancel),
        2 => Just(Step::Start),
        2 => Just(Step::Stop),
        1 => Just(Step::Restart),
        1 => Just(Step::Delete),
        1 => Just(Step::Restore),
        5 => Just(Step::Work),
        1 => Just(Step::LoseBuilder),
        2 => Just(Step::Reap),
        1 => Just(Step::Restart2),
        1 => Just(Step::Kill),
    ]
}

async fn take(world: &mut World, id: &SiteId, step: Step, number: usize) {
    world.clock.advance(Duration::from_secs(1));
    let workspace = world.workspace;
    // What is refused is refused as a whole: what holds is looked at after each step.
    match step {
        Step::Deploy => {
            world.repository.commit(&[("index.html", &number.to_string())], "Next");
            drop(world.act(id, deploy()).await);
        }
        Step::DeployWrong => {
            let wish = Wish { branch: Some("absent".to_owned()), commit: None };
            drop(world.act(id, Action::Deploy(wish)).await);
        }
        Step::RollBack => drop(world.act(id, Action::RollBack(None)).await),
        Step::Cancel => {
            let latest = world.deployments(id).await.remove(0).id;
            drop(world.hosting.deployments.cancel(workspace, id, &latest, actor()).await);
        }
        Step::Start => drop(world.act(id, Action::Start).await),
        Step::Stop => drop(world.act(id, Action::Stop).await),
        Step::Restart => drop(world.act(id, Action::Restart).await),
        Step::Delete => drop(world.hosting.sites.delete(workspace, id, actor()).await),
        Step::Restore => drop(world.hosting.sites.restore(workspace, id, actor()).await),
        Step::Work => world.work().await,
        Step::LoseBuilder => {
            let sql = "UPDATE hosting_deployments SET status = 'CLONING', worker = 'gone', lease_until = created_at \
                       WHERE status = 'QUEUED' AND NOT EXISTS (SELECT 1 FROM hosting_deployments other WHERE \
                       other.status IN ('CLONING', 'BUILDING', 'SWITCHING'))";
            mainstay_testkit::rows::run(&world.database, sql).await;
        }
        Step::Reap => world.hosting.builders.reap().await.expect("reaped"),
        Step::Restart2 => world.hosting = world.restarted().await,
        Step::Kill => world.driver.programs.kill(),
    }
}

async fn check(world: &World, id: &SiteId) {
    let site = world.site(id).await;
    let deployments = world.deployments(id).await;
    let count = |is: &dyn Fn(DeploymentStatus) -> bool| deployments.iter().filter(|own| is(own.status)).count();
    let waiting = count(&|status| status == DeploymentStatus::Queued);
    let active = count(&|status| {
        matches!(status, DeploymentStatus::Cloning | DeploymentStatus::Building | DeploymentStatus::Switching)
    });
    let live: Vec<_> = deployments.iter().filter(|own| own.status == DeploymentStatus::Live).collect();
    assert!(waiting <= 1 && active <= 1 && live.len() <= 1, "{deployments:?}");
    assert_eq!(live.first().map(|own| &own.id), site.current.as_ref());
    let is_deploying = waiting + active > 0;
    let expected = match site.status {
        SiteStatus::Deploying => is_deploying,
        SiteStatus::Running => !is_deploying && !live.is_empty(),
        SiteStatus::Stopped => !is_deploying,
        SiteStatus::Failed => !is_deploying && live.is_empty(),
        SiteStatus::Deleting => !is_deploying && site.deleted_at.is_some(),
        // Whoever tends programs has had all the time there is, and nobody lets this site sleep.
        SiteStatus::Starting
        | SiteStatus::Restarting
        | SiteStatus::Stopping
        | SiteStatus::Crashed
        | SiteStatus::Sleeping => false,
    };
    assert!(expected, "{site:?}");
    let seen = world.visit("shop.sites.test", "/");
    match live.first() {
        Some(own) if site.is_serving() => {
            let sum = own.commit.clone().expect("a commit");
            let page = world.repository.git(&["show", &format!("{sum}:index.html")]);
            assert_eq!(seen, page);
        }
        Some(_) => assert_eq!(seen, "stopped"),
        None => assert!(seen == "empty" || seen == "stopped", "{seen}"),
    }
    must_be_told(world, id, site.status).await;
    if !is_deploying {
        must_leave_nothing(
            world,
            id,
            &deployments.iter().filter_map(|own| own.release.clone()).map(|own| own.0).collect(),
        );
    }
}

/// The history of a site has no gap, and ends with how the site is.
async fn must_be_told(world: &World, id: &SiteId, status: SiteStatus) {
    let (mut told, mut after) = (Vec::new(), None);
    loop {
        let wanted = Wanted::new(after, Wanted::MOST);
        let part = world.hosting.history.list(world.workspace, id, wanted).await.expect("a history");
        told.extend(part.items.into_iter().filter(|own| own.subject == Subject::Site));
        after = part.next;
        if after.is_none() {
            break;
        }
    }
    let mut then = status.name().to_owned();
    for own in told {
        assert_eq!(own.to, then, "what follows begins as this ends");
        then = own.from.unwrap_or_default();
    }
    assert_eq!(then, "", "it begins when the site was made");
}

fn must_leave_nothing(world: &World, id: &SiteId, known: &HashSet<String>) {
    let folder = world.folder.path().join("hosting/sites").join(&id.0);
    let names = |inner: &str| {
        let entries = std::fs::read_dir(folder.join(inner)).into_iter().flatten().flatten();
        entries.map(|entry| entry.file_name().to_string_lossy().into_owned()).collect::<Vec<_>>()
    };
    assert!(names("work").is_empty(), "{:?}", names("work"));
    assert!(names("releases").iter().all(|name| known.contains(name)), "{:?}", names("releases"));
    assert!(names("releases").len() <= 5);
}

/// Looks after programs until those run that are to, and no others.
async fn settle(world: &World, id: &SiteId) {
    for _ in 0..200 {
        world.hosting.running.look().await.expect("looked");
        let site = world.site(id).await;
        let is_meant_to = site.desired == DesiredState::Running && site.current.is_some() && site.deleted_at.is_none();
        let condition = is_meant_to.then_some(Condition::Running);
        if world.driver.programs.running() == usize::from(is_meant_to) && site.condition == condition {
            return;
        }
        world.clock.advance(Duration::from_secs(31));
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    panic!("{} programs run, and the site is {:?}", world.driver.programs.running(), world.site(id).await);
}

fn hold(command: Option<&str>) {
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let cases = std::env::var("PROPTEST_CASES").ok().and_then(|text| text.parse().ok()).unwrap_or(12);
    let mut runner = TestRunner::new(Config { cases, failure_persistence: None, ..Config::default() });
    let ran = runner.run(&vec(step(), 1..40), |steps| {
        runtime.block_on(async {
            let database = TestDatabase::sqlite().await;
            let mut world = World::new(database.database.clone()).await;
            let mut new = world.new_site("shop");
            new.change.start_command = command.map_or(Patch::Keep, |command| Patch::Set(command.to_owned()));
            let id = world.create(new).await.expect("a site").id;
            for (number, step) in steps.into_iter().enumerate() {
                take(&mut world, &id, step, number).await;
                if command.is_some() {
                    settle(&world, &id).await;
                }
                check(&world, &id).await;
            }
        });
        Ok(())
    });
    ran.expect("it holds");
}

#[test]
fn whatever_is_done_in_whatever_order_what_is_served_was_last_live_and_nothing_is_left_over() {
    hold(None);
}

#[test]
fn whatever_is_done_in_whatever_order_one_program_runs_where_one_is_to_and_none_elsewhere() {
    hold(Some("page index.html"));
}
