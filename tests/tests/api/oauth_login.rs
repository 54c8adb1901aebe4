//! How an application lets people log in: the whole way, as applications go it.

use crate::oauth_app::{App, BACK, VERIFIER, parameter, refused, with};
use jsonwebtoken::jwk::{Jwk, JwkSet, KeyAlgorithm};
use jsonwebtoken::{Algorithm, DecodingKey, Validation, decode, decode_header};
use mainstay_testkit::gateway::{Actor as _, Answer, Gateway, on_each_gateway};
use serde_json::{Value, json};

const TOKENS: [&str; 6] = ["access_token", "expires_in", "id_token", "refresh_token", "scope", "token_type"];

/// What a published key is for, by its own word and not by the token's.
fn key_algorithm(key: &Jwk) -> Algorithm {
    match key.common.key_algorithm {
        Some(KeyAlgorithm::ES256) => Algorithm::ES256,
        Some(KeyAlgorithm::RS256) => Algorithm::RS256,
        other => panic!("{other:?}"),
    }
}

/// The claims of a token that one of the published keys signed for this audience.
pub(crate) async fn verified(gateway: &Gateway, token: &str, audience: &str) -> Value {
    let set = gateway.nobody().get("/.well-known/jwks.json").await.is(200);
    let set: JwkSet = serde_json::from_value(set.json()).expect("a JWK set");
    let kid = decode_header(token).expect("a JWT").kid.expect("a kid");
    let key = DecodingKey::from_jwk(set.find(&kid).expect("a published key")).expect("a key");
    let algorithm = key_algorithm(set.find(&kid).expect("a published key"));
    let mut rules = Validation::new(algorithm);
    rules.set_audience(&[audience]);
    rules.set_issuer(&[gateway.url()]);
    decode::<Value>(token, &key, &rules).expect("signed by us").claims
}

fn unkept(answer: Answer) -> Answer {
    let told = (answer.header("cache-control"), answer.header("pragma"));
    assert_eq!(told, (Some("no-store"), Some("no-cache")), "{answer:?}");
    answer
}

#[test]
fn a_person_is_known_to_the_application_that_they_let_in_until_it_gives_its_tokens_back() {
    on_each_gateway(async |gateway| {
        let (maker, ada) = (gateway.person("maker").await, gateway.person("ada").await);
        let app = App::of(&maker, gateway).await;
        let question = app.question("&state=a%20b%26c&scope=openid%20profile%20email");
        let answer = unkept(ada.get(&question).await.is(200));
        assert_eq!(answer.fields(""), ["redirect_url"]);
        let back = answer.text("/redirect_url");
        assert!(back.starts_with(&format!("{BACK}?")), "{back}");
        assert_eq!(parameter(&back, "state").as_deref(), Some("a b&c"));
        assert_eq!(parameter(&back, "iss").as_deref(), Some(gateway.url()));

        let code = parameter(&back, "code").expect("a code");
        let tokens = unkept(app.exchange(&code).await.is(200));
        assert_eq!(tokens.fields(""), TOKENS);
        assert_eq!(tokens.text("/token_type"), "Bearer");
        // Counted from when they were given out, a moment before they are told.
        assert!((3_590..=3_600).contains(&tokens.number("/expires_in")), "{tokens:?}");
        assert_eq!(tokens.text("/scope"), "openid profile email");

        let (access, refresh) = (tokens.text("/access_token"), tokens.text("/refresh_token"));
        let known = unkept(app.userinfo(&access).await.is(200));
        assert_eq!((known.text("/sub"), known.text("/id")), (ada.id.clone(), ada.id.clone()));
        assert_eq!(known.text("/email"), ada.email);

        let again = unkept(app.refresh(&refresh).await.is(200));
        assert_eq!(again.text("/refresh_token"), refresh, "a client with a secret keeps its refresh token");
        assert_ne!(again.text("/access_token"), access);
        let _ = app.userinfo(&access).await.is(200);

        let told = unkept(app.ask("/oauth/introspect", &json!({ "token": access })).await.is(200));
        assert_eq!((told.at("/active"), told.text("/client_id")), (json!(true), app.client_id.clone()));
        assert_eq!((told.text("/sub"), told.text("/scope")), (ada.id.clone(), "openid profile email".to_owned()));

        let _ = unkept(app.ask("/oauth/revoke", &json!({ "token": refresh })).await.is(200));
        for token in [&access, &refresh] {
            let told = app.ask("/oauth/introspect", &json!({ "token": token })).await.is(200);
            assert_eq!(told.json(), json!({ "active": false }));
        }
        let _ = refused(app.userinfo(&access), 401, "invalid_token", "The access token does not stand").await;
        let _ = refused(app.refresh(&refresh), 400, "invalid_grant", "Invalid or expired refresh token").await;
    });
}

