//! Sites whose programs sleep while nobody visits them.

use crate::hooks::once;
use crate::sites::{SITES, visit};
use crate::sites_programs::{live, path, program, run};
use futures_util::future::join_all;
use mainstay_testkit::gateway::{Actor as _, Gateway, on_each_gateway, on_own_gateways};
use serde_json::json;

#[test]
fn a_program_that_sleeps_is_started_for_its_next_visitors_also_after_a_kill_of_the_gateway() {
    on_own_gateways(
        |launch| launch,
        async |gateway: &mut Gateway| {
            let repository = program("sleeper");
            let Some(site) = live(gateway, &gateway.setup_key(), "sleeper", &repository).await else { return };
            // Nobody waits for five minutes here: at once is not allowed, and yet understood.
            gateway.run("UPDATE hosting_sites SET sleep_after = 0 WHERE name = 'sleeper'").await;
            let _ = gateway.setup_key().patch(&path(&site), &json!({ "action": "restart" })).await;
            let slept = once(&gateway.setup_key(), &path(&site), "/status", "SLEEPING").await;
            assert_eq!((slept.text("/desiredState"), slept.at("/serving")), ("RUNNING".into(), json!(true)));
            gateway.kill();
            gateway.start_again(|launch| launch).await;
            let key = gateway.setup_key();
            assert_eq!(key.get(&path(&site)).await.is(200).text("/status"), "SLEEPING");
            let _ = key.patch(&path(&site), &json!({ "sleepAfterMinutes": 5 })).await.is(200);
            let visits = join_all((0..20).map(|_| visit(gateway, &site, "/tell"))).await;
            let runs: Vec<_> = visits.into_iter().map(|answer| answer.is(200).text("/run")).collect();
            assert!(runs.iter().all(|run| *run == runs[0]), "all waited for the same start");
            let woken = once(&key, &path(&site), "/status", "RUNNING").await;
            assert_eq!(woken.number("/restartCount"), 0);
            let events = key.get(&format!("{}/events", path(&site))).await.is(200).json();
            let reasons: Vec<_> = events.as_array().expect("a list").iter().map(|own| own["reason"].clone()).collect();
            for reason in ["IDLE", "VISIT"] {
                assert!(reasons.contains(&json!(reason)), "{reasons:?}");
            }
            let metrics = key.get(&format!("{}/metrics", path(&site))).await.is(200);
            let points = metrics.at("/points");
            let told = |field: &str| {
                points
                    .as_array()
                    .expect("points")
                    .iter()
                    .any(|point| point[field].as_f64().is_some_and(|own| own > 0.0))
            };
            assert!(told("requests") && told("bytesOut"), "{points}");
        },
    );
}

#[test]
fn what_a_running_program_uses_is_told() {
    on_each_gateway(async |gateway| {
        let (key, repository) = (gateway.tenant().await.key, program("using"));
        let Some(site) = live(gateway, &key, "using", &repository).await else { return };
        for _ in 0..200 {
            let _ = visit(gateway, &site, "/tell").await.is(200);
            let metrics = key.get(&format!("{}/metrics", path(&site))).await.is(200).json();
            let points = metrics["points"].as_array().expect("points");
            let tells = |point: &serde_json::Value| {
                let is_more = |field: &str| point[field].as_f64().is_some_and(|own| own > 0.0);
                is_more("memoryMb") && is_more("processes") && point["cpuMs"].is_number()
            };
            if points.iter().any(tells) {
                let _ = key.delete(&path(&site)).await.is(202);
                return;
            }
            tokio::time::sleep(std::time::Duration::from_millis(100)).await;
        }
        panic!("nothing is told of what the program uses");
    });
}

#[test]
fn how_long_a_site_stays_awake_is_set_changed_and_taken_back() {
    on_each_gateway(async |gateway| {
        let (key, repository) = (gateway.tenant().await.key, program("setting"));
        let site = run(&key, "setting", &repository, json!({ "sleepAfterMinutes": 15 })).await;
        assert_eq!(site.number("/sleepAfterMinutes"), 15);
        let set = async |minutes| key.patch(&path(&site), &json!({ "sleepAfterMinutes": minutes })).await;
        let set_to = set(json!(1440)).await.is(200);
        assert_eq!((set_to.number("/sleepAfterMinutes"), set_to.at("/pendingRestart")), (1440, json!(false)));
        for wrong in [json!(4), json!(1441), json!(-1), json!("5"), json!(5.5)] {
            let refused = set(wrong.clone()).await.is(400);
            assert_eq!(refused.text("/details/0/field"), "sleepAfterMinutes", "{wrong}");
        }
        assert_eq!(set(json!(null)).await.is(200).at("/sleepAfterMinutes"), json!(null));
        let list = key.get(&format!("{SITES}?status=SLEEPING")).await.is(200);
        assert_eq!(list.json(), json!([]));
        let _ = key.delete(&path(&site)).await.is(202);
    });
}
