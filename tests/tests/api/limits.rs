//! Rate limits of one gateway.

use mainstay_testkit::gateway::{Actor as _, Answer, Gateway, Launch, on_each_gateway, on_own_gateways};
use serde_json::json;
use std::time::{SystemTime, UNIX_EPOCH};

const HEADERS: [&str; 5] =
    ["x-ratelimit-limit", "x-ratelimit-remaining", "x-ratelimit-reset", "ratelimit-policy", "ratelimit"];

/// Plans on which limits are reached soon.
pub(crate) fn on_tiny_plans(launch: Launch) -> Launch {
    launch.set("PLANS_FILE", concat!(env!("CARGO_MANIFEST_DIR"), "/tests/api/tiny_plans.toml"))
}

fn number(answer: &Answer, name: &str) -> i64 {
    answer.header(name).and_then(|text| text.parse().ok()).unwrap_or_else(|| panic!("no {name}: {answer:?}"))
}

pub(crate) fn unix_now() -> i64 {
    #[expect(clippy::disallowed_methods, reason = "compared with the gateway's own clock")]
    let now = SystemTime::now();
    i64::try_from(now.duration_since(UNIX_EPOCH).expect("after 1970").as_secs()).expect("a time")
}

#[test]
fn every_answer_tells_the_state_of_its_limit() {
    on_each_gateway(async |gateway| {
        let (tenant, nobody) = (gateway.tenant().await, gateway.nobody());
        for (answer, status) in [
            (tenant.key.get("/api/v1/me").await, 200),
            (tenant.key.get("/api/v1/nothing").await, 404),
            (tenant.key.call("PUT", "/api/v1/me").await, 405),
            (tenant.key.post("/api/v1/workspaces", &json!({})).await, 422),
            (tenant.key_with(&["x:y"]).await.get("/api/v1/workspaces").await, 403),
            (tenant.key.delete(&tenant.path("/members/x")).await, 404),
            (nobody.get("/api/v1/me").await, 401),
            (nobody.get("/nothing").await, 404),
            (nobody.get("/swagger.json").await, 200),
            (nobody.get("/api/auth/me/").await, 401),
            (nobody.post("/api/auth/token/", &json!({})).await, 422),
        ] {
            let answer = answer.is(status);
            for name in HEADERS {
                assert!(answer.headers.contains_key(name), "no {name}: {answer:?}");
            }
            let ahead = number(&answer, "x-ratelimit-reset") - unix_now();
            assert!((0..=61).contains(&ahead), "{ahead}");
        }
        let answer = tenant.key.get("/api/v1/me").await;
        assert_eq!(number(&answer, "x-ratelimit-limit"), 100_000);
        assert!(number(&answer, "x-ratelimit-remaining") > 199_000);
        assert_eq!(answer.header("ratelimit-policy"), Some("\"default\";q=200000;w=60"));
    });
}

#[test]
fn a_key_is_refused_beyond_its_plan_until_the_window_moves_on() {
    on_own_gateways(on_tiny_plans, async |gateway: &mut Gateway| {
        let key = gateway.tenant_on("free").await.key;
        for left in [2, 1, 0] {
            let answer = key.get("/api/v1/me").await.is(200);
            assert_eq!((number(&answer, "x-ratelimit-limit"), number(&answer, "x-ratelimit-remaining")), (3, left));
        }
        let refused = key.get("/api/v1/workspaces").await.is(429);
        let fields = ["code", "error", "limit", "message", "remaining", "reset_at", "retry_after"];
        assert_eq!(refused.fields(""), fields);
        assert_eq!(
            (refused.text("/error"), refused.number("/limit"), refused.number("/remaining")),
            ("rate_limit_exceeded".to_owned(), 3, 0)
        );
        let wait = refused.number("/retry_after");
        assert!((1..=61).contains(&wait), "{wait}");
        assert_eq!(refused.text("/message"), format!("Too many requests. Please retry after {wait} seconds."));
        assert_eq!(number(&refused, "retry-after"), wait);
        assert_eq!(number(&refused, "x-ratelimit-remaining"), 0);
        assert!(crate::workspaces::is_instant(&refused.text("/reset_at")));
        let _ = key.get("/health").await.is(200);
        assert_eq!(key.get("/api/auth/me/").await.is(429).text("/code"), "RATE_LIMITED");
    });
}

#[test]
fn the_burst_of_a_plan_comes_on_top_of_its_base() {
    on_own_gateways(on_tiny_plans, async |gateway: &mut Gateway| {
        let key = gateway.tenant_on("pro").await.key;
        for left in (0..13).rev() {
            let answer = key.get("/api/v1/me").await.is(200);
            assert_eq!((number(&answer, "x-ratelimit-limit"), number(&answer, "x-ratelimit-remaining")), (10, left));
        }
        assert_eq!(key.get("/api/v1/me").await.is(429).number("/limit"), 10);
    });
}

