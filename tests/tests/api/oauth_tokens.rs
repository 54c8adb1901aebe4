//! What codes and tokens are good for, and what they are not.

use crate::oauth_app::{App, BACK, refused};
use futures_util::future::join_all;
use mainstay_testkit::gateway::{Actor as _, on_each_gateway};
use serde_json::{Value, json};

const INVALID_CODE: &str = "Invalid or expired authorization code";

#[test]
fn a_code_is_good_once_and_a_second_use_ends_what_the_first_gave() {
    on_each_gateway(async |gateway| {
        let ada = gateway.person("ada").await;
        let app = App::of(&ada, gateway).await;
        let code = app.code(&ada, "").await;
        let answers = join_all((0..4).map(|_| async { app.exchange(&code).await })).await;
        let given: Vec<_> = answers.iter().filter(|answer| answer.status == 200).collect();
        assert_eq!(given.len(), 1, "{answers:?}");
        let _ = refused(app.exchange(&code), 400, "invalid_grant", INVALID_CODE).await;
        let _ = app.userinfo(&given[0].text("/access_token")).await.is(401);
        let _ = app.refresh(&given[0].text("/refresh_token")).await.is(400);
    });
}

#[test]
fn a_code_that_was_sent_elsewhere_or_to_another_client_buys_nothing() {
    on_each_gateway(async |gateway| {
        let ada = gateway.person("ada").await;
        let (app, other) = (App::of(&ada, gateway).await, App::of(&ada, gateway).await);
        let code = app.code(&ada, "").await;
        let _ = refused(other.exchange(&code), 400, "invalid_grant", INVALID_CODE).await;
        let _ = refused(other.exchange("x"), 400, "invalid_grant", INVALID_CODE).await;
        let body = json!({ "grant_type": "authorization_code", "code": app.code(&ada, "").await, "redirect_uri": "https://b.example.com" });
        let _ = refused(app.ask("/oauth/token", &body), 400, "invalid_grant", "redirect_uri doesn't match").await;
        let tokens = app.tokens(&ada, "").await;
        let stolen = other.refresh(&tokens.text("/refresh_token"));
        let _ = refused(stolen, 400, "invalid_grant", "Invalid or expired refresh token").await;
    });
}

