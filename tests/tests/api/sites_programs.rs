//! Sites whose own programs answer: kept running in boxes, started again, taken the place of without a visitor noticing.

use crate::hooks::once;
use crate::sites::{SITES, visit};
use crate::sites_builds::has_boxes;
use futures_util::future::join_all;
use mainstay_testkit::TestRepository;
use mainstay_testkit::gateway::{Actor as _, Answer, Gateway, KeyHolder, on_each_gateway, on_own_gateways};
use serde_json::{Value, json};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

/// A program of Python alone: tells what it was asked, streams, sleeps, ends, writes, and echoes over a websocket.
pub(crate) const SERVER: &str = include_str!("sites_programs/server.py");

/// A repository of this program, which calls itself so.
pub(crate) fn program(name: &str) -> TestRepository {
    TestRepository::new(&[("server.py", SERVER), ("name", name), ("Procfile", "web: python3 server.py\n")])
}

/// Makes a site that its own program answers for, and waits until it does.
pub(crate) async fn run(key: &KeyHolder, name: &str, repository: &TestRepository, more: Value) -> Answer {
    let mut site = json!({ "name": name, "type": "git", "repository": repository.url() });
    site.as_object_mut().expect("an object").extend(more.as_object().expect("an object").clone());
    key.post(&format!("{SITES}?wait=60"), &site).await.is(201)
}

pub(crate) async fn log(key: &KeyHolder, site: &Answer, source: &str) -> String {
    let logs = key.get(&format!("{SITES}/{}/logs?limit=1000&source={source}", site.text("/id"))).await.is(200);
    String::from_utf8_lossy(&logs.body).into_owned()
}

pub(crate) fn path(site: &Answer) -> String {
    format!("{SITES}/{}", site.text("/id"))
}

pub(crate) async fn live(
    gateway: &Gateway,
    key: &KeyHolder,
    name: &str,
    repository: &TestRepository,
) -> Option<Answer> {
    if !has_boxes(gateway).await {
        return None;
    }
    let site = run(key, name, repository, json!({})).await;
    assert_eq!(
        site.text("/status"),
        "RUNNING",
        "{} {}",
        log(key, &site, "build").await,
        log(key, &site, "runtime").await
    );
    Some(site)
}

#[test]
fn a_program_is_asked_as_its_visitors_ask_and_they_get_what_it_answers() {
    on_each_gateway(async |gateway| {
        let (key, repository) = (gateway.tenant().await.key, program("shop"));
        let Some(site) = live(gateway, &key, "asked", &repository).await else { return };
        let told = visit(gateway, &site, "/tell/a%20b?x=1&y=%2F").await.is(200);
        assert_eq!((told.text("/path"), told.text("/method")), ("/tell/a%20b?x=1&y=%2F".into(), "GET".into()));
        let host = site.text("/liveUrl").replace("http://", "");
        assert_eq!((told.text("/headers/host"), told.text("/headers/x-forwarded-host")), (host.clone(), host.clone()));
        assert_eq!((told.text("/headers/x-forwarded-proto"), told.text("/name")), ("http".into(), "shop".into()));
        let lied = gateway.nobody().get("/tell").header("host", &host).header("forwarded", "for=9.9.9.9");
        let lied =
            lied.header("x-forwarded-host", "evil").header("connection", "x-own").header("x-own", "1").await.is(200);
        assert_eq!(lied.text("/headers/x-forwarded-host"), host);
        let lied = lied.json();
        assert!(lied["headers"]["forwarded"].is_null() && lied["headers"]["x-own"].is_null(), "{lied}");
        let body = "b".repeat(300_000);
        let sent =
            gateway.nobody().post("/tell", &json!({})).header("host", &host).body("text/plain", body).await.is(200);
        assert_eq!((sent.number("/length"), sent.text("/method")), (300_000, "POST".into()));
        let streamed = visit(gateway, &site, "/stream").await.is(200);
        assert_eq!(streamed.body, "piece\n".repeat(100).as_bytes());
        assert_eq!(visit(gateway, &site, "/status/418").await.is(418).header("x-from"), Some("program"));
        assert!(visit(gateway, &site, "/status/304").await.is(304).body.is_empty());
        let none = visit(gateway, &site, "/status/204").await.is(204);
        assert!(none.body.is_empty() && none.header("x-content-type-options").is_none());
        let _ = key.delete(&path(&site)).await.is(202);
    });
}

