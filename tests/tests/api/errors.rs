//! Every way in which a request can be wrong, in the words of its surface.

use mainstay_testkit::gateway::{Actor as _, Answer, Gateway, on_each_gateway, on_own_gateways};
use serde_json::json;

pub(crate) const WORKSPACES: &str = "/api/v1/workspaces";
pub(crate) const TOKEN: &str = "/api/auth/token/";

#[track_caller]
pub(crate) fn platform(answer: Answer, status: u16, code: &str) -> Answer {
    let answer = answer.is(status);
    assert_eq!((answer.text("/error"), answer.text("/code")), (code.to_owned(), code.to_owned()));
    assert!(!answer.text("/message").is_empty());
    answer
}

#[track_caller]
pub(crate) fn identity(answer: Answer, status: u16, code: &str) -> Answer {
    let answer = answer.is(status);
    assert_eq!(
        (answer.fields(""), answer.text("/code")),
        (vec!["code".to_owned(), "error".to_owned()], code.to_owned())
    );
    answer
}

#[test]
fn an_unknown_path_is_not_found_in_the_dialect_of_its_surface() {
    on_each_gateway(async |gateway| {
        let (tenant, nobody) = (gateway.tenant().await, gateway.nobody());
        for path in [
            "/",
            "/nothing",
            "/api",
            "/api/v1",
            "/api/v1/nothing",
            "/api/v1/workspaces/1/2/3",
            "/api/v1/../../etc",
            "//api/v1/me",
        ] {
            for method in ["GET", "POST", "DELETE"] {
                let _ = platform(nobody.call(method, path).await, 404, "not_found");
            }
            let _ = platform(tenant.key.get(path).await, 404, "not_found");
        }
        let _ = identity(nobody.get("/api/auth/nothing").await, 404, "NOT_FOUND");
        let _ = nobody.call("HEAD", "/nothing").await.is(404);
    });
}

#[test]
fn a_wrong_method_names_those_that_are_taken() {
    on_each_gateway(async |gateway| {
        let (tenant, nobody) = (gateway.tenant().await, gateway.nobody());
        for (method, path, allowed) in [
            ("PUT", WORKSPACES.to_owned(), "GET, POST"),
            ("DELETE", WORKSPACES.to_owned(), "GET, POST"),
            ("POST", tenant.path("/"), "GET, PATCH, DELETE"),
            ("GET", "/api/v1/api-keys/1/rotate".to_owned(), "POST"),
            ("PATCH", "/api/v1/me".to_owned(), "GET"),
            ("BREW", "/api/v1/me".to_owned(), "GET"),
            ("POST", "/health".to_owned(), "GET"),
            ("POST", "/swagger.json".to_owned(), "GET"),
            ("POST", "/docs/".to_owned(), "GET"),
        ] {
            let answer = platform(tenant.key.call(method, &path).await, 405, "method_not_allowed");
            assert_eq!(answer.header("allow"), Some(allowed), "{path}");
            let _ = nobody.call(method, &path).await.is(405);
        }
        let answer = identity(nobody.get(TOKEN).await, 405, "METHOD_NOT_ALLOWED");
        assert_eq!(answer.header("allow"), Some("POST"));
    });
}

#[test]
fn head_answers_as_get_does_without_the_body() {
    on_each_gateway(async |gateway| {
        let tenant = gateway.tenant().await;
        for path in ["/api/v1/me", "/health", "/swagger.json", "/docs"] {
            let (head, get) = (tenant.key.call("HEAD", path).await.is(200), tenant.key.get(path).await.is(200));
            assert!(head.body.is_empty() && head.header("content-type") == get.header("content-type"), "{path}");
        }
    });
}

