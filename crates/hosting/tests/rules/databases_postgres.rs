//! Databases on a real server of PostgreSQL.

use crate::databases::new_database;
use crate::world::{World, actor};
use mainstay_hosting::databases::{
    BackupStatus, DatabaseAction, DatabaseChange, DatabaseService as _, DatabaseStatus, NewDatabase, Shown,
};
use mainstay_hosting::{DatabaseId, HostingError};
use mainstay_testkit::on_each_database;
use std::net::Ipv4Addr;
use std::time::Duration;
use tokio_postgres::{Client, Config, NoTls};

pub(crate) fn server() -> Option<Config> {
    let url = std::env::var("MAINSTAY_TEST_POSTGRES_URL").ok();
    if url.is_none() {
        eprintln!("skipped: MAINSTAY_TEST_POSTGRES_URL is not set");
    }
    url.map(|url| url.parse().expect("an address"))
}

pub(crate) async fn connect(config: &Config) -> Result<Client, tokio_postgres::Error> {
    let (client, connection) = config.connect(NoTls).await?;
    tokio::spawn(connection);
    Ok(client)
}

/// A tenant at a database, which may be another's.
pub(crate) async fn tenant(server: &Config, own: &Shown, at: &Shown) -> Result<Client, tokio_postgres::Error> {
    let mut config = server.clone();
    config.user(own.place.username.clone().expect("a role")).dbname(&at.place.database);
    connect(&config).await
}

/// How many roles and databases of one there are.
async fn left(server: &Config, id: &DatabaseId) -> i64 {
    let asked = "SELECT (SELECT count(*) FROM pg_roles WHERE rolname LIKE $1) \
        + (SELECT count(*) FROM pg_database WHERE datname LIKE $1)";
    let client = connect(server).await.expect("connected");
    client.query_one(asked, &[&format!("%{id}%")]).await.expect("counted").get(0)
}

async fn kept_password(server: &Config, own: &Shown) -> String {
    let client = connect(server).await.expect("connected");
    let asked = "SELECT rolpassword FROM pg_authid WHERE rolname = $1";
    client.query_one(asked, &[&own.place.username]).await.expect("a role").get(0)
}

/// Makes a database of PostgreSQL.
async fn made(world: &World, name: &str) -> Shown {
    world.create_database(new_database(name, "postgresql")).await.expect("a database").0
}

