//! When a person logs in, and who.

use super::{Met, Party};
use crate::oauth_app::App;
use mainstay_testkit::gateway::on_each_gateway;

/// Module `oidcc-prompt-login`.
#[test]
fn who_is_logged_in_logs_in_anew_where_the_client_wants_it() {
    on_each_gateway(async |gateway| {
        let mut party = Party::of(gateway).await;
        let first = party.tokens("&scope=openid").await;
        let visit = party.ask("&scope=openid&prompt=login").await;
        assert_eq!(visit.met, [Met::Login]);
        let second = party.app.exchange(&visit.code()).await.is(200);
        let (first, second) = (party.identity(&first).await, party.identity(&second).await);
        assert_eq!(first["sub"], second["sub"]);
        assert!(second["auth_time"].as_i64() >= first["auth_time"].as_i64(), "{second}");
        assert_ne!(first["sid"], second["sid"], "it is a session of its own");
    });
}

/// Module `oidcc-prompt-none-not-logged-in`.
#[test]
fn nobody_who_is_not_logged_in_is_asked_where_nothing_may_be_asked() {
    on_each_gateway(async |gateway| {
        let mut party = Party::of(gateway).await;
        let visit = party.ask("&scope=openid&prompt=none&state=s").await;
        assert_eq!(
            (visit.told("error").as_deref(), visit.told("state").as_deref()),
            (Some("login_required"), Some("s"))
        );
        assert!(visit.met.is_empty() && visit.told("code").is_none());
    });
}

/// Module `oidcc-prompt-none-logged-in`.
#[test]
fn who_is_logged_in_and_has_allowed_it_is_asked_nothing() {
    on_each_gateway(async |gateway| {
        let mut party = Party::of(gateway).await;
        let first = party.tokens("&scope=openid").await;
        let visit = party.ask("&scope=openid&prompt=none").await;
        assert!(visit.met.is_empty());
        let second = party.app.exchange(&visit.code()).await.is(200);
        let (first, second) = (party.identity(&first).await, party.identity(&second).await);
        for same in ["sub", "auth_time", "sid"] {
            assert_eq!(first[same], second[same], "{same}");
        }
    });
}

/// Module `oidcc-max-age-1`. It waits for a second to pass; here the limit is shorter than any time that has passed.
#[test]
fn who_logged_in_longer_ago_than_the_client_lets_logs_in_anew() {
    on_each_gateway(async |gateway| {
        let mut party = Party::of(gateway).await;
        let first = party.tokens("&scope=openid").await;
        let visit = party.ask("&scope=openid&max_age=0").await;
        assert_eq!(visit.met, [Met::Login]);
        let second = party.app.exchange(&visit.code()).await.is(200);
        let (first, second) = (party.identity(&first).await, party.identity(&second).await);
        assert!(second["auth_time"].as_i64() >= first["auth_time"].as_i64(), "{second}");
        assert_ne!(first["sid"], second["sid"]);
    });
}

/// Module `oidcc-max-age-10000`.
#[test]
fn who_logged_in_a_moment_ago_does_not_log_in_anew() {
    on_each_gateway(async |gateway| {
        let mut party = Party::of(gateway).await;
        let first = party.tokens("&scope=openid").await;
        let visit = party.ask("&scope=openid&max_age=10000").await;
        assert!(visit.met.is_empty());
        let second = party.app.exchange(&visit.code()).await.is(200);
        let (first, second) = (party.identity(&first).await, party.identity(&second).await);
        assert!(first["auth_time"].is_i64() && first["auth_time"] == second["auth_time"], "{second}");
    });
}

/// Module `oidcc-id-token-hint`.
#[test]
fn a_client_that_expects_somebody_gets_them_and_nobody_else() {
    on_each_gateway(async |gateway| {
        let mut party = Party::of(gateway).await;
        let tokens = party.tokens("&scope=openid").await;
        let hint = format!("&scope=openid&prompt=none&id_token_hint={}", tokens.text("/id_token"));
        let visit = party.ask(&hint).await;
        let again = party.app.exchange(&visit.code()).await.is(200);
        assert_eq!(party.identity(&again).await["sub"], party.identity(&tokens).await["sub"]);

        party.person = gateway.person("bea").await;
        let _ = party.ask("&scope=openid&prompt=login").await.code();
        for question in [hint.clone(), hint.replace("&prompt=none", ""), hint.replace("none", "login")] {
            let visit = party.ask(&question).await;
            assert_eq!(visit.told("error").as_deref(), Some("login_required"), "{question}");
        }
        let other = App::of(&party.person, gateway).await;
        let foreign = party.app.tokens(&party.person, "&scope=openid").await.text("/id_token");
        let _ = other.code(&party.person, &format!("&id_token_hint={}", tokens.text("/id_token"))).await;
        let _ = party.app.code(&party.person, &format!("&id_token_hint={foreign}")).await;
        let _ = party.app.code(&party.person, "&id_token_hint=x.y.z").await;
    });
}

/// Module `oidcc-login-hint`.
#[test]
fn an_address_that_the_client_knows_stands_in_the_form_already() {
    on_each_gateway(async |gateway| {
        let mut party = Party::of(gateway).await;
        let question = party.app.question("&scope=openid&login_hint=ada%40example.com");
        let first = party.browser.get(&question).await;
        let page = party.browser.follow(first).await.is(200);
        assert!(page.page().contains(r#"value="ada@example.com""#), "{page:?}");
        assert!(party.ask("&scope=openid&login_hint=somebody").await.told("code").is_some());
    });
}
