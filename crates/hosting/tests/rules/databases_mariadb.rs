//! Databases on a real server of MariaDB.

use crate::databases::new_database;
use crate::world::{World, actor};
use mainstay_hosting::databases::{
    BackupStatus, Credentials, DatabaseAction, DatabaseChange, DatabaseService as _, DatabaseStatus, NewDatabase, Shown,
};
use mainstay_hosting::{DatabaseId, HostingError};
use mainstay_testkit::on_each_database;
use mysql_async::prelude::Queryable as _;
use mysql_async::{Conn, Opts, OptsBuilder};
use std::net::Ipv4Addr;
use std::time::Duration;

fn server() -> Option<Opts> {
    let url = std::env::var("MAINSTAY_TEST_MARIADB_URL").ok();
    match &url {
        Some(_) => mainstay_testkit::witness("mariadb"),
        None => eprintln!("skipped: MAINSTAY_TEST_MARIADB_URL is not set"),
    }
    url.map(|url| OptsBuilder::from_opts(Opts::from_url(&url).expect("an address")).prefer_socket(false).into())
}

async fn admin(server: &Opts) -> Conn {
    Conn::new(server.clone()).await.expect("connected")
}

/// A tenant at a database, which may be another's.
async fn tenant(server: &Opts, opening: &Credentials, at: &Shown) -> Result<Conn, mysql_async::Error> {
    let password = opening.password.as_ref().map(|own| own.expose().clone());
    let builder = OptsBuilder::from_opts(server.clone()).user(opening.username.clone()).pass(password);
    Conn::new(builder.db_name(Some(at.place.database.clone()))).await
}

/// How many users, databases and grants of one there are.
async fn left(server: &Opts, id: &DatabaseId) -> i64 {
    let asked = "SELECT (SELECT COUNT(*) FROM mysql.user WHERE User LIKE ?) \
        + (SELECT COUNT(*) FROM information_schema.SCHEMATA WHERE SCHEMA_NAME LIKE ?) \
        + (SELECT COUNT(*) FROM mysql.db WHERE User LIKE ?)";
    let like = format!("%{id}%");
    admin(server).await.exec_first(asked, (&like, &like, &like)).await.expect("counted").expect("a row")
}

/// What there is of one that is whole: a user, a database and a grant.
const WHOLE: i64 = 3;

async fn made(world: &World, name: &str) -> (Shown, Credentials) {
    world.create_database(new_database(name, "mariadb")).await.expect("a database")
}

