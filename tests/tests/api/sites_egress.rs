//! What programs of sites reach of the network: hosts that their site names, and nothing of this machine.

use crate::sites::{SITES, visit};
use crate::sites_builds::has_boxes;
use crate::sites_network::{allowing, npm_registry};
use crate::sites_programs::{path, program, run};
use mainstay_testkit::gateway::{Actor as _, Answer, Gateway, KeyHolder, on_each_gateway, on_own_gateways};
use serde_json::json;
use std::time::Duration;

async fn told(gateway: &Gateway, site: &Answer, asked: &str) -> String {
    String::from_utf8_lossy(&visit(gateway, site, asked).await.is(200).body).into_owned()
}

/// Waits until the site's log says so.
async fn says(key: &KeyHolder, site: &Answer, sentence: &str) {
    let mut log = String::new();
    for _ in 0..100 {
        let lines = key.get(&format!("{}/logs?limit=1000&source=runtime", path(site))).await.is(200);
        log = String::from_utf8_lossy(&lines.body).into_owned();
        if log.contains(sentence) {
            return;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("{sentence} is not in {log}");
}

#[test]
fn a_program_reaches_no_host_that_its_site_does_not_name() {
    on_each_gateway(async |gateway| {
        if !has_boxes(gateway).await {
            return;
        }
        let (key, repository) = (gateway.tenant().await.key, program("homely"));
        let site = run(&key, "homely", &repository, json!({})).await;
        assert_eq!(site.json()["egressHosts"], json!([]));
        let environment = visit(gateway, &site, "/env").await.is(200).json();
        assert!(environment.get("HTTPS_PROXY").is_none(), "{environment}");
        assert_eq!(told(gateway, &site, "/tunnel/example.com:443").await, "");

        let named = key.patch(&path(&site), &json!({ "egressHosts": ["*.example.com"] })).await.is(200);
        assert_eq!(
            (named.json()["egressHosts"].clone(), named.at("/pendingRestart")),
            (json!(["*.example.com"]), json!(true))
        );
        let _ = key.patch(&format!("{}?wait=60", path(&site)), &json!({ "action": "deploy" })).await.is(200);
        let environment = visit(gateway, &site, "/env").await.is(200).json();
        assert_eq!(environment["HTTPS_PROXY"], "http://127.0.0.3:5432");
        for asked in ["packages.invalid:443", "example.com:443", "93.184.215.14:443", "a.example.com:22"] {
            assert_eq!(told(gateway, &site, &format!("/tunnel/{asked}")).await, "403", "{asked}");
        }
        says(&key, &site, "network: packages.invalid is refused: it is not among the hosts that may be reached").await;
        let _ = key.delete(&path(&site)).await.is(202);
    });
}

#[test]
fn a_program_that_may_reach_any_host_reaches_nothing_of_this_machine() {
    on_each_gateway(async |gateway| {
        if !has_boxes(gateway).await {
            return;
        }
        let (key, repository) = (gateway.tenant().await.key, program("curious"));
        let site = run(&key, "curious", &repository, json!({ "egressHosts": ["*"] })).await;
        let own = gateway.url().rsplit(':').next().expect("a port").to_owned();
        for host in ["127.0.0.1", "localhost", "[::1]", "169.254.169.254", "2130706433", "10.0.0.1", "127.0.0.3"] {
            for port in [own.as_str(), "443", "80", "5432"] {
                let status = told(gateway, &site, &format!("/tunnel/{host}:{port}")).await;
                assert!(["403", "400"].contains(&status.as_str()), "{host}:{port} {status}");
            }
        }
        says(&key, &site, "network: 169.254.169.254 is refused: its address is not public").await;
        let _ = key.delete(&path(&site)).await.is(202);
    });
}

#[test]
fn a_program_reaches_a_host_that_its_site_names_also_once_the_gateway_was_killed() {
    let Some((registry, host)) = npm_registry() else { return };
    on_own_gateways(
        |launch| allowing(launch, std::slice::from_ref(&host)),
        async |gateway: &mut Gateway| {
            if !has_boxes(gateway).await {
                return;
            }
            let repository = program("outgoing");
            let site = run(&gateway.setup_key(), "outgoing", &repository, json!({ "egressHosts": [host] })).await;
            let asked = format!("/fetch?url={}/express", registry.trim_end_matches('/'));
            assert_eq!(told(gateway, &site, &asked).await, "200");
            gateway.kill();
            gateway.start_again(|launch| launch).await;
            assert_eq!(told(gateway, &site, &asked).await, "200");
            gateway.kill();
            // Whoever runs the installation has the last word, also over programs that run already.
            gateway.start_again(|launch| launch.set("HOSTING_PROGRAM_HOSTS", "none")).await;
            assert!(told(gateway, &site, &asked).await.contains("403"));
            let _ = gateway.setup_key().delete(&path(&site)).await.is(202);
        },
    );
}

#[test]
fn what_is_no_name_of_a_host_is_refused_by_its_place() {
    on_each_gateway(async |gateway| {
        let key = gateway.tenant().await.key;
        let site = |hosts: &[&str]| json!({ "name": "a", "type": "git", "repository": "example.com/a.git", "egressHosts": hosts });
        for (hosts, field) in [
            (vec!["https://example.com"], "egressHosts.0"),
            (vec!["example.com", "10.0.0.1"], "egressHosts.1"),
            (vec!["example.com", "*"], "egressHosts.1"),
            (vec!["a.example.com,b.example.com"], "egressHosts.0"),
            (vec![""], "egressHosts.0"),
            (vec!["example.com"; 101], "egressHosts"),
        ] {
            let refused = key.post(SITES, &site(&hosts)).await.is(400);
            assert_eq!(refused.text("/details/0/field"), field, "{refused:?}");
        }
    });
}
