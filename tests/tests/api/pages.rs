//! Pages and what watches over the gateway.

use flate2::read::GzDecoder;
use mainstay_testkit::gateway::{Actor as _, Gateway, on_each_gateway, on_own_gateways};
use std::io::Read as _;

#[test]
fn the_documentation_loads_what_it_needs_from_here_and_from_nowhere_else() {
    on_each_gateway(async |gateway| {
        let nobody = gateway.nobody();
        for path in ["/docs", "/docs/", "/api/docs", "/api/docs/"] {
            let page = nobody.get(path).await.is(200);
            assert_eq!(page.header("content-type"), Some("text/html; charset=utf-8"));
            let policy = page.header("content-security-policy").expect("a policy").to_owned();
            assert!(policy.contains("default-src 'none'") && policy.contains("script-src 'self';"), "{policy}");
            let html = String::from_utf8(page.body).expect("text");
            assert!(!html.contains("http://") && !html.contains("https://"), "{html}");
            let parts = html.split(['"']).filter(|part| part.starts_with('/'));
            let assets: Vec<_> = parts.collect();
            assert!(assets.len() >= 3, "{assets:?}");
            for asset in assets {
                let found = nobody.get(asset).await.is(200);
                assert!(!found.body.is_empty(), "{asset}");
                let kind = found.header("content-type").unwrap_or_default();
                let expected = ["css", "javascript", "json"].into_iter().any(|word| kind.contains(word));
                assert!(expected, "{asset} is {kind}");
            }
        }
    });
}

#[test]
fn the_documentation_can_be_left_out() {
    on_own_gateways(
        |launch| launch.set("DOCS", "false"),
        async |gateway: &mut Gateway| {
            for path in ["/docs", "/api/docs/", "/docs/start.js", "/docs/assets/swagger-ui.css"] {
                let _ = gateway.nobody().get(path).await.is(404);
            }
            let _ = gateway.nobody().get("/swagger.json").await.is(200);
        },
    );
}

#[test]
fn health_tells_the_version_and_is_free() {
    on_each_gateway(async |gateway| {
        for path in ["/health", "/health/", "/api/healthz", "/api/healthz/"] {
            let health = gateway.nobody().get(path).await.is(200);
            assert_eq!(
                (health.fields(""), health.text("/status")),
                (vec!["status".to_owned(), "version".to_owned()], "ok".into())
            );
        }
    });
}

#[test]
fn every_answer_tells_the_limit_also_where_nobody_is_counted() {
    on_own_gateways(
        |launch| launch.set("ANONYMOUS_RATE_LIMIT", "2"),
        async |gateway| {
            let nobody = gateway.nobody();
            let remaining = async |path: &str, status| {
                let answer = nobody.get(path).await.is(status);
                for name in ["x-ratelimit-limit", "x-ratelimit-reset", "ratelimit", "ratelimit-policy"] {
                    assert!(answer.headers.contains_key(name), "{name} of {path}");
                }
                answer.header("x-ratelimit-remaining").expect("what remains").to_owned()
            };
            for path in ["/health", "/metrics", "/docs", "/docs/start.js", "/.well-known/jwks.json"] {
                assert_eq!(remaining(path, 200).await, "2", "{path} is free");
            }
            assert_eq!(remaining("/no/such/path", 404).await, "1");
            assert_eq!(remaining("/health", 200).await, "1");
        },
    );
}

/// A figure of the metrics, by the start of its line.
async fn figure(gateway: &Gateway, start: &str) -> u64 {
    let text = String::from_utf8(gateway.nobody().get("/metrics").await.is(200).body).expect("text");
    let line = text.lines().find(|line| line.starts_with(start));
    line.and_then(|line| line.rsplit(' ').next()).and_then(|count| count.parse().ok()).unwrap_or(0)
}

#[test]
fn metrics_tell_how_many_jobs_of_each_queue_there_are() {
    on_each_gateway(async |gateway| {
        let shown = async |line: &str| {
            let text = String::from_utf8(gateway.nobody().get("/metrics").await.is(200).body).expect("text");
            text.lines().any(|found| found.starts_with(line))
        };
        for line in [
            r#"mainstay_jobs{queue="outbox.relay",state="waiting"}"#,
            r#"mainstay_jobs_lag_seconds{queue="outbox.relay"}"#,
        ] {
            let begun = std::time::Instant::now();
            while !shown(line).await {
                assert!(begun.elapsed() < std::time::Duration::from_secs(30), "{line} is not told");
                tokio::time::sleep(std::time::Duration::from_millis(50)).await;
            }
        }
    });
}