/// Ends a database at once, so that the server has nothing of it.
async fn end(world: &World, server: &Opts, own: &Shown) {
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
        let ((own, opening), (other, theirs)) = (made(&world, "own").await, made(&world, "other").await);
        assert!(own.database.engine_version.starts_with(|digit: char| digit.is_ascii_digit()));
        let password = opening.password.as_ref().expect("a password").expose();
        let id = &own.database.id;
        let said = opening.connection_string.expose();
        assert!(said.starts_with(&format!("mysql://u_{id}:{password}@")) && said.ends_with(&format!("/db_{id}")));
        assert!(!own.connection_string().contains(password.as_str()));
        let mut neighbour = tenant(&server, &theirs, &other).await.expect("let in");
        neighbour.query_drop("CREATE TABLE own (line text)").await.expect("its own");
        let mut client = tenant(&server, &opening, &own).await.expect("let in");
        client.query_drop("CREATE TABLE own (line text)").await.expect("its own");
        let (theirs_name, theirs_user) = (&other.place.database, other.place.username.as_deref().expect("a user"));
        let (session, like) = (neighbour.id(), own.place.database.replacen('_', "x", 1));
        for forbidden in [
            format!("SELECT * FROM {theirs_name}.own"),
            format!("USE {theirs_name}"),
            format!("DROP DATABASE {theirs_name}"),
            format!("CREATE DATABASE {like}"),
            format!("KILL {session}"),
            format!("SHOW GRANTS FOR {theirs_user}"),
            format!("GRANT SELECT ON {}.* TO {theirs_user}", own.place.database),
            "CREATE DATABASE further".to_owned(),
            "CREATE USER further".to_owned(),
            "ALTER USER CURRENT_USER() WITH MAX_USER_CONNECTIONS 1000".to_owned(),
            "GRANT ALL ON *.* TO CURRENT_USER()".to_owned(),
            "SELECT * FROM mysql.user".to_owned(),
            "SELECT * FROM performance_schema.threads".to_owned(),
            "SELECT 1 INTO OUTFILE '/tmp/mainstay-outfile'".to_owned(),
            "LOAD DATA INFILE '/etc/passwd' INTO TABLE own".to_owned(),
            "SET GLOBAL general_log = 1".to_owned(),
            "SET GLOBAL event_scheduler = 1".to_owned(),
            "CREATE EVENT e ON SCHEDULE EVERY 1 SECOND DO SELECT 1".to_owned(),
            "CREATE DEFINER = root@localhost VIEW v AS SELECT 1".to_owned(),
            "CREATE FUNCTION f RETURNS STRING SONAME 'x.so'".to_owned(),
            "INSTALL PLUGIN x SONAME 'x.so'".to_owned(),
            "FLUSH TABLES".to_owned(),
            "SHUTDOWN".to_owned(),
        ] {
            assert!(client.query_drop(forbidden.as_str()).await.is_err(), "{forbidden}");
        }
        let _ = client.query_drop(format!("KILL USER {theirs_user}")).await;
        neighbour.query_drop("SELECT 1").await.expect("still there");
        let file: Option<Option<String>> = client.query_first("SELECT LOAD_FILE('/etc/passwd')").await.expect("asked");
        assert_eq!(file.flatten(), None);
        let seen: Vec<String> = client.query("SHOW DATABASES").await.expect("told");
        assert_eq!(seen, [own.place.database.as_str(), "information_schema"]);
        let sessions = "SELECT COUNT(*) FROM information_schema.PROCESSLIST WHERE USER <> ?";
        let others: Option<i64> = client.exec_first(sessions, (&opening.username,)).await.expect("told");
        assert_eq!(others, Some(0));
        assert!(tenant(&server, &opening, &other).await.is_err());
        drop((client, neighbour));
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
        let (own, opening) = made(&world, "own").await;
        let id = own.database.id.clone();
        let mut client = tenant(&server, &opening, &own).await.expect("let in");
        assert!(world.shown(&id).await.facts.expect("facts").connections >= Some(1));
        world.do_to(&id, DatabaseAction::Restart).await.expect("restarted");
        assert!(client.query_drop("SELECT 1").await.is_err());
        let mut client = tenant(&server, &opening, &own).await.expect("let in again");
        world.do_to(&id, DatabaseAction::Stop).await.expect("stopped");
        assert!(client.query_drop("SELECT 1").await.is_err());
        assert!(tenant(&server, &opening, &own).await.is_err());
        let rotated = world.do_to(&id, DatabaseAction::RotateCredentials).await.expect("rotated");
        let new = rotated.credentials.expect("new");
        let shown = world.hosting.databases.credentials(world.workspace, &id, actor()).await.expect("shown");
        assert_eq!(shown.connection_string.expose(), new.connection_string.expose());
        assert!(tenant(&server, &new, &own).await.is_err(), "rotation opens nothing");
        world.do_to(&id, DatabaseAction::Start).await.expect("started");
        assert!(tenant(&server, &opening, &own).await.is_err(), "the former password opens nothing");
        drop(tenant(&server, &new, &own).await.expect("let in"));
        let fewer = DatabaseChange { max_connections: Some(1), ..DatabaseChange::default() };
        world.hosting.databases.change(world.workspace, &id, (actor(), None), fewer).await.expect("changed");
        world.do_to(&id, DatabaseAction::Restart).await.expect("restarted");
        let one = tenant(&server, &new, &own).await.expect("let in");
        assert!(tenant(&server, &new, &own).await.is_err());
        let done = world.do_to(&id, DatabaseAction::BackUp).await.expect("backed up").backup.expect("a backup");
        assert_eq!(done.status, BackupStatus::Succeeded, "a program has all connections: {done:?}");
        assert!(tenant(&server, &new, &own).await.is_err(), "a backup lets nobody more in");
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
        let (own, opening) = made(&world, "own").await;
        let id = own.database.id.clone();
        let mut client = tenant(&server, &opening, &own).await.expect("let in");
        client.query_drop("CREATE TABLE own (id int)").await.expect("made");
        client.query_drop("INSERT INTO own VALUES (1)").await.expect("filled");
        let done = world.do_to(&id, DatabaseAction::BackUp).await.expect("backed up").backup.expect("a backup");
        assert_eq!(done.status, BackupStatus::Succeeded, "{done:?}");
        assert!(done.verified_at.is_some() && done.size_bytes > Some(0));
        client.query_drop("SELECT 1").await.expect("a backup ends no session");
        client.query_drop(format!("DROP DATABASE {}", own.place.database)).await.expect("its tables are its own");
        let restored = world.do_to(&id, DatabaseAction::Restore(done.id)).await.expect("restored");
        assert_eq!(restored.shown.database.status, DatabaseStatus::Running);
        let mut client = tenant(&server, &opening, &own).await.expect("let in");
        let rows: Option<i64> = client.query_first("SELECT COUNT(*) FROM own").await.expect("read");
        assert_eq!(rows, Some(1));
        drop(client);
        assert_eq!(left(&server, &id).await, WHOLE);
        world.do_to(&id, DatabaseAction::Stop).await.expect("stopped");
        let closed = world.do_to(&id, DatabaseAction::BackUp).await.expect("backed up").backup.expect("a backup");
        assert_eq!(closed.status, BackupStatus::Succeeded, "{closed:?}");
        assert!(tenant(&server, &opening, &own).await.is_err(), "a backup opens nothing");
        world.do_to(&id, DatabaseAction::Restore(closed.id)).await.expect("restored");
        assert!(tenant(&server, &opening, &own).await.is_err(), "a restore opens nothing");
        end(&world, &server, &own).await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn deletion_refuses_at_once_and_is_undone_with_the_data() {
    let Some(server) = server() else { return };
    on_each_database(async |database| {
        let world = World::new(database).await;
        let (own, opening) = made(&world, "own").await;
        let id = own.database.id.clone();
        let mut client = tenant(&server, &opening, &own).await.expect("let in");
        client.query_drop("CREATE TABLE own (id int)").await.expect("filled");
        let going = world.delete_database(&id).await.expect("deleted");
        assert_eq!(going.database.latest_backup.expect("a last one").status, BackupStatus::Succeeded);
        assert!(client.query_drop("SELECT 1").await.is_err());
        assert!(tenant(&server, &opening, &own).await.is_err());
        world.hosting.databases.restore(world.workspace, &id, actor()).await.expect("restored");
        let mut client = tenant(&server, &opening, &own).await.expect("let in");
        client.query_drop("INSERT INTO own VALUES (1)").await.expect("still there");
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
        let (own, opening) = made(&world, "own").await;
        let id = own.database.id.clone();
        admin(&server).await.query_drop(format!("DROP DATABASE {}", own.place.database)).await.expect("dropped");
        let lost = "UPDATE hosting_databases SET status = 'CREATING', settle_at = created_at";
        mainstay_testkit::rows::run(&world.database, lost).await;
        world.hosting.settling.settle_due().await.expect("looked after");
        assert_eq!(world.shown(&id).await.database.status, DatabaseStatus::Running);
        drop(tenant(&server, &opening, &own).await.expect("let in"));
        end(&world, &server, &own).await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_program_is_led_to_each_server_by_a_door_of_its_own() {
    let Some(server) = server() else { return };
    on_each_database(async |database| {
        let world = World::new(database).await;
        let site = world.live_site("shop").await;
        let attached = NewDatabase { site: Some(site.clone()), ..new_database("own", "mariadb") };
        let (own, opening) = world.create_database(attached).await.expect("a database");
        let (password, id) = (opening.password.expect("a password"), &own.database.id);
        let given = world.hosting.databases.given_to(world.workspace, &site).await.expect("given");
        let url = format!("mysql://u_{id}:{}@127.0.0.2:5432/db_{id}", password.expose());
        assert_eq!(given.variables["DATABASE_URL"].expose(), &url);
        let [door] = given.doors.as_slice() else { panic!("one door: {:?}", given.doors) };
        assert_eq!(door.address, Ipv4Addr::new(127, 0, 0, 2));
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

#[tokio::test(flavor = "multi_thread")]
async fn a_database_that_is_too_large_is_read_and_emptied_until_there_is_room() {
    let Some(server) = server() else { return };
    on_each_database(async |database| {
        let world = World::new(database).await;
        let new = NewDatabase { max_size_mb: Some(16), ..new_database("own", "mariadb") };
        let (own, opening) = world.create_database(new).await.expect("a database");
        let id = own.database.id.clone();
        let mut client = tenant(&server, &opening, &own).await.expect("let in");
        client.query_drop("CREATE TABLE filler (line text); CREATE TABLE kept (line text)").await.expect("made");
        let fill = "INSERT INTO filler SELECT REPEAT(MD5(seq), 30) FROM seq_1_to_25000";
        client.query_drop(fill).await.expect("filled");
        // What the server tells of sizes is brought up to date by who asks for that.
        client.query_drop("ANALYZE TABLE filler").await.expect("counted");
        world.measure().await;
        assert!(world.shown(&id).await.database.fullness.refuses_writes());
        assert!(client.query_drop("SELECT 1").await.is_err(), "who was in has to come again");
        let mut client = tenant(&server, &opening, &own).await.expect("let in");
        for refused in ["INSERT INTO kept VALUES ('a')", "UPDATE filler SET line = ''", "CREATE TABLE more (n int)"] {
            assert!(client.query_drop(refused).await.is_err(), "{refused}");
        }
        let done = world.do_to(&id, DatabaseAction::BackUp).await.expect("backed up").backup.expect("a backup");
        assert_eq!(done.status, BackupStatus::Succeeded, "{done:?}");
        world.do_to(&id, DatabaseAction::Restore(done.id)).await.expect("restored");
        let mut client = tenant(&server, &opening, &own).await.expect("let in");
        assert!(client.query_drop("INSERT INTO kept VALUES ('a')").await.is_err(), "a restore changes nothing of it");
        client.query_drop("TRUNCATE filler").await.expect("emptied");
        world.measure().await;
        assert!(!world.shown(&id).await.database.fullness.refuses_writes());
        let mut client = tenant(&server, &opening, &own).await.expect("let in");
        client.query_drop("INSERT INTO kept VALUES ('a')").await.expect("written to again");
        drop(client);
        end(&world, &server, &own).await;
    })
    .await;
}
