//! Sites that come as images, and are run by a container engine.

mod engine;

pub(crate) use self::engine::Engine;
use self::engine::{escaped, own_name};
use crate::hooks::once;
use crate::sites::{SITES, visit};
use crate::sites_programs::path;
use mainstay_testkit::gateway::{Actor as _, Answer, Gateway, KeyHolder, on_each_gateway, on_own_gateways};
use serde_json::{Value, json};
use std::time::Duration;

const LOOKS: u32 = 1200;
const BETWEEN: Duration = Duration::from_millis(100);

/// Makes a site of an image, and waits until it is settled.
pub(crate) async fn run(key: &KeyHolder, name: &str, image: &str, more: Value) -> Answer {
    let mut site = json!({ "name": name, "type": "image", "image": image });
    site.as_object_mut().expect("an object").extend(more.as_object().expect("an object").clone());
    key.post(&format!("{SITES}?wait=60"), &site).await.is(201)
}

async fn log(key: &KeyHolder, site: &Answer, source: &str) -> String {
    let logs = key.get(&format!("{}/logs?limit=1000&source={source}", path(site))).await.is(200);
    String::from_utf8_lossy(&logs.body).into_owned()
}

async fn live(key: &KeyHolder, name: &str, image: &str, more: Value) -> Answer {
    let site = run(key, name, image, more).await;
    let told = (log(key, &site, "build").await, log(key, &site, "runtime").await);
    assert_eq!(site.text("/status"), "RUNNING", "{told:?}");
    site
}

/// Has the program of a site run a command, and gives what that wrote.
async fn within(gateway: &Gateway, site: &Answer, command: &str) -> String {
    let told = visit(gateway, site, &format!("/cgi-bin/run?{}", escaped(command))).await.is(200);
    String::from_utf8_lossy(&told.body).into_owned()
}

async fn act(key: &KeyHolder, site: &Answer, body: Value) -> Answer {
    key.patch(&format!("{}?wait=60", path(site)), &body).await.is(200)
}

async fn page(gateway: &Gateway, site: &Answer) -> String {
    String::from_utf8_lossy(&visit(gateway, site, "/").await.is(200).body).into_owned()
}

/// Until something is so.
async fn until(what: &str, mut is_so: impl AsyncFnMut() -> bool) {
    for _ in 0..LOOKS {
        if is_so().await {
            return;
        }
        tokio::time::sleep(BETWEEN).await;
    }
    panic!("it does not become so: {what}");
}

#[test]
fn an_image_is_run_and_its_visitors_get_what_it_answers() {
    let Some(engine) = Engine::of_tests() else { return };
    on_each_gateway(async |gateway| {
        let (key, name) = (gateway.tenant().await.key, own_name());
        let id = engine.make("hello");
        engine.name(&id, &name);
        let more = json!({ "driver": "container", "port": 4321, "env": { "GREETING": "hunter2-hello" } });
        let site = live(&key, "box", &name, more).await;
        assert_eq!(page(gateway, &site).await, "hello");
        assert_eq!(
            (site.text("/driver"), site.text("/image"), site.at("/repository")),
            ("container".into(), name, json!(null))
        );
        let told = within(gateway, &site, "env").await;
        for wanted in ["PORT=4321", "DATA_DIR=/data", "GREETING=hunter2-hello"] {
            assert!(told.lines().any(|line| line == wanted), "{told}");
        }
        assert!(!told.contains("MAINSTAY_"), "{told}");
        let deployments = key.get(&format!("{}/deployments", path(&site))).await.is(200);
        assert_eq!((deployments.text("/0/status"), deployments.text("/0/image")), ("LIVE".into(), id.clone()));
        assert_eq!(format!("sha256:{}", deployments.text("/0/artifactSha256")), id);
        until("what it wrote is in the log, and its variables are not", async || {
            log(&key, &site, "runtime").await.contains("begun as •••")
        })
        .await;
        let offer = key.get("/api/hosting/capabilities").await.is(200);
        assert_eq!((offer.text("/drivers/1/name"), offer.at("/drivers/1/reason")), ("container".into(), json!(null)));
        assert_eq!((offer.at("/drivers/1/builds"), offer.at("/drivers/1/programs")), (json!(false), json!(true)));
        let namespaces = offer.at("/drivers/1/namespaces");
        let namespaces = namespaces.as_array().expect("a list");
        assert!(["net", "pid", "mnt", "ipc"].iter().all(|own| namespaces.contains(&json!(own))), "{namespaces:?}");
        assert!(offer.at("/siteTypes").as_array().is_some_and(|types| types.contains(&json!("image"))));
        let _ = key.delete(&path(&site)).await.is(202);
    });
}

