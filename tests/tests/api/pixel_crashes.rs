//! Every event that was answered is counted, and none twice, however often the gateway dies.

use crate::dice::{Dice, rounds};
use futures_util::future::{join, join_all};
use mainstay_testkit::gateway::{Actor as _, Gateway, Nobody, on_own_gateways};
use serde_json::{Value, json};

const TELLERS: usize = 8;
/// The longest that a gateway lives, in milliseconds after it began to listen.
const LIFE: u64 = 500;
const HOST: &str = "storm.example";

const FIREFOX: &str = "Mozilla/5.0 (X11; Linux x86_64; rv:127.0) Gecko/20100101 Firefox/127.0";

/// Tells of pages until the gateway is gone; gives how many were told of in all, and how many of that were answered.
async fn tell_until_it_dies(nobody: Nobody, round: usize, teller: usize) -> (u64, u64) {
    let (mut told, mut answered) = (0, 0);
    loop {
        // Each page and each address once, so that nobody goes too fast.
        let view = |part: u64| {
            let url = format!("https://{HOST}/{round}/{teller}/{}", told + part);
            json!({ "event": "pageview", "url": url, "user_agent": FIREFOX })
        };
        let (single, count) = (told % 3 != 0, if told % 3 == 0 { 4 } else { 1 });
        let body: Value = if single { view(0) } else { json!({ "events": (0..count).map(view).collect::<Vec<_>>() }) };
        let path = if single { "/api/v1/pixel/track" } else { "/api/v1/pixel/track/batch" };
        let address = format!("10.{}.{}.{}", 100 + round % 100, teller, told % 250);
        let answer = nobody.post(path, &body).header("x-forwarded-for", address).attempt().await;
        told += count;
        let Ok(answer) = answer else { return (told, answered) };
        let _ = answer.is(200);
        answered += count;
    }
}

#[test]
fn every_answered_event_is_counted_once_though_the_gateway_is_killed_at_any_moment() {
    on_own_gateways(
        |launch| launch.set("TRUSTED_PROXIES", "127.0.0.1"),
        async |gateway: &mut Gateway| {
            let (dice, rounds) = (Dice::new(), rounds("CRASH_ROUNDS", 5));
            let _ = gateway.setup_key().post("/api/v1/pixel/domains", &json!({ "domain": HOST })).await.is(201);
            let (mut told, mut answered) = (0, 0);
            for round in 0..rounds {
                let telling = (0..TELLERS).map(|teller| tell_until_it_dies(gateway.nobody(), round, teller));
                let killing = async {
                    tokio::time::sleep(dice.moment_within(LIFE)).await;
                    gateway.kill();
                };
                let (counts, ()) = join(join_all(telling), killing).await;
                told += counts.iter().map(|(told, _)| told).sum::<u64>();
                answered += counts.iter().map(|(_, answered)| answered).sum::<u64>();
                gateway.start_again(|launch| launch).await;
            }
            let key = gateway.setup_key();
            let stats = key.get("/api/v1/pixel/stats?period=2d").await.is(200);
            let views = u64::try_from(stats.number("/data/views")).expect("a count");
            // What was not answered may have come in all the same; never more than was told of.
            assert!((answered..=told).contains(&views), "{views} of {answered} answered and {told} told of");
            let pages = key.get("/api/v1/pixel/breakdown?by=page&period=2d&sort=-views&per_page=1").await.is(200);
            assert_eq!(pages.number("/data/0/views"), 1, "each page was told of once: none counts twice");
            eprintln!("{:?}: {rounds} crashes, {told} told of, {answered} answered, {views} counted", gateway.engine());
        },
    );
}

#[test]
fn what_was_answered_of_domains_and_seo_stands_after_a_kill_right_behind_the_answer() {
    on_own_gateways(
        |launch| launch,
        async |gateway: &mut Gateway| {
            const DOMAINS: &str = "/api/v1/pixel/domains";
            let id = gateway.setup_key().post(DOMAINS, &json!({ "domain": HOST })).await.is(201).number("/data/id");
            gateway.kill();
            gateway.start_again(|launch| launch).await;
            let domain = format!("{DOMAINS}/{id}");
            let _ = gateway.setup_key().patch(&domain, &json!({ "sample_rate": 0.5 })).await.is(200);
            gateway.kill();
            gateway.start_again(|launch| launch).await;
            assert_eq!(gateway.setup_key().get(&domain).await.is(200).at("/data/sample_rate"), json!(0.5));
            let goal = json!({ "page": "/thanks" });
            let goal = gateway.setup_key().post("/api/v1/pixel/goals", &goal).await.is(201).number("/data/id");
            gateway.kill();
            gateway.start_again(|launch| launch).await;
            let goal = format!("/api/v1/pixel/goals/{goal}");
            assert_eq!(gateway.setup_key().get(&goal).await.is(200).text("/data/page"), "/thanks");
            let _ = gateway.setup_key().patch(&goal, &json!({ "name": "Thanks" })).await.is(200);
            let steps = json!({ "steps": [{ "page": "/" }, { "event": "sign_up" }] });
            let funnel = gateway.setup_key().post("/api/v1/pixel/funnels", &steps).await.is(201).number("/data/id");
            gateway.kill();
            gateway.start_again(|launch| launch).await;
            assert_eq!(gateway.setup_key().get(&goal).await.is(200).text("/data/name"), "Thanks");
            let funnel = format!("/api/v1/pixel/funnels/{funnel}");
            assert_eq!(gateway.setup_key().get(&funnel).await.is(200).at("/data/steps/1/event"), json!("sign_up"));
            let _ = gateway.setup_key().delete(&funnel).await.is(204);
            gateway.kill();
            gateway.start_again(|launch| launch).await;
            let _ = gateway.setup_key().get(&funnel).await.is(404);
            let report = json!({ "url": format!("https://{HOST}/"), "issues": [{ "type": "missing_alt" }] });
            let report = gateway.setup_key().post("/api/v1/seo/report", &report).await.is(201).number("/data/id");
            gateway.kill();
            gateway.start_again(|launch| launch).await;
            let kept = gateway.setup_key().get(&format!("/api/v1/seo/reports/{report}")).await.is(200);
            assert_eq!(kept.number("/data/issues_count"), 1);
            let _ = gateway.setup_key().delete(&domain).await.is(204);
            gateway.kill();
            gateway.start_again(|launch| launch).await;
            let _ = gateway.setup_key().get(&domain).await.is(404);
        },
    );
}