#[test]
fn a_body_that_is_no_json_is_a_bad_request() {
    on_each_gateway(async |gateway| {
        let (tenant, nobody) = (gateway.tenant().await, gateway.nobody());
        let deep = "[".repeat(100_000);
        let nested = format!(
            "{{\"name\": \"x\", \"settings\": {}{}}}",
            "{\"a\":".repeat(5_000),
            "1".to_owned() + &"}".repeat(5_000)
        );
        let broken: [&[u8]; 7] = [
            b"{",
            b"{\"name\": }",
            b"nonsense",
            b"{\"name\": \"x\"} tail",
            b"{\"name\": \"\xff\xfe\"}",
            b"\xef\xbb\xbf{}",
            deep.as_bytes(),
        ];
        for body in broken {
            let post = tenant.key.call("POST", WORKSPACES).body("application/json", body);
            let _ = platform(post.await, 400, "bad_request");
            let login = nobody.call("POST", TOKEN).body("application/json", body);
            let _ = identity(login.await, 400, "BAD_REQUEST");
        }
        // Where nobody reads it, depth does no harm; where somebody would, it goes too far.
        let ignored = tenant.key.call("POST", WORKSPACES).body("application/json", nested.clone()).await;
        assert!([201, 400].contains(&ignored.status), "{ignored:?}");
        let path = tenant.path("");
        let _ = platform(tenant.key.call("PATCH", &path).body("application/json", nested).await, 400, "bad_request");
    });
}

#[test]
fn a_body_that_is_json_of_another_shape_is_unprocessable() {
    on_each_gateway(async |gateway| {
        let (tenant, nobody) = (gateway.tenant().await, gateway.nobody());
        for body in ["[]", "null", "7", "\"x\"", "true", "1e999", "[{\"name\": \"x\"}]"] {
            let post = tenant.key.call("POST", WORKSPACES).body("application/json", body).await;
            assert!([400, 422].contains(&post.status), "{body} {post:?}");
            let login = nobody.call("POST", TOKEN).body("application/json", body).await;
            assert!([400, 422].contains(&login.status), "{body} {login:?}");
        }
    });
}

