//! Programs that nobody visits sleep, and are started for the next visitor, who waits for that.

use crate::world::{World, actor, deploy};
use http::Request;
use http_body_util::BodyExt as _;
use mainstay_hosting::metering::Metered;
use mainstay_hosting::running::{self, SendFault, Upstream};
use mainstay_hosting::serving::{Answer, Asked};
use mainstay_hosting::sites::{Action, HealthCheck, NewSite, SiteChange, SiteService as _, SiteStatus};
use mainstay_hosting::{Hosting, HostingError, SiteId};
use mainstay_kernel::Patch;
use mainstay_testkit::on_each_database;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

const HOST: &str = "shop.sites.test";

/// A site that this command runs, and that sleeps after five minutes.
fn sleeper(world: &World, command: &str) -> NewSite {
    let health_check = HealthCheck { startup_seconds: 20, ..HealthCheck::default() };
    let change = SiteChange {
        start_command: Patch::Set(command.to_owned()),
        health_check: Patch::Set(health_check),
        sleep_after: Patch::Set(5),
        ..SiteChange::default()
    };
    NewSite { change, ..world.new_site("shop") }
}

async fn live_sleeper(world: &World) -> SiteId {
    let id = world.create(sleeper(world, "serve one")).await.expect("a site").id;
    world.work().await;
    look(&world.hosting).await;
    id
}

async fn look(hosting: &Hosting) {
    hosting.running.look().await.expect("looked");
}

/// Lets so many minutes pass, in each of which programs are looked after.
async fn minutes(world: &World, count: u32) {
    for _ in 0..count {
        world.clock.advance(Duration::from_mins(1));
        look(&world.hosting).await;
    }
}

async fn status(world: &World, id: &SiteId) -> SiteStatus {
    world.site(id).await.status
}

async fn asleep(world: &World) -> SiteId {
    let id = live_sleeper(world).await;
    minutes(world, 5).await;
    assert_eq!(status(world, &id).await, SiteStatus::Sleeping);
    come_to(world, 0).await;
    id
}