#[test]
fn a_program_finds_its_port_its_variables_and_a_folder_that_lasts() {
    on_each_gateway(async |gateway| {
        let (key, repository) = (gateway.tenant().await.key, program("given"));
        if !has_boxes(gateway).await {
            return;
        }
        let more = json!({ "port": 4321, "env": { "GREETING": "hunter2-hello" } });
        let site = run(&key, "given", &repository, more).await;
        assert_eq!(site.text("/status"), "RUNNING", "{}", log(&key, &site, "build").await);
        let told = visit(gateway, &site, "/env").await.is(200);
        assert_eq!((told.text("/PORT"), told.text("/GREETING")), ("4321".into(), "hunter2-hello".into()));
        assert!(
            told.json().as_object().is_some_and(|own| own.keys().all(|name| !name.starts_with("MAINSTAY_"))),
            "{told:?}"
        );
        let _ = visit(gateway, &site, "/write/kept").await.is(200);
        let _ = key.patch(&format!("{}?wait=30", path(&site)), &json!({ "action": "restart" })).await.is(200);
        assert_eq!(visit(gateway, &site, "/read").await.is(200).body, b"kept");
        let _ = visit(gateway, &site, "/print/told-hunter2-hello").await.is(200);
        for _ in 0..100 {
            if log(&key, &site, "runtime").await.contains("told-•••") {
                let _ = key.delete(&path(&site)).await.is(202);
                return;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        panic!("{}", log(&key, &site, "runtime").await);
    });
}

#[test]
fn stopped_it_runs_no_more_and_started_it_answers_again() {
    on_each_gateway(async |gateway| {
        let (key, repository) = (gateway.tenant().await.key, program("stopped"));
        let Some(site) = live(gateway, &key, "stopped", &repository).await else { return };
        let act = async |action: &str| {
            key.patch(&format!("{}?wait=30", path(&site)), &json!({ "action": action })).await.is(200)
        };
        assert_eq!(act("stop").await.text("/status"), "STOPPED");
        assert!(instances(gateway, &site).is_empty());
        let _ = visit(gateway, &site, "/tell").await.is(503);
        assert_eq!(act("start").await.text("/status"), "RUNNING");
        let _ = visit(gateway, &site, "/tell").await.is(200);
        let _ = key.delete(&path(&site)).await.is(202);
        for _ in 0..200 {
            if instances(gateway, &site).is_empty() {
                return;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        panic!("a deleted site still runs");
    });
}

/// The programs of a site that somebody keeps.
fn instances(gateway: &Gateway, site: &Answer) -> Vec<String> {
    let folder = gateway.directory().join("hosting/sites").join(site.text("/id")).join("instances");
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    entries.map(|entry| entry.file_name().to_string_lossy().into_owned()).collect()
}

#[test]
fn deploying_again_and_again_loses_no_request() {
    on_each_gateway(async |gateway| {
        let (key, repository) = (gateway.tenant().await.key, program("0"));
        let Some(site) = live(gateway, &key, "busy", &repository).await else { return };
        let (is_over, asked) = (AtomicBool::new(false), AtomicU64::new(0));
        let asking = async |asker: u64| {
            while !is_over.load(Ordering::SeqCst) {
                let page = if asker == 0 { "/sleep/0.3" } else { "/tell" };
                let answer = visit(gateway, &site, page).await;
                assert_eq!(answer.status, 200, "{answer:?}");
                asked.fetch_add(1, Ordering::SeqCst);
            }
        };
        let deploying = async {
            for round in 1..=5 {
                let commit = repository.commit(&[("name", &round.to_string())], "Next");
                let wanted = format!("{}?wait=60", path(&site));
                let deployed = key.patch(&wanted, &json!({ "action": "deploy" })).await.is(200);
                let latest = ["status", "commit"].map(|field| deployed.text(&format!("/lastDeployment/{field}")));
                assert_eq!(latest, ["LIVE".to_owned(), commit], "{deployed:?}");
                assert_eq!(visit(gateway, &site, "/tell").await.is(200).text("/name"), round.to_string());
            }
            is_over.store(true, Ordering::SeqCst);
        };
        tokio::join!(join_all((0..4).map(asking)), deploying);
        assert!(asked.load(Ordering::SeqCst) > 50, "{asked:?}");
        let _ = key.delete(&path(&site)).await.is(202);
    });
}

#[test]
fn a_program_outlives_the_gateway_and_is_found_again() {
    on_own_gateways(
        |launch| launch,
        async |gateway: &mut Gateway| {
            let (key, repository) = (gateway.setup_key(), program("lasting"));
            let Some(site) = live(gateway, &key, "lasting", &repository).await else { return };
            let run = visit(gateway, &site, "/tell").await.is(200).text("/run");
            gateway.kill();
            gateway.start_again(|launch| launch).await;
            assert_eq!(visit(gateway, &site, "/tell").await.is(200).text("/run"), run);
            let found = gateway.setup_key().get(&path(&site)).await.is(200);
            assert_eq!((found.text("/status"), found.number("/restartCount")), ("RUNNING".into(), 0));
            let _ = gateway.setup_key().patch(&path(&site), &json!({ "action": "stop" })).await;
            gateway.kill();
            gateway.start_again(|launch| launch).await;
            let key = gateway.setup_key();
            let _ = once(&key, &path(&site), "/status", "STOPPED").await;
            for _ in 0..200 {
                if instances(gateway, &site).is_empty() {
                    return;
                }
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
            panic!("a stopped site still runs");
        },
    );
}

#[test]
fn a_websocket_speaks_to_the_program() {
    on_each_gateway(async |gateway| {
        let (key, repository) = (gateway.tenant().await.key, program("socket"));
        let Some(site) = live(gateway, &key, "socket", &repository).await else { return };
        let address = gateway.url().replace("http://", "");
        let mut stream = TcpStream::connect(&address).await.expect("a connection");
        let host = site.text("/liveUrl").replace("http://", "");
        let hello = format!(
            "GET /socket HTTP/1.1\r\nHost: {host}\r\nConnection: keep-alive, Upgrade\r\nUpgrade: websocket\r\n\
             Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
        );
        stream.write_all(hello.as_bytes()).await.expect("sent");
        let mut head = Vec::new();
        while !head.ends_with(b"\r\n\r\n") {
            head.push(stream.read_u8().await.expect("a byte"));
        }
        let head = String::from_utf8_lossy(&head).to_lowercase();
        assert!(head.starts_with("http/1.1 101"), "{head}");
        // The example of RFC 6455 section 1.3.
        assert!(head.contains("sec-websocket-accept: s3pplmbitxaq9kygzzhzrbk+xoo="), "{head}");
        for text in ["hello", "again"] {
            // A text frame of a client, masked with zeros (RFC 6455 section 5.2).
            let mut frame = vec![0x81, 0x80 | u8::try_from(text.len()).expect("short"), 0, 0, 0, 0];
            frame.extend_from_slice(text.as_bytes());
            stream.write_all(&frame).await.expect("sent");
            let mut echo = vec![0; 2 + text.len()];
            stream.read_exact(&mut echo).await.expect("an echo");
            assert_eq!(&echo[2..], text.as_bytes());
        }
        let _ = key.delete(&path(&site)).await.is(202);
    });
}

#[test]
fn the_head_of_a_page_is_the_one_that_the_program_gives_and_nothing_is_added() {
    on_each_gateway(async |gateway| {
        let (key, repository) = (gateway.tenant().await.key, program("head"));
        let Some(site) = live(gateway, &key, "head", &repository).await else { return };
        let mut stream = TcpStream::connect(gateway.url().replace("http://", "")).await.expect("a connection");
        let host = site.text("/liveUrl").replace("http://", "");
        let asked = format!("HEAD /tell HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n");
        stream.write_all(asked.as_bytes()).await.expect("sent");
        let mut head = String::new();
        stream.read_to_string(&mut head).await.expect("a head");
        let head = head.to_lowercase();
        assert!(head.starts_with("http/1.1 200") && head.contains("x-from: program"), "{head}");
        assert!(!head.contains("content-length") && head.ends_with("\r\n\r\n"), "{head}");
        let _ = key.delete(&path(&site)).await.is(202);
    });
}

#[test]
fn a_program_reaches_nothing_that_is_not_its_own() {
    on_each_gateway(async |gateway| {
        let (key, repository) = (gateway.tenant().await.key, program("curious"));
        let Some(site) = live(gateway, &key, "curious", &repository).await else { return };
        let Some(other) = live(gateway, &key, "neighbour", &program("neighbour")).await else { return };
        let port = gateway.url().rsplit(':').next().expect("a port").to_owned();
        let tried = visit(gateway, &site, &format!("/escape?port={port}&data={}", gateway.directory().display())).await;
        let tried = tried.is(200).json();
        let tried = tried.as_object().expect("attempts");
        assert!(tried.len() >= 20, "{tried:?}");
        for (attempt, came) in tried {
            assert_eq!(*came, json!(null), "{attempt} succeeded");
        }
        for site in [site, other] {
            let _ = key.delete(&path(&site)).await.is(202);
        }
    });
}

#[test]
fn a_program_finds_its_databases_a_file_and_a_server_that_it_reaches_by_a_door() {
    on_each_gateway(async |gateway| {
        let (key, repository) = (gateway.tenant().await.key, program("keeper"));
        let Some(site) = live(gateway, &key, "keeper", &repository).await else { return };
        let restart = format!("{}?wait=60", path(&site));
        let file = json!({ "name": "visits", "type": "sqlite", "siteId": site.text("/id") });
        let file = key.post("/api/databases", &file).await.is(201);
        let _ = key.patch(&restart, &json!({ "action": "restart" })).await.is(200);
        assert_eq!(visit(gateway, &site, "/sqlite").await.is(200).body, b"1");
        let _ = key.patch(&restart, &json!({ "action": "restart" })).await.is(200);
        assert_eq!(visit(gateway, &site, "/sqlite").await.is(200).body, b"2");
        let file = format!("/api/databases/{}?detach=true", file.text("/id"));
        let _ = key.delete(&file).await.is(202);
        for (kind, program, server) in [("postgresql", "/psql", "POSTGRES"), ("mariadb", "/mariadb", "MARIADB")] {
            if std::env::var_os(format!("MAINSTAY_TEST_{server}_URL")).is_none() {
                continue;
            }
            let server = json!({ "name": "orders", "type": kind, "siteId": site.text("/id") });
            let server = key.post("/api/databases", &server).await.is(201);
            let _ = key.patch(&restart, &json!({ "action": "restart" })).await.is(200);
            let told = visit(gateway, &site, program).await.is(200);
            let told = String::from_utf8_lossy(&told.body).into_owned();
            assert!(told.contains(&server.text("/username")), "{told}");
            let _ = key.delete(&format!("/api/databases/{}?detach=true", server.text("/id"))).await.is(202);
        }
        let _ = key.delete(&path(&site)).await.is(202);
    });
}
