//! From the question to tokens.

use super::{Met, Party};
use crate::browser::TAKES_HTML;
use crate::oauth_app::{App, BACK, parameter, refused};
use mainstay_testkit::gateway::{Actor as _, on_each_gateway};
use serde_json::json;

/// Module `oidcc-server`.
#[test]
fn a_person_who_logs_in_is_named_in_an_id_token_that_answers_the_question() {
    on_each_gateway(async |gateway| {
        let mut party = Party::of(gateway).await;
        let visit = party.ask("&scope=openid&state=s%26t&nonce=n-1").await;
        assert_eq!(visit.met, [Met::Login, Met::Consent]);
        assert_eq!((visit.told("state").as_deref(), visit.told("iss").as_deref()), (Some("s&t"), Some(gateway.url())));
        let by_header = format!("grant_type=authorization_code&code={}&redirect_uri={BACK}", visit.code());
        let call = party.app.send("/oauth/token", &by_header).header("authorization", party.app.basic());
        let tokens = call.await.is(200);
        assert_eq!((tokens.text("/token_type"), tokens.header("cache-control")), ("Bearer".into(), Some("no-store")));
        let identity = party.identity(&tokens).await;
        assert_eq!((&identity["nonce"], &identity["sub"]), (&json!("n-1"), &json!(party.person.id)));
        assert!(identity["exp"].as_i64() > identity["iat"].as_i64(), "{identity}");
        assert!(identity["at_hash"].is_string() && identity["sub"].as_str().is_some_and(|sub| sub.len() <= 255));
    });
}

/// Module `oidcc-server-client-secret-post`.
#[test]
fn a_client_may_prove_itself_in_the_body() {
    on_each_gateway(async |gateway| {
        let mut party = Party::of(gateway).await;
        let code = party.ask("&scope=openid").await.code();
        let secret = party.app.secret.clone().expect("a secret");
        let form = format!("grant_type=authorization_code&code={code}&redirect_uri={BACK}");
        let posted = format!("{form}&client_id={}&client_secret={secret}", party.app.client_id);
        let tokens = party.app.send("/oauth/token", &posted).await.is(200);
        assert_eq!(party.identity(&tokens).await["sub"], json!(party.person.id));
    });
}

/// Module `oidcc-ensure-request-without-nonce-succeeds-for-code-flow`.
#[test]
fn a_question_without_a_nonce_is_answered_without_one() {
    on_each_gateway(async |gateway| {
        let mut party = Party::of(gateway).await;
        let tokens = party.tokens("&scope=openid").await;
        assert!(party.identity(&tokens).await.get("nonce").is_none());
    });
}

/// Module `oidcc-ensure-request-with-valid-pkce-succeeds`.
#[test]
fn a_client_with_a_secret_may_prove_itself_by_a_verifier_too() {
    on_each_gateway(async |gateway| {
        let mut party = Party::of(gateway).await;
        let visit = party.ask(&format!("&{}", crate::oauth_app::challenge())).await;
        let body = json!({
            "grant_type": "authorization_code", "code": visit.code(), "redirect_uri": BACK,
            "code_verifier": crate::oauth_app::VERIFIER
        });
        let _ = party.app.ask("/oauth/token", &body).await.is(200);
    });
}

/// Module `oidcc-codereuse`.
#[test]
fn a_code_that_comes_again_is_refused_and_ends_what_it_gave() {
    on_each_gateway(async |gateway| {
        let mut party = Party::of(gateway).await;
        let code = party.ask("&scope=openid").await.code();
        let tokens = party.app.exchange(&code).await.is(200);
        let again = party.app.exchange(&code);
        let _ = refused(again, 400, "invalid_grant", "Invalid or expired authorization code").await;
        let _ = party.app.userinfo(&tokens.text("/access_token")).await.is(401);
    });
}

/// Module `oidcc-refresh-token`.
#[test]
fn a_refresh_token_gives_tokens_of_the_same_person_to_its_client_and_to_no_other() {
    on_each_gateway(async |gateway| {
        let mut party = Party::of(gateway).await;
        let tokens = party.tokens("&scope=openid%20offline_access&nonce=n-1&prompt=consent").await;
        let again = party.app.refresh(&tokens.text("/refresh_token")).await.is(200);
        let (before, after) = (party.identity(&tokens).await, party.identity(&again).await);
        for same in ["iss", "sub", "aud", "auth_time"] {
            assert_eq!(before[same], after[same], "{same}");
        }
        assert_ne!(tokens.text("/access_token"), again.text("/access_token"));
        assert_eq!(party.userinfo(&again).await["sub"], json!(party.person.id));
        let other = App::of(&party.person, gateway).await;
        assert_eq!(other.refresh(&tokens.text("/refresh_token")).await.is(400).text("/error"), "invalid_grant");
    });
}

/// Module `oidcc-response-type-missing`.
#[test]
fn a_question_without_a_response_type_is_an_error_that_the_client_is_told() {
    on_each_gateway(async |gateway| {
        let mut party = Party::of(gateway).await;
        let path = party.app.question("&state=s").replace("response_type=code&", "");
        let back = party.browser.get(&path).await;
        let visit = party.go_on(back).await;
        assert_eq!(visit.told("error").as_deref(), Some("invalid_request"));
        assert_eq!((visit.told("state").as_deref(), visit.told("code")), (Some("s"), None));
    });
}

/// Module `oidcc-ensure-registered-redirect-uri`.
#[test]
fn an_address_that_was_not_registered_is_told_to_the_person_and_never_gone_to() {
    on_each_gateway(async |gateway| {
        let mut party = Party::of(gateway).await;
        let elsewhere = party.app.question("&state=s").replace(BACK, "https://app.example.com/other");
        let told = party.browser.get(&elsewhere).await.is(400);
        assert!(told.is_page() && told.header("location").is_none() && super::leads_to(&told).is_none(), "{told:?}");
    });
}

/// Module `oidcc-ensure-post-request-succeeds`.
#[test]
fn a_question_may_be_posted() {
    on_each_gateway(async |gateway| {
        let mut party = Party::of(gateway).await;
        let question = party.app.question("&scope=openid&state=s%26t&nonce=n-1");
        let (path, form) = question.split_once('?').expect("a query");
        let post = || gateway.nobody().call("POST", path).header("accept", TAKES_HTML);
        let from_elsewhere = post().header("origin", "https://app.example.com").header("sec-fetch-site", "cross-site");
        let asked = from_elsewhere.body("application/x-www-form-urlencoded", form).await.is(303);
        let visit = party.go_on(asked).await;
        assert_eq!(visit.told("state").as_deref(), Some("s&t"));
        let tokens = party.app.exchange(&visit.code()).await.is(200);
        assert_eq!(party.identity(&tokens).await["nonce"], json!("n-1"));
        let twice = post().body("application/x-www-form-urlencoded", format!("{form}&state=x")).await.is(400);
        assert!(twice.header("location").is_none() && parameter(&visit.back, "error").is_none());
    });
}
