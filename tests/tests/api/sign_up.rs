//! `/auth/register/*`: from an address to an account.

use mainstay_testkit::gateway::{Actor as _, Answer, Gateway, KeyHolder, Nobody, fresh_email, on_each_gateway};
use serde_json::{Value, json};

pub(crate) const PASSWORD: &str = "a sentence that nobody guesses";

/// Signs up from an address of their own; gives the answer.
pub(crate) async fn sign_up(gateway: &Gateway, email: &str) -> Answer {
    let nobody = gateway.nobody();
    let _ = nobody.post("/auth/register/start", &json!({ "email": email })).await.is(200);
    let code = gateway.letter_to(email).await.code();
    let proof = nobody.post("/auth/register/verify", &json!({ "email": email, "code": code })).await.is(200);
    let token = proof.text("/registration_token");
    let complete = json!({ "email": email, "password": PASSWORD, "registration_token": token });
    nobody.post("/auth/register/password", &complete).await.is(200)
}

/// Whoever holds the token of this answer.
pub(crate) fn holder(gateway: &Gateway, opened: &Answer) -> KeyHolder {
    gateway.nobody().with_credential(&opened.text("/token"))
}

async fn refused(nobody: &Nobody, path: &str, body: Value, expected: (u16, &str)) {
    let answer = nobody.post(path, &body).await.is(expected.0);
    assert_eq!(answer.text("/code"), expected.1, "{path} {body}");
}

#[test]
fn a_code_and_a_password_make_an_account_that_is_logged_in_and_has_a_workspace() {
    on_each_gateway(async |gateway| {
        let email = fresh_email("Ada");
        let done = sign_up(gateway, &email).await;
        assert_eq!(
            done.fields(""),
            ["device_token", "expires_in", "message", "refresh_token", "token", "type", "user"]
        );
        assert_eq!((done.text("/message"), done.text("/type")), ("Registration completed".into(), "bearer".into()));
        assert_eq!(done.number("/expires_in"), 3600);
        assert!(done.text("/token").starts_with("mst_") && done.text("/refresh_token").starts_with("mst_"));
        assert_eq!(done.fields("/user"), ["displayName", "email", "id"]);
        let local = email.split('@').next().expect("a local part");
        assert_eq!((done.text("/user/email"), &*done.text("/user/displayName")), (email.clone(), local));
        let ada = holder(gateway, &done);
        let workspaces = ada.get("/api/v1/workspaces").await.is(200);
        assert_eq!(workspaces.number("/meta/total"), 1, "the personal one");
        assert_eq!(workspaces.text("/data/0/name"), local);
        let again = json!({ "email": email, "password": PASSWORD });
        let _ = gateway.nobody().post("/auth/login", &again).await.is(200);
    });
}

#[test]
fn the_client_that_proved_an_address_may_choose_the_password_without_the_token_and_no_other() {
    on_each_gateway(async |gateway| {
        let (email, nobody, other) = (fresh_email("eve"), gateway.nobody(), gateway.nobody());
        let _ = nobody.post("/auth/register/start", &json!({ "email": email })).await.is(200);
        let complete = json!({ "email": email, "password": PASSWORD });
        refused(&nobody, "/auth/register/password", complete.clone(), (400, "EMAIL_NOT_VERIFIED")).await;
        let code = gateway.letter_to(&email).await.code();
        let _ = nobody.post("/auth/register/verify", &json!({ "email": email, "code": code })).await.is(200);
        refused(&other, "/auth/register/password", complete.clone(), (400, "EMAIL_NOT_VERIFIED")).await;
        let _ = nobody.post("/auth/register/password", &complete).await.is(200);
        refused(&nobody, "/auth/register/password", complete, (400, "EMAIL_ALREADY_VERIFIED")).await;
    });
}

#[test]
fn three_wrong_codes_are_enough_even_for_the_right_one() {
    on_each_gateway(async |gateway| {
        let (email, nobody) = (fresh_email("eve"), gateway.nobody());
        let guess = |code: &str| json!({ "email": email, "code": code });
        let verify = "/auth/register/verify";
        refused(&nobody, verify, guess("000000"), (400, "NO_CODE")).await;
        refused(&nobody, "/auth/register/resend", json!({ "email": email }), (400, "NO_CODE")).await;
        let _ = nobody.post("/auth/register/start", &json!({ "email": email })).await.is(200);
        let code = gateway.letter_to(&email).await.code();
        let wrong = if code == "000000" { "000001" } else { "000000" };
        for _ in 0..3 {
            refused(&nobody, verify, guess(wrong), (400, "INVALID_CODE")).await;
        }
        refused(&nobody, verify, guess(&code), (400, "TOO_MANY_ATTEMPTS")).await;
        let soon = nobody.post("/auth/register/resend", &json!({ "email": email })).await.is(429);
        assert_eq!(soon.text("/code"), "RESEND_COOLDOWN");
        let wait: u64 = soon.header("retry-after").expect("a pause").parse().expect("seconds");
        assert!((1..=60).contains(&wait), "{wait}");
    });
}

#[test]
fn the_address_of_an_account_cannot_sign_up_again() {
    on_each_gateway(async |gateway| {
        let known = gateway.person("ada").await.email.to_uppercase();
        let nobody = gateway.nobody();
        for (path, body) in [
            ("/auth/register/start", json!({ "email": known })),
            ("/auth/register/resend", json!({ "email": known })),
            ("/auth/register/verify", json!({ "email": known, "code": "123456" })),
            ("/auth/register/password", json!({ "email": known, "password": PASSWORD })),
        ] {
            refused(&nobody, path, body, (400, "EMAIL_ALREADY_VERIFIED")).await;
        }
    });
}

#[test]
fn a_sign_up_names_every_wrong_field() {
    on_each_gateway(async |gateway| {
        let nobody = gateway.nobody();
        let long = "x".repeat(129);
        for (path, body, field) in [
            ("start", json!({}), "email"),
            ("start", json!({ "email": "no address" }), "email"),
            ("verify", json!({ "email": "a@example.com" }), "code"),
            ("verify", json!({ "email": "a@example.com", "code": 123_456 }), "code"),
            ("password", json!({ "email": "a@example.com", "password": "short" }), "password"),
            ("password", json!({ "email": "a@example.com", "password": long }), "password"),
            ("password", json!({ "email": "a@example.com", "password": "password1" }), "password"),
            ("password", json!({ "email": "a@example.com", "password": "A@Example.com" }), "password"),
            ("with-invite", json!({ "email": "a@example.com", "password": PASSWORD }), "invite_token"),
        ] {
            let wrong = nobody.post(&format!("/auth/register/{path}"), &body).await.is(422);
            assert_eq!(wrong.fields(""), ["errors"]);
            assert_eq!(wrong.text("/errors/0/field"), field, "{path} {body}");
        }
    });
}
