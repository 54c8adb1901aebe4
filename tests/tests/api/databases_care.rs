//! `/api/databases`: extensions, schedules of backups, sizes, and the end that comes at once.

use crate::databases::has_server;
use mainstay_testkit::gateway::{Actor as _, Answer, Gateway, KeyHolder, on_each_gateway, on_own_gateways};
use serde_json::{Value, json};

const DATABASES: &str = "/api/databases";

async fn make(key: &KeyHolder, more: Value) -> (Answer, String) {
    let made = key.post(DATABASES, &more).await.is(201);
    let path = format!("{DATABASES}/{}", made.text("/id"));
    (made, path)
}

#[test]
fn a_schedule_is_shown_changed_and_cleared() {
    on_each_gateway(async |gateway| {
        let key = gateway.tenant().await.key;
        let schedule = json!({ "cron": "30 3 * * *", "keep": 7 });
        let new = json!({ "name": "own", "type": "sqlite", "backupSchedule": schedule, "maxSizeMb": 100 });
        let (made, path) = make(&key, new).await;
        assert_eq!((made.at("/backupSchedule"), made.number("/maxSizeMb")), (schedule, 100));
        assert!(made.text("/nextBackupAt").ends_with("T03:30:00Z"), "{made:?}");
        assert_eq!((made.at("/overQuota"), made.at("/lastBackupError")), (json!(false), Value::Null));
        let hourly = json!({ "cron": "0 * * * *", "keep": 30 });
        let changed = key.patch(&path, &json!({ "backupSchedule": hourly, "maxSizeMb": 64 })).await.is(200);
        assert_eq!((changed.at("/backupSchedule"), changed.number("/maxSizeMb")), (hourly, 64));
        assert!(changed.text("/nextBackupAt").ends_with(":00:00Z"), "{changed:?}");
        let cleared = key.patch(&path, &json!({ "backupSchedule": null })).await.is(200);
        assert_eq!((cleared.at("/backupSchedule"), cleared.at("/nextBackupAt")), (Value::Null, Value::Null));
        let asked = key.post(&format!("{path}/backups"), &json!({})).await.is(201);
        assert_eq!(asked.text("/trigger"), "API");
        let _ = key.delete(&path).await.is(202);
        let backups = key.get(&format!("{path}/backups")).await.is(200);
        assert_eq!(backups.text("/0/trigger"), "FINAL");
    });
}

#[test]
fn every_wrong_field_is_named() {
    on_each_gateway(async |gateway| {
        let key = gateway.tenant().await.key;
        let (_, path) = make(&key, json!({ "name": "own", "type": "sqlite" })).await;
        for (body, field) in [
            (json!({ "backupSchedule": { "cron": "* * * * *", "keep": 1 } }), "backupSchedule.cron"),
            (json!({ "backupSchedule": { "cron": "not so", "keep": 1 } }), "backupSchedule.cron"),
            (json!({ "backupSchedule": { "cron": "0 0 31 2 *", "keep": 1 } }), "backupSchedule.cron"),
            (json!({ "backupSchedule": { "cron": "0 3 * * *", "keep": 0 } }), "backupSchedule.keep"),
            (json!({ "maxSizeMb": 1 }), "maxSizeMb"),
            (json!({ "maxSizeMb": 4_000_000_000_u32 }), "maxSizeMb"),
            (json!({ "maxSizeMb": null }), "maxSizeMb"),
            (json!({ "extensions": ["pgcrypto"] }), "extensions"),
            (json!({ "extensions": ["pgcrypto"], "name": "other" }), "name"),
            (json!({ "action": "stop", "backupSchedule": null }), "backupSchedule"),
            (json!({ "action": "stop", "maxSizeMb": 64 }), "maxSizeMb"),
            (json!({ "action": "stop", "extensions": [] }), "extensions"),
        ] {
            let refused = key.patch(&path, &body).await.is(400);
            let told = (refused.text("/error"), refused.text("/details/0/field"));
            assert_eq!(told, ("BAD_REQUEST".into(), field.into()), "{body}");
        }
        for body in [
            json!({ "backupSchedule": "daily" }),
            json!({ "backupSchedule": { "cron": "0 3 * * *" } }),
            json!({ "backupSchedule": { "cron": "0 3 * * *", "keep": -1 } }),
            json!({ "extensions": "pgcrypto" }),
            json!({ "maxSizeMb": "64" }),
        ] {
            let _ = key.patch(&path, &body).await.is(400);
        }
        let _ = key.delete(&format!("{path}?purge=perhaps")).await.is(400);
    });
}

