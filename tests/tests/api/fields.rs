//! What is wrong with a body is told by the field.

use crate::errors::{TOKEN, WORKSPACES, identity, platform};
use mainstay_testkit::gateway::{Actor as _, Answer, Call, on_each_gateway};
use serde_json::json;

/// The fields that an answer of the identity API complains of.
#[track_caller]
fn named(answer: Answer) -> Vec<String> {
    let errors = answer.is(422).at("/errors");
    errors
        .as_array()
        .expect("errors")
        .iter()
        .map(|wrong| wrong["field"].as_str().expect("a field").to_owned())
        .collect()
}

#[test]
fn without_a_body_every_field_that_must_be_there_is_missing() {
    on_each_gateway(async |gateway| {
        let (tenant, nobody) = (gateway.tenant().await, gateway.nobody());
        for content_type in [None, Some("application/json")] {
            let send = |call: Call| match content_type {
                Some(content_type) => call.body(content_type, ""),
                None => call,
            };
            let post = send(tenant.key.call("POST", WORKSPACES)).await;
            assert_eq!(platform(post, 422, "validation_failed").fields("/errors"), ["name"]);
            assert_eq!(named(send(nobody.call("POST", TOKEN)).await), ["email", "password"]);
            assert_eq!(named(send(nobody.call("POST", "/auth/register/verify")).await), ["code", "email"]);
            let _ = identity(send(tenant.owner.call("PATCH", "/auth/profile")).await, 400, "BAD_REQUEST");
            let token = send(nobody.call("POST", "/oauth/token")).await.is(400);
            assert_eq!(token.text("/error_description"), "Missing client_id");
            let client = send(tenant.owner.call("POST", "/oauth/clients")).await.is(400);
            assert_eq!(client.text("/error_description"), "The name field is required.");
        }
        let _ = identity(nobody.call("POST", TOKEN).body("text/plain", "").await, 415, "UNSUPPORTED_MEDIA_TYPE");
        assert_eq!(named(nobody.post(TOKEN, &json!({ "password": "x" })).await), ["email"]);
    });
}

#[test]
fn a_field_that_is_there_twice_is_refused_by_name() {
    on_each_gateway(async |gateway| {
        let (tenant, nobody) = (gateway.tenant().await, gateway.nobody());
        let twice = |call: Call, body: &'static str| call.body("application/json", body);
        let post = twice(tenant.key.call("POST", WORKSPACES), r#"{"name": "a", "name": "b"}"#).await;
        let complaints = platform(post, 422, "validation_failed").at("/errors");
        assert_eq!(complaints, json!({ "name": ["The name field must be there only once."] }));
        let body = r#"{"email": "a@example.com", "password": "x", "password": "y"}"#;
        assert_eq!(named(twice(nobody.call("POST", TOKEN), body).await), ["password"]);
        let client = r#"{"name": "x", "redirect_uri": "https://a.example", "redirect_uri": "https://b.example"}"#;
        let refused = twice(tenant.owner.call("POST", "/oauth/clients"), client).await.is(400);
        assert_eq!(refused.text("/error_description"), "The redirect_uri field must be there only once.");
        let token =
            twice(nobody.call("POST", "/oauth/token"), r#"{"grant_type": "a", "grant_type": "b"}"#).await.is(400);
        assert_eq!(token.text("/error_description"), "The parameter grant_type must be one text.");
    });
}

#[test]
fn the_character_nul_is_refused_by_name_and_breaks_nothing() {
    on_each_gateway(async |gateway| {
        let (tenant, nobody) = (gateway.tenant().await, gateway.nobody());
        let nul = "a\u{0}b";
        for (body, field) in [
            (json!({ "name": nul }), "name"),
            (json!({ "name": "x", "slug": nul }), "slug"),
            (json!({ "name": "x", "tier": nul }), "tier"),
        ] {
            assert_eq!(tenant.key.post(WORKSPACES, &body).await.is(422).fields("/errors"), [field]);
        }
        for (settings, field) in [
            (json!({ "a": nul }), "settings.a"),
            (json!({ nul: 1 }), "settings.a\0b"),
            (json!({ "a": { "b": [nul] } }), "settings.a.b.0"),
        ] {
            let wrong = tenant.key.patch(&tenant.path(""), &json!({ "settings": settings })).await.is(422);
            assert_eq!(wrong.fields("/errors"), [field]);
        }
        assert_eq!(
            named(nobody.post(TOKEN, &json!({ "email": "a@example.com", "password": nul })).await),
            ["password"]
        );
        assert_eq!(named(nobody.post(TOKEN, &json!({ nul: "x" })).await), [nul]);
        let token =
            nobody.post("/oauth/token", &json!({ "grant_type": "authorization_code", "code": nul })).await.is(400);
        assert_eq!(token.text("/error_description"), "The parameter code must not contain the character NUL.");
        let _ = tenant.key.post("/api/v1/api-keys", &json!({ "name": "x", "scopes": [nul] })).await.is(422);
        for query in ["search=%00", "sort=%00", "status=%00", "created_after=%00", "page=%00"] {
            let _ = tenant.key.get(&format!("{WORKSPACES}?{query}")).await.is(422);
            let _ = tenant.key.get(&tenant.path(&format!("/members?{query}"))).await.is(422);
        }
        for query in ["fields=%00", "include=%00", "%00=%00"] {
            let _ = tenant.key.get(&format!("{WORKSPACES}?{query}")).await.is(200);
        }
    });
}
