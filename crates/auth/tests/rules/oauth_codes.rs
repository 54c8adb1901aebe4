//! Trading a code for tokens.

use crate::house::{EMAIL, PASSWORD, opened, secret};
use crate::oauth::{App, Inn, VERIFIER, new_client, query, refresh_of, said};
use mainstay_auth::{
    AuthorizeRequest, Client, Introspection, Login, ProviderService as _, SessionService as _, TokenRequest,
};
use mainstay_testkit::on_each_database;
use std::sync::Arc;
use std::time::Duration;
use tokio::task::JoinSet;

const INVALID_CODE: &str = "Invalid or expired authorization code";

fn invalid_code() -> (&'static str, String) {
    ("invalid_grant", INVALID_CODE.to_owned())
}

async fn stands(inn: &Inn, app: &App, token: &str) -> bool {
    let seen = inn.provider.introspect(&app.shows(), token).await.expect("an introspection");
    seen != Introspection::Inactive
}

#[tokio::test(flavor = "multi_thread")]
async fn a_code_comes_back_with_state_and_issuer_and_survives_a_shell_script() {
    on_each_database(async |database| {
        let inn = Inn::open(database).await;
        let app = inn.register(inn.mine(), new_client("https://app.example.com/cb?tenant=7", false)).await;
        let url = inn.provider.approve(inn.login, &app.asks("openid")).await.expect("a redirect");
        assert!(url.expose().starts_with("https://app.example.com/cb?tenant=7&code="), "the query stays");
        let told = query(&url);
        assert_eq!((told["state"].as_str(), told["tenant"].as_str()), ("a state & more", "7"));
        assert_eq!(told["iss"], crate::house::ISSUER);
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
        assert!(told["code"].len() == 43 && told["code"].bytes().all(plain), "{}", told["code"]);

        let stateless = AuthorizeRequest { state: None, ..app.asks("openid") };
        let url = inn.provider.approve(inn.login, &stateless).await.expect("a redirect");
        assert!(!query(&url).contains_key("state"));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_code_stands_for_ten_minutes() {
    on_each_database(async |database| {
        let inn = Inn::open(database).await;
        let app = inn.server().await;
        let (early, late) = (inn.code(&app.asks("openid")).await, inn.code(&app.asks("openid")).await);
        inn.house.clock.advance(Duration::from_mins(10).saturating_sub(Duration::from_micros(1)));
        inn.provider.token(&app.shows(), app.redeems(&early)).await.expect("tokens");
        inn.house.clock.advance(Duration::from_micros(1));
        assert_eq!(said(inn.provider.token(&app.shows(), app.redeems(&late)).await), invalid_code());
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_use_by_anybody_ends_what_the_first_one_gave() {
    on_each_database(async |database| {
        let inn = Inn::open(database).await;
        let (app, other) = (inn.server().await, inn.server().await);
        for again in [&app, &other] {
            let bystander = inn.tokens(&app, "openid").await;
            let code = inn.code(&app.asks("openid")).await;
            let tokens = inn.provider.token(&app.shows(), app.redeems(&code)).await.expect("tokens");
            assert!(stands(&inn, &app, tokens.access_token.expose()).await);
            // Whatever else is wrong with it.
            let replay = TokenRequest { code_verifier: None, ..again.redeems(&code) };
            assert_eq!(said(inn.provider.token(&again.shows(), replay).await), invalid_code());
            assert!(!stands(&inn, &app, tokens.access_token.expose()).await);
            assert!(!stands(&inn, &app, refresh_of(&tokens).expose()).await);
            assert_eq!(said(inn.provider.userinfo(tokens.access_token.expose()).await).0, "invalid_token");
            assert_eq!(said(inn.refresh(&app, &refresh_of(&tokens)).await).0, "invalid_grant");
            assert!(stands(&inn, &app, bystander.access_token.expose()).await, "another login goes on");
        }
    })
    .await;
}

/// Module `oidcc-codereuse-30seconds`.
#[tokio::test(flavor = "multi_thread")]
async fn a_code_that_comes_again_half_a_minute_later_ends_what_it_gave() {
    on_each_database(async |database| {
        let inn = Inn::open(database).await;
        let app = inn.server().await;
        let code = inn.code(&app.asks("openid")).await;
        let tokens = inn.provider.token(&app.shows(), app.redeems(&code)).await.expect("tokens");
        inn.house.clock.advance(Duration::from_secs(30));
        assert_eq!(said(inn.provider.token(&app.shows(), app.redeems(&code)).await), invalid_code());
        assert!(!stands(&inn, &app, tokens.access_token.expose()).await);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_does_not_show_a_client_ends_nothing() {
    on_each_database(async |database| {
        let inn = Inn::open(database).await;
        let app = inn.server().await;
        let code = inn.code(&app.asks("openid")).await;
        let tokens = inn.provider.token(&app.shows(), app.redeems(&code)).await.expect("tokens");
        let nobody = App { client: app.client.clone(), secret: Some(secret("guess")) };
        assert_eq!(said(inn.provider.token(&nobody.shows(), app.redeems(&code)).await).0, "invalid_client");
        assert!(stands(&inn, &app, tokens.access_token.expose()).await);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn of_many_who_trade_a_code_at_once_one_gets_tokens() {
    on_each_database(async |database| {
        let inn = Inn::open(database).await;
        let app = Arc::new(inn.server().await);
        for _ in 0..10 {
            let code = inn.code(&app.asks("openid")).await;
            let mut tasks = JoinSet::new();
            for _ in 0..16 {
                let (provider, app, code) = (Arc::clone(&inn.provider), Arc::clone(&app), code.clone());
                tasks.spawn(async move { provider.token(&app.shows(), app.redeems(&code)).await });
            }
            let outcomes = tasks.join_all().await;
            let given: Vec<_> = outcomes.iter().filter_map(|outcome| outcome.as_ref().ok()).collect();
            assert_eq!(given.len(), 1);
            assert!(!stands(&inn, &app, given[0].access_token.expose()).await, "for one of them was a thief");
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_code_of_another_client_or_place_is_refused_and_stays_good() {
    on_each_database(async |database| {
        let inn = Inn::open(database).await;
        let (app, other, phone) = (inn.server().await, inn.server().await, inn.phone().await);
        let code = inn.code(&app.asks("openid")).await;
        for thief in [&other, &phone] {
            assert_eq!(said(inn.provider.token(&thief.shows(), thief.redeems(&code)).await), invalid_code());
        }
        let elsewhere = |uri: Option<&str>| TokenRequest { redirect_uri: uri.map(str::to_owned), ..app.redeems(&code) };
        let differs = ("invalid_grant", "redirect_uri doesn't match".to_owned());
        for uri in
            ["https://evil.example.com/", "https://app.example.com/other", "https://app.example.com:444/callback"]
        {
            let refused = inn.provider.token(&app.shows(), elsewhere(Some(uri))).await;
            assert_eq!(said(refused), differs, "{uri}");
        }
        let missing = inn.provider.token(&app.shows(), elsewhere(None)).await;
        assert_eq!(said(missing), ("invalid_request", "Missing redirect_uri".to_owned()));
        inn.provider.token(&app.shows(), elsewhere(Some("https://app.example.com/callback/"))).await.expect("tokens");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn pkce_cannot_be_left_out_by_whoever_stole_the_code() {
    on_each_database(async |database| {
        let inn = Inn::open(database).await;
        for app in [inn.server().await, inn.phone().await] {
            let code = inn.code(&app.asks("openid")).await;
            let with =
                |verifier: Option<&str>| TokenRequest { code_verifier: verifier.map(secret), ..app.redeems(&code) };
            let too_short = &VERIFIER[..42];
            let other = VERIFIER.replace('d', "e");
            for verifier in [None, Some(""), Some(too_short), Some(crate::oauth::CHALLENGE), Some(&*other)] {
                let refused = inn.provider.token(&app.shows(), with(verifier)).await;
                assert_eq!(
                    said(refused),
                    ("invalid_grant", "The code_verifier does not fit".to_owned()),
                    "{verifier:?}"
                );
            }
            inn.provider.token(&app.shows(), with(Some(VERIFIER))).await.expect("a guess costs nothing");
        }
        let app = inn.server().await;
        let plain = inn.code(&app.asks_plainly("openid")).await;
        let injected = inn.provider.token(&app.shows(), app.redeems(&plain)).await;
        assert_eq!(said(injected).0, "invalid_grant", "a verifier where no challenge was");
        inn.provider.token(&app.shows(), app.redeems_plainly(&plain)).await.expect("tokens");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_code_dies_with_the_session_that_gave_it() {
    on_each_database(async |database| {
        let inn = Inn::open(database).await;
        let app = inn.server().await;
        let pair = opened(inn.house.auth.log_in(EMAIL, &secret(PASSWORD), &Client::default()).await.expect("a login"));
        let login = Login { person: pair.person, session: pair.session };
        let url = inn.provider.approve(login, &app.asks("openid")).await.expect("a redirect");
        let code = secret(&query(&url)["code"]);
        inn.house.auth.revoke(login, login.session).await.expect("an end");
        assert_eq!(said(inn.provider.token(&app.shows(), app.redeems(&code)).await), invalid_code());
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn no_text_but_the_code_itself_gives_anything() {
    on_each_database(async |database| {
        let inn = Inn::open(database).await;
        let app = inn.server().await;
        let code = inn.code(&app.asks("openid")).await;
        let tokens = inn.tokens(&app, "openid").await;
        let refresh = refresh_of(&tokens);
        let cut = &code.expose()[..42];
        let hash = crate::oauth::part(&tokens.access_token, 1)["gid"].as_str().expect("a family").to_owned();
        for text in
            ["", "nonsense", cut, &format!("{}A", code.expose()), tokens.access_token.expose(), refresh.expose(), &hash]
        {
            let refused = inn.provider.token(&app.shows(), app.redeems(&secret(text))).await;
            assert_eq!(said(refused), invalid_code(), "{text}");
        }
        inn.provider.token(&app.shows(), app.redeems(&code)).await.expect("tokens");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_that_lacks_something_is_told_what() {
    on_each_database(async |database| {
        let inn = Inn::open(database).await;
        let app = inn.server().await;
        let ask = async |grant_type: Option<&str>| {
            let request = TokenRequest { grant_type: grant_type.map(str::to_owned), ..TokenRequest::default() };
            said(inn.provider.token(&app.shows(), request).await)
        };
        let missing = |name: &str| ("invalid_request", format!("Missing {name}"));
        assert_eq!(ask(None).await, missing("grant_type"));
        assert_eq!(ask(Some("authorization_code")).await, missing("code"));
        assert_eq!(ask(Some("refresh_token")).await, missing("refresh_token"));
        let unsupported = ("unsupported_grant_type", "Unsupported grant_type".to_owned());
        for grant_type in ["password", "implicit", "Authorization_Code"] {
            assert_eq!(ask(Some(grant_type)).await, unsupported);
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_application_on_the_device_listens_on_whichever_port_is_free() {
    on_each_database(async |database| {
        let inn = Inn::open(database).await;
        let app = inn.register(inn.mine(), new_client("http://127.0.0.1/cb", true)).await;
        let there = Some("http://127.0.0.1:51004/cb".to_owned());
        let url =
            inn.provider.approve(inn.login, &AuthorizeRequest { redirect_uri: there.clone(), ..app.asks("") }).await;
        let url = url.expect("a redirect");
        assert!(url.expose().starts_with("http://127.0.0.1:51004/cb?code="));
        let code = secret(&query(&url)["code"]);
        let elsewhere = inn.provider.token(&app.shows(), app.redeems(&code)).await;
        assert_eq!(said(elsewhere).0, "invalid_grant", "the port is part of where the code was sent to");
        let there = TokenRequest { redirect_uri: there, ..app.redeems(&code) };
        inn.provider.token(&app.shows(), there).await.expect("tokens");
    })
    .await;
}
