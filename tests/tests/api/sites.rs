//! `/api/sites`: a site is made, opened, broken, read about, rolled back.

use crate::hooks::once;
use mainstay_testkit::TestRepository;
use mainstay_testkit::gateway::{Actor as _, Answer, Gateway, KeyHolder, on_each_gateway};
use serde_json::{Value, json};
use std::time::Duration;

pub(crate) const SITES: &str = "/api/sites";

/// What a visitor of a site sees.
pub(crate) async fn visit(gateway: &Gateway, site: &Answer, path: &str) -> Answer {
    let host = site.text("/liveUrl").replace("http://", "");
    gateway.nobody().get(path).header("host", host).await
}

/// Makes a site of a repository and waits until it is settled.
pub(crate) async fn make(key: &KeyHolder, name: &str, repository: &TestRepository) -> Answer {
    let site = json!({ "name": name, "type": "git", "repository": repository.url() });
    let made = key.post(&format!("{SITES}?wait=30"), &site).await.is(201);
    assert_eq!(made.text("/status"), "RUNNING", "{made:?}");
    made
}

/// Follows a log from behind a line.
#[expect(clippy::disallowed_methods, reason = "a test calls the gateway as anyone would")]
async fn follow(key: &KeyHolder, url: &str, after: &Value) -> reqwest::Response {
    let asked = reqwest::Client::new().get(url).header("last-event-id", after.to_string());
    let asked = key.headers().into_iter().fold(asked, |asked, (name, value)| asked.header(name, value));
    asked.send().await.expect("an answer")
}

async fn act(key: &KeyHolder, site: &str, body: Value) -> Answer {
    key.patch(&format!("{site}?wait=30"), &body).await.is(200)
}

#[test]
fn a_newcomer_deploys_a_site_opens_it_breaks_it_reads_why_and_rolls_back() {
    on_each_gateway(async |gateway| {
        let (key, repository) = (gateway.tenant().await.key, TestRepository::new(&[("index.html", "one")]));
        let asked = json!({ "name": "first", "type": "git", "repository": repository.url(), "branch": "main" });
        let made = key.post(SITES, &asked).await.is(201);
        assert_eq!((made.text("/status"), made.at("/domain")), ("DEPLOYING".to_owned(), json!(null)));
        let path = format!("{SITES}/{}", made.text("/id"));
        assert!(made.text("/url").ends_with(&path));
        assert_eq!(made.header("location"), Some(made.text("/url").as_str()));
        let site = once(&key, &path, "/status", "RUNNING").await;
        assert_eq!(visit(gateway, &site, "/").await.is(200).body, b"one");

        repository.commit(&[("index.html", "two")], "Second");
        let deployed = act(&key, &path, json!({ "action": "deploy" })).await;
        assert_eq!((deployed.text("/action"), deployed.at("/changed")), ("deploy".to_owned(), json!(true)));
        assert_eq!(visit(gateway, &site, "/").await.is(200).body, b"two");

        let broken = act(&key, &path, json!({ "action": "deploy", "branch": "nowhere" })).await;
        assert_eq!(
            (broken.text("/status"), broken.text("/lastDeployment/status")),
            ("RUNNING".into(), "FAILED".into())
        );
        let deployment = format!("{path}/deployments/{}", broken.text("/deployment/id"));
        let failed = key.get(&deployment).await.is(200);
        assert_eq!(
            (failed.text("/failedPhase"), failed.text("/error/reason")),
            ("CLONING".into(), "REVISION_NOT_FOUND".into())
        );
        assert!(failed.text("/error/message").contains("nowhere"));
        let log = key.get(&format!("{deployment}/logs")).await.is(200);
        assert!(String::from_utf8_lossy(&log.body).contains("Failed: "), "{log:?}");

        let back = act(&key, &path, json!({ "action": "rollback" })).await;
        assert_eq!((back.at("/autoDeploy"), back.text("/deployment/trigger")), (json!(false), "ROLLBACK".into()));
        assert!(back.text("/notice").contains("autoDeploy"));
        assert_eq!(visit(gateway, &site, "/").await.is(200).body, b"one");
    });
}

