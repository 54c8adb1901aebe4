//! `/api/databases` on further engines: each does what the first one does, where it is there.

use mainstay_testkit::gateway::{Actor as _, Answer, Gateway, KeyHolder, on_each_gateway, on_own_gateways};
use serde_json::json;

const DATABASES: &str = "/api/databases";

/// What addresses of each sort of database begin with, and its backups.
const SORTS: [(&str, &str, &[u8]); 2] = [("mariadb", "mysql", b"/*"), ("redis", "redis", b"REDIS")];

/// Those of them that can be made here.
async fn sorts(key: &KeyHolder) -> Vec<(&'static str, &'static str, &'static [u8])> {
    let told = key.get("/api/hosting/capabilities").await.is(200).at("/databaseTypes");
    let told: Vec<String> = serde_json::from_value(told).expect("a list of words");
    let is_here = |kind: &str| told.iter().any(|own| own == kind);
    if std::env::var_os("MAINSTAY_TEST_MARIADB_URL").is_some() {
        assert!(is_here("mariadb"), "{told:?}");
    }
    SORTS.into_iter().filter(|(kind, ..)| is_here(kind)).collect()
}

/// Makes a database and gives it with its path.
async fn make(key: &KeyHolder, name: &str, kind: &str) -> (Answer, String) {
    let made = key.post(DATABASES, &json!({ "name": name, "type": kind })).await.is(201);
    let path = format!("{DATABASES}/{}", made.text("/id"));
    (made, path)
}

async fn act(key: &KeyHolder, path: &str, action: &str) -> Answer {
    key.patch(path, &json!({ "action": action })).await.is(200)
}

#[test]
fn a_database_is_made_opened_backed_up_and_restored() {
    on_each_gateway(async |gateway| {
        let key = gateway.tenant().await.key;
        for (kind, scheme, magic) in sorts(&key).await {
            let name = format!("own-{kind}");
            let (made, path) = make(&key, &name, kind).await;
            assert_eq!((made.text("/status"), made.text("/type")), ("RUNNING".to_owned(), kind.to_owned()));
            let password = made.text("/password");
            let said = made.text("/connectionString");
            assert!(said.starts_with(&format!("{scheme}://")) && said.contains(&password), "{said}");
            let found = key.get(&path).await.is(200);
            assert!(!String::from_utf8_lossy(&found.body).contains(&password));
            assert!(found.text("/connectionString").contains(":********@"));
            assert!(found.number("/sizeBytes") >= 0 && found.number("/maxConnections") == 20);
            assert_eq!(key.get(&format!("{path}/credentials")).await.is(200).text("/password"), password);
            let rotated = act(&key, &path, "rotateCredentials").await;
            assert_ne!(rotated.text("/password"), password);
            let backup = key.post(&format!("{path}/backups"), &json!({})).await.is(201);
            assert_eq!(backup.text("/status"), "SUCCEEDED", "{backup:?}");
            let file = key.get(&format!("{path}/backups/{}/download", backup.text("/id"))).await.is(200);
            assert!(file.body.starts_with(magic));
            let confirmed = json!({ "action": "restore", "backupId": backup.text("/id"), "confirm": name });
            assert_eq!(key.patch(&path, &confirmed).await.is(200).text("/status"), "RUNNING");
            let _ = key.delete(&path).await.is(202);
        }
    });
}

#[test]
fn a_database_is_stopped_started_deleted_and_restored() {
    on_each_gateway(async |gateway| {
        let key = gateway.tenant().await.key;
        for (kind, ..) in sorts(&key).await {
            let name = format!("life-{kind}");
            let (_, path) = make(&key, &name, kind).await;
            assert_eq!(act(&key, &path, "stop").await.text("/status"), "STOPPED");
            assert_eq!(act(&key, &path, "stop").await.at("/changed"), json!(false));
            assert_eq!(act(&key, &path, "start").await.at("/changed"), json!(true));
            assert_eq!(act(&key, &path, "restart").await.text("/status"), "RUNNING");
            let going = key.patch(&path, &json!({ "action": "delete", "confirm": name })).await.is(202);
            let kept = (going.text("/status"), going.text("/lastBackup/status"));
            assert_eq!(kept, ("DELETING".into(), "SUCCEEDED".into()));
            assert_eq!(key.post(&format!("{path}/restore"), &json!({})).await.is(200).text("/status"), "RUNNING");
            let _ = key.delete(&path).await.is(202);
        }
    });
}

#[test]
fn what_is_absent_and_what_is_not_yours_are_told_alike() {
    on_each_gateway(async |gateway| {
        let (key, stranger) = (gateway.tenant().await.key, gateway.tenant().await.key);
        for (kind, ..) in sorts(&key).await {
            let (_, path) = make(&key, &format!("own-{kind}"), kind).await;
            let absent = format!("{DATABASES}/cabsent1234");
            for below in ["", "/credentials", "/backups"] {
                let theirs = stranger.get(&format!("{path}{below}")).await.is(404);
                assert_eq!(theirs.body, stranger.get(&format!("{absent}{below}")).await.is(404).body, "{below}");
            }
            let stop = json!({ "action": "stop" });
            let theirs = stranger.patch(&path, &stop).await.is(404);
            assert_eq!(theirs.body, stranger.patch(&absent, &stop).await.is(404).body);
            assert_eq!(key.get(&path).await.is(200).text("/status"), "RUNNING");
            let _ = key.delete(&path).await.is(202);
        }
    });
}

#[test]
fn a_sort_that_no_server_is_set_up_for_is_refused_with_those_that_can_be_had() {
    on_own_gateways(
        |launch| launch.unset("HOSTING_MARIADB_URL"),
        async |gateway: &mut Gateway| {
            let told = gateway.setup_key().post(DATABASES, &json!({ "name": "a", "type": "mariadb" })).await.is(400);
            assert_eq!((told.text("/error"), told.text("/details/0/field")), ("BAD_REQUEST".into(), "type".into()));
            let said = told.text("/message");
            assert!(said.contains("sqlite") && !said.contains("mariadb"), "{said}");
        },
    );
}

#[test]
fn what_was_answered_of_a_database_stands_after_a_kill_right_behind_the_answer() {
    on_own_gateways(
        |launch| launch,
        async |gateway: &mut Gateway| {
            for (kind, ..) in sorts(&gateway.setup_key()).await {
                let (made, path) = make(&gateway.setup_key(), &format!("own-{kind}"), kind).await;
                gateway.kill();
                gateway.start_again(|launch| launch).await;
                let password = gateway.setup_key().get(&format!("{path}/credentials")).await.is(200).text("/password");
                assert_eq!(password, made.text("/password"));
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
            }
        },
    );
}
