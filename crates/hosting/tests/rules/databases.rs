//! Databases: made, changed, stopped, started, backed up, deleted, restored, ended.

use crate::world::{MOST_SITES, World, actor, plan};
use mainstay_hosting::databases::{
    BackupStatus, Credentials, DatabaseAction, DatabaseChange, DatabaseOutcome, DatabaseQuery, DatabaseService as _,
    DatabaseStatus, NewDatabase, Shown,
};
use mainstay_hosting::sites::Action;
use mainstay_hosting::{DatabaseId, HostingError};
use mainstay_store::Database;
use mainstay_testkit::{on_each_database, rows};
use std::path::PathBuf;
use std::time::Duration;

pub(crate) fn new_database(name: &str, kind: &str) -> NewDatabase {
    let (name, kind) = (name.to_owned(), kind.to_owned());
    NewDatabase {
        name,
        kind,
        engine_version: None,
        max_connections: None,
        site: None,
        extensions: Vec::new(),
        schedule: None,
        max_size_mb: None,
    }
}

impl World {
    pub(crate) async fn create_database(&self, new: NewDatabase) -> Result<(Shown, Credentials), HostingError> {
        self.hosting.databases.create(self.workspace, &plan(), actor(), new).await
    }

    pub(crate) async fn shown(&self, id: &DatabaseId) -> Shown {
        self.hosting.databases.get(self.workspace, id).await.expect("a database")
    }

    /// Does something with a database, a second after what was done before.
    pub(crate) async fn do_to(&self, id: &DatabaseId, action: DatabaseAction) -> Result<DatabaseOutcome, HostingError> {
        self.clock.advance(Duration::from_secs(1));
        self.hosting.databases.act(self.workspace, id, actor(), action).await
    }

    pub(crate) async fn delete_database(&self, id: &DatabaseId) -> Result<Shown, HostingError> {
        self.clock.advance(Duration::from_secs(1));
        self.hosting.databases.delete(self.workspace, id, actor(), false).await
    }

    /// Everything that a database has on this machine.
    pub(crate) fn files_of(&self, id: &DatabaseId) -> PathBuf {
        self.folder.path().join("hosting/databases").join(&id.0)
    }
}

