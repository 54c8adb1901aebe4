//! Whatever dies over a database, it is whole afterwards: the gateway in the midst of making or restoring one, or a server.

use crate::databases::has_server;
use crate::databases_redis::{ask_until, given, has_redis};
use crate::dice::{Dice, rounds};
use crate::sites_programs::{live, path, program};
use mainstay_testkit::gateway::{Actor as _, Answer, Engine, Gateway, on_own_gateways};
use serde_json::{Value, json};
use std::fs;
use std::path::PathBuf;
use std::time::{Duration, Instant};
use tokio_postgres::{Client, NoTls};

const DATABASES: &str = "/api/databases";
/// How long it may take until somebody has done what was left.
const PATIENCE: Duration = Duration::from_secs(90);

/// Whether what a process left is taken over at once, and there is a server to leave it on. On a database that other nodes
/// may use, a hold is waited out.
fn is_seen_here(gateway: &Gateway) -> bool {
    has_server() && gateway.engine() == Engine::Sqlite
}

/// Asks, and dies before there is an answer, or soon after.
async fn die_over(gateway: &mut Gateway, asked: mainstay_testkit::gateway::Call, after: Duration) {
    let _ = tokio::time::timeout(after, asked.attempt()).await;
    gateway.kill();
    gateway.start_again(|launch| launch).await;
}

/// Waits until each database of the installation's owner runs.
async fn once_all_run(gateway: &Gateway) -> Vec<Value> {
    let begun = Instant::now();
    loop {
        let listed = gateway.setup_key().get(DATABASES).await.is(200).json();
        let listed = listed.as_array().expect("a list").clone();
        if listed.iter().all(|own| own["status"] == "RUNNING") {
            return listed;
        }
        assert!(begun.elapsed() < PATIENCE, "{listed:?}");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

/// The tenant at a database.
async fn tenant(gateway: &Gateway, own: &str) -> Client {
    let begun = Instant::now();
    loop {
        let shown = gateway.setup_key().get(&format!("{own}/credentials")).await.is(200);
        match tokio_postgres::connect(&shown.text("/connectionString"), NoTls).await {
            Ok((client, connection)) => {
                tokio::spawn(connection);
                return client;
            }
            Err(cause) => assert!(begun.elapsed() < PATIENCE, "{cause}"),
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

async fn end(gateway: &Gateway, own: &str) {
    let begun = Instant::now();
    while gateway.setup_key().delete(own).await.status != 202 {
        assert!(begun.elapsed() < PATIENCE, "{own} is not deleted");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    let _ = gateway.setup_key().delete(&format!("{own}?purge=true")).await;
}

#[test]
fn a_restore_that_the_gateway_dies_over_is_done_or_was_never_begun() {
    on_own_gateways(
        |launch| launch,
        async |gateway: &mut Gateway| {
            if !is_seen_here(gateway) {
                return;
            }
            let dice = Dice::new();
            let made =
                gateway.setup_key().post(DATABASES, &json!({ "name": "own", "type": "postgresql" })).await.is(201);
            let own = format!("{DATABASES}/{}", made.text("/id"));
            let filled = "CREATE TABLE own AS SELECT 'before'::text AS line; \
                CREATE TABLE filler AS SELECT n, md5(n::text) AS line FROM generate_series(1, 20000) n";
            tenant(gateway, &own).await.batch_execute(filled).await.expect("filled");
            let backup = gateway.setup_key().post(&format!("{own}/backups"), &json!({})).await.is(201);
            let restore = json!({ "action": "restore", "backupId": backup.text("/id"), "confirm": "own" });
            for round in 0..rounds("RESTORE_CRASHES", 4) {
                let later = "UPDATE own SET line = 'after'; DELETE FROM filler WHERE n > 10";
                tenant(gateway, &own).await.batch_execute(later).await.expect("changed");
                let asked = gateway.setup_key().patch(&own, &restore);
                die_over(gateway, asked, dice.moment_within(1_500)).await;
                once_all_run(gateway).await;
                let asked = "SELECT (SELECT line FROM own), (SELECT count(*) FROM filler)";
                let row = tenant(gateway, &own).await.query_one(asked, &[]).await.expect("whole");
                let found: (String, i64) = (row.get(0), row.get(1));
                let whole = [("before".to_owned(), 20_000), ("after".to_owned(), 10)];
                assert!(whole.contains(&found), "round {round}: {found:?}");
            }
            end(gateway, &own).await;
        },
    );
}

#[test]
fn a_creation_that_the_gateway_dies_over_makes_a_database_or_leaves_nothing() {
    on_own_gateways(
        |launch| launch,
        async |gateway: &mut Gateway| {
            if !is_seen_here(gateway) {
                return;
            }
            let dice = Dice::new();
            for round in 0..rounds("CREATION_CRASHES", 4) {
                let asked = gateway
                    .setup_key()
                    .post(DATABASES, &json!({ "name": "own", "type": "postgresql", "extensions": ["hstore"] }));
                die_over(gateway, asked, dice.moment_within(400)).await;
                for made in once_all_run(gateway).await {
                    let own = format!("{DATABASES}/{}", made["id"].as_str().expect("an id"));
                    let client = tenant(gateway, &own).await;
                    let whole = client.batch_execute("CREATE TABLE own (more hstore)").await;
                    whole.unwrap_or_else(|cause| panic!("round {round}: {cause}"));
                    drop(client);
                    end(gateway, &own).await;
                }
            }
        },
    );
}

/// The processes of servers that serve the databases of this gateway.
fn servers(gateway: &Gateway) -> Vec<u32> {
    let databases = gateway.directory().join("hosting/databases").display().to_string();
    let is_one = |process: &PathBuf| {
        let name = fs::read_to_string(process.join("comm")).unwrap_or_default();
        let mounts = fs::read_to_string(process.join("mountinfo")).unwrap_or_default();
        let mounts = mounts.replace("\\040", " ");
        (name.starts_with("redis") || name.starts_with("valkey")) && mounts.contains(&databases)
    };
    let all = fs::read_dir("/proc").into_iter().flatten().flatten().map(|entry| entry.path());
    all.filter(is_one).filter_map(|process| process.file_name()?.to_str()?.parse().ok()).collect()
}

#[test]
fn a_server_that_is_killed_is_started_anew_with_what_was_written() {
    on_own_gateways(
        |launch| launch,
        async |gateway: &mut Gateway| {
            let gateway = &*gateway;
            let (key, repository) = (gateway.setup_key(), program("keeper"));
            let Some(site) = live(gateway, &key, "keeper", &repository).await else { return };
            if !has_redis(&key).await {
                return;
            }
            let (_, own): (Answer, String) = given(&key, &site, "cache").await;
            assert_eq!(ask_until(gateway, &site, "SET/a/1", |told| told == "+OK").await, "+OK");
            let before = servers(gateway);
            assert!(!before.is_empty(), "a server runs");
            for process in &before {
                let killed = std::process::Command::new("kill").args(["-9", &process.to_string()]).output();
                killed.expect("kill is there");
            }
            assert_eq!(ask_until(gateway, &site, "GET/a", |told| told == "1").await, "1");
            let after = servers(gateway);
            assert!(!after.is_empty() && after.iter().all(|process| !before.contains(process)), "{after:?}");
            let _ = key.delete(&format!("{own}?detach=true")).await.is(202);
            let _ = key.delete(&format!("{own}?purge=true")).await.is(202);
            assert!(servers(gateway).is_empty());
            let _ = key.delete(&path(&site)).await.is(202);
        },
    );
}