#[test]
fn every_key_and_every_person_counts_apart_and_a_tier_counts_as_it_says() {
    on_own_gateways(on_tiny_plans, async |gateway: &mut Gateway| {
        let tenant = gateway.tenant().await;
        let slow = json!({ "name": "Slow", "rate_limit_tier": "free" });
        let mut slow_keys = Vec::new();
        for _ in 0..2 {
            let made = tenant.owner.post("/api/v1/api-keys", &slow).await.is(201);
            slow_keys.push(gateway.nobody().with_credential(&made.text("/data/key")));
        }
        for key in &slow_keys {
            for _ in 0..3 {
                let _ = key.get("/api/v1/me").await.is(200);
            }
            let _ = key.get("/api/v1/me").await.is(429);
        }
        let _ = tenant.key.get("/api/v1/me").await.is(200);
        let verdict = tenant.key.post("/api/v1/api-keys/verify", &json!({ "key": slow_keys[0].key })).await.is(200);
        assert_eq!(verdict.text("/code"), "RATE_LIMITED");
        let alone = gateway.person("alone").await;
        for _ in 0..2 {
            let _ = alone.get("/api/v1/me").await.is(200);
        }
        assert_eq!(alone.get("/api/v1/me").await.is(429).number("/limit"), 3);
    });
}

#[test]
fn nobody_is_counted_by_address_and_a_refused_credential_counts_as_nobody() {
    on_own_gateways(
        |launch| launch.set("ANONYMOUS_RATE_LIMIT", "5"),
        async |gateway: &mut Gateway| {
            let (one, other) = (gateway.nobody(), gateway.nobody());
            for left in (0..5).rev() {
                let answer = one.get("/api/v1/me").await.is(401);
                assert_eq!((number(&answer, "x-ratelimit-limit"), number(&answer, "x-ratelimit-remaining")), (5, left));
            }
            for path in ["/api/v1/me", "/nothing", "/swagger.json", "/api/auth/me/"] {
                let _ = one.get(path).await.is(429);
            }
            let _ = other.get("/api/v1/me").await.is(401);
            for path in ["/health", "/api/healthz/", "/metrics"] {
                for _ in 0..20 {
                    let _ = one.get(path).await.is(200);
                }
            }
            let guesser = gateway.nobody();
            let from = |call: mainstay_testkit::gateway::Call| {
                guesser.headers().into_iter().fold(call, |call, (name, value)| call.header(name, value))
            };
            for _ in 0..5 {
                let _ = from(guesser.with_credential("sk_live_x").get("/api/v1/me")).await.is(401);
            }
            let _ = from(guesser.with_credential("sk_live_x").get("/api/v1/me")).await.is(429);
        },
    );
}

#[test]
fn a_flood_without_a_credential_is_turned_away_with_the_same_words() {
    on_own_gateways(
        |launch| launch.set("ANONYMOUS_RATE_LIMIT", "5"),
        async |gateway: &mut Gateway| {
            let flood = gateway.nobody();
            let mut refused = 0;
            for _ in 0..30 {
                let answer = flood.get("/api/v1/nothing").await;
                if answer.status == 404 {
                    continue;
                }
                let answer = answer.is(429);
                assert_eq!(answer.text("/error"), "rate_limit_exceeded");
                assert!(answer.header("retry-after").is_some());
                for name in HEADERS {
                    assert!(answer.headers.contains_key(name), "no {name}: {answer:?}");
                }
                refused += 1;
            }
            assert_eq!(refused, 25);
        },
    );
}

#[test]
fn an_address_is_taken_from_x_forwarded_for_only_where_the_proxy_is_trusted() {
    // One more than is asked for: the document was fetched from this machine's own address.
    let prepare = |launch: Launch| launch.set("ANONYMOUS_RATE_LIMIT", "3").unset("TRUSTED_PROXIES");
    on_own_gateways(prepare, async |gateway: &mut Gateway| {
        for _ in 0..2 {
            let _ = gateway.nobody().get("/api/v1/me").await.is(401);
        }
        let _ = gateway.nobody().get("/api/v1/me").await.is(429);
        gateway.start_again(|launch| launch.set("TRUSTED_PROXIES", "127.0.0.0/8")).await;
        for _ in 0..5 {
            let _ = gateway.nobody().get("/api/v1/me").await.is(401);
        }
        let caller = gateway.nobody().with_credential("x");
        let ask = async |chain: &str| caller.get("/api/v1/me").header("x-forwarded-for", chain).await;
        for at in 0..3 {
            let _ = ask(&format!("6.6.6.{at}, 9.9.9.9")).await.is(401);
        }
        let _ = ask("6.6.6.9, 9.9.9.9").await.is(429);
        let _ = ask("9.9.9.9, 6.6.6.9").await.is(401);
    });
}

#[test]
fn logins_and_refreshes_are_not_what_nobodys_limit_counts() {
    on_own_gateways(
        |launch| launch.set("ANONYMOUS_RATE_LIMIT", "5"),
        async |gateway| {
            let (ada, office) = (gateway.person("ada").await, gateway.nobody());
            let credentials = json!({ "email": ada.email, "password": ada.password });
            for _ in 0..12 {
                let opened = office.post("/auth/login", &credentials).await.is(200);
                let refresh = json!({ "refresh_token": opened.text("/refresh_token") });
                let _ = office.post("/auth/token/refresh/", &refresh).await.is(200);
            }
            for _ in 0..5 {
                let _ = office.post("/auth/password/forgot", &json!({})).await.is(422);
            }
            let _ = office.post("/auth/password/forgot", &json!({})).await.is(429);
        },
    );
}