fn is_invalid(refused: &Result<(Shown, Credentials), HostingError>, field: &str) -> bool {
    matches!(refused, Err(HostingError::Invalid(wrong)) if wrong.iter().any(|own| own.field == field))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_is_made_stopped_started_and_told_of() {
    on_each_database(async |database| {
        let world = World::new(database).await;
        let (shown, opening) = world.create_database(new_database("notes", "sqlite")).await.expect("a database");
        let id = shown.database.id.clone();
        assert_eq!((shown.database.status, shown.database.version), (DatabaseStatus::Running, 1));
        assert_eq!(shown.connection_string(), "sqlite:///databases/notes/database.sqlite");
        assert!(opening.password.is_none() && shown.facts.expect("facts").size_bytes > 0);
        assert!(world.do_to(&id, DatabaseAction::Stop).await.expect("stopped").changed);
        assert!(!world.do_to(&id, DatabaseAction::Stop).await.expect("stopped").changed);
        assert_eq!(world.shown(&id).await.database.status, DatabaseStatus::Stopped);
        assert!(world.do_to(&id, DatabaseAction::Restart).await.expect("started").changed);
        assert_eq!(world.shown(&id).await.database.status, DatabaseStatus::Running);
        let rotated = world.do_to(&id, DatabaseAction::RotateCredentials).await;
        assert!(matches!(rotated, Err(HostingError::Invalid(_))));
        let told = ["database.created", "database.ready", "database.stopped", "database.restarted"];
        assert_eq!(world.events().await, told);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_wrong_field_is_named_and_nothing_is_made() {
    on_each_database(async |database| {
        let world = World::new(database).await;
        assert!(is_invalid(&world.create_database(new_database("a", "oracle")).await, "type"));
        assert!(is_invalid(&world.create_database(new_database("Not so", "sqlite")).await, "name"));
        let many = NewDatabase { max_connections: Some(5), ..new_database("a", "sqlite") };
        assert!(is_invalid(&world.create_database(many).await, "maxConnections"));
        let old = NewDatabase { engine_version: Some("2".to_owned()), ..new_database("a", "sqlite") };
        assert!(is_invalid(&world.create_database(old).await, "version"));
        let absent = Some(mainstay_hosting::SiteId("cabsent123".to_owned()));
        let of_nobody = NewDatabase { site: absent, ..new_database("a", "sqlite") };
        assert!(is_invalid(&world.create_database(of_nobody).await, "siteId"));
        assert_eq!(rows::count(&world.database, "hosting_databases").await, 0);
        assert!(world.events().await.is_empty());
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_name_is_had_once_and_a_plan_allows_so_many() {
    on_each_database(async |database| {
        let world = World::new(database).await;
        world.create_database(new_database("own0", "sqlite")).await.expect("a database");
        let again = world.create_database(new_database("own0", "sqlite")).await;
        assert!(matches!(again, Err(HostingError::DatabaseNameTaken(_))));
        for count in 1..MOST_SITES {
            world.create_database(new_database(&format!("own{count}"), "sqlite")).await.expect("a database");
        }
        let further = world.create_database(new_database("further", "sqlite")).await;
        assert!(matches!(further, Err(HostingError::DatabaseLimitReached)));
        let listed = world.hosting.databases.list(world.workspace, DatabaseQuery::default()).await.expect("a list");
        assert_eq!(u64::try_from(listed.items.len()).expect("few"), MOST_SITES);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn another_workspace_finds_nothing() {
    on_each_database(async |database| {
        let world = World::new(database).await;
        let (shown, _) = world.create_database(new_database("notes", "sqlite")).await.expect("a database");
        let (databases, id) = (&world.hosting.databases, &shown.database.id);
        let absent = |refused: bool| assert!(refused);
        let gone = |error: HostingError| matches!(error, HostingError::DatabaseNotFound);
        absent(gone(databases.get(world.elsewhere, id).await.expect_err("nothing")));
        absent(gone(databases.credentials(world.elsewhere, id, None).await.expect_err("nothing")));
        absent(gone(databases.backups(world.elsewhere, id).await.expect_err("nothing")));
        absent(gone(databases.delete(world.elsewhere, id, None, true).await.expect_err("nothing")));
        absent(gone(databases.restore(world.elsewhere, id, None).await.expect_err("nothing")));
        absent(gone(databases.act(world.elsewhere, id, None, DatabaseAction::BackUp).await.expect_err("nothing")));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_deleted_database_comes_back_within_three_days_and_leaves_nothing_after() {
    on_each_database(async |database| {
        let world = World::new(database).await;
        let (shown, _) = world.create_database(new_database("notes", "sqlite")).await.expect("a database");
        let id = shown.database.id;
        let going = world.delete_database(&id).await.expect("deleted");
        assert_eq!(going.database.status, DatabaseStatus::Deleting);
        let last = going.database.latest_backup.expect("a last backup");
        assert_eq!(last.status, BackupStatus::Succeeded, "{last:?}");
        let refused = world.do_to(&id, DatabaseAction::Start).await;
        assert!(matches!(refused, Err(HostingError::DatabaseDeleting)));
        world.clock.advance(Duration::from_hours(71));
        world.hosting.settling.settle_due().await.expect("looked after");
        world.hosting.databases.restore(world.workspace, &id, actor()).await.expect("restored");
        assert_eq!(world.shown(&id).await.database.status, DatabaseStatus::Running);
        world.delete_database(&id).await.expect("deleted");
        world.clock.advance(Duration::from_hours(72));
        let late = world.hosting.databases.restore(world.workspace, &id, actor()).await;
        assert!(matches!(late, Err(HostingError::DatabaseNotFound)));
        world.hosting.settling.settle_due().await.expect("ended");
        for table in ["hosting_databases", "hosting_database_backups"] {
            assert_eq!(rows::count(&world.database, table).await, 0, "{table}");
        }
        assert!(!world.files_of(&id).exists());
        assert_eq!(world.events().await.last().map(String::as_str), Some("database.purged"));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn programs_of_attached_sites_are_given_what_runs_and_no_other() {
    on_each_database(async |database| {
        let world = World::new(database).await;
        let site = world.live_site("shop").await;
        let attached = NewDatabase { site: Some(site.clone()), ..new_database("notes", "sqlite") };
        let id = world.create_database(attached).await.expect("a database").0.database.id;
        world.clock.advance(Duration::from_secs(1));
        let (second, _) = world.create_database(new_database("events", "sqlite")).await.expect("a database");
        let change = DatabaseChange { sites: Some(vec![site.clone()]), ..DatabaseChange::default() };
        let changed =
            world.hosting.databases.change(world.workspace, &second.database.id, (actor(), None), change).await;
        assert!(changed.expect("attached").database.sites[0].is_running);
        let given = world.hosting.databases.given_to(world.workspace, &site).await.expect("given");
        let urls: Vec<_> = given.variables.iter().map(|(name, url)| (name.as_str(), url.expose().as_str())).collect();
        let events = ("EVENTS_DATABASE_URL", "sqlite:///databases/events/database.sqlite");
        assert_eq!(urls, [("DATABASE_URL", "sqlite:///databases/notes/database.sqlite"), events]);
        assert_eq!(given.folders[0].1, PathBuf::from("/databases/notes"));
        assert!(given.folders[0].0.join("database.sqlite").exists() && given.doors.is_empty());
        world.do_to(&id, DatabaseAction::Stop).await.expect("stopped");
        let given = world.hosting.databases.given_to(world.workspace, &site).await.expect("given");
        assert_eq!(given.folders.len(), 1);
        assert!(world.hosting.databases.given_to(world.elsewhere, &site).await.expect("nothing").variables.is_empty());
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_database_that_running_sites_use_is_deleted_only_when_it_is_taken_from_them() {
    on_each_database(async |database| {
        let world = World::new(database).await;
        let site = world.live_site("shop").await;
        let attached = NewDatabase { site: Some(site.clone()), ..new_database("notes", "sqlite") };
        let id = world.create_database(attached).await.expect("a database").0.database.id;
        assert!(matches!(world.delete_database(&id).await, Err(HostingError::InUse)));
        let detached = world.hosting.databases.delete(world.workspace, &id, actor(), true).await.expect("deleted");
        assert!(detached.database.sites.is_empty());
        let second = NewDatabase { site: Some(site.clone()), ..new_database("second", "sqlite") };
        let id = world.create_database(second).await.expect("a database").0.database.id;
        world.act(&site, Action::Stop).await.expect("stopped");
        assert_eq!(world.delete_database(&id).await.expect("deleted").database.sites.len(), 1);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn somebody_else_ends_what_was_begun_and_calls_lost_backups_failed() {
    on_each_database(async |database| {
        let world = World::new(database).await;
        let (shown, _) = world.create_database(new_database("notes", "sqlite")).await.expect("a database");
        let id = shown.database.id;
        let done = world.do_to(&id, DatabaseAction::BackUp).await.expect("a backup");
        assert_eq!(done.backup.expect("a backup").status, BackupStatus::Succeeded);
        // As if the process had died over the creation, and over another backup.
        std::fs::remove_dir_all(world.files_of(&id)).expect("removed");
        rows::run(&world.database, "UPDATE hosting_databases SET status = 'CREATING', settle_at = created_at").await;
        rows::run(&world.database, "UPDATE hosting_database_backups SET status = 'RUNNING'").await;
        let again = world.restarted().await;
        again.settling.take_over().await.expect("taken over");
        again.settling.settle_due().await.expect("looked after");
        let shown = world.shown(&id).await;
        assert_eq!(shown.database.status, DatabaseStatus::Running);
        assert!(shown.database.is_settled() && shown.facts.expect("facts").size_bytes > 0);
        assert_eq!(shown.database.latest_backup.expect("a backup").status, BackupStatus::Failed);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn while_somebody_is_at_a_database_nobody_else_is() {
    on_each_database(async |database| {
        let world = World::new(database).await;
        let (shown, _) = world.create_database(new_database("notes", "sqlite")).await.expect("a database");
        let id = shown.database.id;
        let held = match &world.database {
            Database::Sqlite(_) => "UPDATE hosting_databases SET settle_at = created_at + 60000000",
            Database::Postgres(_) => "UPDATE hosting_databases SET settle_at = created_at + interval '1 minute'",
        };
        rows::run(&world.database, held).await;
        let refused = world.do_to(&id, DatabaseAction::Stop).await;
        assert!(matches!(refused, Err(HostingError::Busy)), "{refused:?}");
        assert!(matches!(world.delete_database(&id).await, Err(HostingError::Busy)));
        // Whoever was at it is gone by then.
        world.clock.advance(Duration::from_mins(1));
        assert!(world.do_to(&id, DatabaseAction::Stop).await.expect("stopped").changed);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_newest_backups_are_kept_and_one_is_put_back() {
    on_each_database(async |database| {
        let world = World::new(database).await;
        let (shown, _) = world.create_database(new_database("notes", "sqlite")).await.expect("a database");
        let id = shown.database.id;
        let file = world.files_of(&id).join("files/database.sqlite");
        let run = |sql: &str| rusqlite::Connection::open(&file).expect("opened").execute_batch(sql).expect("done");
        run("CREATE TABLE own (id INTEGER); INSERT INTO own VALUES (1)");
        let first = world.do_to(&id, DatabaseAction::BackUp).await.expect("a backup").backup.expect("a backup");
        run("DELETE FROM own");
        world.do_to(&id, DatabaseAction::Restore(first.id.clone())).await.expect("restored");
        let count: i64 = rusqlite::Connection::open(&file)
            .and_then(|own| own.query_row("SELECT count(*) FROM own", [], |row| row.get(0)))
            .expect("counted");
        assert_eq!(count, 1);
        for _ in 0..7 {
            world.do_to(&id, DatabaseAction::BackUp).await.expect("a backup");
        }
        let kept = world.hosting.databases.backups(world.workspace, &id).await.expect("backups");
        assert!(kept.len() == 7 && kept.iter().all(|own| own.id != first.id && own.verified_at.is_some()));
        assert_eq!(std::fs::read_dir(world.files_of(&id).join("backups")).expect("a folder").count(), 7);
        let gone = world.do_to(&id, DatabaseAction::Restore(first.id)).await;
        assert!(matches!(gone, Err(HostingError::BackupNotFound)));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_link_in_the_place_of_a_file_is_not_followed() {
    on_each_database(async |database| {
        let world = World::new(database).await;
        let id = world.create_database(new_database("own", "sqlite")).await.expect("a database").0.database.id;
        let other = world.create_database(new_database("other", "sqlite")).await.expect("a database").0.database.id;
        let file = |id: &DatabaseId| world.files_of(id).join("files/database.sqlite");
        std::fs::remove_file(file(&id)).expect("removed");
        std::os::unix::fs::symlink(file(&other), file(&id)).expect("linked");
        let backup = world.do_to(&id, DatabaseAction::BackUp).await.expect("tried").backup.expect("a backup");
        assert_eq!(backup.status, BackupStatus::Failed, "{backup:?}");
    })
    .await;
}
