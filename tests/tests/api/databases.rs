//! `/api/databases`: made, opened, backed up, stopped, deleted, restored.

use mainstay_testkit::gateway::{Actor as _, Answer, Gateway, KeyHolder, on_each_gateway, on_own_gateways};
use serde_json::{Value, json};

const DATABASES: &str = "/api/databases";

/// Makes a database and gives it with its path.
async fn make(key: &KeyHolder, name: &str, kind: &str) -> (Answer, String) {
    let made = key.post(DATABASES, &json!({ "name": name, "type": kind })).await.is(201);
    let path = format!("{DATABASES}/{}", made.text("/id"));
    (made, path)
}

async fn act(key: &KeyHolder, path: &str, action: &str) -> Answer {
    key.patch(path, &json!({ "action": action })).await.is(200)
}

/// Whether there is a server that databases of PostgreSQL are made on.
pub(crate) fn has_server() -> bool {
    let has_server = std::env::var_os("MAINSTAY_TEST_POSTGRES_URL").is_some();
    if !has_server {
        eprintln!("skipped: MAINSTAY_TEST_POSTGRES_URL is not set");
    }
    has_server
}

#[test]
fn a_newcomer_makes_a_database_of_postgresql_and_sees_its_password_once() {
    on_each_gateway(async |gateway| {
        if !has_server() {
            return;
        }
        let key = gateway.tenant().await.key;
        let (made, path) = make(&key, "production-db", "postgresql").await;
        let id = made.text("/id");
        assert_eq!((made.text("/status"), made.text("/type")), ("RUNNING".to_owned(), "postgresql".to_owned()));
        assert_eq!((made.text("/database"), made.text("/username")), (format!("db_{id}"), format!("u_{id}")));
        assert!(made.header("location").is_some_and(|at| at.ends_with(&path)));
        assert!(made.header("cache-control").is_some_and(|kept| kept.contains("no-store")));
        let password = made.text("/password");
        assert!(made.text("/connectionString").contains(&password));

        let found = key.get(&path).await.is(200);
        assert!(!String::from_utf8_lossy(&found.body).contains(&password));
        assert!(found.text("/connectionString").contains(":********@"));
        assert!(found.number("/sizeBytes") > 0 && found.number("/maxConnections") == 20);
        let listed = key.get(DATABASES).await.is(200);
        assert!(!String::from_utf8_lossy(&listed.body).contains(&password));
        assert_eq!(listed.text("/0/id"), id);

        let shown = key.get(&format!("{path}/credentials")).await.is(200);
        assert_eq!(shown.text("/password"), password);
        let rotated = act(&key, &path, "rotateCredentials").await;
        assert_ne!(rotated.text("/password"), password);
        let shown = key.get(&format!("{path}/credentials")).await.is(200);
        assert_eq!(shown.text("/password"), rotated.text("/password"));

        let backup = key.post(&format!("{path}/backups"), &json!({})).await.is(201);
        assert_eq!(backup.text("/status"), "SUCCEEDED", "{backup:?}");
        let file = key.get(&format!("{path}/backups/{}/download", backup.text("/id"))).await.is(200);
        assert!(file.body.starts_with(b"PGDMP"));
        let unconfirmed = json!({ "action": "restore", "backupId": backup.text("/id") });
        let refused = key.patch(&path, &unconfirmed).await.is(400);
        assert_eq!(refused.text("/reason"), "CONFIRMATION_REQUIRED");
        let confirmed = json!({ "action": "restore", "backupId": backup.text("/id"), "confirm": "production-db" });
        assert_eq!(key.patch(&path, &confirmed).await.is(200).text("/status"), "RUNNING");
        let _ = key.delete(&path).await.is(202);
    });
}

#[test]
fn a_database_is_stopped_started_deleted_and_restored() {
    on_each_gateway(async |gateway| {
        let key = gateway.tenant().await.key;
        let (made, path) = make(&key, "life", "sqlite").await;
        assert_eq!((made.at("/password"), made.at("/host")), (Value::Null, Value::Null));
        assert_eq!(act(&key, &path, "stop").await.text("/status"), "STOPPED");
        assert_eq!(act(&key, &path, "stop").await.at("/changed"), json!(false));
        assert_eq!(act(&key, &path, "start").await.at("/changed"), json!(true));

        let refused = key.patch(&path, &json!({ "action": "delete" })).await.is(400);
        assert_eq!(
            (refused.text("/reason"), refused.text("/details/0/field")),
            ("CONFIRMATION_REQUIRED".into(), "confirm".into())
        );
        let _ = key.patch(&path, &json!({ "action": "delete", "confirm": "other" })).await.is(400);
        let going = key.patch(&path, &json!({ "action": "delete", "confirm": "life" })).await.is(202);
        assert_eq!((going.text("/status"), going.text("/lastBackup/status")), ("DELETING".into(), "SUCCEEDED".into()));
        let again = key.delete(&path).await.is(202);
        assert_eq!(again.at("/purgeAfter"), going.at("/purgeAfter"));
        assert!(key.get(DATABASES).await.is(200).json().as_array().expect("a list").is_empty());
        let refused = key.patch(&path, &json!({ "action": "start" })).await.is(409);
        assert_eq!((refused.text("/error"), refused.text("/reason")), ("CONFLICT".into(), "DELETING".into()));
        assert_eq!(key.post(&format!("{path}/restore"), &json!({})).await.is(200).text("/status"), "RUNNING");
        let refused = key.post(&format!("{path}/restore"), &json!({})).await.is(409);
        assert_eq!(refused.text("/reason"), "NOT_DELETING");
    });
}

