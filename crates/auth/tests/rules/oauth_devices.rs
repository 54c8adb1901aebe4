//! Devices where nobody can log in are let in elsewhere.

use crate::house::{PASSWORD, secret};
use crate::oauth::{App, Inn, PRIVATE_PROJECT, new_client, part, refresh_of, said};
use mainstay_auth::{
    AuthError, Client, ClientChange, ClientOwner, ClientService as _, DEVICE_GRANT, DeviceCodes, DeviceRequest,
    DeviceService as _, Login, NewClient, OAuthError, PasswordService as _, ProviderService as _, SessionService as _,
    TokenRequest, Tokens,
};
use mainstay_kernel::{Fault as _, Kind, Secret};
use mainstay_store::jobs::Handler as _;
use mainstay_testkit::on_each_database;
use std::sync::Arc;
use std::time::Duration;
use tokio::task::JoinSet;

fn here() -> Client {
    Client::new("192.0.2.7".parse().ok(), None)
}

/// A client on televisions, which keeps no secret.
async fn television(inn: &Inn) -> App {
    television_of(inn, inn.mine()).await
}

async fn television_of(inn: &Inn, owner: ClientOwner) -> App {
    let new = NewClient { redirect_uris: Vec::new(), has_device_flow: true, ..new_client("", true) };
    inn.register(owner, new).await
}

async fn begun(inn: &Inn, app: &App, scope: &str) -> DeviceCodes {
    let request = DeviceRequest { scope: Some(scope.to_owned()), resource: None };
    inn.provider.begin_device(&app.shows(), request).await.expect("a device")
}

fn asks(code: &Secret<String>) -> TokenRequest {
    let grant_type = Some(DEVICE_GRANT.to_owned());
    TokenRequest { grant_type, device_code: Some(code.clone()), ..TokenRequest::default() }
}

async fn poll(inn: &Inn, app: &App, codes: &DeviceCodes) -> Result<Tokens, OAuthError> {
    inn.provider.token(&app.shows(), asks(&codes.device_code)).await
}

async fn allow(inn: &Inn, codes: &DeviceCodes) {
    inn.provider.allow_device(inn.login, codes.user_code.expose(), &here()).await.expect("an allowance");
}

