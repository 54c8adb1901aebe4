//! Sites: made, changed, stopped, started, deleted, restored, ended.

use crate::world::{MOST_SITES, World, actor, deploy, plan};
use mainstay_hosting::sites::{
    Action, DesiredState, SiteChange, SiteQuery, SiteService as _, SiteStatus, Slice, StopReason, Wanted,
};
use mainstay_hosting::{HostingError, SiteId};
use mainstay_kernel::{FieldError, Patch};
use mainstay_testkit::{on_each_database, rows};
use std::time::Duration;

fn fields(refused: &HostingError) -> Vec<&str> {
    match refused {
        HostingError::Invalid(fields) => fields.iter().map(|wrong: &FieldError| wrong.field.as_str()).collect(),
        other => panic!("{other}"),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_site_is_made_deployed_and_served() {
    on_each_database(async |database| {
        let world = World::new(database).await;
        let site = world.create(world.new_site("shop")).await.expect("a site");
        assert_eq!((site.status, site.label.as_str()), (SiteStatus::Deploying, "shop"));
        assert_eq!(world.visit("shop.sites.test", "/"), "empty");
        world.work().await;
        let site = world.site(&site.id).await;
        assert_eq!((site.status, site.is_serving()), (SiteStatus::Running, true));
        assert_eq!(world.visit("shop.sites.test:8080", "/"), "one");
        let events = world.events().await;
        assert_eq!(events, ["site.created", "site.deployment.created", "site.deployment.live"]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_wrong_field_is_named_and_nothing_is_made() {
    on_each_database(async |database| {
        let world = World::new(database).await;
        let mut new = world.new_site("Shop");
        new.repository = "ext::sh -c id".to_owned();
        new.change = SiteChange {
            branch: Patch::Set("--upload-pack=id".to_owned()),
            commit: Patch::Set("HEAD".to_owned()),
            port: Some(80),
            build_command: Patch::Set(String::new()),
            root_directory: Patch::Set("../..".to_owned()),
            watch_paths: Patch::Set(vec!["../x".to_owned()]),
            ..SiteChange::default()
        };
        let refused = world.create(new).await.expect_err("refused");
        let named = ["name", "repository", "branch", "commit", "port", "buildCommand", "rootDirectory", "watchPaths.0"];
        assert_eq!(fields(&refused), named);
        assert_eq!(rows::count(&world.database, "hosting_sites").await, 0);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_name_is_free_in_another_workspace_and_its_host_is_told_apart() {
    on_each_database(async |database| {
        let world = World::new(database).await;
        world.create(world.new_site("shop")).await.expect("a site");
        let again = world.create(world.new_site("shop")).await;
        assert!(matches!(again, Err(HostingError::NameTaken(name)) if name == "shop"));
        let theirs = world.hosting.sites.create(world.elsewhere, &plan(), None, world.new_site("shop")).await;
        let theirs = theirs.expect("a site");
        assert!(theirs.label.starts_with("shop-"), "{}", theirs.label);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_plan_allows_so_many_sites_and_deleted_ones_do_not_count() {
    on_each_database(async |database| {
        let world = World::new(database).await;
        let mut last = None;
        for number in 0..MOST_SITES {
            last = Some(world.create(world.new_site(&format!("site-{number}"))).await.expect("a site").id);
        }
        let refused = world.create(world.new_site("further")).await;
        assert!(matches!(refused, Err(HostingError::LimitReached)));
        world.hosting.sites.delete(world.workspace, &last.expect("a site"), None).await.expect("deleted");
        world.create(world.new_site("further")).await.expect("a site");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn another_workspaces_site_is_as_absent_as_one_that_never_was() {
    on_each_database(async |database| {
        let world = World::new(database).await;
        let id = world.live_site("shop").await;
        let (sites, elsewhere) = (&world.hosting.sites, world.elsewhere);
        let change = SiteChange { port: Some(4000), ..SiteChange::default() };
        let refusals = [
            sites.get(elsewhere, &id).await.map(drop),
            sites.change(elsewhere, &id, (None, None), change).await.map(drop),
            sites.act(elsewhere, &id, None, Action::Stop).await.map(drop),
            sites.act(elsewhere, &id, None, deploy()).await.map(drop),
            sites.delete(elsewhere, &id, None).await.map(drop),
            sites.restore(elsewhere, &id, None).await.map(drop),
            sites.get(world.workspace, &SiteId("cnever".to_owned())).await.map(drop),
        ];
        for refusal in refusals {
            assert!(matches!(refusal, Err(HostingError::SiteNotFound)));
        }
        assert_eq!(world.visit("shop.sites.test", "/"), "one");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stopped_site_answers_no_more_until_it_is_started_and_what_is_so_already_tells_nobody() {
    on_each_database(async |database| {
        let world = World::new(database).await;
        let id = world.live_site("shop").await;
        let stopped = world.act(&id, Action::Stop).await.expect("stopped");
        assert_eq!((stopped.changed, stopped.site.status), (true, SiteStatus::Stopped));
        assert_eq!(stopped.site.stop_reason, Some(StopReason::User));
        assert_eq!(world.visit("shop.sites.test", "/"), "stopped");
        let told = world.events().await.len();
        assert!(!world.act(&id, Action::Stop).await.expect("stopped").changed);
        assert_eq!(world.events().await.len(), told);
        assert!(world.act(&id, Action::Start).await.expect("started").changed);
        assert_eq!(world.visit("shop.sites.test", "/"), "one");
        assert!(!world.act(&id, Action::Start).await.expect("started").changed);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_never_ready_can_be_neither_started_nor_brought_back() {
    on_each_database(async |database| {
        let world = World::new(database).await;
        let mut new = world.new_site("shop");
        new.change.branch = Patch::Set("absent".to_owned());
        let id = world.create(new).await.expect("a site").id;
        world.work().await;
        assert_eq!(world.site(&id).await.status, SiteStatus::Failed);
        for action in [Action::Start, Action::Restart] {
            assert!(matches!(world.act(&id, action).await, Err(HostingError::NothingToRun)));
        }
        let back = world.act(&id, Action::RollBack(None)).await;
        assert!(matches!(back, Err(HostingError::NothingToRollBackTo)));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn settings_are_for_the_next_deployment_and_the_site_says_that_they_wait() {
    on_each_database(async |database| {
        let world = World::new(database).await;
        let id = world.live_site("shop").await;
        world.repository.commit(&[("web/index.html", "web")], "Web");
        let change = SiteChange { root_directory: Patch::Set("/web/".to_owned()), ..SiteChange::default() };
        let sites = &world.hosting.sites;
        let changed = sites.change(world.workspace, &id, (actor(), None), change.clone()).await.expect("changed");
        assert_eq!((changed.settings.root_directory.as_str(), changed.is_stale), ("web", true));
        let told = world.events().await.len();
        let again = sites.change(world.workspace, &id, (actor(), None), change).await.expect("as it is");
        assert_eq!((again.version, world.events().await.len()), (changed.version, told));
        assert_eq!(world.visit("shop.sites.test", "/"), "one");
        world.act(&id, deploy()).await.expect("deployed");
        world.work().await;
        assert_eq!(world.visit("shop.sites.test", "/"), "web");
        assert!(!world.site(&id).await.is_stale);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_has_seen_an_older_version_changes_nothing() {
    on_each_database(async |database| {
        let world = World::new(database).await;
        let site = world.site(&world.live_site("shop").await).await;
        let change = |port| SiteChange { port: Some(port), ..SiteChange::default() };
        let sites = &world.hosting.sites;
        sites.change(world.workspace, &site.id, (None, Some(site.version)), change(4000)).await.expect("changed");
        let late = sites.change(world.workspace, &site.id, (None, Some(site.version)), change(5000)).await;
        assert!(matches!(late, Err(HostingError::Changed)));
        assert_eq!(world.site(&site.id).await.settings.port, 4000);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_deleted_site_answers_no_more_can_be_restored_and_then_ends_with_its_files() {
    on_each_database(async |database| {
        let world = World::new(database).await;
        let id = world.live_site("shop").await;
        let sites = &world.hosting.sites;
        let going = sites.delete(world.workspace, &id, actor()).await.expect("deleted");
        assert_eq!(going.status, SiteStatus::Deleting);
        let again = sites.delete(world.workspace, &id, actor()).await.expect("deleted");
        assert_eq!((again.purge_at, again.version), (going.purge_at, going.version));
        assert_eq!(world.visit("shop.sites.test", "/"), "stopped");
        assert!(matches!(world.act(&id, deploy()).await, Err(HostingError::Deleting)));

        let back = sites.restore(world.workspace, &id, actor()).await.expect("restored");
        assert_eq!((back.status, back.desired), (SiteStatus::Running, DesiredState::Running));
        assert_eq!(world.visit("shop.sites.test", "/"), "one");
        assert!(matches!(sites.restore(world.workspace, &id, None).await, Err(HostingError::NotDeleting)));

        sites.delete(world.workspace, &id, actor()).await.expect("deleted");
        world.clock.advance(Duration::from_hours(71));
        world.hosting.purge.purge().await.expect("purged");
        assert_eq!(world.site(&id).await.status, SiteStatus::Deleting);
        world.clock.advance(Duration::from_hours(1));
        world.hosting.purge.purge().await.expect("purged");
        assert!(matches!(sites.get(world.workspace, &id).await, Err(HostingError::SiteNotFound)));
        assert_eq!(world.visit("shop.sites.test", "/"), "no site");
        assert!(!world.folder.path().join("hosting/sites").join(&id.0).exists());
        assert_eq!(rows::count(&world.database, "hosting_deployments").await, 0);
        assert_eq!(world.events().await.last().map(String::as_str), Some("site.purged"));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_files_of_a_site_that_has_ended_go_whoever_died_before_and_no_others() {
    on_each_database(async |database| {
        let world = World::new(database).await;
        world.live_site("shop").await;
        let sites = world.folder.path().join("hosting/sites");
        for name in ["cgone", "cunknown"] {
            std::fs::create_dir_all(sites.join(name).join("releases")).expect("made");
        }
        std::fs::write(sites.join("cgone/ended"), "").expect("marked");
        world.hosting.purge.purge().await.expect("purged");
        assert!(!sites.join("cgone").exists());
        assert!(sites.join("cunknown").exists(), "it may be another database's");
        assert_eq!(world.visit("shop.sites.test", "/"), "one");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_sites_of_a_workspace_that_ends_end_with_it() {
    on_each_database(async |database| {
        let world = World::new(database).await;
        let (a, b) = (world.live_site("a").await, world.live_site("b").await);
        let sites = &world.hosting.sites;
        let theirs = sites.create(world.elsewhere, &plan(), None, world.new_site("c")).await.expect("a site");
        sites.end_all(world.workspace).await.expect("ended");
        for id in [&a, &b] {
            assert_eq!(world.site(id).await.status, SiteStatus::Deleting);
        }
        assert_eq!(world.visit("a.sites.test", "/"), "stopped");
        let theirs = sites.get(world.elsewhere, &theirs.id).await.expect("a site");
        assert_eq!(theirs.status, SiteStatus::Deploying);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn two_who_take_a_name_at_the_same_moment_both_get_a_host() {
    on_each_database(async |database| {
        let world = World::new(database).await;
        for name in ["a", "b", "c", "d"] {
            let theirs = plan();
            let (own, other) = tokio::join!(
                world.create(world.new_site(name)),
                world.hosting.sites.create(world.elsewhere, &theirs, None, world.new_site(name)),
            );
            assert_ne!(own.expect("a site").label, other.expect("a site").label);
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_name_that_another_took_meanwhile_keeps_a_deleted_site_away() {
    on_each_database(async |database| {
        let world = World::new(database).await;
        let id = world.live_site("shop").await;
        world.hosting.sites.delete(world.workspace, &id, None).await.expect("deleted");
        world.create(world.new_site("shop")).await.expect("the name is free");
        let back = world.hosting.sites.restore(world.workspace, &id, None).await;
        assert!(matches!(back, Err(HostingError::NameTaken(name)) if name == "shop"));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_list_is_read_in_parts_the_newest_first_whatever_is_added_meanwhile() {
    on_each_database(async |database| {
        let world = World::new(database).await;
        for name in ["a", "b", "c"] {
            world.create(world.new_site(name)).await.expect("a site");
            world.clock.advance(Duration::from_secs(1));
        }
        let list = async |query: SiteQuery| -> Slice<String> {
            world.hosting.sites.list(world.workspace, query).await.expect("a list").map(|site| site.name)
        };
        let first = list(SiteQuery { wanted: Wanted::new(None, 2), ..SiteQuery::default() }).await;
        assert_eq!(first.items, ["c", "b"]);
        world.create(world.new_site("d")).await.expect("a site");
        let second = list(SiteQuery { wanted: Wanted::new(first.next, 2), ..SiteQuery::default() }).await;
        assert_eq!((second.items, second.next), (vec!["a".to_owned()], None));
        let named = list(SiteQuery { name: Some("b".into()), ..SiteQuery::default() }).await;
        assert_eq!(named.items, ["b"]);
        let running = list(SiteQuery { status: Some(SiteStatus::Running), ..SiteQuery::default() }).await;
        assert!(running.items.is_empty());
    })
    .await;
}
