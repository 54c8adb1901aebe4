//! On a real server, whose tenants' things are counted by their names.

use super::*;
use crate::ids::letters;
use mainstay_kernel::SystemIds;
use std::path::PathBuf;

fn server() -> Option<MariadbEngine> {
    let Ok(url) = std::env::var("MAINSTAY_TEST_MARIADB_URL") else {
        eprintln!("skipped: MAINSTAY_TEST_MARIADB_URL is not set");
        return None;
    };
    mainstay_testkit::witness("mariadb");
    Some(MariadbEngine::new(&Secret::new(url), Arc::new(SystemIds)).expect("an address"))
}

fn login() -> Login {
    let (id, password) = (DatabaseId::draw(&SystemIds), Secret::new(letters(&SystemIds, 32)));
    Login::plain(id, password, 5)
}

/// How many users, databases and grants there are of one.
async fn left(engine: &MariadbEngine, id: &DatabaseId) -> i64 {
    let asked = "SELECT (SELECT COUNT(*) FROM mysql.user WHERE User LIKE ?) \
        + (SELECT COUNT(*) FROM information_schema.SCHEMATA WHERE SCHEMA_NAME LIKE ?) \
        + (SELECT COUNT(*) FROM mysql.db WHERE User LIKE ?)";
    let like = format!("%{id}%");
    let counted = engine.connect().await.expect("connected").exec_first(asked, (&like, &like, &like)).await;
    counted.expect("counted").expect("a row")
}

/// What there is of one that is whole: a user, a database and a grant.
const WHOLE: i64 = 3;

/// A session of a tenant, in its own database.
async fn tenant(engine: &MariadbEngine, login: &Login) -> Result<Conn, mysql_async::Error> {
    let names = Names::of(&login.id);
    let password = login.password.as_ref().expect("a password").expose().clone();
    let builder = OptsBuilder::from_opts(engine.admin.clone());
    Conn::new(builder.user(Some(names.user)).pass(Some(password)).db_name(Some(names.database))).await
}

async fn do_as(engine: &MariadbEngine, login: &Login, statements: &[&str]) {
    let mut session = tenant(engine, login).await.expect("let in");
    for statement in statements {
        session.query_drop(*statement).await.expect(statement);
    }
}

async fn count(engine: &MariadbEngine, login: &Login, table: &str) -> Option<i64> {
    let mut session = tenant(engine, login).await.expect("let in");
    session.query_first(format!("SELECT COUNT(*) FROM {table}")).await.ok().flatten()
}

/// Somewhere in a folder that goes with the test.
fn file(folder: &tempfile::TempDir, name: &str) -> PathBuf {
    folder.path().join(name)
}

