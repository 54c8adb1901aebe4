//! What was answered of sites stands, and what is served is whole, however often the gateway dies.

use crate::dice::{Dice, rounds};
use crate::sites::{SITES, make, visit};
use futures_util::future::join;
use mainstay_testkit::TestRepository;
use mainstay_testkit::gateway::{Actor as _, Gateway, on_own_gateways};
use serde_json::json;
use std::time::Duration;

async fn restart(gateway: &mut Gateway) {
    gateway.kill();
    gateway.start_again(|launch| launch).await;
}

#[test]
fn what_was_answered_of_a_site_stands_after_a_kill_right_behind_the_answer() {
    on_own_gateways(
        |launch| launch,
        async |gateway: &mut Gateway| {
            let repository = TestRepository::new(&[("index.html", "one")]);
            let site = json!({ "name": "a", "type": "git", "repository": repository.url(), "env": { "A": "1" } });
            let id = gateway.setup_key().post(SITES, &site).await.is(201).text("/id");
            let path = format!("{SITES}/{id}");
            restart(gateway).await;
            let found = gateway.setup_key().get(&format!("{path}?wait=60")).await.is(200);
            assert!(["RUNNING", "FAILED"].contains(&found.text("/status").as_str()), "{found:?}");
            let deployed = gateway.setup_key().patch(&format!("{path}?wait=60"), &json!({ "action": "deploy" })).await;
            assert_eq!(deployed.text("/status"), "RUNNING");
            restart(gateway).await;
            let found = gateway.setup_key().get(&path).await.is(200);
            assert_eq!(visit(gateway, &found, "/").await.is(200).body, b"one");
            let _ = gateway.setup_key().patch(&path, &json!({ "action": "stop" })).await.is(200);
            restart(gateway).await;
            let _ = visit(gateway, &found, "/").await.is(503);
            let _ = gateway.setup_key().patch(&path, &json!({ "action": "start" })).await.is(200);
            restart(gateway).await;
            let _ = visit(gateway, &found, "/").await.is(200);
            let _ = gateway.setup_key().patch(&path, &json!({ "port": 4000 })).await.is(200);
            restart(gateway).await;
            assert_eq!(gateway.setup_key().get(&path).await.is(200).number("/port"), 4000);
            for (field, value) in [("sleepAfterMinutes", json!(30)), ("egressHosts", json!(["api.example.com"]))] {
                let mut change = json!({});
                change[field] = value.clone();
                let _ = gateway.setup_key().patch(&path, &change).await.is(200);
                restart(gateway).await;
                let found = gateway.setup_key().get(&path).await.is(200);
                assert_eq!(found.at(&format!("/{field}")), value);
            }
            let env = format!("{path}/env");
            let _ = gateway.setup_key().patch(&env, &json!({ "env": { "A": null, "B": "2" } })).await.is(200);
            restart(gateway).await;
            assert_eq!(gateway.setup_key().get(&format!("{env}?reveal=true")).await.is(200).text("/0/value"), "2");
            let _ = gateway.setup_key().put(&env, &json!({ "env": { "C": "3" } })).await.is(200);
            restart(gateway).await;
            assert_eq!(gateway.setup_key().get(&format!("{env}?reveal=true")).await.is(200).text("/0/value"), "3");
            let _ = gateway.setup_key().delete(&format!("{env}/C")).await.is(204);
            restart(gateway).await;
            assert_eq!(gateway.setup_key().get(&env).await.is(200).json(), json!([]));
            repository.commit(&[("index.html", "two")], "Second");
            let wanted = format!("{path}?wait=60");
            let _ = gateway.setup_key().patch(&wanted, &json!({ "action": "deploy" })).await.is(200);
            let back = format!("{path}/rollback?wait=60");
            let back = gateway.setup_key().post(&back, &json!({})).await.is(200);
            restart(gateway).await;
            assert_eq!(gateway.setup_key().get(&path).await.is(200).at("/autoDeploy"), json!(false));
            assert_eq!(visit(gateway, &back, "/").await.is(200).body, b"one");
            let _ = gateway.setup_key().delete(&path).await.is(202);
            restart(gateway).await;
            assert_eq!(gateway.setup_key().get(&path).await.is(200).text("/status"), "DELETING");
            let _ = gateway.setup_key().post(&format!("{path}/restore"), &json!({})).await.is(200);
            restart(gateway).await;
            let _ = visit(gateway, &found, "/").await.is(200);
        },
    );
}

#[test]
fn a_site_is_served_whole_and_can_be_deployed_however_often_the_gateway_dies_in_the_midst_of_deploying() {
    on_own_gateways(
        |launch| launch,
        async |gateway: &mut Gateway| {
            let (dice, rounds) = (Dice::new(), rounds("CRASH_ROUNDS", 5));
            let page = |round: usize| format!("page {round}");
            let files = |round: usize| [("index.html", page(round)), ("other.html", page(round))];
            let commit = |repository: &TestRepository, round: usize| {
                let files = files(round);
                let files: Vec<_> = files.iter().map(|(name, text)| (*name, text.as_str())).collect();
                repository.commit(&files, "Next");
            };
            let repository = TestRepository::new(&[("index.html", "page 0"), ("other.html", "page 0")]);
            let site = make(&gateway.setup_key(), "storm", &repository).await;
            let path = format!("{SITES}/{}", site.text("/id"));
            for round in 1..=rounds {
                commit(&repository, round);
                let key = gateway.setup_key();
                let deploying = async { key.post(&format!("{path}/deployments"), &json!({})).attempt().await.ok() };
                let killing = async {
                    tokio::time::sleep(dice.moment_within(80)).await;
                    gateway.kill();
                };
                join(deploying, killing).await;
                gateway.start_again(|launch| launch).await;
                let found = gateway.setup_key().get(&format!("{path}?wait=60")).await.is(200);
                assert_eq!(found.text("/status"), "RUNNING", "what was live still is");
                let (first, other) =
                    (visit(gateway, &found, "/").await.is(200), visit(gateway, &found, "/other").await.is(200));
                assert_eq!(first.body, other.body, "both pages are of one release");
                let wanted = format!("{path}?wait=60");
                let deployed = gateway.setup_key().patch(&wanted, &json!({ "action": "deploy" })).await.is(200);
                assert_eq!(deployed.text("/lastDeployment/status"), "LIVE");
                assert_eq!(visit(gateway, &found, "/").await.is(200).body, page(round).as_bytes());
            }
            let work = gateway.directory().join("hosting/sites").join(site.text("/id")).join("work");
            let left = || std::fs::read_dir(&work).map(Iterator::count).unwrap_or_default();
            for _ in 0..200 {
                if left() == 0 {
                    return;
                }
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
            panic!("{} folders are left that deployments were worked at with", left());
        },
    );
}
