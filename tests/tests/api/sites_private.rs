//! Repositories that are not public, on a git server (`git http-backend`) that wants to be shown a token.

use crate::sites::{SITES, visit};
use crate::sites_programs::path;
use mainstay_testkit::TestRepository;
use mainstay_testkit::gateway::{Actor as _, Answer, Gateway, on_own_gateways};
use serde_json::{Value, json};
use std::fs;
use std::io::{BufRead as _, BufReader};
use std::process::{Child, Command, Stdio};
use tempfile::TempDir;

/// A git server that ends with the test.
struct GitServer {
    process: Child,
    port: u16,
    seen: TempDir,
}

const SERVER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/api/sites_private/server.py");

impl GitServer {
    /// Serves a repository to who shows this.
    fn start(repository: &TestRepository, pass: &str) -> Self {
        let seen = tempfile::tempdir().expect("a folder");
        let mut process = Command::new("python3")
            .args([SERVER.as_ref(), repository.path(), &seen.path().join("shown"), pass.as_ref()])
            .stdout(Stdio::piped())
            .spawn()
            .expect("python3 is installed");
        let mut line = String::new();
        BufReader::new(process.stdout.take().expect("piped")).read_line(&mut line).expect("a port");
        Self { process, port: line.trim().parse().expect("a port"), seen }
    }

    fn url(&self) -> String {
        format!("http://127.0.0.1:{}/.git", self.port)
    }

    /// What it was shown, request by request.
    fn shown(&self) -> String {
        fs::read_to_string(self.seen.path().join("shown")).unwrap_or_default()
    }
}

impl Drop for GitServer {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn new_site(name: &str, server: &GitServer, more: Value) -> Value {
    let mut site = json!({ "name": name, "type": "git", "repository": server.url() });
    if let (Some(site), Value::Object(more)) = (site.as_object_mut(), more) {
        site.extend(more);
    }
    site
}

async fn failure(gateway: &Gateway, site: &Answer) -> String {
    let deployments = gateway.setup_key().get(&format!("{}/deployments", path(site))).await.is(200);
    format!("{} {}", deployments.text("/0/status"), deployments.text("/0/error/message"))
}

#[test]
fn a_private_repository_is_cloned_with_its_token_which_nobody_else_is_shown() {
    on_own_gateways(
        |launch| launch.set("WEBHOOKS_ALLOW_PRIVATE", "true"),
        async |gateway: &mut Gateway| {
            let (key, waiting) = (gateway.setup_key(), format!("{SITES}?wait=60"));
            let repository = TestRepository::new(&[("index.html", "private")]);
            let server = GitServer::start(&repository, "x-access-token:hunter2-token");
            let without = key.post(&waiting, &new_site("without", &server, json!({}))).await.is(201);
            assert!(failure(gateway, &without).await.contains("needs a repositoryToken"));
            let wrong = json!({ "repositoryToken": "hunter2-wrong" });
            let wrong = key.post(&waiting, &new_site("wrong", &server, wrong)).await.is(201);
            assert!(failure(gateway, &wrong).await.contains("does not accept repositoryToken"));

            let right = json!({ "repositoryToken": "hunter2-token" });
            let site = key.post(&waiting, &new_site("right", &server, right)).await.is(201);
            assert_eq!((site.text("/status"), site.at("/hasRepositoryToken")), ("RUNNING".into(), json!(true)));
            assert_eq!(visit(gateway, &site, "/").await.is(200).body, b"private");

            gateway.kill();
            gateway.start_again(|launch| launch).await;
            let key = gateway.setup_key();
            let deploy = json!({ "action": "deploy" });
            let again = key.patch(&format!("{}?wait=60", path(&site)), &deploy).await.is(200);
            assert_eq!(again.text("/lastDeployment/status"), "LIVE");
            for told in [
                key.get(&path(&site)).await.is(200),
                key.get(&format!("{}/deployments", path(&site))).await.is(200),
                key.get(&format!("{}/logs?limit=1000", path(&site))).await.is(200),
                key.get(&format!("{}/events", path(&site))).await.is(200),
            ] {
                assert!(!String::from_utf8_lossy(&told.body).contains("hunter2"), "{told:?}");
            }

            // Whoever may say where the repository is, is not shown what opens it.
            let other = GitServer::start(&repository, "nobody:nothing");
            let moved = key.patch(&path(&site), &json!({ "repository": other.url() })).await.is(200);
            assert_eq!(moved.at("/hasRepositoryToken"), json!(false));
            let _ = key.patch(&format!("{}?wait=60", path(&site)), &deploy).await.is(200);
            let shown = other.shown();
            assert!(!shown.is_empty() && shown.lines().all(|line| line == "nothing"), "{shown}");
        },
    );
}

#[test]
fn a_token_may_come_with_its_user_is_replaced_and_forgotten_and_a_wrong_one_is_named() {
    on_own_gateways(
        |launch| launch.set("WEBHOOKS_ALLOW_PRIVATE", "true"),
        async |gateway: &mut Gateway| {
            let (key, waiting) = (gateway.setup_key(), format!("{SITES}?wait=60"));
            let repository = TestRepository::new(&[("index.html", "private")]);
            let server = GitServer::start(&repository, "ada:secret:1");
            let site = new_site("own", &server, json!({ "repositoryToken": "ada:secret:1" }));
            let site = key.post(&waiting, &site).await.is(201);
            assert_eq!(site.text("/status"), "RUNNING");
            for (token, has) in [(json!("other"), true), (Value::Null, false), (json!("ada:secret:1"), true)] {
                let changed = key.patch(&path(&site), &json!({ "repositoryToken": token })).await.is(200);
                assert_eq!(
                    (changed.at("/hasRepositoryToken"), changed.at("/pendingRestart")),
                    (json!(has), json!(false))
                );
            }
            // The same server's other repository is opened by the same token.
            let inner = json!({ "repository": format!("http://127.0.0.1:{}/", server.port) });
            assert_eq!(key.patch(&path(&site), &inner).await.is(400).text("/details/0/field"), "repository");
            let inner = json!({ "repository": format!("http://127.0.0.1:{}//.git", server.port) });
            assert_eq!(key.patch(&path(&site), &inner).await.is(200).at("/hasRepositoryToken"), json!(true));
            for wrong in ["", "a b", ":secret", "ada:", &"x".repeat(1001)] {
                let refused = key.patch(&path(&site), &json!({ "repositoryToken": wrong })).await.is(400);
                assert_eq!(refused.text("/details/0/field"), "repositoryToken", "{wrong}");
                assert!(wrong.is_empty() || !refused.text("/message").contains(wrong), "{refused:?}");
            }
            let mixed = json!({ "action": "deploy", "repositoryToken": "t" });
            assert_eq!(key.patch(&path(&site), &mixed).await.is(400).text("/details/0/field"), "repositoryToken");
        },
    );
}