#[tokio::test(flavor = "multi_thread")]
async fn whatever_step_fails_nothing_is_left() {
    let Some(engine) = server() else { return };
    let count = MariadbEngine::steps(&login()).expect("steps").len();
    for failing in 0..=count {
        let login = login();
        let mut steps = MariadbEngine::steps(&login).expect("steps");
        steps.insert(failing, "SELECT * FROM mysql.nowhere".to_owned());
        let failed = engine.make(&login, &steps).await;
        assert!(failed.is_err(), "step {failing}");
        assert_eq!(left(&engine, &login.id).await, 0, "step {failing}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_comes_after_one_that_died_at_any_step_makes_it_whole() {
    let Some(engine) = server() else { return };
    let count = MariadbEngine::steps(&login()).expect("steps").len();
    for done in 0..=count {
        let login = login();
        let steps = MariadbEngine::steps(&login).expect("steps");
        engine.take(&steps[..done]).await.expect("so far");
        engine.provision(&login).await.expect("made");
        assert_eq!(left(&engine, &login.id).await, WHOLE);
        do_as(&engine, &login, &["CREATE TABLE own (id int)"]).await;
        engine.drop_all(&login.id).await.expect("dropped");
        assert_eq!(left(&engine, &login.id).await, 0);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_we_tell_the_server_of_a_password_is_what_it_would_keep_itself() {
    let Some(engine) = server() else { return };
    let password = Secret::new(letters(&SystemIds, 32));
    let mut client = engine.connect().await.expect("connected");
    let theirs: Option<String> = client.exec_first("SELECT PASSWORD(?)", (password.expose(),)).await.expect("told");
    assert_eq!(theirs, Some(credentials::native_hash(&password)));
}

#[tokio::test(flavor = "multi_thread")]
async fn everything_of_a_database_comes_back_with_a_backup() {
    let Some(engine) = server() else { return };
    let (login, folder) = (login(), tempfile::tempdir().expect("a folder"));
    engine.provision(&login).await.expect("made");
    let odd = "a;b\n'\"`\\! \u{1f600}";
    let mut session = tenant(&engine, &login).await.expect("let in");
    for statement in [
        "ALTER DATABASE COLLATE utf8mb4_bin",
        "CREATE TABLE own (id int PRIMARY KEY, text text, bytes blob)",
        "CREATE TABLE `odd \\! touch it` (id int, FOREIGN KEY (id) REFERENCES own (id))",
        "CREATE VIEW seen AS SELECT id FROM own",
        "CREATE TRIGGER before_odd BEFORE INSERT ON `odd \\! touch it` FOR EACH ROW BEGIN SET NEW.id = NEW.id; END",
        "CREATE PROCEDURE twice() BEGIN SELECT 1; SELECT 2; END",
        "SET sql_mode = 'ANSI_QUOTES,NO_BACKSLASH_ESCAPES'",
        "CREATE FUNCTION slash() RETURNS text DETERMINISTIC RETURN '\\'",
        "CREATE SEQUENCE numbers",
    ] {
        session.query_drop(statement).await.expect(statement);
    }
    session.exec_drop("INSERT INTO own VALUES (1, ?, ?)", (odd, vec![0u8, 255, 10, 39])).await.expect("written");
    drop(session);
    let backup = file(&folder, "backup");
    engine.backup(&login, true, &backup).await.expect("backed up");
    do_as(&engine, &login, &["DROP VIEW seen", "DELETE FROM own", "CREATE TABLE later (id int)"]).await;
    engine.restore(&login, &backup).await.expect("restored");
    engine.start(&login).await.expect("started");
    let mut session = tenant(&engine, &login).await.expect("let in");
    let row: Option<(String, Vec<u8>, String)> =
        session.query_first("SELECT text, bytes, slash() FROM own JOIN seen USING (id)").await.expect("read");
    assert_eq!(row, Some((odd.to_owned(), vec![0, 255, 10, 39], "\\".to_owned())));
    session.query_drop("CALL twice()").await.expect("called");
    session.query_drop("INSERT INTO `odd \\! touch it` VALUES (1)").await.expect("the trigger is whole");
    let collation: Option<String> = session.query_first("SELECT @@collation_database").await.expect("told");
    assert_eq!(collation.as_deref(), Some("utf8mb4_bin"));
    drop(session);
    assert_eq!(count(&engine, &login, "later").await, None);
    assert_eq!(left(&engine, &login.id).await, WHOLE);
    assert_eq!(std::fs::read_dir(folder.path()).expect("read").count(), 1, "nothing lies beside the backup");
    engine.drop_all(&login.id).await.expect("dropped");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_restore_that_fails_leaves_the_database_as_it_was() {
    let Some(engine) = server() else { return };
    let (login, folder) = (login(), tempfile::tempdir().expect("a folder"));
    engine.provision(&login).await.expect("made");
    do_as(&engine, &login, &["CREATE TABLE own (id int)", "INSERT INTO own VALUES (1)"]).await;
    let broken = file(&folder, "broken");
    std::fs::write(&broken, "CREATE TABLE other (id int);\nno statement;\n").expect("written");
    assert!(engine.restore(&login, &broken).await.is_err());
    engine.start(&login).await.expect("started");
    assert_eq!((count(&engine, &login, "own").await, count(&engine, &login, "other").await), (Some(1), None));
    assert_eq!(left(&engine, &login.id).await, WHOLE);
    engine.drop_all(&login.id).await.expect("dropped");
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_comes_after_one_that_died_over_a_restore_ends_it_or_puts_back_what_was_there() {
    let Some(engine) = server() else { return };
    let (login, folder) = (login(), tempfile::tempdir().expect("a folder"));
    engine.provision(&login).await.expect("made");
    do_as(&engine, &login, &["CREATE TABLE own (id int)", "INSERT INTO own VALUES (1)"]).await;
    let (good, broken) = (file(&folder, "good"), file(&folder, "broken"));
    engine.backup(&login, true, &good).await.expect("backed up");
    std::fs::write(&broken, "CREATE TABLE other (id int);\nno statement;\n").expect("written");
    for (backup, rows) in [(&good, Some(1)), (&broken, Some(1))] {
        // What it had was kept, and what there is now is half of the backup.
        std::fs::copy(&good, backup.with_extension("former")).expect("kept");
        do_as(&engine, &login, &["DROP TABLE own", "CREATE TABLE half (id int)"]).await;
        assert_eq!(engine.restore(&login, backup).await.is_ok(), backup == &good);
        engine.start(&login).await.expect("started");
        assert_eq!((count(&engine, &login, "own").await, count(&engine, &login, "half").await), (rows, None));
    }
    engine.drop_all(&login.id).await.expect("dropped");
}

#[tokio::test(flavor = "multi_thread")]
async fn no_command_of_the_client_that_stands_in_a_backup_is_done() {
    let Some(engine) = server() else { return };
    let (login, folder) = (login(), tempfile::tempdir().expect("a folder"));
    engine.provision(&login).await.expect("made");
    let (witness, further) = (file(&folder, "witness"), file(&folder, "further"));
    std::fs::write(&further, "CREATE TABLE sourced (id int);\n").expect("written");
    let (to, from) = (witness.display(), further.display());
    for command in [
        format!("\\! touch {to}"),
        format!("system touch {to}"),
        format!("SELECT 1 \\! touch {to}"),
        format!("tee {to}"),
        format!("\\T {to}"),
        format!("pager touch {to}"),
        format!("\\P touch {to}"),
        format!("source {from}"),
        format!("\\. {from}"),
        "\\e".to_owned(),
        format!("LOAD DATA LOCAL INFILE '{from}' INTO TABLE own"),
        format!("SELECT 1 INTO OUTFILE '{to}'"),
    ] {
        let backup = file(&folder, "backup");
        std::fs::write(&backup, format!("CREATE TABLE own (line text);\n{command};\n")).expect("written");
        assert!(engine.restore(&login, &backup).await.is_err(), "{command}");
        assert!(!witness.exists(), "{command}");
        engine.start(&login).await.expect("started");
        assert_eq!(count(&engine, &login, "sourced").await, None, "{command}");
    }
    engine.drop_all(&login.id).await.expect("dropped");
}
