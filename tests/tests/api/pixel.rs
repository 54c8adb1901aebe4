//! Pages tell of what happens on them, and their owner reads what it comes to.

use mainstay_testkit::gateway::{
    Actor as _, Answer, Engine, Gateway, Tenant, fresh_email, on_each_gateway, on_own_gateways,
};
use serde_json::{Value, json};
use std::time::Duration;

const TRACK: &str = "/api/v1/pixel/track";
const DOMAINS: &str = "/api/v1/pixel/domains";

pub(crate) const CHROME: &str = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) \
    Chrome/126.0.0.0 Safari/537.36";

/// A host that nobody else has.
pub(crate) fn fresh_host() -> String {
    let name = fresh_email("host").replace(|letter: char| !letter.is_ascii_alphanumeric(), "-");
    format!("{}.example", name.to_ascii_lowercase())
}

/// A tenant with a domain.
pub(crate) async fn with_domain(gateway: &Gateway) -> (Tenant, String) {
    let (tenant, host) = (gateway.tenant().await, fresh_host());
    let _ = tenant.key.post(DOMAINS, &json!({ "domain": host })).await.is(201);
    (tenant, host)
}

pub(crate) fn view(host: &str, path: &str) -> Value {
    json!({ "event": "pageview", "url": format!("https://{host}{path}"), "user_agent": CHROME })
}

async fn today(tenant: &Tenant, more: &str) -> Answer {
    tenant.key.get(&format!("/api/v1/pixel/stats?period=today{more}")).await.is(200)
}

#[test]
fn a_client_of_the_seed_works_unchanged() {
    on_each_gateway(async |gateway: &Gateway| {
        let config = gateway.nobody().get("/api/v1/pixel/config").await.is(200);
        let features = json!({ "pageviews": true, "events": true, "sessions": true });
        assert_eq!(config.json(), json!({ "enabled": true, "features": features, "sample_rate": 1.0 }));
        let told = json!({
            "event": "pageview", "url": "https://example.com/page", "referrer": "https://google.com",
            "user_agent": "Mozilla/5.0...", "properties": { "title": "Page Title" }
        });
        assert_eq!(gateway.nobody().post(TRACK, &told).await.is(200).json(), json!({ "tracked": true }));
    });
}

#[test]
fn what_was_answered_is_in_the_next_report() {
    on_each_gateway(async |gateway: &Gateway| {
        let (tenant, host) = with_domain(gateway).await;
        let nobody = gateway.nobody();
        for path in ["/", "/prices", "/"] {
            let _ = nobody.post(TRACK, &view(&host, path)).await.is(200);
        }
        let mut sign_up = view(&host, "/join?utm_source=letter");
        sign_up["event"] = json!("sign_up");
        sign_up["properties"] = json!({ "plan": "pro" });
        let _ = nobody.post(TRACK, &sign_up).await.is(200);
        let stats = today(&tenant, "&include=page,event&compare=previous").await;
        assert_eq!(
            (stats.number("/data/visitors"), stats.number("/data/views"), stats.number("/data/events")),
            (1, 3, 1)
        );
        assert_eq!((stats.at("/data/complete"), stats.number("/data/previous/visits")), (json!(true), 0));
        assert_eq!(stats.at("/data/series").as_array().map(Vec::len), Some(24));
        assert_eq!(stats.text("/data/top/event/0/name"), "sign_up");
        let pages = tenant.key.get("/api/v1/pixel/breakdown?by=page&sort=-views&per_page=1").await.is(200);
        assert_eq!((pages.text("/data/0/name"), pages.number("/data/0/views")), ("/".to_owned(), 2));
        assert_eq!(pages.number("/meta/total"), 3);
        let second = tenant.key.get("/api/v1/pixel/breakdown?by=page&sort=name&per_page=1&page=2").await.is(200);
        assert_eq!(second.text("/data/0/name"), "/join");
        let plans = tenant.key.get("/api/v1/pixel/breakdown?by=property:plan").await.is(200);
        assert_eq!((plans.text("/data/0/name"), plans.number("/data/0/events")), ("pro".to_owned(), 1));
        assert_eq!(today(&tenant, "&property=plan%3Dpro").await.number("/data/visits"), 1);
        assert_eq!(today(&tenant, "&path=/pri*").await.number("/data/visits"), 1);
        assert_eq!(today(&tenant, "&country=DE").await.number("/data/visits"), 0);
        let table = tenant.key.get("/api/v1/pixel/export.csv?by=page").await.is(200);
        assert_eq!(table.header("content-type"), Some("text/csv; charset=utf-8"));
        let table = String::from_utf8(table.body.clone()).expect("text");
        assert!(table.contains("\r\n/prices,1,1,1,0,"), "{table}");
        let now = tenant.key.get("/api/v1/pixel/realtime").await.is(200);
        assert_eq!((now.number("/data/visitors"), now.number("/data/pages/0/views")), (1, 2));
    });
}

