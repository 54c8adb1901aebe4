//! `GET /oauth/authorize`, for whoever comes with a token.

use crate::oauth_app::{App, BACK, parameter, refused};
use mainstay_testkit::gateway::{Actor as _, on_each_gateway};
use serde_json::json;

#[test]
fn what_is_wrong_is_told_and_nobody_is_sent_away() {
    on_each_gateway(async |gateway| {
        let ada = gateway.person("ada").await;
        let app = App::of(&ada, gateway).await;
        let client_id = &app.client_id;
        for (query, error, sentence) in [
            (format!("response_type=code&redirect_uri={BACK}"), "invalid_request", "Missing client_id"),
            (format!("client_id=x&response_type=code&redirect_uri={BACK}"), "invalid_client", "Invalid client_id"),
            (format!("client_id={client_id}&response_type=code"), "invalid_request", "Missing redirect_uri"),
            (
                format!("client_id={client_id}&response_type=code&redirect_uri=https://evil.example.com/back"),
                "invalid_request",
                "redirect_uri doesn't match",
            ),
            (format!("client_id={client_id}&redirect_uri={BACK}"), "invalid_request", "Missing response_type"),
            (
                format!("client_id={client_id}&redirect_uri={BACK}&response_type=token"),
                "unsupported_response_type",
                "Unsupported response_type",
            ),
            (
                format!("client_id={client_id}&client_id={client_id}&redirect_uri={BACK}&response_type=code"),
                "invalid_request",
                "The parameter client_id must be one text.",
            ),
        ] {
            let call = ada.get(&format!("/oauth/authorize?{query}"));
            let answer = refused(call, 400, error, sentence).await;
            assert_eq!(answer.fields(""), ["error", "error_description"], "{query}");
            assert!(answer.header("location").is_none());
        }
    });
}

#[test]
fn only_a_login_lets_a_client_in() {
    on_each_gateway(async |gateway| {
        let (tenant, ada) = (gateway.tenant().await, gateway.person("ada").await);
        let app = App::of(&ada, gateway).await;
        let nobody = gateway.nobody().get(&app.question("")).await.is(401);
        assert_eq!(
            (nobody.text("/error"), nobody.header("www-authenticate")),
            ("invalid_token".into(), Some("Bearer"))
        );
        let key = tenant.key.get(&app.question("")).await.is(403);
        assert_eq!((key.text("/error"), key.text("/code")), ("access_denied".into(), "SESSION_REQUIRED".into()));
        let access = app.tokens(&ada, "").await.text("/access_token");
        let _ = gateway.nobody().with_credential(&access).get(&app.question("")).await.is(401);
    });
}

#[test]
fn a_code_goes_to_the_registered_address_with_the_state_that_came_or_with_none() {
    on_each_gateway(async |gateway| {
        let ada = gateway.person("ada").await;
        let app = App::of(&ada, gateway).await;
        let plain = ada.get(&app.question("")).await.is(200).text("/redirect_url");
        assert_eq!(parameter(&plain, "state"), None);
        let code = parameter(&plain, "code").expect("a code");
        assert!(code.bytes().all(|letter| letter.is_ascii_alphanumeric() || b"-_".contains(&letter)), "{code}");
        let slashed = app.question("&state=x").replace(BACK, &format!("{BACK}/"));
        let back = ada.get(&slashed).await.is(200).text("/redirect_url");
        assert!(back.starts_with(&format!("{BACK}?")), "{back}");
        let body = json!({ "name": "App", "redirect_uris": ["https://a.example.com/?x=1", "https://b.example.com/"] });
        let made = ada.post("/oauth/clients", &body).await.is(201);
        let asked = format!("/oauth/authorize?response_type=code&client_id={}", made.text("/client_id"));
        let back = ada.get(&format!("{asked}&redirect_uri=https%3A%2F%2Fa.example.com%2F%3Fx%3D1")).await.is(200);
        assert_eq!(parameter(&back.text("/redirect_url"), "x").as_deref(), Some("1"), "its own query stays");
        let _ = ada.get(&format!("{asked}&redirect_uri=https://b.example.com/")).await.is(200);
    });
}