async fn another_session(inn: &Inn) -> Login {
    let pair = inn.house.log_in().await;
    Login { person: pair.person, session: pair.session }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_device_gets_tokens_once_its_person_has_let_it_in() {
    on_each_database(async |database| {
        let inn = Inn::open(database).await;
        let app = television(&inn).await;
        let codes = begun(&inn, &app, "openid email").await;
        assert_eq!((codes.expires_in, codes.interval), (900, 5));
        assert_eq!(said(poll(&inn, &app, &codes).await).0, "authorization_pending");
        let typed = codes.user_code.expose().to_lowercase().replace('-', " ");
        let waiting = inn.provider.find_device(inn.login, &typed, &here()).await.expect("a device");
        assert_eq!((&waiting.client_id, waiting.client_name.as_str()), (&app.client.client_id, "Difference Engine"));
        assert_eq!(waiting.scopes.to_string(), "openid email");
        inn.house.events().await;
        allow(&inn, &codes).await;
        let told: Vec<_> = inn.house.events().await.into_iter().map(|event| event.name).collect();
        assert_eq!(told, ["oauth_grant.given"]);
        let tokens = poll(&inn, &app, &codes).await.expect("tokens");
        assert_eq!(tokens.scopes.to_string(), "openid email");
        let id_token = tokens.id_token.clone().expect("an ID token");
        assert_eq!(part(&id_token, 1)["sub"], inn.login.person.to_string());
        let known = inn.provider.userinfo(tokens.access_token.expose()).await.expect("claims");
        assert!(known.contains_key("email"));
        let refreshed = inn.refresh(&app, &refresh_of(&tokens)).await.expect("tokens");
        assert_ne!(refresh_of(&refreshed).expose(), refresh_of(&tokens).expose(), "it keeps no secret");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_device_code_is_good_once_and_a_second_use_ends_what_the_first_one_gave() {
    on_each_database(async |database| {
        let inn = Inn::open(database).await;
        let app = Arc::new(television(&inn).await);
        for _ in 0..5 {
            let codes = begun(&inn, &app, "openid").await;
            allow(&inn, &codes).await;
            let mut tasks = JoinSet::new();
            for _ in 0..12 {
                let (provider, app, code) = (Arc::clone(&inn.provider), Arc::clone(&app), codes.device_code.clone());
                tasks.spawn(async move { provider.token(&app.shows(), asks(&code)).await });
            }
            let outcomes = tasks.join_all().await;
            let given: Vec<_> = outcomes.iter().filter_map(|outcome| outcome.as_ref().ok()).collect();
            assert_eq!(given.len(), 1);
            let due = ("invalid_grant", "Invalid or expired device code".to_owned());
            assert_eq!(said(poll(&inn, &app, &codes).await), due);
            assert_eq!(said(inn.provider.userinfo(given[0].access_token.expose()).await).0, "invalid_token");
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_device_that_asks_too_soon_waits_five_seconds_longer_from_then_on() {
    on_each_database(async |database| {
        let inn = Inn::open(database).await;
        let app = television(&inn).await;
        let codes = begun(&inn, &app, "openid").await;
        for (wait, due) in [
            (0, "authorization_pending"),
            (5, "authorization_pending"),
            (4, "slow_down"),
            (9, "slow_down"),
            (15, "authorization_pending"),
            (14, "slow_down"),
        ] {
            inn.house.clock.advance(Duration::from_secs(wait));
            assert_eq!(said(poll(&inn, &app, &codes).await).0, due, "after {wait} seconds");
        }
        allow(&inn, &codes).await;
        poll(&inn, &app, &codes).await.expect("a decision is told at once");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_person_who_denies_is_believed_and_nothing_is_decided_twice() {
    on_each_database(async |database| {
        let inn = Inn::open(database).await;
        let app = television(&inn).await;
        let codes = begun(&inn, &app, "openid").await;
        let code = codes.user_code.expose();
        inn.provider.deny_device(inn.login, code, &here()).await.expect("a denial");
        for _ in 0..2 {
            assert_eq!(said(poll(&inn, &app, &codes).await).0, "access_denied");
        }
        let allowed = begun(&inn, &app, "openid").await;
        allow(&inn, &allowed).await;
        for decided in [&codes, &allowed] {
            let code = decided.user_code.expose();
            for again in [
                inn.provider.find_device(inn.login, code, &Client::default()).await,
                inn.provider.allow_device(inn.login, code, &Client::default()).await,
                inn.provider.deny_device(inn.login, code, &Client::default()).await,
            ] {
                assert!(matches!(again, Err(OAuthError::UnknownUserCode | OAuthError::Auth(_))), "{again:?}");
            }
            inn.house.clock.advance(Duration::from_mins(1));
        }
        assert_eq!(inn.provider.grants(inn.login.person).await.expect("grants").len(), 1);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn codes_are_over_after_a_quarter_of_an_hour_whether_they_were_allowed_or_not() {
    on_each_database(async |database| {
        let inn = Inn::open(database).await;
        let app = television(&inn).await;
        let (early, late) = (begun(&inn, &app, "openid").await, begun(&inn, &app, "openid").await);
        inn.house.clock.advance(Duration::from_mins(15).saturating_sub(Duration::from_micros(1)));
        allow(&inn, &early).await;
        inn.house.clock.advance(Duration::from_micros(1));
        for codes in [&early, &late] {
            assert_eq!(said(poll(&inn, &app, codes).await).0, "expired_token");
        }
        let found = inn.provider.find_device(inn.login, late.user_code.expose(), &here()).await;
        assert!(matches!(found, Err(OAuthError::UnknownUserCode)), "{found:?}");
        inn.house.clock.advance(Duration::from_hours(24));
        inn.house.auth.oauth_clean_up().run(&serde_json::Value::Null).await.expect("a clean-up");
        assert_eq!(said(poll(&inn, &app, &late).await).0, "expired_token", "for a day it says so");
        inn.house.clock.advance(Duration::from_micros(1));
        inn.house.auth.oauth_clean_up().run(&serde_json::Value::Null).await.expect("a clean-up");
        assert_eq!(said(poll(&inn, &app, &late).await).0, "invalid_grant");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn only_a_client_that_is_registered_for_it_asks_for_people_on_devices() {
    on_each_database(async |database| {
        let inn = Inn::open(database).await;
        let (app, server, other) = (television(&inn).await, inn.server().await, television(&inn).await);
        for client in [server.shows(), inn.phone().await.shows()] {
            let refused = inn.provider.begin_device(&client, DeviceRequest::default()).await;
            assert_eq!(said(refused).0, "unauthorized_client");
        }
        let codes = begun(&inn, &app, "openid").await;
        assert_eq!(said(poll(&inn, &server, &codes).await).0, "unauthorized_client");
        assert_eq!(said(poll(&inn, &other, &codes).await).0, "invalid_grant", "it is another client's");
        for text in ["", "x", codes.user_code.expose()] {
            let refused = inn.provider.token(&app.shows(), asks(&secret(text))).await;
            assert_eq!(said(refused).0, "invalid_grant", "{text}");
        }
        let missing = TokenRequest { device_code: None, ..asks(&codes.device_code) };
        let missing = inn.provider.token(&app.shows(), missing).await;
        assert_eq!(said(missing), ("invalid_request", "Missing device_code".to_owned()));
        let stolen = TokenRequest { redirect_uri: Some(String::new()), ..server.redeems_plainly(&codes.device_code) };
        assert_eq!(said(inn.provider.token(&app.shows(), stolen).await).0, "invalid_request");

        let plain = ClientChange { has_device_flow: Some(false), ..ClientChange::default() };
        said(inn.clients.update(inn.mine(), app.client.id, plain.clone()).await);
        let plain = ClientChange { redirect_uris: Some(vec![crate::oauth::CALLBACK.to_owned()]), ..plain };
        inn.clients.update(inn.mine(), app.client.id, plain).await.expect("a client");
        let shown = inn.provider.find_device(inn.login, codes.user_code.expose(), &here()).await;
        assert!(matches!(shown, Err(OAuthError::UnknownUserCode)), "{shown:?}");
        assert_eq!(said(poll(&inn, &app, &codes).await).0, "unauthorized_client");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_allowed_falls_with_the_session_the_password_and_the_grant() {
    on_each_database(async |database| {
        let inn = Inn::open(database).await;
        let app = television(&inn).await;
        let login = another_session(&inn).await;
        let codes = begun(&inn, &app, "openid").await;
        inn.provider.allow_device(login, codes.user_code.expose(), &here()).await.expect("an allowance");
        inn.house.auth.revoke(login, login.session).await.expect("an end");
        assert_eq!(said(poll(&inn, &app, &codes).await).0, "invalid_grant");
        let codes = begun(&inn, &app, "openid").await;
        let over = inn.provider.allow_device(login, codes.user_code.expose(), &here()).await;
        assert!(matches!(over, Err(OAuthError::Unauthenticated)), "{over:?}");

        allow(&inn, &codes).await;
        let grant = inn.provider.grants(inn.login.person).await.expect("grants").remove(0);
        inn.provider.revoke_grant(inn.login.person, grant.id).await.expect("an end");
        assert_eq!(said(poll(&inn, &app, &codes).await).0, "invalid_grant");

        let codes = begun(&inn, &app, "openid").await;
        allow(&inn, &codes).await;
        let new = secret("another horse battery");
        inn.house.passwords().change(inn.login, &secret(PASSWORD), &new).await.expect("a change");
        assert_eq!(said(poll(&inn, &app, &codes).await).0, "invalid_grant");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_guesses_codes_waits_longer_and_longer_and_a_code_of_their_own_does_not_help() {
    on_each_database(async |database| {
        let inn = Inn::open(database).await;
        let app = television(&inn).await;
        let (theirs, own) = (begun(&inn, &app, "openid").await, begun(&inn, &app, "openid").await);
        for guess in ["", "x", "BCDF-GHJK", "BCDF-GHJKL"] {
            let missed = inn.provider.find_device(inn.login, guess, &here()).await.expect_err("a miss");
            assert_eq!((missed.kind(), missed.code()), (Kind::Malformed, "unknown_user_code"), "{guess}");
        }
        inn.provider.find_device(inn.login, own.user_code.expose(), &here()).await.expect("a device");
        inn.provider.deny_device(inn.login, "BCDF-GHJM", &here()).await.expect_err("a miss");
        let elsewhere = Client::new("198.51.100.1".parse().ok(), None);
        for client in [here(), elsewhere] {
            let again = another_session(&inn).await;
            for login in [inn.login, again] {
                let slowed = inn.provider.find_device(login, theirs.user_code.expose(), &client).await;
                let Err(OAuthError::Auth(AuthError::Throttled { retry_after: 5 })) = slowed else {
                    panic!("{slowed:?}")
                };
            }
        }
        inn.house.clock.advance(Duration::from_secs(5));
        inn.provider.find_device(inn.login, theirs.user_code.expose(), &here()).await.expect("a device");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn only_members_let_in_a_device_of_a_private_project() {
    on_each_database(async |database| {
        let inn = Inn::open(database).await;
        inn.house.keep_projects(&[PRIVATE_PROJECT], inn.login.person).await;
        let app = television_of(&inn, ClientOwner::Project(PRIVATE_PROJECT)).await;
        let codes = begun(&inn, &app, "openid").await;
        let shut = inn.provider.find_device(inn.login, codes.user_code.expose(), &here()).await;
        assert!(matches!(shut, Err(OAuthError::NotProjectMember)), "{shut:?}");
        inn.projects.add(PRIVATE_PROJECT, inn.login.person);
        allow(&inn, &codes).await;
        poll(&inn, &app, &codes).await.expect("tokens");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn neither_code_is_kept_or_shown() {
    on_each_database(async |database| {
        let inn = Inn::open(database).await;
        let app = television(&inn).await;
        let codes = begun(&inn, &app, "openid").await;
        let shown = format!("{codes:?} {:?}", asks(&codes.device_code));
        for code in [&codes.device_code, &codes.user_code] {
            assert!(!shown.contains(code.expose().as_str()));
        }
        let plain = codes.device_code.expose();
        assert!(plain.len() == 43, "256 bits");
    })
    .await;
}