#[test]
fn beacons_images_and_batches_are_taken_too() {
    on_each_gateway(async |gateway: &Gateway| {
        let (tenant, host) = with_domain(gateway).await;
        let nobody = gateway.nobody();
        let beacon = view(&host, "/beacon").to_string();
        let _ = nobody.post(TRACK, &json!({})).body("text/plain;charset=UTF-8", beacon).await.is(200);
        let events: Vec<_> = (0..10).map(|number| view(&host, &format!("/{number}"))).collect();
        let batch = nobody.post("/api/v1/pixel/track/batch", &json!({ "events": events })).await.is(200);
        assert_eq!(batch.json(), json!({ "tracked": true, "kept": 10, "bots": 0, "ignored": 0 }));
        let image = nobody.get(&format!("/api/v1/pixel/p.gif?url=https://{host}/mail")).header("user-agent", CHROME);
        let image = image.header("accept-language", "de").await.is(200);
        assert!(image.body.starts_with(b"GIF89a"));
        assert_eq!(
            (image.header("content-type"), image.header("cache-control")),
            (Some("image/gif"), Some("no-store"))
        );
        assert_eq!(today(&tenant, "").await.number("/data/views"), 12);
    });
}

#[test]
fn wrong_input_is_named_and_nothing_of_it_is_kept() {
    on_each_gateway(async |gateway: &Gateway| {
        let (tenant, host) = with_domain(gateway).await;
        let nobody = gateway.nobody();
        let fields = async |body: Value| nobody.post(TRACK, &body).await.is(422).fields("/errors");
        assert_eq!(fields(json!({})).await, ["event", "url"]);
        assert_eq!(fields(json!({ "event": "", "url": "x" })).await, ["event", "url"]);
        assert_eq!(fields(view(&host, &"a".repeat(600))).await, ["url"]);
        let with = |name: &str, value: Value| {
            let mut body = view(&host, "/");
            body[name] = value;
            body
        };
        assert_eq!(fields(with("timestamp", json!("2020-01-01T00:00:00Z"))).await, ["timestamp"]);
        assert_eq!(fields(with("timestamp", json!("soon"))).await, ["timestamp"]);
        assert_eq!(fields(with("properties", json!({ "a": "x".repeat(9_000) }))).await, ["properties"]);
        assert_eq!(fields(with("properties", json!({ "a": { "b": { "c": { "d": {} } } } }))).await, ["properties"]);
        assert_eq!(fields(with("properties", json!([1]))).await, ["properties"]);
        let events = json!({ "events": [view(&host, "/"), { "event": "x", "url": "nowhere" }] });
        let batch = nobody.post("/api/v1/pixel/batch", &events).await.is(422);
        assert_eq!(batch.fields("/errors"), ["events.1.url"]);
        let _ = nobody.post(TRACK, &json!({})).body("application/json", "{").await.is(400);
        assert_eq!(today(&tenant, "").await.number("/data/visits"), 0);
        let wrong = ["period=soon", "from=yesterday", "interval=week", "compare=next", "include=colour"];
        for query in wrong {
            let answer = tenant.key.get(&format!("/api/v1/pixel/stats?{query}")).await.is(422);
            let field = query.split('=').next().unwrap_or_default();
            assert_eq!(answer.fields("/errors"), [field], "{query}");
        }
        let _ = tenant.key.get("/api/v1/pixel/breakdown?by=colour").await.is(422);
        let _ = tenant.key.get("/api/v1/pixel/breakdown?by=page&sort=colour").await.is(422);
    });
}

#[test]
fn any_page_may_tell_and_read_the_limits() {
    on_each_gateway(async |gateway: &Gateway| {
        let (_, host) = with_domain(gateway).await;
        let page = format!("https://{host}");
        let asked = gateway.nobody().call("OPTIONS", TRACK).header("origin", &page);
        let asked = asked.header("access-control-request-method", "POST").await.is(204);
        assert!(asked.body.is_empty());
        let told = gateway.nobody().post(TRACK, &view(&host, "/")).header("origin", &page).await.is(200);
        for answer in [&asked, &told] {
            assert_eq!(answer.header("access-control-allow-origin"), Some(&*page));
            assert_eq!(answer.header("access-control-allow-methods"), Some("GET, POST, OPTIONS"));
            assert_eq!(answer.header("vary"), Some("Origin"));
        }
        assert_eq!(told.header("x-ratelimit-limit"), Some("300"));
        let plain = gateway.nobody().post(TRACK, &view(&host, "/")).await.is(200);
        assert_eq!(plain.header("access-control-allow-origin"), Some("*"));
    });
}

#[test]
fn an_address_may_tell_300_times_a_minute_and_others_are_not_held_up() {
    on_own_gateways(
        |launch| launch.set("TRUSTED_PROXIES", "127.0.0.1"),
        async |gateway: &mut Gateway| {
            let tell = async |address: &str| {
                let told = json!({ "event": "pageview", "url": "https://limits.example/", "user_agent": CHROME });
                gateway.nobody().post(TRACK, &told).header("x-forwarded-for", address).await
            };
            for _ in 0..300 {
                let _ = tell("203.0.113.1").await.is(200);
            }
            let refused = tell("203.0.113.1").await.is(429);
            assert_eq!(refused.text("/error"), "rate_limit_exceeded");
            assert!(refused.header("retry-after").is_some() && refused.header("access-control-allow-origin").is_some());
            let _ = tell("203.0.113.2").await.is(200);
            let other =
                gateway.nobody().get("/api/openapi.json").header("x-forwarded-for", "203.0.113.1").await.is(200);
            assert_ne!(other.header("x-ratelimit-limit"), Some("300"), "other paths count apart");
        },
    );
}

