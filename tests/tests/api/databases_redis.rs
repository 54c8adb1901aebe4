//! Databases of Redis, as programs of sites find them: a server each, in a box that outlives the gateway.

use crate::sites::visit;
use crate::sites_programs::{live, path, program};
use mainstay_testkit::gateway::{Actor as _, Answer, Gateway, KeyHolder, on_each_gateway, on_own_gateways};
use serde_json::json;
use std::time::{Duration, Instant};

/// Whether databases of Redis can be made here.
pub(crate) async fn has_redis(key: &KeyHolder) -> bool {
    let told = key.get("/api/hosting/capabilities").await.is(200).at("/databaseTypes");
    let has_redis = told.as_array().expect("a list").contains(&json!("redis"));
    if !has_redis {
        eprintln!("skipped: no server of Redis can be run here: {told}");
    }
    has_redis
}

/// A database that a site's program finds, with where it is in the API.
pub(crate) async fn given(key: &KeyHolder, site: &Answer, name: &str) -> (Answer, String) {
    let database = json!({ "name": name, "type": "redis", "siteId": site.text("/id") });
    let database = key.post("/api/databases", &database).await.is(201);
    restart(key, site).await;
    let own = format!("/api/databases/{}", database.text("/id"));
    (database, own)
}

async fn restart(key: &KeyHolder, site: &Answer) {
    let _ = key.patch(&format!("{}?wait=60", path(site)), &json!({ "action": "restart" })).await.is(200);
}

async fn act(key: &KeyHolder, own: &str, action: &str) {
    let _ = key.patch(own, &json!({ "action": action })).await.is(200);
}

