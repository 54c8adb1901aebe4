//! The commands of a build: what they make is served, and how they fail is told.

use crate::world::World;
use mainstay_hosting::deployments::{DeploymentStatus, Failure, FailureReason};
use mainstay_hosting::logs::{LogQuery, LogService as _};
use mainstay_hosting::sites::SiteChange;
use mainstay_hosting::variables::{Scope, VariableChange, VariableService as _};
use mainstay_hosting::{HostingError, SiteId};
use mainstay_kernel::{Patch, Secret};
use mainstay_testkit::on_each_database;
use std::sync::atomic::Ordering;

fn built(install: Option<&str>, build: &str) -> SiteChange {
    let set = |text: &str| Patch::Set(text.to_owned());
    SiteChange { install_command: install.map_or(Patch::Keep, set), build_command: set(build), ..SiteChange::default() }
}

async fn deployed(world: &World, change: SiteChange) -> Result<SiteId, HostingError> {
    let mut new = world.new_site("shop");
    new.change = change;
    new.variables.insert("TITLE".to_owned(), Secret::new("hunter2".to_owned()));
    let id = world.create(new).await?.id;
    world.work().await;
    Ok(id)
}

async fn failure(world: &World, id: &SiteId) -> Failure {
    let latest = world.site(id).await.latest.expect("a deployment");
    assert_eq!(latest.status, DeploymentStatus::Failed);
    latest.failure.expect("a failure")
}

async fn log(world: &World, id: &SiteId) -> String {
    let query = LogQuery { limit: 100, ..LogQuery::default() };
    let lines = world.hosting.logs.lines(world.workspace, id, query).await.expect("lines");
    lines.into_iter().map(|line| line.message + "\n").collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_commands_make_is_served_and_their_variables_are_nowhere_in_the_log() {
    on_each_database(async |database| {
        let world = World::new(database).await;
        let id =
            deployed(&world, built(Some("print got $TITLE"), "write dist/index.html $TITLE")).await.expect("a site");
        assert_eq!(world.visit("shop.sites.test", "/"), "hunter2");
        let log = log(&world, &id).await;
        assert!(log.contains("$ print got $TITLE") && log.contains("got •••"), "{log}");
        assert!(!log.contains("hunter2"), "{log}");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_build_is_not_given_what_is_for_the_program_alone() {
    on_each_database(async |database| {
        let world = World::new(database).await;
        let id = deployed(&world, built(None, "write dist/index.html $TITLE")).await.expect("a site");
        let values = [("TITLE".to_owned(), Some(Secret::new("other".to_owned())))].into();
        let change = VariableChange { values, scope: Some(Scope::Runtime), ..VariableChange::default() };
        world.hosting.variables.rewrite(world.workspace, &id, None, change).await.expect("set");
        world.publish(&id, "next").await;
        assert_eq!(world.visit("shop.sites.test", "/"), "$TITLE");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_command_that_fails_ends_the_build_and_says_how() {
    on_each_database(async |database| {
        let world = World::new(database).await;
        let id = deployed(&world, built(Some("fail 3 it is $TITLE"), "write dist/index.html x")).await.expect("a site");
        let failure = failure(&world, &id).await;
        assert_eq!((failure.phase.as_str(), failure.reason.as_str()), ("BUILDING", FailureReason::BuildFailed.name()));
        assert_eq!((failure.exit_code, failure.last_lines), (Some(3), vec!["it is •••".to_owned()]));
        assert!(failure.message.ends_with("ended with the status 3"), "{}", failure.message);
        assert_eq!(world.visit("shop.sites.test", "/"), "empty");
        assert!(!log(&world, &id).await.contains("write dist"));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_machine_without_boxes_runs_nothing_and_says_why() {
    on_each_database(async |database| {
        let world = World::new(database).await;
        world.driver.refuses.store(true, Ordering::SeqCst);
        let id = deployed(&world, built(None, "write dist/index.html x")).await.expect("a site");
        let failure = failure(&world, &id).await;
        assert_eq!(failure.reason, FailureReason::NotSupported.name());
        assert!(failure.message.contains("there are no boxes"));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_machine_without_boxes_keeps_no_program_running_and_says_why() {
    on_each_database(async |database| {
        let world = World::new(database).await;
        world.driver.refuses.store(true, Ordering::SeqCst);
        let change = SiteChange { start_command: Patch::Set("serve one".to_owned()), ..SiteChange::default() };
        let id = deployed(&world, change).await.expect("a site");
        let failure = failure(&world, &id).await;
        assert_eq!(failure.reason, FailureReason::NotSupported.name());
        assert!(failure.message.contains("there are no boxes"));
    })
    .await;
}