/// Looks after programs until so many run: those that give way end in the background.
async fn come_to(world: &World, running: usize) {
    for _ in 0..500 {
        if world.driver.programs.running() == running {
            return;
        }
        look(&world.hosting).await;
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("{} programs run and not {running}", world.driver.programs.running());
}

fn upstream(hosting: &Hosting) -> Arc<Upstream> {
    let Asked::Site(site) = hosting.serving.asked(HOST) else { panic!("no site") };
    match &site.answer {
        Answer::Program(upstream) => Arc::clone(upstream),
        _ => panic!("no program"),
    }
}

/// Asks as the gateway does: what nobody has taken is asked again.
async fn ask(upstream: Arc<Upstream>) -> Result<String, String> {
    for _ in 0..100 {
        let Some(instance) = upstream.instance(Duration::from_secs(20)).await else { return Err("absent".to_owned()) };
        let request = Request::get("/").header("host", HOST).body(running::empty()).expect("a request");
        match instance.send(request).await {
            Ok(reply) => {
                let body = reply.body.collect().await.map_err(|cause| cause.to_string())?.to_bytes();
                return Ok(String::from_utf8_lossy(&body).into_owned());
            }
            Err(SendFault::Unreachable(..) | SendFault::Unread(_)) => {
                tokio::time::sleep(Duration::from_millis(1)).await;
            }
            Err(broken @ SendFault::Broken(_)) => return Err(broken.to_string()),
        }
    }
    Err("nobody takes it".to_owned())
}

/// So many visitors at once, while programs are looked after.
async fn visit(hosting: &Hosting, count: usize) -> Vec<Result<String, String>> {
    let visits: Vec<_> = (0..count).map(|_| tokio::spawn(ask(upstream(hosting)))).collect();
    while visits.iter().any(|visit| !visit.is_finished()) {
        look(hosting).await;
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
    let mut answers = Vec::new();
    for visit in visits {
        answers.push(visit.await.expect("a visit"));
    }
    answers
}

#[tokio::test(flavor = "multi_thread")]
async fn a_program_that_nobody_visits_long_enough_sleeps_and_its_next_visitors_wait_for_one_start() {
    on_each_database(async |database| {
        let world = World::new(database).await;
        let id = live_sleeper(&world).await;
        minutes(&world, 4).await;
        assert_eq!(status(&world, &id).await, SiteStatus::Running);
        minutes(&world, 1).await;
        let site = world.site(&id).await;
        assert_eq!((site.status, site.is_serving(), site.status.is_settled()), (SiteStatus::Sleeping, true, true));
        come_to(&world, 0).await;
        minutes(&world, 3).await;
        assert_eq!((world.driver.programs.started(), status(&world, &id).await), (1, SiteStatus::Sleeping));
        let answers = visit(&world.hosting, 20).await;
        assert!(answers.iter().all(|answer| answer.as_deref() == Ok("one")), "{answers:?}");
        assert_eq!((world.driver.programs.started(), world.driver.programs.running()), (2, 1));
        assert_eq!(status(&world, &id).await, SiteStatus::Running);
        let told: Vec<_> = world.events().await.into_iter().filter(|name| name.starts_with("site.")).collect();
        assert!(told.ends_with(&["site.slept".to_owned(), "site.woken".to_owned()]), "{told:?}");
        assert_eq!(world.site(&id).await.restart_count, 0, "it did not end by itself");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_visit_that_was_or_that_lasts_keeps_it_awake() {
    on_each_database(async |database| {
        let world = World::new(database).await;
        let id = live_sleeper(&world).await;
        for _ in 0..4 {
            minutes(&world, 3).await;
            assert_eq!(world.visit(HOST, "/"), "one");
        }
        assert_eq!(status(&world, &id).await, SiteStatus::Running);
        let instance = upstream(&world.hosting).instance(Duration::ZERO).await.expect("somebody");
        let request = Request::get("/").header("host", HOST).body(running::empty()).expect("a request");
        let lasting = instance.send(request).await.expect("an answer");
        minutes(&world, 20).await;
        assert_eq!(status(&world, &id).await, SiteStatus::Running);
        drop(lasting);
        minutes(&world, 6).await;
        assert_eq!(status(&world, &id).await, SiteStatus::Sleeping);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn started_restarted_and_deployed_it_wakes_and_stopped_it_is_stopped() {
    on_each_database(async |database| {
        let world = World::new(database).await;
        let id = asleep(&world).await;
        for action in [Action::Start, Action::Restart] {
            let done = world.act(&id, action).await.expect("done");
            assert_eq!((done.changed, done.site.status), (true, SiteStatus::Starting));
            come_to(&world, 1).await;
            assert_eq!((world.visit(HOST, "/"), status(&world, &id).await), ("one".to_owned(), SiteStatus::Running));
            minutes(&world, 7).await;
            come_to(&world, 0).await;
            assert_eq!(status(&world, &id).await, SiteStatus::Sleeping);
        }
        world.act(&id, deploy()).await.expect("queued");
        world.work().await;
        look(&world.hosting).await;
        assert_eq!((world.visit(HOST, "/"), status(&world, &id).await), ("one".to_owned(), SiteStatus::Running));
        minutes(&world, 7).await;
        assert_eq!(status(&world, &id).await, SiteStatus::Sleeping);
        world.act(&id, Action::Stop).await.expect("stopped");
        come_to(&world, 0).await;
        look(&world.hosting).await;
        assert_eq!((status(&world, &id).await, world.visit(HOST, "/")), (SiteStatus::Stopped, "stopped".to_owned()));
        look(&world.hosting).await;
        assert_eq!(world.driver.programs.running(), 0, "nobody wakes what is stopped");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_deployment_that_fails_leaves_it_asleep_and_one_that_sleeps_can_be_deleted() {
    on_each_database(async |database| {
        let world = World::new(database).await;
        let id = asleep(&world).await;
        let wish = mainstay_hosting::sites::Wish { branch: Some("absent".to_owned()), commit: None };
        world.act(&id, Action::Deploy(wish)).await.expect("queued");
        world.work().await;
        assert_eq!(status(&world, &id).await, SiteStatus::Sleeping);
        assert_eq!(visit(&world.hosting, 1).await, [Ok("one".to_owned())]);
        minutes(&world, 7).await;
        world.hosting.sites.delete(world.workspace, &id, actor()).await.expect("deleted");
        come_to(&world, 0).await;
        assert_eq!(status(&world, &id).await, SiteStatus::Deleting);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn after_a_restart_of_the_installation_it_still_sleeps_and_wakes() {
    on_each_database(async |database| {
        let world = World::new(database).await;
        let id = asleep(&world).await;
        let after = world.restarted().await;
        look(&after).await;
        assert_eq!((status(&world, &id).await, world.driver.programs.running()), (SiteStatus::Sleeping, 0));
        assert_eq!(visit(&after, 1).await, [Ok("one".to_owned())]);
        assert_eq!((status(&world, &id).await, world.driver.programs.running()), (SiteStatus::Running, 1));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_sleeps_costs_nothing() {
    on_each_database(async |database| {
        let world = World::new(database).await;
        asleep(&world).await;
        for _ in 0..10 {
            world.clock.advance(Duration::from_mins(1));
            world.hosting.metering.meter().await.expect("metered");
        }
        world.clock.advance(Duration::from_hours(2));
        world.hosting.metering.meter().await.expect("metered");
        assert!(world.purse.counted(Metered::Site).is_empty(), "{:?}", world.purse.counted(Metered::Site));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn files_never_sleep_nor_does_a_program_that_is_not_told_to() {
    on_each_database(async |database| {
        let world = World::new(database).await;
        let mut files = world.new_site("shop");
        files.change.sleep_after = Patch::Set(5);
        let files = world.create(files).await.expect("a site").id;
        let mut awake = sleeper(&world, "serve two");
        (awake.name, awake.change.sleep_after) = ("other".to_owned(), Patch::Keep);
        let awake = world.create(awake).await.expect("a site").id;
        world.work().await;
        minutes(&world, 60).await;
        assert_eq!(status(&world, &files).await, SiteStatus::Running);
        assert_eq!(status(&world, &awake).await, SiteStatus::Running);
        let change = SiteChange { sleep_after: Patch::Set(5), ..SiteChange::default() };
        let changed = world.hosting.sites.change(world.workspace, &awake, (None, None), change).await.expect("changed");
        assert!(!changed.is_stale, "no deployment is needed for it");
        minutes(&world, 7).await;
        assert_eq!(status(&world, &awake).await, SiteStatus::Sleeping);
        for wrong in [0, 4, 1441] {
            let change = SiteChange { sleep_after: Patch::Set(wrong), ..SiteChange::default() };
            let refused = world.hosting.sites.change(world.workspace, &awake, (None, None), change).await;
            match refused {
                Err(HostingError::Invalid(fields)) => assert_eq!(fields[0].field, "sleepAfterMinutes"),
                other => panic!("{other:?}"),
            }
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn no_visitor_is_lost_who_comes_while_it_falls_asleep() {
    on_each_database(async |database| {
        let world = World::new(database).await;
        let id = live_sleeper(&world).await;
        let (is_over, answered) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicU64::new(0)));
        let visitors: Vec<_> = (0..3_u64)
            .map(|number| {
                let (upstream, is_over, answered) =
                    (upstream(&world.hosting), Arc::clone(&is_over), Arc::clone(&answered));
                tokio::spawn(async move {
                    let mut turn = number;
                    while !is_over.load(Ordering::SeqCst) {
                        assert_eq!(ask(Arc::clone(&upstream)).await.as_deref(), Ok("one"));
                        answered.fetch_add(1, Ordering::SeqCst);
                        turn = (turn * 7 + 5) % 31;
                        tokio::time::sleep(Duration::from_millis(turn)).await;
                    }
                })
            })
            .collect();
        let slept = async || world.events().await.iter().filter(|name| *name == "site.slept").count();
        for _ in 0..2000 {
            world.clock.advance(Duration::from_mins(6));
            look(&world.hosting).await;
            if answered.load(Ordering::SeqCst) > 200 && slept().await >= 10 {
                break;
            }
        }
        is_over.store(true, Ordering::SeqCst);
        while visitors.iter().any(|visitor| !visitor.is_finished()) {
            look(&world.hosting).await;
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
        for visitor in visitors {
            visitor.await.expect("nobody was lost");
        }
        assert!(slept().await >= 10, "it slept {} times", slept().await);
        assert_eq!(world.site(&id).await.restart_count, 0);
    })
    .await;
}