#[test]
fn a_program_in_a_container_has_no_network_no_rights_and_one_folder() {
    let Some(engine) = Engine::of_tests() else { return };
    on_each_gateway(async |gateway| {
        let (key, name) = (gateway.tenant().await.key, own_name());
        engine.name(&engine.make("shut"), &name);
        let site = live(&key, "shut", &name, json!({ "resources": { "memoryMb": 64, "processes": 32 } })).await;
        let status = within(gateway, &site, "cat /proc/1/status").await;
        for set in ["CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb"] {
            assert!(status.contains(&format!("{set}:\t0000000000000000")), "{status}");
        }
        assert!(status.contains("NoNewPrivs:\t1") && !status.contains("Uid:\t0"), "{status}");
        assert_eq!(within(gateway, &site, "ls /sys/class/net").await.trim(), "lo");
        let port = gateway.url().rsplit(':').next().expect("a port").to_owned();
        for reached in ["127.0.0.1", "10.0.0.1", "169.254.169.254", "1.1.1.1"] {
            let tried = within(gateway, &site, &format!("nc -w 1 {reached} {port} </dev/null && echo reached")).await;
            assert!(!tried.contains("reached"), "{reached}: {tried}");
        }
        for place in ["/x", "/bin/x", "/www/x", "/etc/x", "/proc/sys/kernel/hostname", "/sys/x", "/dev/x"] {
            let tried = within(gateway, &site, &format!("(echo a >{place}) 2>/dev/null && echo written")).await;
            assert!(!tried.contains("written"), "{place}");
        }
        let kept =
            within(gateway, &site, "echo lasts >/data/a; echo a >/tmp/a && echo a >/kept/a && cat /data/a").await;
        assert_eq!(kept, "lasts\n");
        let large = within(gateway, &site, "dd if=/dev/zero of=/kept/b bs=1048576 count=64 2>&1; wc -c </kept/b").await;
        let written: u64 = large.lines().last().and_then(|count| count.trim().parse().ok()).expect("a size");
        assert!(written <= 16 << 20, "{large}");
        let site = act(&key, &site, json!({ "action": "restart" })).await;
        assert_eq!(
            within(gateway, &site, "cat /data/a; ls /tmp /kept")
                .await
                .replace("/kept:", "")
                .replace("/tmp:", "")
                .split_whitespace()
                .collect::<Vec<_>>(),
            ["lasts"]
        );
        let container = engine.containers(&site.text("/id")).pop().expect("a container");
        let host = engine.inspect(&container)["HostConfig"].clone();
        assert_eq!(
            (&host["NetworkMode"], &host["Privileged"], &host["ReadonlyRootfs"]),
            (&json!("none"), &json!(false), &json!(true))
        );
        assert_eq!(
            (&host["Memory"], &host["MemorySwap"], &host["PidsLimit"]),
            (&json!(64 << 20), &json!(64 << 20), &json!(32))
        );
        let _ = key.delete(&path(&site)).await.is(202);
    });
}

#[test]
fn memory_that_is_used_up_is_told_and_the_program_is_started_again() {
    let Some(engine) = Engine::of_tests() else { return };
    on_each_gateway(async |gateway| {
        let (key, name) = (gateway.tenant().await.key, own_name());
        engine.name(&engine.make("hog"), &name);
        let command = "test -e /data/tried && exec sh /serve; touch /data/tried; sh /serve & \
            until test -e /data/go; do sleep 0.1; done; x=aaaaaaaaaaaaaaaa; while true; do x=$x$x; done";
        let more = json!({ "startCommand": command, "resources": { "memoryMb": 64 } });
        let site = live(&key, "hog", &name, more).await;
        let _ = within(gateway, &site, "touch /data/go").await;
        until("it was started again", async || {
            let found = key.get(&path(&site)).await.is(200);
            found.number("/restartCount") == 1 && found.text("/status") == "RUNNING"
        })
        .await;
        let found = key.get(&path(&site)).await.is(200);
        assert_eq!(found.at("/lastExit/oomKilled"), json!(true), "{found:?}");
        assert!(log(&key, &site, "runtime").await.contains("was ended since its memory was used up"));
        assert_eq!(page(gateway, &site).await, "hog");
        let _ = key.delete(&path(&site)).await.is(202);
    });
}