#[test]
fn a_body_of_another_type_is_not_taken() {
    on_each_gateway(async |gateway| {
        let (tenant, nobody) = (gateway.tenant().await, gateway.nobody());
        for content_type in [
            "text/plain",
            "application/x-www-form-urlencoded",
            "multipart/form-data",
            "nonsense",
            "application/jsonp",
            "",
        ] {
            let post = tenant.key.call("POST", WORKSPACES).body(content_type, r#"{"name": "x"}"#);
            let _ = platform(post.await, 415, "unsupported_media_type");
            let login = nobody.call("POST", TOKEN).body(content_type, "{}");
            let _ = identity(login.await, 415, "UNSUPPORTED_MEDIA_TYPE");
        }
        for content_type in ["application/json; charset=utf-8", "APPLICATION/JSON", "application/vnd.api+json"] {
            let _ = tenant.key.call("POST", WORKSPACES).body(content_type, r#"{"name": "x"}"#).await.is(201);
        }
    });
}

#[test]
fn a_body_that_is_too_large_is_refused_whoever_sends_it() {
    on_own_gateways(
        |launch| launch.set("MAX_BODY_BYTES", "2048"),
        async |gateway: &mut Gateway| {
            let (key, nobody) = (gateway.setup_key(), gateway.nobody());
            let body = json!({ "name": "x", "rest": "y".repeat(4_000) });
            let _ = platform(key.post(WORKSPACES, &body).await, 413, "payload_too_large");
            let _ = platform(key.post(WORKSPACES, &body).once("large").await, 413, "payload_too_large");
            let _ = identity(nobody.post(TOKEN, &body).await, 413, "PAYLOAD_TOO_LARGE");
            let _ = key.post(WORKSPACES, &json!({ "name": "x", "rest": "y".repeat(1_500) })).await.is(201);
            assert_eq!(key.get(WORKSPACES).await.is(200).number("/meta/total"), 2, "nothing was half done");
        },
    );
}

#[test]
fn no_query_string_breaks_a_list() {
    on_each_gateway(async |gateway| {
        let tenant = gateway.tenant().await;
        let long = format!("search={}", "x".repeat(5_000));
        for query in [
            "%",
            "%zz",
            "=",
            "&&&",
            "?",
            "page",
            "search=%ff%fe",
            "a=b=c",
            "search=%E2%82%28",
            "page=1&page=2",
            "search=%25_",
            &long,
        ] {
            for path in [WORKSPACES.to_owned(), "/api/v1/api-keys".to_owned(), tenant.path("/members")] {
                let answer = tenant.key.get(&format!("{path}?{query}")).await;
                assert!([200, 422].contains(&answer.status), "{query}: {answer:?}");
            }
        }
        for number in ["9223372036854775807", "-9223372036854775808", "00000000000000000001", "+1"] {
            for name in ["page", "per_page"] {
                let answer = tenant.key.get(&format!("{WORKSPACES}?{name}={number}")).await;
                assert!([200, 422].contains(&answer.status), "{number}: {answer:?}");
            }
        }
    });
}

#[test]
fn huge_numbers_and_dates_are_refused_by_name() {
    on_each_gateway(async |gateway| {
        let tenant = gateway.tenant().await;
        for date in [
            "9999999-01-01",
            "2026-02-30",
            "-2026-01-01",
            "2026-01-01T25:00:00Z",
            "0",
            "1e9",
            "9999-12-31T23:59:59Z%2B99:99",
        ] {
            let wrong = tenant.key.get(&format!("{WORKSPACES}?created_after={date}")).await.is(422);
            assert_eq!(wrong.fields("/errors"), ["created_after"], "{date}");
        }
        let body = r#"{"name": "x", "expires_at": 99999999999999999999999999999}"#;
        let wrong = tenant.key.call("POST", "/api/v1/api-keys").body("application/json", body).await.is(422);
        assert_eq!(wrong.fields("/errors"), ["expires_at"]);
        let far = json!({ "name": "x", "expires_at": "9999-12-31T23:59:59Z" });
        assert_eq!(
            tenant.owner.post("/api/v1/api-keys", &far).await.is(201).text("/data/expires_at"),
            "9999-12-31T23:59:59Z"
        );
        let numbers = r#"{"settings": {"big": 1e308, "int": 18446744073709551615, "small": -9223372036854775808}}"#;
        let _ = tenant.key.call("PATCH", &tenant.path("")).body("application/json", numbers).await.is(200);
    });
}

#[test]
fn broken_headers_are_refused_and_never_a_fault() {
    on_each_gateway(async |gateway| {
        let (tenant, nobody) = (gateway.tenant().await, gateway.nobody());
        for name in [
            "authorization",
            "x-api-key",
            "x-workspace-id",
            "x-workspace-slug",
            "idempotency-key",
            "x-request-id",
            "content-type",
            "x-forwarded-for",
            "accept-encoding",
            "origin",
        ] {
            for value in [&b"\xff\xfe"[..], b"\t", b"%00", &[b'x'; 4_000]] {
                for actor_headers in [nobody.headers(), tenant.key.headers()] {
                    let call = actor_headers.iter().filter(|(known, _)| *known != name);
                    let call =
                        call.fold(nobody.call("POST", WORKSPACES), |call, (name, value)| call.header(name, value));
                    let answer = call.header(name, value).json(&json!({})).await;
                    assert!((400..500).contains(&answer.status), "{name}: {answer:?}");
                }
            }
        }
    });
}

#[test]
fn no_answer_repeats_a_secret_that_was_sent() {
    on_each_gateway(async |gateway| {
        let (tenant, nobody) = (gateway.tenant().await, gateway.nobody());
        let secret = "hunter2-hunter2-hunter2";
        let answers = [
            nobody.post(TOKEN, &json!({ "email": "a@example.com", "password": secret })).await,
            nobody.post(TOKEN, &json!({ "email": secret, "password": [secret] })).await,
            nobody.post("/api/auth/token/refresh/", &json!({ "refresh": secret })).await,
            nobody.with_credential(secret).get("/api/v1/me").await,
            nobody.get("/api/v1/me").header("x-api-key", secret).await,
            tenant.key.post("/api/v1/api-keys/verify", &json!({ "key": secret })).await,
            tenant.key.post("/api/v1/api-keys/verify", &json!({ "key": [secret] })).await,
            tenant.key.post(WORKSPACES, &json!({ "name": { "secret": secret } })).await,
        ];
        for answer in answers {
            assert!(!String::from_utf8_lossy(&answer.body).contains("hunter2"), "{answer:?}");
            assert!(answer.status < 500, "{answer:?}");
        }
    });
}

#[test]
fn a_request_is_named_in_its_answer_by_the_callers_name_or_a_new_one() {
    on_each_gateway(async |gateway| {
        let nobody = gateway.nobody();
        let given = nobody.get("/api/v1/me").header("x-request-id", "my-request_1").await;
        assert_eq!(given.header("x-request-id"), Some("my-request_1"));
        for path in ["/api/v1/me", "/nothing", "/health", "/docs"] {
            let answer = nobody.get(path).header("x-request-id", "not plain").await;
            let id = answer.header("x-request-id").expect("an id").to_owned();
            assert!(id.len() == 24 && id.starts_with("req_"), "{id}");
        }
    });
}
