//! On tokens and secrets that got into the wrong hands.

use crate::oauth_app::{App, BACK, VERIFIER, refused};
use mainstay_testkit::gateway::{Actor as _, on_each_gateway};
use serde_json::json;

/// RFC 9700 section 4.10: whoever is shown a token as a resource cannot show it on.
#[test]
fn a_token_for_somebody_else_opens_nothing_here() {
    on_each_gateway(async |gateway| {
        let ada = gateway.person("ada").await;
        let app = App::of(&ada, gateway).await;
        let tokens = app.tokens(&ada, "&scope=openid%20email&resource=https://api.example.com/").await;
        let access = tokens.text("/access_token");
        let _ = refused(app.userinfo(&access), 401, "invalid_token", "The access token does not stand").await;
        let told = app.ask("/oauth/introspect", &json!({ "token": access })).await.is(200);
        assert_eq!(told.text("/aud"), "https://api.example.com/");
        let elsewhere = json!({
            "grant_type": "refresh_token", "refresh_token": tokens.text("/refresh_token"),
            "resource": "https://other.example.com/"
        });
        assert_eq!(app.ask("/oauth/token", &elsewhere).await.is(400).text("/error"), "invalid_target");
        let own =
            json!({ "grant_type": "client_credentials", "resource": format!("{}/oauth/userinfo", gateway.url()) });
        let own = app.ask("/oauth/token", &own).await.is(200).text("/access_token");
        let _ = app.userinfo(&own).await.is(401);
    });
}

/// RFC 9700 section 4.14.2: of the thief and the client one comes second, and nobody can tell which.
#[test]
fn a_refresh_token_that_comes_again_ends_the_whole_family() {
    on_each_gateway(async |gateway| {
        let ada = gateway.person("ada").await;
        let app = App::public(&ada, gateway).await;
        let code = app.challenged_code(&ada, "&scope=openid").await;
        let body = json!({ "grant_type": "authorization_code", "code": code, "redirect_uri": BACK, "code_verifier": VERIFIER });
        let stolen = app.ask("/oauth/token", &body).await.is(200).text("/refresh_token");
        let second = app.refresh(&stolen).await.is(200).text("/refresh_token");
        let third = app.refresh(&second).await.is(200);
        let _ = app.userinfo(&third.text("/access_token")).await.is(200);
        let _ = refused(app.refresh(&stolen), 400, "invalid_grant", "Invalid or expired refresh token").await;
        let _ = app.refresh(&third.text("/refresh_token")).await.is(400);
        let _ = app.userinfo(&third.text("/access_token")).await.is(401);
        let foreign = App::public(&ada, gateway).await;
        let _ = foreign.refresh(&third.text("/refresh_token")).await.is(400);
    });
}

/// RFC 6749 section 2.3.1 and RFC 6750 section 5.3: addresses stand in logs and histories.
#[test]
fn a_secret_in_an_address_is_not_taken() {
    on_each_gateway(async |gateway| {
        let ada = gateway.person("ada").await;
        let app = App::of(&ada, gateway).await;
        let secret = app.secret.clone().expect("a secret");
        let tokens = app.tokens(&ada, "&scope=openid").await;
        let (access, refresh) = (tokens.text("/access_token"), tokens.text("/refresh_token"));
        let query = format!("client_id={}&client_secret={secret}", app.client_id);
        for path in ["/oauth/token", "/oauth/introspect", "/oauth/revoke"] {
            let form = format!("grant_type=refresh_token&refresh_token={refresh}&token={access}");
            let _ = app.send(&format!("{path}?{query}"), &form).await.is(400);
            let _ = app.send(&format!("{path}?{query}&{form}"), "").await.is(400);
        }
        for path in ["/oauth/userinfo", "/auth/me", "/api/v1/me"] {
            for session in [&access, &ada.access] {
                let _ = gateway.nobody().get(&format!("{path}?access_token={session}&token={session}")).await.is(401);
            }
        }
        let _ = app.userinfo(&access).await.is(200);
    });
}
