//! Sites that are made by commands of their own, in boxes of this machine.

use crate::hooks::once;
use crate::sites::{SITES, visit};
use mainstay_testkit::TestRepository;
use mainstay_testkit::gateway::{Actor as _, Answer, Gateway, KeyHolder, on_each_gateway};
use serde_json::{Value, json};
use std::os::unix::fs::MetadataExt as _;
use std::time::Duration;

/// A repository whose build is this script.
fn scripted(script: &str) -> TestRepository {
    TestRepository::new(&[("build.sh", script), ("README", "built")])
}

/// Makes a site that `build.sh` makes, and waits for what comes of it.
pub(crate) async fn build(key: &KeyHolder, name: &str, script: &str, more: Value) -> Answer {
    let repository = scripted(script);
    let mut site = json!({
        "name": name,
        "type": "git",
        "repository": repository.url(),
        "buildCommand": "sh build.sh",
    });
    site.as_object_mut().expect("an object").extend(more.as_object().expect("an object").clone());
    key.post(&format!("{SITES}?wait=60"), &site).await.is(201)
}

pub(crate) async fn deployment(key: &KeyHolder, site: &Answer) -> Answer {
    key.get(&format!("{SITES}/{}/deployments", site.text("/id"))).await.is(200)
}

pub(crate) async fn log(key: &KeyHolder, site: &Answer) -> String {
    let logs = key.get(&format!("{SITES}/{}/logs?limit=1000", site.text("/id"))).await.is(200);
    String::from_utf8_lossy(&logs.body).into_owned()
}

/// Whether boxes can be made here: to root that is owed; whom the kernel lets have none is told so, which another test
/// looks at.
pub(crate) async fn has_boxes(gateway: &Gateway) -> bool {
    let offer = gateway.setup_key().get("/api/hosting/capabilities").await.is(200);
    let has_boxes = offer.at("/drivers/0/builds") == json!(true);
    let is_root = std::fs::metadata("/proc/self").expect("a process").uid() == 0;
    assert!(has_boxes || !is_root, "{offer:?}");
    has_boxes
}

#[test]
fn what_works_is_told_and_no_more() {
    on_each_gateway(async |gateway| {
        let offer = gateway.setup_key().get("/api/hosting/capabilities").await.is(200);
        assert_eq!(offer.at("/staticSites"), json!(true));
        assert_eq!(offer.at("/databaseTypes").as_array().and_then(|types| types.last()), Some(&json!("sqlite")));
        let level = offer.text("/drivers/0/level");
        assert!(["STRICT", "BASIC", "NONE"].contains(&level.as_str()), "{level}");
        assert_eq!(offer.at("/drivers/0/builds"), json!(level != "NONE"));
        assert_eq!(offer.at("/drivers/0/reason") == json!(null), level != "NONE");
        assert_eq!(offer.at("/drivers/0/programs"), json!(level != "NONE"));
    });
}

#[test]
fn a_build_makes_what_is_served_with_its_variables_and_tells_what_it_wrote() {
    on_each_gateway(async |gateway| {
        if !has_boxes(gateway).await {
            return;
        }
        let key = gateway.tenant().await.key;
        let script = "mkdir dist && echo \"<h1>$TITLE</h1>\" > dist/index.html && echo made $TITLE && ls /app >&2";
        let site = build(&key, "made", script, json!({ "env": { "TITLE": "hunter2" } })).await;
        assert_eq!(site.text("/status"), "RUNNING", "{}", log(&key, &site).await);
        assert_eq!(visit(gateway, &site, "/").await.is(200).body, b"<h1>hunter2</h1>\n");
        let log = log(&key, &site).await;
        assert!(log.contains("made •••") && log.contains("build.sh") && !log.contains("hunter2"), "{log}");
    });
}

#[test]
fn a_build_that_fails_says_which_phase_the_exit_code_and_the_last_lines() {
    on_each_gateway(async |gateway| {
        if !has_boxes(gateway).await {
            return;
        }
        let key = gateway.tenant().await.key;
        let site = build(&key, "broken", "seq 1 50; sleep 0.3; echo cannot go on >&2; exit 7", json!({})).await;
        assert_eq!(site.text("/status"), "FAILED");
        let own = deployment(&key, &site).await;
        assert_eq!(
            (own.text("/0/failedPhase"), own.text("/0/error/reason")),
            ("BUILDING".into(), "BUILD_FAILED".into())
        );
        assert_eq!(own.number("/0/error/exitCode"), 7);
        let last = own.at("/0/error/lastLines");
        let last = last.as_array().expect("lines");
        assert!(last.len() == 20 && last.contains(&json!("cannot go on")) && !last.contains(&json!("1")), "{last:?}");
    });
}

