//! Owners say what visitors are to do, and read how many do it, and how fast pages were for them.

use crate::hooks::Hook;
use crate::pixel::{CHROME, fresh_host, view, with_domain};
use mainstay_testkit::Receiver;
use mainstay_testkit::gateway::{Actor as _, Gateway, Tenant, on_each_gateway};
use serde_json::{Value, json};

const GOALS: &str = "/api/v1/pixel/goals";
const FUNNELS: &str = "/api/v1/pixel/funnels";

/// Visits, each by somebody else: the paths that they see, or the events that they make happen.
async fn visit(gateway: &Gateway, host: &str, visits: &[&[&str]]) {
    for visit in visits {
        let visitor = gateway.nobody();
        for what in *visit {
            let told = if what.starts_with('/') {
                view(host, what)
            } else {
                json!({ "event": what, "url": format!("https://{host}/join"), "user_agent": CHROME })
            };
            let _ = visitor.post("/api/v1/pixel/track", &told).await.is(200);
        }
    }
}

async fn made(tenant: &Tenant, list: &str, what: Value) -> i64 {
    tenant.key.post(list, &what).await.is(201).number("/data/id")
}

#[test]
fn goals_tell_how_many_reach_them_also_before_they_were_set() {
    on_each_gateway(async |gateway: &Gateway| {
        let (tenant, host) = with_domain(gateway).await;
        visit(gateway, &host, &[&["/", "/docs/a", "/docs/b", "sign_up", "sign_up"], &["/docs/a"], &["/"]]).await;
        let docs = made(&tenant, GOALS, json!({ "name": "Reads", "page": "/docs/*" })).await;
        let _ = made(&tenant, GOALS, json!({ "event": "sign_up" })).await;
        let report = tenant.key.get("/api/v1/pixel/conversions?period=today").await.is(200);
        assert_eq!((report.number("/data/visits"), report.at("/data/complete")), (3, json!(true)));
        let reads = json!({
            "id": docs, "name": "Reads", "page": "/docs/*", "event": null, "visitors": 2, "visits": 2, "times": 3,
            "conversion_rate": 0.6667
        });
        assert_eq!(report.at("/data/goals/0"), reads);
        assert_eq!((report.text("/data/goals/1/name"), report.number("/data/goals/1/times")), ("sign_up".into(), 2));
        let filtered = tenant.key.get("/api/v1/pixel/conversions?period=today&entry_page=/").await.is(200);
        let visits = |goal: usize| filtered.number(&format!("/data/goals/{goal}/visits"));
        assert_eq!((filtered.number("/data/visits"), visits(0), visits(1)), (2, 1, 1));
    });
}

#[test]
fn a_funnel_tells_how_far_visitors_come_in_the_order_of_its_steps() {
    on_each_gateway(async |gateway: &Gateway| {
        let (tenant, host) = with_domain(gateway).await;
        let steps = json!([{ "page": "/" }, { "page": "/prices" }, { "event": "sign_up" }]);
        let funnel = made(&tenant, FUNNELS, json!({ "name": "Joins", "steps": steps })).await;
        let visits: [&[&str]; 5] = [
            &["/", "/about", "/prices", "sign_up"],
            &["/", "/prices"],
            &["/prices", "/"],
            &["sign_up", "/"],
            &["/about"],
        ];
        visit(gateway, &host, &visits).await;
        let report = tenant.key.get(&format!("{FUNNELS}/{funnel}/report?period=today")).await.is(200);
        assert_eq!((report.number("/data/visits"), report.at("/data/conversion_rate")), (5, json!(0.25)));
        let step = |page: Value, event: Value, visits: i64, continued: f64, lost: i64| {
            json!({
                "page": page, "event": event, "visitors": visits, "visits": visits, "continued": continued, "lost": lost
            })
        };
        let expected = json!([
            step(json!("/"), Value::Null, 4, 0.8, 1),
            step(json!("/prices"), Value::Null, 2, 0.5, 2),
            step(Value::Null, json!("sign_up"), 1, 0.5, 1),
        ]);
        assert_eq!(report.at("/data/steps"), expected);
    });
}

