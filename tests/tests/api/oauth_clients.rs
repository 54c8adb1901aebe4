//! `/oauth/clients`: the clients of a person.

use crate::crew::{NIL, is_instant};
use crate::oauth_app::{App, BACK};
use mainstay_testkit::gateway::{Actor as _, on_each_gateway};
use serde_json::{Value, json};

const ROW: [&str; 8] =
    ["clientId", "createdAt", "id", "name", "postLogoutRedirectUris", "redirectUri", "updatedAt", "userId"];

#[test]
fn a_client_shows_its_secret_once_and_is_listed_without_it() {
    on_each_gateway(async |gateway| {
        let ada = gateway.person("ada").await;
        assert_eq!(ada.get("/oauth/clients").await.is(200).json(), json!([]));
        let body = json!({ "name": "My App", "redirect_uri": BACK });
        let made = ada.post("/oauth/clients/", &body).await.is(201);
        assert_eq!(made.fields(""), ["client_id", "client_secret", "id", "name", "redirect_uri"]);
        assert_eq!((made.text("/name"), made.text("/redirect_uri")), ("My App".into(), BACK.into()));
        let id = made.text("/client_id");
        assert!(id.len() == 32 && id.bytes().all(|letter| b"0123456789abcdef".contains(&letter)), "{id}");
        let listed = ada.get("/oauth/clients").await.is(200);
        assert_eq!(listed.fields("/0"), ROW);
        assert_eq!((listed.text("/0/clientId"), listed.text("/0/redirectUri")), (id, BACK.to_owned()));
        assert_eq!((listed.text("/0/userId"), listed.text("/0/id")), (ada.id.clone(), made.text("/id")));
        assert!(is_instant(&listed.text("/0/createdAt")) && is_instant(&listed.text("/0/updatedAt")));
        let whole = String::from_utf8_lossy(&listed.body).into_owned();
        assert!(!whole.contains(&made.text("/client_secret")));
    });
}

#[test]
fn a_client_may_have_several_addresses_and_no_secret() {
    on_each_gateway(async |gateway| {
        let ada = gateway.person("ada").await;
        let body = json!({ "name": "App", "redirect_uri": BACK, "redirect_uris": ["http://127.0.0.1:9/x", BACK], "is_public": true });
        let made = ada.post("/oauth/clients", &body).await.is(201);
        assert_eq!(made.fields(""), ["client_id", "id", "name", "redirect_uri"]);
        let path = format!("/oauth/clients/{}", made.text("/id"));
        let whole = ada.get(&path).await.is(200);
        assert_eq!(whole.at("/redirectUris"), json!([BACK, "http://127.0.0.1:9/x"]));
        assert_eq!(whole.at("/isPublic"), json!(true));
        let rotated = ada.call("POST", &format!("{path}/rotate-secret")).await.is(409);
        assert_eq!(rotated.text("/code"), "CLIENT_HAS_NO_SECRET");
    });
}

#[test]
fn every_wrong_field_is_told() {
    on_each_gateway(async |gateway| {
        let ada = gateway.person("ada").await;
        for body in [
            json!({}),
            json!({ "name": "App" }),
            json!({ "redirect_uri": BACK }),
            json!({ "name": "", "redirect_uri": BACK }),
            json!({ "name": "a".repeat(101), "redirect_uri": BACK }),
            json!({ "name": "App", "redirect_uri": "http://app.example.com/" }),
            json!({ "name": "App", "redirect_uri": "javascript:alert(1)" }),
            json!({ "name": "App", "redirect_uri": "https://app.example.com/#x" }),
            json!({ "name": "App", "redirect_uri": "https://a:b@app.example.com/" }),
            json!({ "name": "App", "redirect_uris": [] }),
            json!({ "name": 7, "redirect_uri": BACK }),
            json!({ "name": "App", "redirect_uri": "https:app.example.com/" }),
            json!({ "name": "App", "redirect_uri": BACK, "token_endpoint_auth_method": { "none": null } }),
        ] {
            let refused = ada.post("/oauth/clients", &body).await.is(400);
            assert_eq!(
                (refused.text("/error"), refused.text("/code")),
                ("invalid_request".into(), "VALIDATION_FAILED".into()),
                "{body}"
            );
        }
        assert_eq!(ada.get("/oauth/clients").await.is(200).json(), json!([]));
    });
}