#[test]
fn a_build_reaches_neither_the_machine_nor_the_installation_nor_other_sites() {
    on_each_gateway(async |gateway| {
        if !has_boxes(gateway).await {
            return;
        }
        let key = gateway.tenant().await.key;
        let port = gateway.url().rsplit(':').next().expect("a port").to_owned();
        let data = gateway.directory().display().to_string();
        // Each attempt says what it got; what is refused says nothing.
        let script = format!(
            "mkdir dist\n\
             {{ cat /etc/shadow; ls {data}; cat {data}/*; ls -A /root; ls -A /home/*; ls -A /proc/1/root/root; cat /proc/*/environ | tr '\\0' '\\n' | grep MAINSTAY; }} \
             > dist/files.txt 2>/dev/null\n\
             python3 - > dist/network.txt <<'END'\n\
             import socket\n\
             for host, port in [('127.0.0.1', {port}), ('169.254.169.254', 80), ('10.0.0.1', 80)]:\n\
             \x20   try:\n\
             \x20       socket.create_connection((host, port), 2)\n\
             \x20       print('reached', host)\n\
             \x20   except OSError:\n\
             \x20       pass\n\
             END\n\
             id -u > dist/user.txt; ls /proc | grep -c '^[0-9]' > dist/processes.txt\n\
             unshare --mount true 2>/dev/null && echo unshared > dist/network.txt\n\
             echo home > dist/index.html"
        );
        let site = build(&key, "curious", &script, json!({})).await;
        assert_eq!(site.text("/status"), "RUNNING", "{}", log(&key, &site).await);
        for file in ["/files.txt", "/network.txt"] {
            let got = visit(gateway, &site, file).await.is(200);
            assert_eq!(String::from_utf8_lossy(&got.body), "", "{file}");
        }
        let user = visit(gateway, &site, "/user.txt").await.is(200);
        assert_ne!(user.body, b"0\n", "nobody is root in a box");
        let processes = visit(gateway, &site, "/processes.txt").await.is(200);
        let count: u32 = String::from_utf8_lossy(&processes.body).trim().parse().expect("a count");
        assert!(count < 12, "{count} processes are seen");
    });
}

#[test]
fn a_build_that_wants_too_much_is_ended_and_says_so() {
    on_each_gateway(async |gateway| {
        if !has_boxes(gateway).await {
            return;
        }
        let key = gateway.tenant().await.key;
        let small = json!({ "resources": { "memoryMb": 128, "diskMb": 16, "processes": 32, "cpu": 1 } });
        let hog = "python3 -c 'x = bytearray(512 << 20); print(len(x))'";
        let site = build(&key, "hog", hog, small.clone()).await;
        let own = deployment(&key, &site).await;
        assert_eq!(own.text("/0/error/reason"), "BUILD_FAILED", "{own:?}");
        let filler = "while true; do head -c 8000000 /dev/zero > f$RANDOM$(date +%N); sleep 0.1; done";
        let site = build(&key, "filler", filler, small).await;
        let own = deployment(&key, &site).await;
        assert_eq!(own.text("/0/error/reason"), "TOO_LARGE", "{own:?}");
    });
}

#[test]
fn calling_a_build_off_ends_all_that_it_started() {
    on_each_gateway(async |gateway| {
        if !has_boxes(gateway).await {
            return;
        }
        let key = gateway.tenant().await.key;
        // Told apart from every other process of the machine by how long it sleeps.
        let port: u32 = gateway.url().rsplit(':').next().and_then(|port| port.parse().ok()).expect("a port");
        let long = format!("9{port}");
        let repository = scripted(&format!("(setsid sleep {long} &)\nsleep {long} & echo sleeping; wait"));
        let site = json!({
            "name": "sleeper", "type": "git", "repository": repository.url(), "buildCommand": "sh build.sh",
        });
        let made = key.post(SITES, &site).await.is(201);
        let path = format!("{SITES}/{}", made.text("/id"));
        let id = made.text("/lastDeployment/id");
        let _ = once(&key, &format!("{path}/deployments/{id}"), "/status", "BUILDING").await;
        for _ in 0..200 {
            if sleepers(&long) == 2 {
                break;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        assert_eq!(sleepers(&long), 2, "{}", log(&key, &made).await);
        let off = key.post(&format!("{path}/deployments/{id}/cancel"), &json!({})).await.is(200);
        assert_eq!((off.text("/status"), off.text("/cancelReason")), ("CANCELED".into(), "USER".into()));
        for _ in 0..100 {
            if sleepers(&long) == 0 {
                return;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        panic!("{} of its processes are left", sleepers(&long));
    });
}

/// How many processes of this machine sleep so long.
fn sleepers(long: &str) -> usize {
    let wanted = format!("sleep\0{long}\0");
    let processes = std::fs::read_dir("/proc").expect("processes").flatten();
    processes
        .filter(|entry| std::fs::read_to_string(entry.path().join("cmdline")).is_ok_and(|own| own == wanted))
        .count()
}