#[test]
fn metrics_count_requests_by_the_pattern_of_their_route() {
    on_own_gateways(
        |launch| launch,
        async |gateway: &mut Gateway| {
            let key = gateway.setup_key();
            let me = r#"mainstay_http_request_duration_seconds_count{method="GET",route="/api/v1/me",status="200"}"#;
            assert_eq!(figure(gateway, me).await, 0);
            for _ in 0..3 {
                let _ = key.get("/api/v1/me").await.is(200);
            }
            assert_eq!(figure(gateway, me).await, 3);
            for id in 1..50 {
                let _ = key.get(&format!("/api/v1/workspaces/{id}")).await;
                let _ = key.get(&format!("/nothing/{id}")).await;
            }
            let text = String::from_utf8(gateway.nobody().get("/metrics").await.body).expect("text");
            let series = text.lines().filter(|line| line.contains("_count{")).count();
            assert!(series < 15, "paths do not make series: {text}");
            assert!(!text.contains(&key.key));
        },
    );
}

#[test]
fn every_answer_tells_browsers_to_be_careful() {
    on_each_gateway(async |gateway| {
        let tenant = gateway.tenant().await;
        for path in ["/api/v1/me", "/api/v1/nothing", "/nothing", "/health", "/docs", "/swagger.json", "/metrics"] {
            let answer = tenant.key.get(path).await;
            assert_eq!(answer.header("x-content-type-options"), Some("nosniff"), "{path}");
            assert_eq!(answer.header("x-frame-options"), Some("DENY"), "{path}");
            assert_eq!(answer.header("referrer-policy"), Some("no-referrer"), "{path}");
            assert!(answer.headers.contains_key("content-security-policy"), "{path}");
            assert!(!answer.headers.contains_key("strict-transport-security"), "only over HTTPS");
        }
        let me = tenant.key.get("/api/v1/me").await;
        assert_eq!(me.header("cache-control"), Some("no-store"));
        assert_eq!(me.header("content-security-policy"), Some("default-src 'none'; frame-ancestors 'none'"));
        assert_eq!((me.header("cache-control"), me.header("vary")), (Some("no-store"), None));
    });
}

#[test]
fn large_answers_are_packed_for_those_who_take_it_and_small_ones_are_not() {
    on_each_gateway(async |gateway| {
        let nobody = gateway.nobody();
        let plain = nobody.get("/swagger.json").await.is(200);
        assert!(!plain.headers.contains_key("content-encoding"));
        // The route's JSON is judged as it comes, so the packed one is asked for where it is not judged.
        let packed = nobody.get("/docs/assets/swagger-ui-bundle.js").header("accept-encoding", "gzip").await.is(200);
        assert_eq!(packed.header("content-encoding"), Some("gzip"));
        let varies = packed.headers.get_all("vary").iter().any(|value| value == "accept-encoding");
        assert!(varies, "{packed:?}");
        let mut unpacked = Vec::new();
        GzDecoder::new(&packed.body[..]).read_to_end(&mut unpacked).expect("gzip");
        assert_eq!(unpacked, nobody.get("/docs/assets/swagger-ui-bundle.js").await.is(200).body);
        let document = nobody.get("/swagger.json").header("accept-encoding", "gzip, br").await.is(200);
        assert!(document.header("content-encoding") == Some("gzip") && document.body.len() * 4 < plain.body.len());
        let mut unpacked = Vec::new();
        GzDecoder::new(&document.body[..]).read_to_end(&mut unpacked).expect("gzip");
        assert_eq!(unpacked, plain.body);
        for accepted in ["gzip;q=0", "identity", "br"] {
            let answer = nobody.get("/swagger.json").header("accept-encoding", accepted).await.is(200);
            assert!(!answer.headers.contains_key("content-encoding"), "{accepted}");
        }
        let small = nobody.get("/health").header("accept-encoding", "gzip").await.is(200);
        assert!(!small.headers.contains_key("content-encoding"));
    });
}

#[test]
fn browsers_of_the_named_origins_may_call_and_others_may_not() {
    on_own_gateways(
        |launch| launch.set("CORS_ORIGINS", "https://app.example.com"),
        async |gateway: &mut Gateway| {
            let key = gateway.setup_key();
            let ask = |origin: &'static str| {
                let preflight = gateway.nobody().call("OPTIONS", "/api/v1/workspaces").header("origin", origin);
                preflight
                    .header("access-control-request-method", "POST")
                    .header("access-control-request-headers", "authorization,idempotency-key")
            };
            let allowed = ask("https://app.example.com").await;
            assert!((200..300).contains(&allowed.status), "{allowed:?}");
            assert_eq!(allowed.header("access-control-allow-origin"), Some("https://app.example.com"));
            let refused = ask("https://evil.example.com").await;
            assert!(
                !refused.headers.contains_key("access-control-allow-origin") && refused.status < 500,
                "{refused:?}"
            );
            let answer = key.get("/api/v1/me").header("origin", "https://app.example.com").await.is(200);
            assert_eq!(answer.header("access-control-allow-origin"), Some("https://app.example.com"));
            assert_eq!(answer.header("access-control-expose-headers"), Some("*"));
            assert!(!answer.headers.contains_key("access-control-allow-credentials"));
        },
    );
    on_each_gateway(async |gateway| {
        let answer = gateway.nobody().get("/health").header("origin", "https://app.example.com").await.is(200);
        assert!(!answer.headers.contains_key("access-control-allow-origin"));
    });
}