#[test]
fn a_change_touches_what_it_names() {
    on_each_gateway(async |gateway| {
        let ada = gateway.person("ada").await;
        let app = App::of(&ada, gateway).await;
        let path = format!("/oauth/clients/{}", app.id);
        let renamed = ada.patch(&path, &json!({ "name": "Other" })).await.is(200);
        assert_eq!((renamed.text("/name"), renamed.text("/redirectUri")), ("Other".into(), BACK.into()));
        let moved = ada.patch(&path, &json!({ "redirect_uri": "https://b.example.com/back" })).await.is(200);
        assert_eq!(moved.at("/redirectUris"), json!(["https://b.example.com/back"]));
        let _ = ada.get(&app.question("")).await.is(400);
        let shown = gateway.nobody().get(&format!("/oauth/clients/{}/public", app.client_id)).await.is(200);
        assert_eq!(shown.json(), json!({ "name": "Other" }));
        let unknown = gateway.nobody().get("/oauth/clients/x/public").await.is(404);
        assert_eq!(unknown.text("/code"), "CLIENT_NOT_FOUND");
    });
}

#[test]
fn a_new_secret_voids_the_old_one_and_leaves_tokens_be() {
    on_each_gateway(async |gateway| {
        let ada = gateway.person("ada").await;
        let app = App::of(&ada, gateway).await;
        let tokens = app.tokens(&ada, "").await;
        let rotated = ada.call("POST", &format!("/oauth/clients/{}/rotate-secret", app.id)).await.is(200);
        assert_eq!((rotated.text("/id"), rotated.text("/client_id")), (app.id.clone(), app.client_id.clone()));
        let _ = app.refresh(&tokens.text("/refresh_token")).await.is(401);
        let renewed = App::made(gateway, &rotated);
        assert_ne!(renewed.secret, app.secret);
        let _ = renewed.refresh(&tokens.text("/refresh_token")).await.is(200);
        let _ = app.userinfo(&tokens.text("/access_token")).await.is(200);
    });
}

#[test]
fn a_client_that_is_deleted_takes_its_tokens_along() {
    on_each_gateway(async |gateway| {
        let ada = gateway.person("ada").await;
        let app = App::of(&ada, gateway).await;
        let (tokens, code) = (app.tokens(&ada, "").await, app.code(&ada, "").await);
        let path = format!("/oauth/clients/{}", app.id);
        assert_eq!(ada.delete(&path).await.is(200).fields(""), ["message"]);
        let _ = app.userinfo(&tokens.text("/access_token")).await.is(401);
        assert_eq!(app.exchange(&code).await.is(400).text("/error"), "invalid_client");
        let _ = ada.get(&path).await.is(404);
        let _ = ada.delete(&path).await.is(404);
        assert_eq!(ada.get("/oauth/grants").await.is(200).json(), Value::Array(Vec::new()));
    });
}

#[test]
fn the_clients_of_others_are_not_there() {
    on_each_gateway(async |gateway| {
        let (ada, eve) = (gateway.person("ada").await, gateway.person("eve").await);
        let app = App::of(&ada, gateway).await;
        for id in [&app.id, NIL, "x"] {
            let path = format!("/oauth/clients/{id}");
            for call in [
                eve.get(&path),
                eve.patch(&path, &json!({ "name": "Mine" })),
                eve.delete(&path),
                eve.call("POST", &format!("{path}/rotate-secret")),
            ] {
                assert_eq!(call.await.is(404).text("/code"), "CLIENT_NOT_FOUND");
            }
        }
        assert_eq!(eve.get("/oauth/clients").await.is(200).json(), json!([]));
        let _ = ada.get(&format!("/oauth/clients/{}", app.id)).await.is(200);
    });
}