#[test]
fn a_site_is_stopped_started_deleted_and_restored() {
    on_each_gateway(async |gateway| {
        let (key, repository) = (gateway.tenant().await.key, TestRepository::new(&[("index.html", "one")]));
        let site = make(&key, "life", &repository).await;
        let path = format!("{SITES}/{}", site.text("/id"));
        let stopped = act(&key, &path, json!({ "action": "stop" })).await;
        assert_eq!((stopped.text("/status"), stopped.text("/stopReason")), ("STOPPED".into(), "USER".into()));
        let _ = visit(gateway, &site, "/").await.is(503);
        assert_eq!(act(&key, &path, json!({ "action": "stop" })).await.at("/changed"), json!(false));
        assert_eq!(act(&key, &path, json!({ "action": "start" })).await.at("/changed"), json!(true));
        let _ = visit(gateway, &site, "/").await.is(200);

        let unconfirmed = key.patch(&path, &json!({ "action": "delete" })).await.is(400);
        assert_eq!(unconfirmed.text("/reason"), "CONFIRMATION_REQUIRED");
        assert_eq!(unconfirmed.text("/details/0/field"), "confirm");
        let _ = key.patch(&path, &json!({ "action": "delete", "confirm": "other" })).await.is(400);
        let _ = visit(gateway, &site, "/").await.is(200);
        let going = key.patch(&path, &json!({ "action": "delete", "confirm": "life" })).await.is(202);
        assert_eq!(going.text("/status"), "DELETING");
        let again = key.delete(&path).await.is(202);
        assert_eq!(again.at("/purgeAfter"), going.at("/purgeAfter"));
        let _ = visit(gateway, &site, "/").await.is(503);
        assert!(key.get(SITES).await.is(200).json().as_array().expect("a list").is_empty());
        let refused = key.patch(&path, &json!({ "action": "start" })).await.is(409);
        assert_eq!((refused.text("/error"), refused.text("/reason")), ("CONFLICT".into(), "DELETING".into()));
        let _ = key.post(&format!("{path}/restore"), &json!({})).await.is(200);
        let _ = visit(gateway, &site, "/").await.is(200);
    });
}