#[test]
fn an_extension_is_had_from_the_start_or_later_and_what_cannot_be_had_is_told() {
    on_each_gateway(async |gateway| {
        if !has_server() {
            return;
        }
        let key = gateway.tenant().await.key;
        let new = json!({ "name": "own", "type": "postgresql", "extensions": ["pgcrypto"] });
        let (made, path) = make(&key, new).await;
        assert_eq!(made.at("/extensions"), json!(["pgcrypto"]));
        let extended = key.patch(&path, &json!({ "extensions": ["hstore"] })).await.is(200);
        assert_eq!(extended.at("/extensions"), json!(["hstore", "pgcrypto"]));
        let refused = key.patch(&path, &json!({ "extensions": ["dblink"] })).await.is(400);
        assert_eq!(refused.text("/details/0/field"), "extensions");
        assert!(refused.text("/message").contains("citext"), "{refused:?}");
        assert_eq!(key.get(&path).await.is(200).at("/extensions"), json!(["hstore", "pgcrypto"]));
        let backup = key.post(&format!("{path}/backups"), &json!({})).await.is(201);
        assert_eq!(backup.text("/status"), "SUCCEEDED", "{backup:?}");
        let _ = key.delete(&path).await.is(202);
        let _ = key.delete(&format!("{path}?purge=true")).await.is(202);
    });
}

#[test]
fn the_end_comes_at_once_of_what_is_being_deleted_and_of_nothing_else() {
    on_each_gateway(async |gateway| {
        let (key, stranger) = (gateway.tenant().await.key, gateway.tenant().await.key);
        let (_, path) = make(&key, json!({ "name": "own", "type": "sqlite" })).await;
        let end = format!("{path}?purge=true");
        assert_eq!(key.delete(&end).await.is(409).text("/reason"), "NOT_DELETING");
        let _ = key.delete(&path).await.is(202);
        let theirs = stranger.delete(&end).await.is(404);
        assert_eq!(theirs.body, stranger.delete(&format!("{DATABASES}/cabsent1234?purge=true")).await.is(404).body);
        assert_eq!(key.delete(&end).await.is(202).text("/status"), "DELETING");
        let _ = key.get(&path).await.is(404);
        let _ = key.post(&format!("{path}/restore"), &json!({})).await.is(404);
    });
}

#[test]
fn what_was_answered_of_a_databases_care_stands_after_a_kill_right_behind_the_answer() {
    on_own_gateways(
        |launch| launch,
        async |gateway: &mut Gateway| {
            let schedule = json!({ "cron": "30 3 * * *", "keep": 7 });
            let (of_all, of_server) =
                ([("backupSchedule", schedule), ("maxSizeMb", json!(64))], [("extensions", json!(["hstore"]))]);
            let kinds = [("sqlite", of_all.as_slice()), ("postgresql", of_server.as_slice())];
            for (kind, changes) in kinds.into_iter().filter(|(kind, _)| *kind == "sqlite" || has_server()) {
                let key = gateway.setup_key();
                let (_, path) = make(&key, json!({ "name": kind, "type": kind })).await;
                for (field, value) in changes {
                    let mut change = json!({});
                    change[field] = value.clone();
                    let _ = gateway.setup_key().patch(&path, &change).await.is(200);
                    gateway.kill();
                    gateway.start_again(|launch| launch).await;
                    let found = gateway.setup_key().get(&path).await.is(200);
                    assert_eq!(found.at(&format!("/{field}")), *value);
                }
                let _ = gateway.setup_key().delete(&path).await.is(202);
                let _ = gateway.setup_key().delete(&format!("{path}?purge=true")).await.is(202);
            }
        },
    );
}