#[test]
fn a_container_outlives_the_gateway_and_no_line_of_it_is_lost_or_told_twice() {
    let Some(engine) = Engine::of_tests() else { return };
    on_own_gateways(
        |launch| launch,
        async |gateway: &mut Gateway| {
            let name = own_name();
            engine.name(&engine.make("lasting"), &name);
            let command = "(n=0; while true; do n=$((n+1)); echo \"line $n.\"; sleep 0.05; done) & exec sh /serve";
            let key = gateway.setup_key();
            let site = live(&key, "lasting", &name, json!({ "startCommand": command })).await;
            let run = engine.containers(&site.text("/id"));
            assert_eq!(run.len(), 1, "{run:?} {}", log(&key, &site, "runtime").await);
            for round in 1..=3 {
                let wanted = format!("line {}.", round * 30);
                until(&wanted, async || log(&gateway.setup_key(), &site, "runtime").await.contains(&wanted)).await;
                gateway.kill();
                tokio::time::sleep(Duration::from_millis(300)).await;
                gateway.start_again(|launch| launch).await;
                assert_eq!(page(gateway, &site).await, "lasting");
            }
            until("line 120.", async || log(&gateway.setup_key(), &site, "runtime").await.contains("line 120.")).await;
            let key = gateway.setup_key();
            let told = log(&key, &site, "runtime").await;
            for number in 1..=120 {
                assert_eq!(told.matches(&format!("line {number}.")).count(), 1, "line {number}: {told}");
            }
            let found = key.get(&path(&site)).await.is(200);
            assert_eq!((found.text("/status"), found.number("/restartCount")), ("RUNNING".into(), 0));
            assert_eq!(engine.containers(&site.text("/id"))[0]["Id"], run[0]["Id"]);
            let _ = key.delete(&path(&site)).await.is(202);
            until("no container is left", async || engine.containers(&site.text("/id")).is_empty()).await;
        },
    );
}

#[test]
fn a_rollback_runs_the_image_that_ran_then_wherever_its_name_leads_by_now() {
    let Some(engine) = Engine::of_tests() else { return };
    on_each_gateway(async |gateway| {
        let (key, name) = (gateway.tenant().await.key, own_name());
        let one = engine.make("one");
        engine.name(&one, &name);
        let site = live(&key, "pinned", &name, json!({})).await;
        assert_eq!(page(gateway, &site).await, "one");
        engine.name(&engine.make("two"), &name);
        let _ = act(&key, &site, json!({ "action": "restart" })).await;
        assert_eq!(page(gateway, &site).await, "one", "a restart runs what ran");
        let _ = act(&key, &site, json!({ "action": "deploy" })).await;
        assert_eq!(page(gateway, &site).await, "two");
        // Nobody but this site knows the first one any longer.
        engine.forget(&name);
        let back = key.post(&format!("{}/rollback?wait=60", path(&site)), &json!({})).await.is(200);
        assert_eq!(back.text("/lastDeployment/status"), "LIVE", "{back:?}");
        assert_eq!(page(gateway, &site).await, "one");
        let deployments = key.get(&format!("{}/deployments", path(&site))).await.is(200);
        assert_eq!(deployments.text("/0/image"), one);
        let gone = act(&key, &site, json!({ "action": "deploy" })).await;
        assert_eq!(gone.text("/lastDeployment/status"), "FAILED");
        assert_eq!(page(gateway, &site).await, "one", "what was live still is");
        let _ = key.delete(&path(&site)).await.is(202);
    });
}

#[test]
fn stopped_it_has_no_container_and_deleted_it_has_none() {
    let Some(engine) = Engine::of_tests() else { return };
    on_each_gateway(async |gateway| {
        let (key, name) = (gateway.tenant().await.key, own_name());
        engine.name(&engine.make("mortal"), &name);
        let site = live(&key, "mortal", &name, json!({})).await;
        let own = site.text("/id");
        let _ = act(&key, &site, json!({ "action": "stop" })).await;
        let _ = once(&key, &path(&site), "/status", "STOPPED").await;
        until("no container is left", async || engine.containers(&own).is_empty()).await;
        let _ = visit(gateway, &site, "/").await.is(503);
        let started = act(&key, &site, json!({ "action": "start" })).await;
        assert_eq!((started.text("/status"), page(gateway, &site).await), ("RUNNING".into(), "mortal".into()));
        let _ = key.delete(&path(&site)).await.is(202);
        until("no container is left", async || engine.containers(&own).is_empty()).await;
        assert!(engine.has(&name), "what somebody else named stays");
    });
}