#[test]
fn a_domain_is_known_by_its_key_and_by_where_a_page_is() {
    on_each_gateway(async |gateway: &Gateway| {
        let (tenant, host) = with_domain(gateway).await;
        let change = json!({ "features": { "events": false }, "sample_rate": 0.25 });
        let domains = tenant.key.get(DOMAINS).await.is(200);
        let (id, key) = (domains.number("/data/0/id"), domains.text("/data/0/pixel_key"));
        assert!(domains.text("/data/0/snippet").contains(&key));
        let _ = tenant.key.patch(&format!("{DOMAINS}/{id}"), &change).await.is(200);
        let by_key = gateway.nobody().get(&format!("/api/v1/pixel/config?pixel_key={key}")).await.is(200);
        let by_origin = gateway.nobody().get("/api/v1/pixel/config").header("origin", format!("https://www.{host}"));
        let by_page = gateway.nobody().get("/api/v1/pixel/config").header("referer", format!("https://{host}/page"));
        for config in [by_key, by_origin.await.is(200), by_page.await.is(200)] {
            assert_eq!((config.at("/sample_rate"), config.at("/features/events")), (json!(0.25), json!(false)));
        }
        let twice = tenant.key.post(DOMAINS, &json!({ "domain": host })).await.is(409);
        assert_eq!(twice.text("/code"), "domain_taken");
        let wrong = tenant.key.post(DOMAINS, &json!({ "domain": "no domain", "sample_rate": 2 })).await.is(422);
        assert_eq!(wrong.fields("/errors"), ["domain"]);
        let _ = tenant.key.delete(&format!("{DOMAINS}/{id}")).await.is(204);
        let _ = tenant.key.get("/api/v1/pixel/stats").await.is(404);
    });
}

#[test]
fn beyond_the_plan_events_are_refused_and_told_so() {
    on_each_gateway(async |gateway: &Gateway| {
        let (tenant, host) = (gateway.tenant_on("free").await, fresh_host());
        let _ = tenant.owner.post(DOMAINS, &json!({ "domain": host })).await.is(201);
        let used = json!({ "feature": "tracking.events", "quantity": 9_999 });
        let _ = tenant.owner.post("/api/v1/entitlements/usage", &used).await.is(200);
        let _ = gateway.nobody().post(TRACK, &view(&host, "/")).await.is(200);
        let refused = gateway.nobody().post(TRACK, &view(&host, "/")).await.is(403);
        assert_eq!(
            (refused.text("/error"), refused.text("/feature")),
            ("feature_limit_reached".into(), "tracking.events".into())
        );
    });
}

#[test]
fn the_script_may_be_kept_and_loaded_from_anywhere() {
    on_each_gateway(async |gateway: &Gateway| {
        let script = gateway.nobody().get("/pixel.js").await.is(200);
        assert_eq!(script.header("content-type"), Some("text/javascript; charset=utf-8"));
        assert_eq!(script.header("cache-control"), Some("public, max-age=3600"));
        assert_eq!(script.header("cross-origin-resource-policy"), Some("cross-origin"));
        assert!(script.body.len() < 1_536);
    });
}

#[test]
fn what_one_node_took_in_another_reports() {
    on_own_gateways(
        |launch| launch,
        async |gateway: &mut Gateway| {
            if gateway.engine() == Engine::Sqlite {
                return;
            }
            let (tenant, host) = with_domain(gateway).await;
            let other = gateway.another_node().await;
            for path in ["/a", "/b", "/c"] {
                for node in [&*gateway, &other] {
                    let told = node.nobody().post(TRACK, &view(&host, path));
                    let _ = told.header("x-forwarded-for", "203.0.113.9").await.is(200);
                }
            }
            for door in [gateway.door(), other.door()] {
                let stats = tenant.key.at(door).get("/api/v1/pixel/stats?period=today").await.is(200);
                assert_eq!((stats.number("/data/visits"), stats.number("/data/views")), (1, 6));
            }
            // What changes on one holds on the other within a second.
            let id = tenant.key.get(DOMAINS).await.is(200).number("/data/0/id");
            let _ = tenant.key.patch(&format!("{DOMAINS}/{id}"), &json!({ "enabled": false })).await.is(200);
            let began = std::time::Instant::now();
            while other.nobody().post(TRACK, &view(&host, "/d")).await.is(200).at("/tracked") == json!(true) {
                assert!(began.elapsed() < Duration::from_secs(10), "the other node never hears of it");
            }
            other.close().await;
        },
    );
}
