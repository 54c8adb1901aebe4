//! On a real server, whose tenants' things are counted by their names.

use super::*;
use crate::databases::credentials::again;
use crate::ids::letters;
use mainstay_kernel::SystemIds;
use provision::Step;

fn server() -> Option<PostgresEngine> {
    let Ok(url) = std::env::var("MAINSTAY_TEST_POSTGRES_URL") else {
        eprintln!("skipped: MAINSTAY_TEST_POSTGRES_URL is not set");
        return None;
    };
    Some(PostgresEngine::new(&Secret::new(url), Arc::new(SystemIds)).expect("an address"))
}

fn login() -> Login {
    let (id, password) = (DatabaseId::draw(&SystemIds), Secret::new(letters(&SystemIds, 32)));
    Login::plain(id, password, 5)
}

/// How many roles and databases there are of one.
async fn left(engine: &PostgresEngine, id: &DatabaseId) -> i64 {
    let asked = "SELECT (SELECT count(*) FROM pg_roles WHERE rolname LIKE $1) \
        + (SELECT count(*) FROM pg_database WHERE datname LIKE $1)";
    let client = engine.connect(None).await.expect("connected");
    client.query_one(asked, &[&format!("%{id}%")]).await.expect("counted").get(0)
}

async fn kept(engine: &PostgresEngine, id: &DatabaseId) -> String {
    let asked = "SELECT rolpassword FROM pg_authid WHERE rolname = $1";
    let client = engine.connect(None).await.expect("connected");
    client.query_one(asked, &[&Names::of(id).role]).await.expect("a role").get(0)
}

#[tokio::test(flavor = "multi_thread")]
async fn whatever_step_fails_nothing_is_left() {
    let Some(engine) = server() else { return };
    let steps = engine.steps(&login()).await.expect("steps").len();
    for failing in 0..=steps {
        let login = login();
        let mut steps = engine.steps(&login).await.expect("steps");
        steps.insert(failing, Step::beside("SELECT 1 / 0".to_owned()));
        let failed = engine.make(&login, &steps).await;
        assert!(failed.is_err(), "step {failing}");
        assert_eq!(left(&engine, &login.id).await, 0, "step {failing}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_comes_after_one_that_died_at_any_step_makes_it_whole() {
    let Some(engine) = server() else { return };
    let count = engine.steps(&login()).await.expect("steps").len();
    for done in 0..=count {
        let login = login();
        let steps = engine.steps(&login).await.expect("steps");
        engine.take(&login.id, &steps[..done]).await.expect("so far");
        engine.provision(&login).await.expect("made");
        assert_eq!(left(&engine, &login.id).await, 2);
        engine.drop_all(&login.id).await.expect("dropped");
        assert_eq!(left(&engine, &login.id).await, 0);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_we_tell_the_server_of_a_password_is_what_it_would_keep_itself() {
    let Some(engine) = server() else { return };
    let login = login();
    engine.provision(&login).await.expect("made");
    let password = login.password.as_ref().expect("a password").expose().clone();
    let ours = kept(&engine, &login.id).await;
    assert_eq!(ours, again(&password, &ours));
    // Now the server computes it, with a salt of its own.
    let role = quoted(&Names::of(&login.id).role);
    let client = engine.connect(None).await.expect("connected");
    let told = format!("SET password_encryption = 'scram-sha-256'; ALTER ROLE {role} PASSWORD '{password}'");
    client.batch_execute(&told).await.expect("told");
    let theirs = kept(&engine, &login.id).await;
    assert_ne!(theirs, ours);
    assert_eq!(theirs, again(&password, &theirs));
    engine.drop_all(&login.id).await.expect("dropped");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_restore_that_fails_leaves_the_database_as_it_was() {
    let Some(engine) = server() else { return };
    let login = login();
    engine.provision(&login).await.expect("made");
    let broken = std::env::temp_dir().join(format!("broken-{}", login.id));
    std::fs::write(&broken, "no backup").expect("written");
    assert!(engine.restore(&login, &broken).await.is_err());
    engine.start(&login).await.expect("started");
    assert_eq!(left(&engine, &login.id).await, 2);
    engine.drop_all(&login.id).await.expect("dropped");
    std::fs::remove_file(&broken).expect("removed");
}
