//! What a tenant is given on a server of PostgreSQL, and how much.

use crate::databases::new_database;
use crate::databases_postgres::{connect, end, server, tenant};
use crate::world::World;
use mainstay_hosting::HostingError;
use mainstay_hosting::databases::{BackupStatus, DatabaseAction, DatabaseChange, Fullness, NewDatabase, Shown};
use mainstay_testkit::on_each_database;
use tokio_postgres::Client;

fn words(names: &[&str]) -> Vec<String> {
    names.iter().map(|&name| name.to_owned()).collect()
}

async fn extend(world: &World, own: &Shown, names: &[&str]) -> Result<Shown, HostingError> {
    let change = DatabaseChange { extensions: Some(words(names)), ..DatabaseChange::default() };
    world.change_database(&own.database.id, change).await
}

/// What is said of the field `extensions`.
fn complaint(refused: Result<Shown, HostingError>) -> String {
    match refused {
        Err(HostingError::Invalid(wrong)) if wrong[0].field == "extensions" => wrong[0].message.clone(),
        other => panic!("{other:?}"),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_tenant_is_given_extensions_of_a_list_and_its_backups_keep_them() {
    let Some(server) = server() else { return };
    on_each_database(async |database| {
        let world = World::new(database).await;
        let new = NewDatabase { extensions: words(&["pgcrypto"]), ..new_database("own", "postgresql") };
        let own = world.create_database(new).await.expect("a database").0;
        let id = own.database.id.clone();
        assert_eq!(own.database.extensions, ["pgcrypto"]);
        let client = tenant(&server, &own, &own).await.expect("let in");
        client.batch_execute("SELECT gen_random_bytes(8)").await.expect("pgcrypto is there");
        let bare = world.do_to(&id, DatabaseAction::BackUp).await.expect("backed up").backup.expect("a backup");
        let extended = extend(&world, &own, &["hstore", "citext", "hstore"]).await.expect("extended");
        assert_eq!(extended.database.extensions, ["citext", "hstore", "pgcrypto"]);
        let filled = "CREATE TABLE own (name citext PRIMARY KEY, more hstore); INSERT INTO own VALUES ('Ab', 'a=>1')";
        client.batch_execute(filled).await.expect("filled");
        let done = world.do_to(&id, DatabaseAction::BackUp).await.expect("backed up").backup.expect("a backup");
        assert_eq!(done.status, BackupStatus::Succeeded, "{done:?}");
        client.batch_execute("DROP TABLE own").await.expect("dropped");
        world.do_to(&id, DatabaseAction::Restore(done.id)).await.expect("restored");
        let client = tenant(&server, &own, &own).await.expect("let in");
        let asked = "SELECT more -> 'a' FROM own WHERE name = 'aB'";
        let found: String = client.query_one(asked, &[]).await.expect("found").get(0);
        assert_eq!(found, "1");
        // A backup that is older than an extension does not take it away.
        world.do_to(&id, DatabaseAction::Restore(bare.id)).await.expect("restored");
        let client = tenant(&server, &own, &own).await.expect("let in");
        client.batch_execute("SELECT 'a=>1'::hstore").await.expect("hstore is there");
        drop(client);
        end(&world, &server, &own).await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_on_the_list_and_what_the_server_refuses_changes_nothing() {
    let Some(server) = server() else { return };
    on_each_database(async |database| {
        let world = World::new(database).await;
        let own = world.create_database(new_database("own", "postgresql")).await.expect("a database").0;
        for forbidden in ["dblink", "file_fdw", "plperlu", "adminpack", "x\"; DROP ROLE postgres; --", ""] {
            let told = complaint(extend(&world, &own, &["hstore", forbidden]).await);
            assert!(told.contains("hstore") && told.contains("pgcrypto") && !told.contains("dblink"), "{told}");
            let new = NewDatabase { extensions: words(&[forbidden]), ..new_database("more", "postgresql") };
            assert!(matches!(world.create_database(new).await, Err(HostingError::Invalid(_))), "{forbidden}");
        }
        let client = tenant(&server, &own, &own).await.expect("let in");
        client
            .batch_execute("CREATE FUNCTION unaccent(text) RETURNS text LANGUAGE sql AS 'SELECT $1'")
            .await
            .expect("its own");
        let told = complaint(extend(&world, &own, &["hstore", "unaccent"]).await);
        assert!(told.contains("unaccent"), "{told}");
        assert!(client.batch_execute("SELECT 'a=>1'::hstore").await.is_err(), "all of them or none");
        let shown = world.shown(&own.database.id).await.database;
        assert!(shown.is_settled() && shown.extensions.is_empty());
        drop(client);
        world.do_to(&own.database.id, DatabaseAction::Stop).await.expect("stopped");
        assert!(complaint(extend(&world, &own, &["hstore"]).await).contains("start"));
        let file = world.create_database(new_database("file", "sqlite")).await.expect("a database").0;
        assert!(complaint(extend(&world, &file, &["hstore"]).await).contains("postgresql"));
        end(&world, &server, &own).await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_extension_is_the_tenants_and_made_though_its_programs_have_every_connection() {
    let Some(server) = server() else { return };
    on_each_database(async |database| {
        let world = World::new(database).await;
        let new = NewDatabase { max_connections: Some(1), ..new_database("own", "postgresql") };
        let own = world.create_database(new).await.expect("a database").0;
        let client = tenant(&server, &own, &own).await.expect("let in");
        extend(&world, &own, &["pg_trgm"]).await.expect("extended");
        let asked = "SELECT rolname::text FROM pg_extension JOIN pg_roles ON pg_roles.oid = extowner \
            WHERE extname = 'pg_trgm'";
        let owner: String = client.query_one(asked, &[]).await.expect("an owner").get(0);
        assert_eq!(Some(owner), own.place.username);
        assert!(tenant(&server, &own, &own).await.is_err(), "there is one connection, as before");
        drop(client);
        end(&world, &server, &own).await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_is_stopped_comes_in_nowhere_and_undoes_nothing() {
    let Some(server) = server() else { return };
    on_each_database(async |database| {
        let world = World::new(database).await;
        let own = world.create_database(new_database("own", "postgresql")).await.expect("a database").0;
        let mut elsewhere = server.clone();
        elsewhere.user(own.place.username.clone().expect("a role")).dbname("postgres");
        let client = connect(&elsewhere).await.expect("what is open to everybody is");
        world.do_to(&own.database.id, DatabaseAction::Stop).await.expect("stopped");
        assert!(client.batch_execute("SELECT 1").await.is_err(), "its session there has ended");
        assert!(connect(&elsewhere).await.is_err());
        let closed = world.do_to(&own.database.id, DatabaseAction::BackUp).await.expect("backed up");
        assert_eq!(closed.backup.expect("a backup").status, BackupStatus::Succeeded);
        assert!(connect(&elsewhere).await.is_err(), "a backup opens nothing");
        let backup = world.shown(&own.database.id).await.database.latest_backup.expect("a backup").id;
        world.do_to(&own.database.id, DatabaseAction::Restore(backup)).await.expect("restored");
        assert!(connect(&elsewhere).await.is_err() && tenant(&server, &own, &own).await.is_err());
        world.do_to(&own.database.id, DatabaseAction::Start).await.expect("started");
        drop(tenant(&server, &own, &own).await.expect("let in"));
        end(&world, &server, &own).await;
    })
    .await;
}

/// So many rows of a KiB, roughly.
async fn fill(client: &Client, rows: u32) -> Result<(), tokio_postgres::Error> {
    let filled = format!("INSERT INTO filler SELECT repeat(md5(n::text), 30) FROM generate_series(1, {rows}) n");
    client.batch_execute(&filled).await
}

async fn fullness(world: &World, own: &Shown) -> Fullness {
    world.shown(&own.database.id).await.database.fullness
}

fn code(refused: Result<(), tokio_postgres::Error>) -> String {
    let cause = refused.expect_err("refused");
    cause.code().map_or_else(|| cause.to_string(), |code| code.code().to_owned())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_database_that_is_too_large_is_read_until_there_is_room_and_closed_if_it_grows_on() {
    let Some(server) = server() else { return };
    on_each_database(async |database| {
        let world = World::new(database).await;
        let new = NewDatabase { max_size_mb: Some(16), ..new_database("own", "postgresql") };
        let own = world.create_database(new).await.expect("a database").0;
        let id = own.database.id.clone();
        let client = tenant(&server, &own, &own).await.expect("let in");
        client.batch_execute("CREATE TABLE filler (line text)").await.expect("made");
        fill(&client, 15_000).await.expect("filled");
        world.measure().await;
        assert_eq!(fullness(&world, &own).await, Fullness::Over, "at one stroke, and yet there is a chance");
        assert!(client.batch_execute("SELECT 1").await.is_err(), "who was in has to come again");
        let client = tenant(&server, &own, &own).await.expect("let in");
        client.batch_execute("SELECT count(*) FROM filler").await.expect("read");
        // PostgreSQL's own code for a transaction that reads alone.
        assert_eq!(code(fill(&client, 1).await), "25006");
        let done = world.do_to(&id, DatabaseAction::BackUp).await.expect("backed up").backup.expect("a backup");
        assert_eq!(done.status, BackupStatus::Succeeded, "{done:?}");
        world.do_to(&id, DatabaseAction::Restore(done.id.clone())).await.expect("restored");
        // Room is made by who says so.
        let client = tenant(&server, &own, &own).await.expect("let in");
        client.batch_execute("SET default_transaction_read_only = off").await.expect("said");
        // At once, whoever else looks at the table, which would keep VACUUM from it.
        client.batch_execute("TRUNCATE filler").await.expect("made room");
        world.measure().await;
        let roomy = world.shown(&id).await.database;
        assert!(!roomy.fullness.refuses_writes(), "{roomy:?}");
        let client = tenant(&server, &own, &own).await.expect("let in");
        fill(&client, 15_000).await.expect("written to again");
        world.measure().await;
        assert_eq!(fullness(&world, &own).await, Fullness::Over);
        let client = tenant(&server, &own, &own).await.expect("let in");
        client.batch_execute("SET default_transaction_read_only = off").await.expect("said");
        fill(&client, 5_000).await.expect("abused");
        world.measure().await;
        assert_eq!(fullness(&world, &own).await, Fullness::Closed);
        assert!(client.batch_execute("SELECT 1").await.is_err());
        assert!(tenant(&server, &own, &own).await.is_err());
        let done = world.do_to(&id, DatabaseAction::BackUp).await.expect("backed up").backup.expect("a backup");
        assert_eq!(done.status, BackupStatus::Succeeded, "{done:?}");
        world.do_to(&id, DatabaseAction::Restore(done.id)).await.expect("restored");
        assert!(tenant(&server, &own, &own).await.is_err(), "neither a backup nor a restore opens it");
        let more = DatabaseChange { max_size_mb: Some(256), ..DatabaseChange::default() };
        world.change_database(&id, more).await.expect("changed");
        world.measure().await;
        let client = tenant(&server, &own, &own).await.expect("let in");
        fill(&client, 1).await.expect("written to");
        drop(client);
        assert_eq!((world.told_of("database.over_quota").await, world.told_of("database.closed").await), (2, 1));
        end(&world, &server, &own).await;
    })
    .await;
}
