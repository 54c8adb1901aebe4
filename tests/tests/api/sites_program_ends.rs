//! Sites whose programs end, or do not come up.

use crate::hooks::once;
use crate::sites::visit;
use crate::sites_builds::has_boxes;
use crate::sites_programs::{live, log, path, program, run};
use mainstay_testkit::TestRepository;
use mainstay_testkit::gateway::{Actor as _, on_each_gateway};
use serde_json::json;

/// A program that takes one visitor at a time, and ends the first time with one in hand while another waits to be taken.
const ONE_AT_A_TIME: &str = include_str!("sites_program_ends/one_at_a_time.py");

#[test]
fn a_program_that_ends_is_started_again_and_its_visitors_wait_for_it() {
    on_each_gateway(async |gateway| {
        let (key, repository) = (gateway.tenant().await.key, program("mortal"));
        let Some(site) = live(gateway, &key, "mortal", &repository).await else { return };
        let first = visit(gateway, &site, "/tell").await.is(200).text("/run");
        let _ = visit(gateway, &site, "/exit/7").await.is(502);
        let again = visit(gateway, &site, "/tell").await.is(200);
        assert_ne!(again.text("/run"), first);
        let site = once(&key, &path(&site), "/status", "RUNNING").await;
        assert_eq!((site.number("/restartCount"), site.number("/lastExit/code")), (1, 7));
        let log = log(&key, &site, "runtime").await;
        assert!(log.contains("The program ended with the status 7; it is started again in 500ms"), "{log}");
        let _ = key.delete(&path(&site)).await.is(202);
    });
}

#[test]
fn a_program_that_does_not_come_up_says_why_with_what_it_wrote() {
    on_each_gateway(async |gateway| {
        if !has_boxes(gateway).await {
            return;
        }
        let key = gateway.tenant().await.key;
        let repository = TestRepository::new(&[("README", "x")]);
        let failing = json!({ "startCommand": "echo starting; echo no config >&2; exit 9" });
        let site = run(&key, "failing", &repository, failing).await;
        let own = key.get(&format!("{}/deployments", path(&site))).await.is(200);
        assert_eq!((site.text("/status"), own.text("/0/error/reason")), ("FAILED".into(), "START_FAILED".into()));
        assert_eq!(own.number("/0/error/exitCode"), 9);
        assert_eq!(own.at("/0/error/lastLines"), json!(["starting", "no config"]));
        let silent = json!({ "startCommand": "sleep 60", "healthCheck": { "startupSeconds": 1 } });
        let site = run(&key, "silent", &repository, silent).await;
        let own = key.get(&format!("{}/deployments", path(&site))).await.is(200);
        assert_eq!(own.text("/0/error/reason"), "UNHEALTHY");
        assert!(own.text("/0/error/message").contains("does not listen on the port 3000"), "{own:?}");
        let _ = visit(gateway, &site, "/").await.is(503);
    });
}

#[test]
fn who_waits_to_be_taken_by_a_program_that_ends_is_taken_by_the_next_one() {
    on_each_gateway(async |gateway| {
        let key = gateway.tenant().await.key;
        let repository = TestRepository::new(&[("main.py", ONE_AT_A_TIME), ("Procfile", "web: python3 main.py\n")]);
        let Some(site) = live(gateway, &key, "one-at-a-time", &repository).await else { return };
        let (one, other) = tokio::join!(visit(gateway, &site, "/last"), visit(gateway, &site, "/last"));
        let mut statuses = [one.status, other.status];
        statuses.sort_unstable();
        assert_eq!(statuses, [200, 502], "{one:?} {other:?}");
        let _ = key.delete(&path(&site)).await.is(202);
    });
}