#[test]
fn every_wrong_field_is_named() {
    on_each_gateway(async |gateway| {
        let key = gateway.tenant().await.key;
        for (body, field) in [
            (json!({ "name": "a", "type": "oracle" }), "type"),
            (json!({ "name": "Not so", "type": "sqlite" }), "name"),
            (json!({ "type": "sqlite" }), "name"),
            (json!({ "name": "a", "type": "sqlite", "flavour": "x" }), "flavour"),
            (json!({ "name": "a", "type": "sqlite", "siteId": "cabsent1234" }), "siteId"),
            (json!({ "name": "a", "type": "sqlite", "maxConnections": 3 }), "maxConnections"),
        ] {
            let refused = key.post(DATABASES, &body).await.is(400);
            assert_eq!(
                (refused.text("/error"), refused.text("/details/0/field")),
                ("BAD_REQUEST".into(), field.into())
            );
        }
        let told = key.post(DATABASES, &json!({ "name": "a", "type": "oracle" })).await.is(400);
        assert!(told.text("/message").contains("sqlite"));
        let (_, path) = make(&key, "a", "sqlite").await;
        let taken = key.post(DATABASES, &json!({ "name": "a", "type": "sqlite" })).await.is(409);
        assert_eq!(taken.text("/reason"), "NAME_TAKEN");
        for (body, field) in [
            (json!({ "action": "dance" }), "action"),
            (json!({ "action": "stop", "name": "b" }), "name"),
            (json!({ "action": "restore", "confirm": true }), "backupId"),
            (json!({ "name": null }), "name"),
            (json!({ "attachedSites": ["cabsent1234"] }), "attachedSites"),
            (json!({ "action": "rotateCredentials" }), "action"),
        ] {
            let refused = key.patch(&path, &body).await.is(400);
            assert_eq!(refused.text("/details/0/field"), field, "{refused:?}");
        }
        let stale = key.patch(&path, &json!({ "name": "b" })).header("if-match", "\"99\"").await.is(409);
        assert_eq!(stale.text("/reason"), "CHANGED");
    });
}

#[test]
fn what_is_absent_and_what_is_not_yours_are_told_alike() {
    on_each_gateway(async |gateway| {
        let (key, stranger) = (gateway.tenant().await.key, gateway.tenant().await.key);
        let (_, path) = make(&key, "own", "sqlite").await;
        let absent = format!("{DATABASES}/cabsent1234");
        for below in ["", "/credentials", "/backups", "/backups/cabsent1234/download"] {
            let theirs = stranger.get(&format!("{path}{below}")).await.is(404);
            assert_eq!(theirs.body, stranger.get(&format!("{absent}{below}")).await.is(404).body, "{below}");
            assert_eq!(theirs.text("/message"), "Database not found or you don't have access");
        }
    });
}

#[test]
fn a_password_takes_the_scope_for_secrets_and_that_it_was_shown_is_told() {
    on_each_gateway(async |gateway| {
        let tenant = gateway.tenant().await;
        let (_, path) = make(&tenant.key, "own", "sqlite").await;
        let without = tenant.key_with(&["databases:read", "databases:write"]).await;
        let _ = without.get(&format!("{path}/credentials")).await.is(403);
        let _ = without.patch(&path, &json!({ "action": "delete", "confirm": true })).await.is(403);
        let with = tenant.key_with(&["databases:write", "secrets:read"]).await;
        let _ = with.get(&format!("{path}/credentials")).await.is(200);
        let log = tenant.owner.get("/api/v1/audit-log").await.is(200);
        assert_eq!(log.text("/data/0/action"), "database.credentials.revealed");
        assert_eq!(log.text("/data/0/data/actor"), tenant.owner.id);
    });
}

#[test]
fn what_was_answered_of_a_database_stands_after_a_kill_right_behind_the_answer() {
    on_own_gateways(
        |launch| launch,
        async |gateway: &mut Gateway| {
            let kind = if has_server() { "postgresql" } else { "sqlite" };
            let (made, path) = make(&gateway.setup_key(), "own", kind).await;
            for (action, status) in [("stop", "STOPPED"), ("start", "RUNNING"), ("backup", "RUNNING")] {
                let _ = act(&gateway.setup_key(), &path, action).await;
                gateway.kill();
                gateway.start_again(|launch| launch).await;
                let found = gateway.setup_key().get(&path).await.is(200);
                assert_eq!((found.text("/status"), found.text("/id")), (status.to_owned(), made.text("/id")));
            }
            let backups = gateway.setup_key().get(&format!("{path}/backups")).await.is(200);
            assert_eq!(backups.text("/0/status"), "SUCCEEDED");
            let _ = gateway.setup_key().delete(&path).await.is(202);
        },
    );
}
