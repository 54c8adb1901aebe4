//! Every way in which a request to `/api/credits` can be wrong, in the words of hosting.

use crate::credits::{CREDITS, PURCHASE};
use mainstay_testkit::gateway::{Actor as _, Answer, on_each_gateway, on_own_gateways};
use serde_json::json;

/// An answer in the form of hosting.
#[track_caller]
fn hosting(answer: Answer, status: u16, error: &str) -> Answer {
    let answer = answer.is(status);
    assert_eq!((answer.text("/error"), answer.number("/statusCode")), (error.to_owned(), status.into()), "{answer:?}");
    assert!(!answer.text("/message").is_empty());
    answer
}

#[test]
fn paths_methods_and_credentials_that_are_wrong_are_told_in_this_form() {
    on_each_gateway(async |gateway| {
        let (tenant, nobody) = (gateway.tenant().await, gateway.nobody());
        for path in ["/api/credits/nothing", "/api/credits/1/2/3", "/api/credits/purchases/x/y"] {
            let _ = hosting(nobody.get(path).await, 404, "NOT_FOUND");
            let _ = hosting(tenant.key.call("DELETE", path).await, 404, "NOT_FOUND");
        }
        let wrong = hosting(tenant.key.call("DELETE", CREDITS).await, 405, "METHOD_NOT_ALLOWED");
        assert_eq!(wrong.header("allow"), Some("GET"));
        let refused = hosting(nobody.get("/api/credits/").await, 401, "UNAUTHORIZED");
        assert!(refused.header("www-authenticate").is_some_and(|value| value.starts_with("Bearer")));
        let narrow = tenant.key_with(&["credits:read"]).await;
        let refused = hosting(narrow.post(PURCHASE, &json!({ "packageId": "small" })).await, 403, "FORBIDDEN");
        assert_eq!(refused.text("/reason"), "FORBIDDEN_SCOPE");
        let _ = narrow.get(CREDITS).await.is(200);
    });
}

#[test]
fn bodies_that_are_wrong_name_their_fields() {
    on_each_gateway(async |gateway| {
        let tenant = gateway.tenant().await;
        let post = |body: &'static str| tenant.key.call("POST", "/api/credits/spend").body("application/json", body);
        for body in ["", "{", "nonsense", "{} tail"] {
            let _ = hosting(post(body).await, 400, "BAD_REQUEST");
        }
        let text = tenant.key.call("POST", PURCHASE).body("text/plain", "x").await;
        let _ = hosting(text, 415, "UNSUPPORTED_MEDIA_TYPE");
        let large = tenant.key.call("POST", PURCHASE).body("application/json", vec![b' '; 2 * 1024 * 1024]).await;
        let _ = hosting(large, 413, "PAYLOAD_TOO_LARGE");
        for (body, field) in [
            ("{}", "amount"),
            (r#"{"amount": 0}"#, "amount"),
            (r#"{"amount": -1}"#, "amount"),
            (r#"{"amount": 1.5}"#, "amount"),
            (r#"{"amount": 99999999999999999999}"#, "amount"),
            (r#"{"amount": 9223372036854775807}"#, "amount"),
            (r#"{"amount": 1, "reference": ""}"#, "reference"),
            (r#"{"amount": 1, "resourceId": "x"}"#, "resourceType"),
            (r#"{"amount": 1, "resourceType": 7}"#, "resourceType"),
            (r#"{"amount": 1, "description": "a\u0000b"}"#, "description"),
        ] {
            let wrong = hosting(post(body).await, 400, "BAD_REQUEST");
            assert_eq!(wrong.text("/details/0/field"), field, "{body}");
        }
        for query in ["?page=x", "?perPage=x", "?type=GIFT", "?from=soon", "?to=2026-99-01"] {
            let wrong = tenant.key.get(&format!("/api/credits/transactions{query}")).await;
            let wrong = hosting(wrong, 400, "BAD_REQUEST");
            assert!(query.starts_with(&format!("?{}=", wrong.text("/details/0/field"))), "{query}");
        }
        for query in ["?page=0", "?page=9223372036854775807&perPage=100", "?perPage=-5", "?type=&from=", "?nothing=1"] {
            let _ = tenant.key.get(&format!("/api/credits/transactions{query}")).await.is(200);
        }
        let _ = hosting(
            tenant.key.post(PURCHASE, &json!({ "packageId": "small", "quantity": 0 })).await,
            400,
            "BAD_REQUEST",
        );
    });
}

#[test]
fn too_many_requests_are_told_in_this_form_and_every_answer_has_the_limit() {
    on_own_gateways(
        |launch| launch.set("ANONYMOUS_RATE_LIMIT", "3"),
        async |gateway| {
            let nobody = gateway.nobody();
            for left in ["2", "1", "0"] {
                let refused = hosting(nobody.get(CREDITS).await, 401, "UNAUTHORIZED");
                assert_eq!(refused.header("x-ratelimit-remaining"), Some(left));
            }
            let refused = hosting(nobody.get(CREDITS).await, 429, "RATE_LIMITED");
            assert!(refused.header("retry-after").is_some() && refused.header("x-ratelimit-reset").is_some());
        },
    );
}
