//! `POST /api/v1/api-keys/verify`: every verdict.

use mainstay_testkit::gateway::{Actor, Answer, on_each_gateway};
use serde_json::{Value, json};

const VERIFY: &str = "/api/v1/api-keys/verify";

async fn verify(by: &impl Actor, body: Value) -> Answer {
    let answer = by.post(VERIFY, &body).await.is(200);
    assert_eq!(answer.fields(""), ["code", "key_id", "rate_limit", "scopes", "valid", "workspace_id"]);
    assert_eq!(answer.at("/valid"), json!(answer.text("/code") == "VALID"));
    answer
}

async fn code(by: &impl Actor, body: Value) -> String {
    verify(by, body).await.text("/code")
}

#[test]
fn a_good_key_is_valid_with_its_workspace_its_scopes_and_what_is_left_of_its_limit() {
    on_each_gateway(async |gateway| {
        let tenant = gateway.tenant().await;
        let body = json!({ "name": "Customer", "scopes": ["posts:*"], "rate_limit_tier": "free" });
        let made = tenant.key.post("/api/v1/api-keys", &body).await.is(201);
        let key = made.text("/data/key");
        let answer = verify(&tenant.key, json!({ "key": key, "scopes": ["posts:read"], "cost": 10 })).await;
        assert_eq!(answer.text("/code"), "VALID");
        assert_eq!((answer.number("/workspace_id"), answer.number("/key_id")), (tenant.id, made.number("/data/id")));
        assert_eq!(answer.at("/scopes"), json!(["posts:*"]));
        assert_eq!(answer.fields("/rate_limit"), ["limit", "remaining", "reset"]);
        assert_eq!((answer.number("/rate_limit/limit"), answer.number("/rate_limit/remaining")), (60, 50));
        let looked = verify(&tenant.key, json!({ "key": key, "cost": 0 })).await;
        assert_eq!(looked.number("/rate_limit/remaining"), 50);
        assert_eq!(verify(&tenant.key, json!({ "key": key })).await.number("/rate_limit/remaining"), 49);
        let limited = verify(&tenant.key, json!({ "key": key, "cost": 50 })).await;
        assert_eq!((limited.text("/code"), limited.number("/rate_limit/remaining")), ("RATE_LIMITED".to_owned(), 49));
    });
}

#[test]
fn every_reason_why_a_key_is_not_valid_has_its_code() {
    on_each_gateway(async |gateway| {
        let (tenant, other) = (gateway.tenant().await, gateway.tenant().await);
        let key = &tenant.key;
        let made =
            tenant.owner.post("/api/v1/api-keys", &json!({ "name": "x", "scopes": ["posts:read"] })).await.is(201);
        let (token, path) = (made.text("/data/key"), format!("/api/v1/api-keys/{}", made.number("/data/id")));
        assert_eq!(code(key, json!({ "key": "nonsense" })).await, "NOT_FOUND");
        let mut mistyped = token.clone();
        let last = mistyped.pop();
        mistyped.push(if last == Some('a') { 'b' } else { 'a' });
        assert_eq!(code(key, json!({ "key": mistyped })).await, "NOT_FOUND");
        assert_eq!(code(&other.key, json!({ "key": token })).await, "NOT_FOUND");
        assert_eq!(
            code(key, json!({ "key": token, "scopes": ["posts:read", "posts:write"] })).await,
            "INSUFFICIENT_SCOPES"
        );
        assert_eq!(code(&gateway.setup_key(), json!({ "key": token })).await, "VALID");
        let _ = key.post(&format!("{path}/rotate"), &json!({ "grace_period_hours": 0 })).await.is(200);
        let ended = code(key, json!({ "key": token })).await;
        assert!(ended == "EXPIRED" || ended == "REVOKED", "{ended}");
        let _ = key.delete(&path).await;
        assert_eq!(code(key, json!({ "key": token })).await, "REVOKED");
        let solo = gateway.tenant_on("solo").await;
        assert_eq!(code(&gateway.setup_key(), json!({ "key": solo.key.key })).await, "FORBIDDEN_PLAN");
    });
}

#[test]
fn a_scope_that_the_creators_role_no_longer_gives_is_not_held() {
    on_each_gateway(async |gateway| {
        let tenant = gateway.tenant().await;
        let admin = tenant.member(gateway, "admin").await;
        let token = tenant.key_of(&admin, &["posts:write"]).await.key;
        let body = json!({ "key": token, "scopes": ["posts:write"] });
        assert_eq!(code(&tenant.key, body.clone()).await, "VALID");
        let seat = tenant.path(&format!("/members/{}", admin.id));
        let _ = tenant.owner.patch(&seat, &json!({ "role": "viewer" })).await.is(200);
        assert_eq!(code(&tenant.key, body.clone()).await, "INSUFFICIENT_SCOPES");
        let _ = tenant.owner.delete(&seat).await.is(204);
        assert_eq!(code(&tenant.key, body).await, "NOT_FOUND");
    });
}

#[test]
fn what_is_wrong_with_a_question_is_named() {
    on_each_gateway(async |gateway| {
        let key = gateway.tenant().await.key;
        for (body, field) in [
            (json!({}), "key"),
            (json!({ "key": "" }), "key"),
            (json!({ "key": "x", "scopes": ["A B"] }), "scopes.0"),
            (json!({ "key": "x", "cost": -1 }), "cost"),
            (json!({ "key": "x", "cost": 1_000_001 }), "cost"),
        ] {
            assert_eq!(key.post(VERIFY, &body).await.is(422).fields("/errors"), [field], "{body}");
        }
    });
}