#[test]
fn the_sites_of_a_deleted_workspace_answer_no_more() {
    on_each_gateway(async |gateway| {
        let (tenant, repository) = (gateway.tenant().await, TestRepository::new(&[("index.html", "one")]));
        let site = make(&tenant.key, "ended", &repository).await;
        // Nobody ends the only workspace that they have.
        let _ = tenant.owner.post("/api/v1/workspaces", &json!({ "name": "Second" })).await.is(201);
        let _ = tenant.owner.delete(&tenant.path("")).await.is(204);
        for _ in 0..400 {
            if visit(gateway, &site, "/").await.status == 503 {
                return;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        panic!("it still answers");
    });
}

#[test]
fn lists_are_bare_arrays_that_go_on_where_their_headers_say() {
    on_each_gateway(async |gateway| {
        let key = gateway.tenant().await.key;
        for name in ["a", "b", "c"] {
            let site = json!({ "name": name, "type": "github", "repository": "git.example.com/user/app" });
            let _ = key.post(SITES, &site).await.is(201);
        }
        let names = |answer: &Answer| answer.fields("/*/name");
        let first = key.get(&format!("{SITES}?limit=2")).await.is(200);
        let listed: Vec<_> = first.json().as_array().expect("a list").iter().map(|own| own["name"].clone()).collect();
        assert_eq!(listed.len(), 2, "{:?}", names(&first));
        let cursor = first.header("x-next-cursor").expect("a cursor").to_owned();
        assert!(first.header("link").is_some_and(|link| link.contains(&cursor) && link.contains("rel=\"next\"")));
        let rest = key.get(&format!("{SITES}?limit=2&cursor={cursor}")).await.is(200);
        assert_eq!(rest.json().as_array().map(Vec::len), Some(1));
        assert_eq!(rest.header("x-next-cursor"), None);
        let found = key.get(&format!("{SITES}?name=b")).await.is(200);
        assert_eq!((found.text("/0/name"), found.json().as_array().map(Vec::len)), ("b".to_owned(), Some(1)));
    });
}

#[test]
fn a_change_with_if_match_is_made_to_what_was_seen_alone() {
    on_each_gateway(async |gateway| {
        let (key, repository) = (gateway.tenant().await.key, TestRepository::new(&[("index.html", "one")]));
        let path = format!("{SITES}/{}", make(&key, "seen", &repository).await.text("/id"));
        let seen = key.get(&path).await.is(200).header("etag").expect("a version").to_owned();
        let change = |port: u16| key.patch(&path, &json!({ "port": port })).header("if-match", &seen);
        let changed = change(4000).await.is(200);
        assert_eq!((changed.number("/port"), changed.at("/pendingRestart")), (4000, json!(true)));
        let late = change(5000).await.is(409);
        assert_eq!(late.text("/reason"), "CHANGED");
        assert_eq!(key.get(&path).await.is(200).number("/port"), 4000);
    });
}

#[test]
fn variables_are_listed_without_their_values_and_shown_to_whom_may_see_secrets() {
    on_each_gateway(async |gateway| {
        let tenant = gateway.tenant().await;
        let site = json!({
            "name": "vars", "type": "git", "repository": "git.example.com/user/app", "env": { "TOKEN": "hunter2" },
        });
        let made = tenant.key.post(SITES, &site).await.is(201);
        assert!(!String::from_utf8_lossy(&made.body).contains("hunter2"));
        let env = format!("{SITES}/{}/env", made.text("/id"));
        let listed = tenant.key.get(&env).await.is(200);
        assert_eq!((listed.text("/0/name"), listed.at("/0").get("value").cloned()), ("TOKEN".into(), None));
        let _ = tenant.key.patch(&env, &json!({ "env": { "TOKEN": null, "NEW": "1" } })).await.is(200);
        let shown = tenant.key.get(&format!("{env}?reveal=true")).await.is(200);
        assert_eq!((shown.text("/0/name"), shown.text("/0/value")), ("NEW".into(), "1".into()));
        for scopes in [&["sites:read", "secrets:read"][..], &["sites:read", "sites:write"], &["*:read"]] {
            let narrow = tenant.key_with(scopes).await;
            let _ = narrow.get(&env).await.is(200);
            let refused = narrow.get(&format!("{env}?reveal=true")).await.is(403);
            assert_eq!(refused.text("/reason"), "FORBIDDEN_SCOPE");
        }
        let missing = tenant.key.delete(&format!("{env}/ABSENT")).await.is(404);
        assert_eq!(missing.text("/error"), "NOT_FOUND");
    });
}

#[test]
fn a_log_that_is_followed_comes_as_events_and_goes_on_behind_the_last_one() {
    on_each_gateway(async |gateway| {
        let (key, repository) = (gateway.tenant().await.key, TestRepository::new(&[("index.html", "one")]));
        let site = make(&key, "told", &repository).await;
        let logs = format!("{}/{}/logs", SITES, site.text("/id"));
        let lines = key.get(&logs).await.is(200).json();
        let lines = lines.as_array().expect("lines");
        assert_eq!(lines.last().expect("a line")["message"], "Going live");
        let url = format!("{}{logs}?follow=true", gateway.url());
        let mut stream = follow(&key, &url, &lines[0]["seq"]).await;
        assert_eq!(stream.headers()["content-type"], "text/event-stream");
        let mut text = String::new();
        while text.matches("data: ").count() < lines.len() - 1 {
            text.push_str(&String::from_utf8_lossy(&stream.chunk().await.expect("read").expect("more")));
        }
        assert!(!text.contains(&lines[0]["seq"].to_string()) && text.contains("\"message\":\"Live\""), "{text}");
        // What is told from now on comes, too.
        let _ = key.post(&format!("{SITES}/{}/deployments", site.text("/id")), &json!({})).await.is(202);
        while text.matches("\"message\":\"Live\"").count() < 2 {
            text.push_str(&String::from_utf8_lossy(&stream.chunk().await.expect("read").expect("more")));
        }
    });
}
