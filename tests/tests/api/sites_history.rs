//! What became of sites, and what they answered.

use crate::sites::{SITES, make, visit};
use mainstay_testkit::TestRepository;
use mainstay_testkit::gateway::{Actor as _, Answer, Gateway, on_each_gateway, on_own_gateways};
use serde_json::{Value, json};

fn told(events: &Answer) -> Vec<String> {
    let events = events.json();
    let text = |own: &Value, name: &str| own[name].as_str().unwrap_or("-").to_owned();
    let told = |own: &Value| ["kind", "from", "to", "reason"].map(|name| text(own, name)).join(" ");
    events.as_array().expect("a list").iter().map(told).collect()
}

#[test]
fn what_became_of_a_site_is_told_the_newest_first_with_who_brought_it_about() {
    on_each_gateway(async |gateway| {
        let (tenant, repository) = (gateway.tenant().await, TestRepository::new(&[("index.html", "one")]));
        let site = make(&tenant.key, "told", &repository).await;
        let path = format!("{SITES}/{}", site.text("/id"));
        let _ = tenant.key.patch(&format!("{path}?wait=30"), &json!({ "action": "stop" })).await.is(200);
        let events = tenant.key.get(&format!("{path}/events")).await.is(200);
        let expected =
            ["SITE RUNNING STOPPED STOP", "SITE DEPLOYING RUNNING DEPLOYMENT_LIVE", "DEPLOYMENT SWITCHING LIVE -"];
        assert_eq!(told(&events)[..3], expected);
        assert_eq!(events.text("/1/actor"), "system");
        assert_ne!(events.text("/0/actor"), "system");
        assert_eq!(events.text("/1/deploymentId"), site.text("/currentDeploymentId"));

        let (mut parts, mut cursor) = (Vec::new(), String::new());
        loop {
            let part = tenant.key.get(&format!("{path}/events?limit=3{cursor}")).await.is(200);
            assert!(told(&part).len() <= 3);
            parts.extend(told(&part));
            let Some(next) = part.header("x-next-cursor") else { break };
            assert!(part.header("link").is_some_and(|link| link.contains(next) && link.contains("rel=\"next\"")));
            cursor = format!("&cursor={next}");
        }
        assert_eq!(parts, told(&events));
        for (query, field) in [("limit=x", "limit"), ("cursor=x", "cursor")] {
            let wrong = tenant.key.get(&format!("{path}/events?{query}")).await.is(400);
            assert_eq!((wrong.text("/error"), wrong.text("/details/0/field")), ("BAD_REQUEST".into(), field.into()));
        }
        let stranger = gateway.tenant().await.key;
        let theirs = stranger.get(&format!("{path}/events")).await.is(404);
        let absent = stranger.get(&format!("{SITES}/cnothing00/events")).await.is(404);
        assert_eq!(theirs.text("/message"), absent.text("/message"));
    });
}

#[test]
fn what_was_answered_is_told_as_well_after_a_kill_right_behind_the_answer() {
    on_own_gateways(
        |launch| launch,
        async |gateway: &mut Gateway| {
            let repository = TestRepository::new(&[("index.html", "one")]);
            let site = make(&gateway.setup_key(), "killed", &repository).await;
            let path = format!("{SITES}/{}", site.text("/id"));
            for action in ["stop", "start", "stop"] {
                let _ = gateway.setup_key().patch(&path, &json!({ "action": action })).await.is(200);
                gateway.kill();
                gateway.start_again(|launch| launch).await;
                let newest = gateway.setup_key().get(&format!("{path}/events?limit=1")).await.is(200);
                assert_eq!(newest.text("/0/reason"), action.to_uppercase());
            }
        },
    );
}

/// A field of all points, added up.
fn sum(metrics: &Answer, field: &str) -> i64 {
    let points = metrics.at("/points");
    points.as_array().expect("points").iter().map(|point| point[field].as_i64().unwrap_or_default()).sum()
}

#[test]
fn what_a_site_answers_is_counted_and_what_is_asked_wrongly_is_named() {
    on_each_gateway(async |gateway| {
        let (key, repository) = (gateway.tenant().await.key, TestRepository::new(&[("index.html", "12345")]));
        let site = make(&key, "counted", &repository).await;
        let path = format!("{SITES}/{}/metrics", site.text("/id"));
        for _ in 0..3 {
            let _ = visit(gateway, &site, "/").await.is(200);
        }
        let _ = visit(gateway, &site, "/absent").await.is(404);
        let metrics = key.get(&path).await.is(200);
        assert_eq!((metrics.text("/siteId"), metrics.text("/resolution")), (site.text("/id"), "minute".to_owned()));
        let counts = ["requests", "status2xx", "status4xx", "status5xx"].map(|field| sum(&metrics, field));
        assert_eq!(counts, [4, 3, 1, 0]);
        assert!(sum(&metrics, "bytesOut") >= 15);
        assert!(metrics.at("/points/0/p99Ms").as_f64().is_some_and(|millis| millis > 0.0));
        assert_eq!(metrics.at("/points/0/cpuMs"), json!(null), "files have no program");
        let hours = key.get(&format!("{path}?resolution=hour")).await.is(200);
        assert_eq!((hours.text("/resolution"), sum(&hours, "requests")), ("hour".to_owned(), 4));
        for (query, field) in [
            ("from=yesterday", "from"),
            ("to=7", "to"),
            ("resolution=day", "resolution"),
            ("from=2026-01-02T00:00:00Z&to=2026-01-01T00:00:00Z", "from"),
            ("from=2026-01-01T00:00:00Z&to=2026-01-03T00:00:00Z", "from"),
            ("resolution=hour&from=2026-01-01T00:00:00Z&to=2026-03-01T00:00:00Z", "from"),
        ] {
            let wrong = key.get(&format!("{path}?{query}")).await.is(400);
            assert_eq!((wrong.text("/error"), wrong.text("/details/0/field")), ("BAD_REQUEST".into(), field.into()));
        }
    });
}

#[test]
fn what_was_counted_is_still_told_after_an_orderly_restart() {
    on_own_gateways(
        |launch| launch,
        async |gateway: &mut Gateway| {
            let repository = TestRepository::new(&[("index.html", "one")]);
            let site = make(&gateway.setup_key(), "kept", &repository).await;
            for _ in 0..5 {
                let _ = visit(gateway, &site, "/").await.is(200);
            }
            gateway.terminate();
            let _ = gateway.end().await;
            gateway.start_again(|launch| launch).await;
            let metrics = gateway.setup_key().get(&format!("{SITES}/{}/metrics", site.text("/id"))).await.is(200);
            assert_eq!(sum(&metrics, "requests"), 5);
        },
    );
}