/// What the server answers to a program once it answers so, after it was away.
pub(crate) async fn ask_until(gateway: &Gateway, site: &Answer, words: &str, wanted: impl Fn(&str) -> bool) -> String {
    let begun = Instant::now();
    loop {
        let told = visit(gateway, site, &format!("/redis/{words}")).await;
        let text = String::from_utf8_lossy(&told.body).into_owned();
        if told.status == 200 && wanted(&text) {
            return text;
        }
        assert!(begun.elapsed() < Duration::from_secs(90), "{told:?}");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

/// What the server answers to a program.
async fn ask(gateway: &Gateway, site: &Answer, words: &str) -> String {
    let told = visit(gateway, site, &format!("/redis/{words}")).await.is(200);
    String::from_utf8_lossy(&told.body).into_owned()
}

#[test]
fn a_program_has_a_server_to_itself_and_commands_its_data_alone() {
    on_each_gateway(async |gateway| {
        let (key, repository) = (gateway.tenant().await.key, program("keeper"));
        let Some(site) = live(gateway, &key, "keeper", &repository).await else { return };
        if !has_redis(&key).await {
            return;
        }
        let (database, own) = given(&key, &site, "cache").await;
        let (said, password) = (database.text("/connectionString"), database.text("/password"));
        assert!(said.starts_with(&format!("redis://default:{password}@127.")), "{said}");
        assert_eq!(ask(gateway, &site, "SET/a/1").await, "+OK");
        assert_eq!(ask(gateway, &site, "GET/a").await, "1");
        for forbidden in [
            "CONFIG/GET/dir",
            "CONFIG/SET/dir/%2Ftmp",
            "ACL/LIST",
            "ACL/SETUSER/default/%2B@all",
            "MODULE/LIST",
            "SHUTDOWN",
            "REPLICAOF/127.0.0.1/6379",
            "SLAVEOF/127.0.0.1/6379",
            "MONITOR",
            "SAVE",
            "BGREWRITEAOF",
            "CLIENT/KILL/TYPE/normal",
            "CLIENT/LIST",
            "SYNC",
        ] {
            let told = ask(gateway, &site, forbidden).await;
            assert!(told.starts_with("-NOPERM"), "{forbidden}: {told}");
        }
        assert!(ask(gateway, &site, "DEBUG/SLEEP/0").await.starts_with("-ERR DEBUG command not allowed"));
        assert_eq!(ask(gateway, &site, "AUTH/mainstay/guess").await.split(' ').next(), Some("-WRONGPASS"));
        let found = key.get(&own).await.is(200);
        assert!(found.number("/sizeBytes") > 0 && found.number("/maxConnections") == 20);

        // A second one is another server, at another address.
        let second = json!({ "name": "queue", "type": "redis", "siteId": site.text("/id") });
        let second = key.post("/api/databases", &second).await.is(201);
        assert_ne!(second.text("/host"), database.text("/host"));
        for one in [database, second] {
            let _ = key.delete(&format!("/api/databases/{}?detach=true", one.text("/id"))).await.is(202);
            let folder = gateway.directory().join("hosting/databases").join(one.text("/id"));
            assert!(folder.join("backups").exists() && !folder.join("open").exists(), "{folder:?}");
            let kept = std::fs::read_dir(folder.join("instances")).expect("a folder").count();
            assert_eq!(kept, 0, "a deleted database has no program");
        }
        let _ = key.delete(&path(&site)).await.is(202);
    });
}

#[test]
fn what_was_written_outlives_a_stop_and_comes_back_with_a_backup() {
    on_each_gateway(async |gateway| {
        let (key, repository) = (gateway.tenant().await.key, program("keeper"));
        let Some(site) = live(gateway, &key, "keeper", &repository).await else { return };
        if !has_redis(&key).await {
            return;
        }
        let (_, own) = given(&key, &site, "cache").await;
        assert_eq!(ask(gateway, &site, "SET/a/before").await, "+OK");
        let backup = key.post(&format!("{own}/backups"), &json!({})).await.is(201);
        assert_eq!(backup.text("/status"), "SUCCEEDED", "{backup:?}");
        assert_eq!(ask(gateway, &site, "SET/a/after").await, "+OK");
        act(&key, &own, "stop").await;
        let closed = key.post(&format!("{own}/backups"), &json!({})).await.is(201);
        assert_eq!(closed.text("/status"), "SUCCEEDED", "{closed:?}");
        act(&key, &own, "start").await;
        assert_eq!(ask(gateway, &site, "GET/a").await, "after");
        let restore = json!({ "action": "restore", "backupId": backup.text("/id"), "confirm": "cache" });
        let _ = key.patch(&own, &restore).await.is(200);
        assert_eq!(ask(gateway, &site, "GET/a").await, "before");
        act(&key, &own, "stop").await;
        act(&key, &own, "start").await;
        assert_eq!(ask(gateway, &site, "GET/a").await, "before", "what was restored is kept");
        act(&key, &own, "rotateCredentials").await;
        assert!(ask(gateway, &site, "GET/a").await.starts_with("-NOAUTH"), "the former password opens nothing");
        restart(&key, &site).await;
        assert_eq!(ask(gateway, &site, "GET/a").await, "before");
        let _ = key.delete(&format!("{own}?detach=true")).await.is(202);
        let _ = key.delete(&path(&site)).await.is(202);
    });
}

#[test]
fn a_server_outlives_the_gateway_and_is_found_again() {
    on_own_gateways(
        |launch| launch,
        async |gateway: &mut Gateway| {
            let (key, repository) = (gateway.setup_key(), program("keeper"));
            let Some(site) = live(gateway, &key, "keeper", &repository).await else { return };
            if !has_redis(&key).await {
                return;
            }
            let (_, own) = given(&key, &site, "cache").await;
            assert_eq!(ask(gateway, &site, "SET/a/1").await, "+OK");
            let before = ask(gateway, &site, "INFO/server").await;
            gateway.kill();
            gateway.start_again(|launch| launch).await;
            assert_eq!(ask(gateway, &site, "GET/a").await, "1");
            let run = |told: &str| told.lines().find(|line| line.starts_with("run_id:")).map(ToOwned::to_owned);
            let after = ask(gateway, &site, "INFO/server").await;
            assert_eq!((run(&before).is_some(), run(&after)), (true, run(&before)), "it is the same one");
            let key = gateway.setup_key();
            let _ = key.delete(&format!("{own}?detach=true")).await.is(202);
            let _ = key.delete(&path(&site)).await.is(202);
        },
    );
}