#[test]
fn every_credential_opens_its_own_doors_only() {
    on_each_gateway(async |gateway| {
        let (ada, tenant) = (gateway.person("ada").await, gateway.tenant().await);
        let app = App::of(&ada, gateway).await;
        let tokens = app.tokens(&ada, "").await;
        for token in [tokens.text("/access_token"), tokens.text("/refresh_token"), tokens.text("/id_token")] {
            let holder = gateway.nobody().with_credential(&token);
            for path in [
                "/auth/me",
                "/auth/sessions",
                "/api/v1/me",
                "/api/auth/me/",
                "/projects",
                "/oauth/clients",
                "/oauth/grants",
            ] {
                let _ = holder.get(path).await.is(401);
            }
        }
        let login = json!({ "email": ada.email, "password": ada.password });
        let session = gateway.nobody().post("/auth/login", &login).await.is(200).text("/token");
        for token in
            [&ada.access, &session, &tenant.key.key, &tokens.text("/refresh_token"), &tokens.text("/id_token"), "x"]
        {
            let refusal = refused(app.userinfo(token), 401, "invalid_token", "The access token does not stand").await;
            assert_eq!(refusal.header("www-authenticate"), Some(r#"Bearer error="invalid_token""#));
        }
        let none =
            refused(gateway.nobody().get("/oauth/userinfo"), 401, "invalid_token", "An access token is required").await;
        assert_eq!(none.header("www-authenticate"), Some("Bearer"));
    });
}

#[test]
fn userinfo_tells_what_the_scopes_cover_and_no_more() {
    on_each_gateway(async |gateway| {
        let ada = gateway.person("ada").await;
        let app = App::of(&ada, gateway).await;
        let _ = ada.patch("/auth/profile", &json!({ "givenNames": "Ada", "familyNames": "Lovelace" })).await;
        let scopes = [
            ("", &["id", "sub"][..]),
            ("&scope=unknown", &["id", "sub"]),
            ("&scope=email", &["email", "id", "sub"]),
            (
                "&scope=openid%20profile%20project:read",
                &[
                    "display_name",
                    "family_name",
                    "given_name",
                    "id",
                    "name",
                    "native_script",
                    "preferred_order",
                    "preferred_username",
                    "sub",
                ],
            ),
        ];
        for (more, fields) in scopes {
            let access = app.tokens(&ada, more).await.text("/access_token");
            let known = app.userinfo(&access).await.is(200);
            assert_eq!(
                (known.fields(""), known.text("/id")),
                (fields.iter().map(|&name| name.to_owned()).collect(), ada.id.clone())
            );
            let posted =
                gateway.nobody().call("POST", "/oauth/userinfo").header("authorization", format!("Bearer {access}"));
            assert_eq!(posted.await.is(200).json(), known.json());
        }
        let access = app.tokens(&ada, "&scope=openid%20profile").await.text("/access_token");
        assert_eq!(app.userinfo(&access).await.is(200).at("/native_script"), Value::Null, "what is not known is null");
    });
}

#[test]
fn a_refresh_may_ask_for_less_and_not_for_more() {
    on_each_gateway(async |gateway| {
        let ada = gateway.person("ada").await;
        let app = App::of(&ada, gateway).await;
        let refresh = app.tokens(&ada, "&scope=openid%20email").await.text("/refresh_token");
        let asked = |scope: &str| {
            let body = json!({ "grant_type": "refresh_token", "refresh_token": refresh, "scope": scope });
            app.ask("/oauth/token", &body)
        };
        assert_eq!(asked("openid").await.is(200).text("/scope"), "openid");
        let _ = refused(asked("openid profile"), 400, "invalid_scope", "The scope exceeds what was granted").await;
        assert_eq!(app.refresh(&refresh).await.is(200).text("/scope"), "openid email");
    });
}

#[test]
fn a_client_may_speak_for_itself() {
    on_each_gateway(async |gateway| {
        let ada = gateway.person("ada").await;
        let app = App::of(&ada, gateway).await;
        let own = app.ask("/oauth/token", &json!({ "grant_type": "client_credentials" })).await.is(200);
        assert!(own.json().get("refresh_token").is_none() && own.json().get("id_token").is_none(), "{own:?}");
        let told = app.ask("/oauth/introspect", &json!({ "token": own.text("/access_token") })).await.is(200);
        assert_eq!((told.at("/active"), told.text("/sub")), (json!(true), app.client_id.clone()));
        let _ = app.userinfo(&own.text("/access_token")).await.is(401);
        let public = App::public(&ada, gateway).await;
        let refusal = public.ask("/oauth/token", &json!({ "grant_type": "client_credentials" })).await.is(400);
        assert_eq!(refusal.text("/error"), "unauthorized_client");
    });
}

#[test]
fn tokens_mean_nothing_to_clients_of_other_people() {
    on_each_gateway(async |gateway| {
        let (ada, eve) = (gateway.person("ada").await, gateway.person("eve").await);
        let (app, hers) = (App::of(&ada, gateway).await, App::of(&eve, gateway).await);
        let tokens = app.tokens(&ada, "").await;
        for token in [tokens.text("/access_token"), tokens.text("/refresh_token"), "x".to_owned()] {
            let told = hers.ask("/oauth/introspect", &json!({ "token": token })).await.is(200);
            assert_eq!(told.json(), json!({ "active": false }));
            let _ = hers.ask("/oauth/revoke", &json!({ "token": token })).await.is(200);
        }
        let _ = app.userinfo(&tokens.text("/access_token")).await.is(200);
        let _ = app.refresh(&tokens.text("/refresh_token")).await.is(200);
        let public = App::public(&ada, gateway).await;
        let question = public.ask("/oauth/introspect", &json!({ "token": "x" })).await.is(400);
        assert_eq!(question.text("/error"), "unauthorized_client");
    });
}

#[test]
fn the_address_must_be_told_again_for_a_code() {
    on_each_gateway(async |gateway| {
        let ada = gateway.person("ada").await;
        let app = App::of(&ada, gateway).await;
        let code = app.code(&ada, "").await;
        let slashed = json!({ "grant_type": "authorization_code", "code": code, "redirect_uri": format!("{BACK}/") });
        let _ = app.ask("/oauth/token", &slashed).await.is(200);
        let missing = json!({ "grant_type": "authorization_code", "code": app.code(&ada, "").await });
        let _ = refused(app.ask("/oauth/token", &missing), 400, "invalid_request", "Missing redirect_uri").await;
    });
}