/// Ends a database at once, so that the server has nothing of it.
pub(crate) async fn end(world: &World, server: &Config, own: &Shown) {
    let id = &own.database.id;
    world.delete_database(id).await.expect("deleted");
    world.clock.advance(Duration::from_hours(72));
    world.hosting.settling.settle_due().await.expect("ended");
    assert_eq!(left(server, id).await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_tenant_has_a_database_to_itself_and_nothing_else() {
    let Some(server) = server() else { return };
    on_each_database(async |database| {
        let world = World::new(database).await;
        let (own, opening) = world.create_database(new_database("own", "postgresql")).await.expect("a database");
        let other = made(&world, "other").await;
        assert!(own.database.engine_version.starts_with(|digit: char| digit.is_ascii_digit()));
        let password = opening.password.expect("a password");
        assert!(opening.connection_string.expose().contains(password.expose().as_str()));
        assert!(!own.connection_string().contains(password.expose().as_str()));
        let client = tenant(&server, &own, &own).await.expect("let in");
        client.batch_execute("CREATE TABLE own (id int); INSERT INTO own VALUES (1)").await.expect("its own");
        for forbidden in [
            "CREATE ROLE further",
            "CREATE DATABASE further",
            "ALTER ROLE CURRENT_USER SUPERUSER",
            "ALTER ROLE CURRENT_USER CONNECTION LIMIT 1000",
            "SET temp_file_limit = -1",
            "SELECT rolpassword FROM pg_authid",
            "COPY own TO PROGRAM 'cat'",
            "SELECT pg_read_file('/etc/passwd')",
            "CREATE EXTENSION adminpack",
        ] {
            assert!(client.batch_execute(forbidden).await.is_err(), "{forbidden}");
        }
        let stop = format!("ALTER DATABASE {} WITH ALLOW_CONNECTIONS true", own.place.database);
        assert!(client.batch_execute(&stop).await.is_err());
        let refused = tenant(&server, &own, &other).await.expect_err("kept out");
        assert_eq!(refused.code().map(tokio_postgres::error::SqlState::code), Some("42501"));
        drop(client);
        for database in [&own, &other] {
            end(&world, &server, database).await;
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn stop_refuses_restart_ends_sessions_and_rotation_changes_what_the_server_checks() {
    let Some(server) = server() else { return };
    on_each_database(async |database| {
        let world = World::new(database).await;
        let own = made(&world, "own").await;
        let id = own.database.id.clone();
        let client = tenant(&server, &own, &own).await.expect("let in");
        assert!(world.shown(&id).await.facts.expect("facts").connections >= Some(1));
        world.do_to(&id, DatabaseAction::Restart).await.expect("restarted");
        assert!(client.batch_execute("SELECT 1").await.is_err());
        let client = tenant(&server, &own, &own).await.expect("let in again");
        world.do_to(&id, DatabaseAction::Stop).await.expect("stopped");
        assert!(client.batch_execute("SELECT 1").await.is_err());
        assert!(tenant(&server, &own, &own).await.is_err());
        let before = kept_password(&server, &own).await;
        let rotated = world.do_to(&id, DatabaseAction::RotateCredentials).await.expect("rotated");
        let after = kept_password(&server, &own).await;
        assert_ne!(before, after);
        let shown = world.hosting.databases.credentials(world.workspace, &id, actor()).await.expect("shown");
        let new = rotated.credentials.expect("new").connection_string;
        assert_eq!(shown.connection_string.expose(), new.expose());
        assert!(tenant(&server, &own, &own).await.is_err(), "rotation opens nothing");
        world.do_to(&id, DatabaseAction::Start).await.expect("started");
        drop(tenant(&server, &own, &own).await.expect("let in"));
        let fewer = DatabaseChange { max_connections: Some(1), ..DatabaseChange::default() };
        world.hosting.databases.change(world.workspace, &id, (actor(), None), fewer).await.expect("changed");
        let one = tenant(&server, &own, &own).await.expect("let in");
        assert!(tenant(&server, &own, &own).await.is_err());
        drop(one);
        end(&world, &server, &own).await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_backup_is_tried_out_and_put_back() {
    let Some(server) = server() else { return };
    on_each_database(async |database| {
        let world = World::new(database).await;
        let own = made(&world, "own").await;
        let id = own.database.id.clone();
        let client = tenant(&server, &own, &own).await.expect("let in");
        client.batch_execute("CREATE TABLE own (id int); INSERT INTO own VALUES (1)").await.expect("filled");
        let done = world.do_to(&id, DatabaseAction::BackUp).await.expect("backed up").backup.expect("a backup");
        assert_eq!(done.status, BackupStatus::Succeeded, "{done:?}");
        assert!(done.verified_at.is_some() && done.size_bytes > Some(0));
        client.batch_execute("DROP TABLE own").await.expect("dropped");
        let restored = world.do_to(&id, DatabaseAction::Restore(done.id)).await.expect("restored");
        assert_eq!(restored.shown.database.status, DatabaseStatus::Running);
        let client = tenant(&server, &own, &own).await.expect("let in");
        client
            .batch_execute("INSERT INTO own VALUES (2); ALTER TABLE own ADD COLUMN name text")
            .await
            .expect("its own");
        drop(client);
        assert_eq!(left(&server, &id).await, 2);
        world.do_to(&id, DatabaseAction::Stop).await.expect("stopped");
        let closed = world.do_to(&id, DatabaseAction::BackUp).await.expect("backed up").backup.expect("a backup");
        assert_eq!(closed.status, BackupStatus::Succeeded, "{closed:?}");
        assert!(tenant(&server, &own, &own).await.is_err(), "a backup opens nothing");
        end(&world, &server, &own).await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn deletion_refuses_at_once_and_is_undone_with_the_data() {
    let Some(server) = server() else { return };
    on_each_database(async |database| {
        let world = World::new(database).await;
        let own = made(&world, "own").await;
        let id = own.database.id.clone();
        let client = tenant(&server, &own, &own).await.expect("let in");
        client.batch_execute("CREATE TABLE own (id int)").await.expect("filled");
        let going = world.delete_database(&id).await.expect("deleted");
        assert_eq!(going.database.latest_backup.expect("a last one").status, BackupStatus::Succeeded);
        assert!(client.batch_execute("SELECT 1").await.is_err());
        assert!(tenant(&server, &own, &own).await.is_err());
        world.hosting.databases.restore(world.workspace, &id, actor()).await.expect("restored");
        let client = tenant(&server, &own, &own).await.expect("let in");
        client.batch_execute("INSERT INTO own VALUES (1)").await.expect("still there");
        drop(client);
        end(&world, &server, &own).await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_died_over_a_creation_leaves_a_database_and_not_half_of_one() {
    let Some(server) = server() else { return };
    on_each_database(async |database| {
        let world = World::new(database).await;
        let own = made(&world, "own").await;
        let id = own.database.id.clone();
        let admin = connect(&server).await.expect("connected");
        admin.batch_execute(&format!("DROP DATABASE {}", own.place.database)).await.expect("dropped");
        let lost = "UPDATE hosting_databases SET status = 'CREATING', settle_at = created_at";
        mainstay_testkit::rows::run(&world.database, lost).await;
        world.hosting.settling.settle_due().await.expect("looked after");
        assert_eq!(world.shown(&id).await.database.status, DatabaseStatus::Running);
        drop(tenant(&server, &own, &own).await.expect("let in"));
        end(&world, &server, &own).await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_program_is_led_to_the_server_by_a_door_of_its_own() {
    let Some(server) = server() else { return };
    on_each_database(async |database| {
        let world = World::new(database).await;
        let site = world.live_site("shop").await;
        let attached = NewDatabase { site: Some(site.clone()), ..new_database("own", "postgresql") };
        let (own, opening) = world.create_database(attached).await.expect("a database");
        let given = world.hosting.databases.given_to(world.workspace, &site).await.expect("given");
        let (password, id) = (opening.password.expect("a password"), &own.database.id);
        let url = format!("postgres://u_{id}:{}@127.0.0.1:5432/db_{id}", password.expose());
        assert_eq!(given.variables["DATABASE_URL"].expose(), &url);
        let [door] = given.doors.as_slice() else { panic!("one door: {:?}", given.doors) };
        assert_eq!(door.address, Ipv4Addr::LOCALHOST);
        let behind = door.way.connect().await.expect("the server answers");
        assert_eq!(Some(behind.peer_addr().expect("an address").port()), own.place.port);
        let refused = world.delete_database(id).await;
        assert!(matches!(refused, Err(HostingError::InUse)));
        let change = DatabaseChange { sites: Some(Vec::new()), ..DatabaseChange::default() };
        world.hosting.databases.change(world.workspace, id, (actor(), None), change).await.expect("detached");
        end(&world, &server, &own).await;
    })
    .await;
}