#[test]
fn forms_and_json_are_understood_alike_and_a_client_proves_itself_in_the_header_or_the_body() {
    on_each_gateway(async |gateway| {
        let ada = gateway.person("ada").await;
        let app = App::of(&ada, gateway).await;
        let secret = app.secret.clone().expect("a secret");
        let form = |code: &str| {
            format!("grant_type=authorization_code&code={code}&redirect_uri=https%3A%2F%2Fapp.example.com%2Fback")
        };
        let posted = format!("{}&client_id={}&client_secret={secret}", form(&app.code(&ada, "").await), app.client_id);
        let _ = app.send("/oauth/token", &posted).await.is(200);
        let by_header = app.send("/oauth/token", &form(&app.code(&ada, "").await)).header("authorization", app.basic());
        let tokens = by_header.await.is(200);
        let body = json!({ "grant_type": "refresh_token", "refresh_token": tokens.text("/refresh_token") });
        let by_header = gateway.nobody().post("/oauth/token/", &body).header("authorization", app.basic());
        let access = by_header.await.is(200).text("/access_token");
        for path in ["/oauth/introspect", "/oauth/revoke"] {
            let by_header = app.send(path, &format!("token={access}")).header("authorization", app.basic());
            let _ = by_header.await.is(200);
        }
    });
}

#[test]
fn an_id_token_says_who_logged_in_and_is_signed_by_a_published_key() {
    on_each_gateway(async |gateway| {
        let ada = gateway.person("ada").await;
        let app = App::of(&ada, gateway).await;
        let tokens = app.tokens(&ada, "&nonce=n-0S6_WzA2Mj&scope=openid").await;
        let claims = verified(gateway, &tokens.text("/id_token"), &app.client_id).await;
        assert_eq!((&claims["sub"], &claims["nonce"]), (&json!(ada.id), &json!("n-0S6_WzA2Mj")));
        assert!(claims["auth_time"].as_i64() <= claims["iat"].as_i64() && claims["iat"].is_i64(), "{claims}");
        let without = app.tokens(&ada, "&scope=email").await;
        assert!(without.json().get("id_token").is_none(), "openid was not asked for");
    });
}

#[test]
fn a_public_application_proves_itself_by_its_verifier_and_its_refresh_tokens_change() {
    on_each_gateway(async |gateway| {
        let ada = gateway.person("ada").await;
        let app = App::public(&ada, gateway).await;
        assert!(app.secret.is_none());
        let unchallenged = "A code_challenge with the method S256 is required";
        let _ = refused(ada.get(&app.question("")), 400, "invalid_request", unchallenged).await;
        let body = |code: &str, verifier: &str| {
            let body = json!({ "grant_type": "authorization_code", "code": code, "redirect_uri": BACK });
            with(body, &json!({ "code_verifier": verifier }))
        };
        let code = app.challenged_code(&ada, "").await;
        let wrong = app.ask("/oauth/token", &body(&code, &VERIFIER.to_lowercase())).await.is(400);
        assert_eq!(wrong.text("/error"), "invalid_grant");
        let code = app.challenged_code(&ada, "").await;
        let tokens = app.ask("/oauth/token", &body(&code, VERIFIER)).await.is(200);
        let next = app.refresh(&tokens.text("/refresh_token")).await.is(200);
        assert_ne!(next.text("/refresh_token"), tokens.text("/refresh_token"));
        let after = app.refresh(&next.text("/refresh_token")).await.is(200);
        let reused = app.refresh(&tokens.text("/refresh_token"));
        let _ = refused(reused, 400, "invalid_grant", "Invalid or expired refresh token").await;
        let ended = app.refresh(&after.text("/refresh_token"));
        let _ = refused(ended, 400, "invalid_grant", "Invalid or expired refresh token").await;
    });
}