#[test]
fn goals_and_funnels_are_listed_changed_and_deleted() {
    on_each_gateway(async |gateway: &Gateway| {
        let (tenant, _) = with_domain(gateway).await;
        for (list, more) in
            [(GOALS, json!({ "page": "/a" })), (FUNNELS, json!({ "steps": [{ "page": "/a" }, { "page": "/b" }] }))]
        {
            let named = |name: &str| {
                let mut what = more.clone();
                what["name"] = json!(name);
                what
            };
            let first = made(&tenant, list, named("First")).await;
            let _ = made(&tenant, list, named("Second")).await;
            let taken = tenant.key.post(list, &named("First")).await.is(409);
            assert_eq!(taken.text("/code"), "name_taken");
            let own = format!("{list}/{first}");
            assert_eq!(tenant.key.patch(&own, &json!({ "name": "Third" })).await.is(200).text("/data/name"), "Third");
            let taken = tenant.key.patch(&own, &json!({ "name": "Second" })).await.is(409);
            assert_eq!(taken.text("/code"), "name_taken");
            let found = tenant.key.get(&format!("{list}?search=third&sort=name")).await.is(200);
            assert_eq!((found.number("/meta/total"), found.number("/data/0/id")), (1, first));
            let _ = tenant.key.delete(&own).await.is(204);
            let _ = tenant.key.get(&own).await.is(404);
        }
    });
}

#[test]
fn what_is_wrong_with_goals_and_funnels_is_named() {
    on_each_gateway(async |gateway: &Gateway| {
        let (tenant, _) = with_domain(gateway).await;
        for (list, what, field) in [
            (GOALS, json!({}), "page"),
            (GOALS, json!({ "page": "/a", "event": "b" }), "page"),
            (GOALS, json!({ "page": "a" }), "page"),
            (GOALS, json!({ "event": "pageview" }), "event"),
            (GOALS, json!({ "page": "/a", "name": " " }), "name"),
            (FUNNELS, json!({ "steps": [{ "page": "/a" }] }), "steps"),
            (FUNNELS, json!({ "steps": [{ "page": "/a" }, {}] }), "steps.1"),
            (FUNNELS, json!({ "steps": [{ "page": "/a" }, { "event": "" }] }), "steps.1.event"),
        ] {
            let refused = tenant.key.post(list, &what).await.is(422);
            assert_eq!(refused.fields("/errors"), [field], "{what}");
        }
        let elsewhere = json!({ "domain": fresh_host(), "page": "/a" });
        let _ = tenant.key.post(GOALS, &elsewhere).await.is(404);
    });
}

#[test]
fn a_goal_that_is_reached_is_told_to_webhooks() {
    on_each_gateway(async |gateway: &Gateway| {
        let (tenant, host) = with_domain(gateway).await;
        let receiver = Receiver::start().await;
        let _ = Hook::make(&tenant.key, &receiver.url("/hook"), &["tracking.goal.reached"]).await;
        let goal = made(&tenant, GOALS, json!({ "event": "sign_up" })).await;
        visit(gateway, &host, &[&["/", "sign_up", "sign_up"]]).await;
        let told = receiver.next().await.json();
        assert_eq!((&told["type"], &told["data"]["goal_id"]), (&json!("tracking.goal.reached"), &json!(goal)));
        assert_eq!((&told["data"]["domain"], &told["data"]["page"]), (&json!(host), &json!("/join")));
    });
}

#[test]
fn how_fast_pages_were_is_told_by_what_three_quarters_of_visitors_saw() {
    on_each_gateway(async |gateway: &Gateway| {
        let (tenant, host) = with_domain(gateway).await;
        for lcp in [800, 900, 2_600, 4_100] {
            let visitor = gateway.nobody();
            let _ = visitor.post("/api/v1/pixel/track", &view(&host, "/")).await.is(200);
            let mut felt = view(&host, "/");
            felt["event"] = json!("web_vitals");
            felt["properties"] = json!({ "lcp": lcp, "cls": 0.02 });
            let _ = visitor.post("/api/v1/pixel/track", &felt).await.is(200);
        }
        let vitals = tenant.key.get("/api/v1/pixel/vitals?period=today&path=/").await.is(200);
        let lcp = json!({
            "name": "lcp", "samples": 4, "p50": 900.0, "p75": 2600.0, "p95": 4100.0, "rating": "needs_improvement",
            "good": 0.5, "poor": 0.25
        });
        let inp = json!({
            "name": "inp", "samples": 0, "p50": null, "p75": null, "p95": null, "rating": null, "good": 0.0, "poor": 0.0
        });
        assert_eq!((vitals.at("/data/0"), vitals.at("/data/1")), (lcp, inp));
        assert_eq!((vitals.text("/data/2/rating"), vitals.number("/data/2/samples")), ("good".to_owned(), 4));
        assert_eq!(tenant.key.get("/api/v1/pixel/stats?period=today").await.is(200).number("/data/events"), 0);
    });
}