#[test]
fn an_image_that_cannot_be_had_or_run_fails_with_a_reason() {
    let Some(engine) = Engine::of_tests() else { return };
    on_each_gateway(async |gateway| {
        let (key, name) = (gateway.tenant().await.key, own_name());
        engine.name(&engine.make("broken"), &name);
        let failure = async |site: Answer| {
            assert_eq!(site.text("/status"), "FAILED", "{site:?}");
            let own = key.get(&format!("{}/deployments", path(&site))).await.is(200);
            let _ = key.delete(&path(&site)).await.is(202);
            own
        };
        let own = failure(run(&key, "absent", "localhost/absent:1", json!({})).await).await;
        assert_eq!(
            (own.text("/0/failedPhase"), own.text("/0/error/reason")),
            ("CLONING".into(), "IMAGE_NOT_FOUND".into())
        );
        assert!(own.text("/0/error/message").contains("localhost/absent:1"), "{own:?}");
        let own = failure(run(&key, "silent-registry", "127.0.0.1:1/app:1", json!({})).await).await;
        assert_eq!(own.text("/0/error/reason"), "IMAGE_NOT_FOUND");
        let ending = json!({ "startCommand": "echo starting; echo no config >&2; exit 9" });
        let own = failure(run(&key, "ending", &name, ending).await).await;
        assert_eq!((own.text("/0/error/reason"), own.number("/0/error/exitCode")), ("START_FAILED".into(), 9));
        let mut lines: Vec<String> = serde_json::from_value(own.at("/0/error/lastLines")).expect("lines");
        lines.sort();
        assert_eq!(lines, ["no config", "starting"]);
        let silent = json!({ "startCommand": "sleep 60", "healthCheck": { "startupSeconds": 1 } });
        let own = failure(run(&key, "silent", &name, silent).await).await;
        assert_eq!(own.text("/0/error/reason"), "UNHEALTHY");
    });
}

#[test]
fn a_program_in_a_container_finds_its_databases_a_file_and_a_server_that_it_reaches_by_a_door() {
    let Some(engine) = Engine::of_tests() else { return };
    on_each_gateway(async |gateway| {
        let (key, name) = (gateway.tenant().await.key, own_name());
        engine.name(&engine.make("keeper"), &name);
        let site = live(&key, "keeper", &name, json!({})).await;
        let file = json!({ "name": "visits", "type": "sqlite", "siteId": site.text("/id") });
        let file = key.post("/api/databases", &file).await.is(201);
        let _ = act(&key, &site, json!({ "action": "restart" })).await;
        let told =
            within(gateway, &site, "f=${DATABASE_URL#sqlite://}; test -f \"$f\" && touch \"${f%/*}/own\" && echo can")
                .await;
        assert!(told.contains("can"), "{told} {}", within(gateway, &site, "env").await);
        let _ = key.delete(&format!("/api/databases/{}?detach=true", file.text("/id"))).await.is(202);
        if std::env::var_os("MAINSTAY_TEST_POSTGRES_URL").is_some() {
            let server = json!({ "name": "orders", "type": "postgresql", "siteId": site.text("/id") });
            let server = key.post("/api/databases", &server).await.is(201);
            let _ = act(&key, &site, json!({ "action": "restart" })).await;
            // What asks for TLS is answered by one letter (PostgreSQL's protocol, SSLRequest).
            let asked =
                "a=${DATABASE_URL##*@}; a=${a%%/*}; printf '\\0\\0\\0\\10\\4\\322\\26\\57' | nc -w 5 ${a%:*} ${a#*:}";
            let told = within(gateway, &site, asked).await;
            assert!(["N", "S"].contains(&told.trim()), "{told:?} {}", within(gateway, &site, "env").await);
            let _ = key.delete(&format!("/api/databases/{}?detach=true", server.text("/id"))).await.is(202);
        }
        let _ = key.delete(&path(&site)).await.is(202);
    });
}

#[test]
fn what_a_program_in_a_container_uses_is_among_the_metrics_of_its_site() {
    let Some(engine) = Engine::of_tests() else { return };
    on_each_gateway(async |gateway| {
        let (key, name) = (gateway.tenant().await.key, own_name());
        engine.name(&engine.make("busy"), &name);
        let site = live(&key, "busy", &name, json!({})).await;
        let busy = "n=0; while [ $n -lt 100000 ]; do n=$((n+1)); done; echo $n";
        assert_eq!(within(gateway, &site, busy).await.trim(), "100000");
        let metrics = key.get(&format!("{}/metrics", path(&site))).await.is(200);
        let points = metrics.at("/points");
        let last = points.as_array().and_then(|points| points.last()).expect("a point");
        let of = |field: &str| last[field].as_f64().unwrap_or_default();
        assert!(of("cpuMs") > 10.0 && of("memoryMb") > 0.1 && of("processes") >= 1.0, "{last}");
        let _ = key.delete(&path(&site)).await.is(202);
    });
}
