//! A client has a person logged out.

use crate::house::{EMAIL, PASSWORD, WithJwt as _, secret};
use crate::oauth::{App, Inn, new_client, part, said};
use mainstay_auth::{ClientChange, ClientService as _, Leaving, Login, LogoutRequest, NewClient, ProviderService as _};
use mainstay_kernel::{Secret, UserId};
use mainstay_testkit::on_each_database;
use std::time::Duration;
use uuid::Uuid;

const GONE: &str = "https://app.example.com/gone?from=here";

async fn app_of(inn: &Inn) -> App {
    let post_logout_redirect_uris = vec![GONE.to_owned()];
    let new = NewClient { post_logout_redirect_uris, ..new_client(crate::oauth::CALLBACK, false) };
    inn.register(inn.mine(), new).await
}

async fn hint(inn: &Inn, app: &App) -> Secret<String> {
    inn.tokens(app, "openid").await.id_token.expect("an ID token")
}

fn hinted(hint: &Secret<String>) -> LogoutRequest {
    LogoutRequest { id_token_hint: Some(hint.clone()), ..LogoutRequest::default() }
}

fn to(address: &str, request: LogoutRequest) -> LogoutRequest {
    LogoutRequest { post_logout_redirect_uri: Some(address.to_owned()), ..request }
}

fn of(app: &App) -> LogoutRequest {
    LogoutRequest { client_id: Some(app.client.client_id.clone()), ..LogoutRequest::default() }
}

fn address(leaving: &Leaving) -> Option<&str> {
    leaving.redirect.as_ref().map(|redirect| redirect.expose().as_str())
}

#[tokio::test(flavor = "multi_thread")]
async fn an_id_token_vouches_for_its_person_though_it_is_over() {
    on_each_database(async |database| {
        let inn = Inn::open(database).await;
        let app = app_of(&inn).await;
        let hint = hint(&inn, &app).await;
        inn.house.clock.advance(Duration::from_hours(24 * 60));
        let leaving = inn.provider.leave(&hinted(&hint), Some(inn.login)).await.expect("a leave");
        assert!(leaving.is_vouched_for);
        assert_eq!((leaving.client_name.as_deref(), leaving.redirect), (Some("Difference Engine"), None));
        let other = Login { person: UserId(Uuid::from_u128(9)), ..inn.login };
        for login in [Some(other), None] {
            assert!(!inn.provider.leave(&hinted(&hint), login).await.expect("a leave").is_vouched_for);
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn no_other_token_vouches_for_anybody() {
    on_each_database(async |database| {
        let inn = Inn::open(database).await;
        let app = app_of(&inn).await;
        let tokens = inn.tokens(&app, "openid").await;
        let id_token = tokens.id_token.clone().expect("an ID token");
        let session = inn.house.auth.log_in(EMAIL, &secret(PASSWORD)).await.expect("a login").access;
        let forged = Secret::new(format!("{}x", id_token.expose()));
        let long = Secret::new(format!("{}{}", id_token.expose(), "x".repeat(9_000)));
        for hint in [&tokens.access_token, &session, &forged, &long, &secret("x"), &secret("")] {
            let leaving = inn.provider.leave(&hinted(hint), Some(inn.login)).await.expect("a leave");
            assert_eq!(leaving, Leaving { client_name: None, is_vouched_for: false, redirect: None });
        }
        assert_eq!(part(&id_token, 1)["sub"], inn.login.person.to_string());
        inn.clients.delete(inn.mine(), app.client.id).await.expect("an end");
        assert!(!inn.provider.leave(&hinted(&id_token), Some(inn.login)).await.expect("a leave").is_vouched_for);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn people_go_where_the_client_has_registered_letter_by_letter_and_nowhere_else() {
    on_each_database(async |database| {
        let inn = Inn::open(database).await;
        let (app, other) = (app_of(&inn).await, inn.server().await);
        let hint = hint(&inn, &app).await;
        for request in [hinted(&hint), of(&app), LogoutRequest { client_id: of(&app).client_id, ..hinted(&hint) }] {
            let plain = inn.provider.leave(&to(GONE, request.clone()), None).await.expect("a leave");
            assert_eq!(address(&plain), Some(GONE));
            let stateful = LogoutRequest { state: Some("a b&c".to_owned()), ..to(GONE, request.clone()) };
            let stateful = inn.provider.leave(&stateful, Some(inn.login)).await.expect("a leave");
            assert_eq!(address(&stateful), Some(&*format!("{GONE}&state=a+b%26c")));
            for wrong in [
                "https://app.example.com/gone",
                "https://app.example.com/gone?from=here&x=1",
                "https://app.example.com/gone/?from=here",
                "HTTPS://app.example.com/gone?from=here",
                crate::oauth::CALLBACK,
                "https://evil.example.com/",
            ] {
                let refused = inn.provider.leave(&to(wrong, request.clone()), Some(inn.login)).await;
                let due = ("invalid_request", "Invalid post_logout_redirect_uri".to_owned());
                assert_eq!(said(refused), due, "{wrong}");
            }
        }
        for request in [LogoutRequest::default(), of(&other)] {
            said(inn.provider.leave(&to(GONE, request), Some(inn.login)).await);
        }
        let torn = LogoutRequest { client_id: of(&other).client_id, ..hinted(&hint) };
        assert_eq!(said(inn.provider.leave(&torn, None).await).1, "Invalid client_id");
        let unknown = LogoutRequest { client_id: Some("x".to_owned()), ..LogoutRequest::default() };
        assert_eq!(said(inn.provider.leave(&unknown, None).await).0, "invalid_client");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_addresses_for_afterwards_follow_the_rules_of_the_others_and_change_by_themselves() {
    on_each_database(async |database| {
        let inn = Inn::open(database).await;
        let app = app_of(&inn).await;
        let change = |uris: &[&str]| ClientChange {
            post_logout_redirect_uris: Some(uris.iter().map(|uri| (*uri).to_owned()).collect()),
            ..ClientChange::default()
        };
        for wrong in [&["javascript:alert(1)"][..], &["https://a.example.com/#x"], &[GONE; 11]] {
            said(inn.clients.update(inn.mine(), app.client.id, change(wrong)).await);
        }
        let moved = ["https://b.example.com/".to_owned()];
        let changed = inn.clients.update(inn.mine(), app.client.id, change(&[&moved[0]])).await.expect("a client");
        assert_eq!(
            (&changed.redirect_uris, &changed.post_logout_redirect_uris[..]),
            (&app.client.redirect_uris, &moved[..])
        );
        assert_eq!(inn.clients.get(inn.mine(), app.client.id).await.expect("the client"), changed);
        said(inn.provider.leave(&to(GONE, of(&app)), None).await);
        inn.provider.leave(&to(&moved[0], of(&app)), None).await.expect("a leave");
        let none = inn.clients.update(inn.mine(), app.client.id, change(&[])).await.expect("a client");
        assert_eq!(none.post_logout_redirect_uris, Vec::<String>::new());
    })
    .await;
}
