//! What is wrong with requests of clients, told in the words of RFC 6749.

use crate::oauth_app::{App, refused};
use mainstay_testkit::gateway::{Actor as _, Gateway, on_each_gateway, on_own_gateways};
use serde_json::json;

const PATHS: [&str; 3] = ["/oauth/token", "/oauth/introspect", "/oauth/revoke"];

#[test]
fn a_client_that_is_not_who_it_says_gets_nothing() {
    on_each_gateway(async |gateway| {
        let ada = gateway.person("ada").await;
        let app = App::of(&ada, gateway).await;
        let id = &app.client_id;
        let wrong = json!({ "token": "x", "grant_type": "refresh_token", "refresh_token": "x", "client_secret": "x" });
        for path in PATHS {
            let unknown =
                app.send(path, "grant_type=refresh_token&refresh_token=x&token=x&client_id=x&client_secret=x");
            let answer = refused(unknown, 400, "invalid_client", "Invalid client_id").await;
            assert!(answer.header("www-authenticate").is_none());
            let mut body = wrong.clone();
            body["client_id"] = json!(id);
            let by_body =
                refused(gateway.nobody().post(path, &body), 401, "invalid_client", "Invalid client credentials");
            assert!(by_body.await.header("www-authenticate").is_some_and(|told| told.starts_with("Basic ")));
            let by_header = app
                .send(path, "grant_type=refresh_token&refresh_token=x&token=x")
                .header("authorization", "Basic eDp5");
            let answer = refused(by_header, 401, "invalid_client", "Invalid client credentials").await;
            assert!(answer.header("www-authenticate").is_some_and(|told| told.starts_with("Basic ")));
            let bare = app.send(path, &format!("grant_type=refresh_token&refresh_token=x&token=x&client_id={id}"));
            let _ = refused(bare, 401, "invalid_client", "Invalid client credentials").await;
        }
    });
}

#[test]
fn a_client_says_in_one_way_who_it_is() {
    on_each_gateway(async |gateway| {
        let app = App::of(&gateway.person("ada").await, gateway).await;
        let (id, secret) = (&app.client_id, app.secret.clone().expect("a secret"));
        let twice = "The client must say in one way who it is.";
        for path in PATHS {
            for proof in [
                format!("client_id={id}&client_secret={secret}"),
                "client_id=x".to_owned(),
                "client_secret=x".to_owned(),
            ] {
                let call = app.send(path, &format!("grant_type=refresh_token&refresh_token=x&token=x&{proof}"));
                let _ = refused(call.header("authorization", app.basic()), 400, "invalid_request", twice).await;
            }
            let nameless = app.send(path, "grant_type=refresh_token&refresh_token=x&token=x");
            let _ = refused(nameless, 400, "invalid_request", "Missing client_id").await;
        }
        let call =
            app.send("/oauth/introspect", &format!("token=x&client_id={id}")).header("authorization", app.basic());
        assert_eq!(call.await.is(200).json(), json!({ "active": false }));
    });
}

#[test]
fn what_is_missing_or_there_twice_is_named() {
    on_each_gateway(async |gateway| {
        let app = App::of(&gateway.person("ada").await, gateway).await;
        let proof = format!("client_id={}&client_secret={}", app.client_id, app.secret.clone().expect("a secret"));
        for (form, error, sentence) in [
            ("", "invalid_request", "Missing grant_type"),
            ("&grant_type=password", "unsupported_grant_type", "Unsupported grant_type"),
            ("&grant_type=authorization_code&redirect_uri=x", "invalid_request", "Missing code"),
            ("&grant_type=authorization_code&code=x", "invalid_request", "Missing redirect_uri"),
            ("&grant_type=refresh_token", "invalid_request", "Missing refresh_token"),
            ("&grant_type=refresh_token&refresh_token=", "invalid_request", "Missing refresh_token"),
            ("&grant_type=a&grant_type=a", "invalid_request", "The parameter grant_type must be one text."),
            ("&client_secret=x", "invalid_request", "The parameter client_secret must be one text."),
        ] {
            let _ = refused(app.send("/oauth/token", &format!("{proof}{form}")), 400, error, sentence).await;
        }
        for path in ["/oauth/introspect", "/oauth/revoke"] {
            let _ = refused(app.send(path, &proof), 400, "invalid_request", "Missing token").await;
        }
        let number = json!({ "grant_type": "refresh_token", "client_id": "x", "refresh_token": 7 });
        let sentence = "The parameter refresh_token is not valid.";
        let _ = refused(gateway.nobody().post("/oauth/token", &number), 400, "invalid_request", sentence).await;
        let twice = r#"{"grant_type": "a", "grant_type": "b"}"#;
        let call = gateway.nobody().call("POST", "/oauth/token").body("application/json", twice);
        let _ = refused(call, 400, "invalid_request", "The parameter grant_type must be one text.").await;
    });
}

#[test]
fn whatever_is_wrong_below_oauth_is_told_in_its_words() {
    on_each_gateway(async |gateway| {
        let (nobody, ada) = (gateway.nobody(), gateway.person("ada").await);
        for path in PATHS {
            for sent in ["text/plain", "multipart/form-data", ""] {
                let answer = nobody.call("POST", path).body(sent, "token=x").await.is(415);
                assert_eq!(answer.text("/error"), "invalid_request");
            }
            let broken = nobody.call("POST", path).body("application/json", "{");
            let _ = refused(broken, 400, "invalid_request", "The body is not a JSON object.").await;
            let wrong = nobody.get(path).await.is(405);
            assert_eq!((wrong.text("/error"), wrong.header("allow")), ("invalid_request".into(), Some("POST")));
            let large = nobody.call("POST", path).body("application/x-www-form-urlencoded", vec![b'a'; 2 << 20]);
            assert_eq!(large.await.is(413).text("/error"), "invalid_request");
        }
        let unknown = nobody.get("/oauth/nothing").await.is(404);
        assert_eq!((unknown.text("/error"), unknown.text("/code")), ("invalid_request".into(), "NOT_FOUND".into()));
        let body = ada.call("POST", "/oauth/clients").body("application/json", "{").await.is(400);
        assert_eq!(body.text("/error"), "invalid_request");
    });
}

#[test]
fn what_is_refused_counts_against_the_address_and_what_is_granted_does_not() {
    on_own_gateways(
        |launch| launch.set("ANONYMOUS_RATE_LIMIT", "5"),
        async |gateway: &mut Gateway| {
            let ada = gateway.person("ada").await;
            let app = App::of(&ada, gateway).await;
            let tokens = app.tokens(&ada, "").await;
            for _ in 0..8 {
                let _ = app.refresh(&tokens.text("/refresh_token")).await.is(200);
                let _ = app.userinfo(&tokens.text("/access_token")).await.is(200);
            }
            for _ in 0..5 {
                let _ = app.refresh("x").await.is(400);
            }
            let slowed = app.refresh(&tokens.text("/refresh_token")).await.is(429);
            assert_eq!(slowed.text("/error"), "temporarily_unavailable");
            assert!(slowed.header("retry-after").is_some());
            let elsewhere = gateway.nobody().get("/oauth/userinfo");
            let access = format!("Bearer {}", tokens.text("/access_token"));
            let _ = elsewhere.header("authorization", access).await.is(200);
        },
    );
}
