//! What people allow clients, and how they take it back.

use crate::house::{PASSWORD, secret};
use crate::oauth::{App, Inn, refresh_of, said};
use mainstay_auth::{ClientService as _, PasswordService as _, ProviderService as _, Step, Tokens};
use mainstay_kernel::{Fault as _, UserId};
use mainstay_testkit::on_each_database;
use std::time::Duration;
use uuid::Uuid;

const NEW_PASSWORD: &str = "another sentence entirely";

async fn is_over(inn: &Inn, app: &App, tokens: &Tokens) -> bool {
    let access = inn.provider.userinfo(tokens.access_token.expose()).await;
    let refresh = inn.refresh(app, &refresh_of(tokens)).await;
    assert_eq!(access.is_err(), refresh.is_err(), "both tokens or none");
    access.is_err()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_allowed_is_listed_once_with_all_its_scopes() {
    on_each_database(async |database| {
        let inn = Inn::open(database).await;
        inn.house.events().await;
        let (app, other) = (inn.server().await, inn.server().await);
        inn.tokens(&app, "openid").await;
        inn.house.clock.advance(Duration::from_secs(1));
        inn.tokens(&other, "openid").await;
        inn.house.clock.advance(Duration::from_secs(1));
        inn.tokens(&app, "email").await;
        let grants = inn.provider.grants(inn.login.person).await.expect("grants");
        let listed: Vec<_> = grants.iter().map(|grant| (&grant.client_id, grant.scopes.to_string())).collect();
        let wanted =
            [(&app.client.client_id, "openid email".to_owned()), (&other.client.client_id, "openid".to_owned())];
        assert_eq!(listed, wanted);
        assert_eq!(grants[0].updated_at.since(grants[0].created_at), Duration::from_secs(2));
        assert_eq!(inn.provider.grants(UserId(Uuid::from_u128(9))).await.expect("grants"), []);
        let told = inn.house.events().await;
        assert_eq!(told.iter().filter(|event| event.name == "oauth_grant.given").count(), 2);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_taken_back_ends_that_clients_tokens_and_is_asked_for_anew() {
    on_each_database(async |database| {
        let inn = Inn::open(database).await;
        let (app, other) = (inn.server().await, inn.phone().await);
        let (ours, second, theirs) =
            (inn.tokens(&app, "openid").await, inn.tokens(&app, "openid").await, inn.tokens(&other, "openid").await);
        let waiting = inn.code(&app.asks("openid")).await;
        let grants = inn.provider.grants(inn.login.person).await.expect("grants");
        let grant = grants.iter().find(|grant| grant.client_id == app.client.client_id).expect("a grant").id;
        let stranger = UserId(Uuid::from_u128(9));
        let refused = inn.provider.revoke_grant(stranger, grant).await.expect_err("a refusal");
        assert_eq!(refused.code(), "grant_not_found");
        assert!(!is_over(&inn, &app, &ours).await);

        inn.provider.revoke_grant(inn.login.person, grant).await.expect("an end");
        assert!(is_over(&inn, &app, &ours).await && is_over(&inn, &app, &second).await);
        assert_eq!(said(inn.provider.token(&app.shows(), app.redeems(&waiting)).await).0, "invalid_grant");
        assert!(!is_over(&inn, &other, &theirs).await, "another client's go on");
        let asked = inn.provider.examine(&app.asks("openid"), Some(inn.login)).await.expect("a question");
        assert_eq!(asked.next, Step::Consent);
        let again = inn.provider.revoke_grant(inn.login.person, grant).await.expect_err("a refusal");
        assert_eq!(again.code(), "grant_not_found");
        let told = inn.house.events().await;
        assert_eq!(told.iter().filter(|event| event.name == "oauth_grant.revoked").count(), 1);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_password_ends_what_clients_hold() {
    on_each_database(async |database| {
        let inn = Inn::open(database).await;
        let app = inn.server().await;
        let tokens = inn.tokens(&app, "openid").await;
        let waiting = inn.code(&app.asks("openid")).await;
        assert!(!is_over(&inn, &app, &tokens).await);
        let passwords = inn.house.passwords();
        passwords.change(inn.login, &secret(PASSWORD), &secret(NEW_PASSWORD)).await.expect("a change");
        assert!(is_over(&inn, &app, &tokens).await);
        assert_eq!(said(inn.provider.token(&app.shows(), app.redeems(&waiting)).await).0, "invalid_grant");

        let tokens = inn.tokens(&app, "openid").await;
        inn.house.letters().await;
        passwords.forgot(crate::house::EMAIL).await.expect("a link");
        inn.house.work(&passwords.forgotten_passwords()).await;
        let link = inn.house.letter().await.about;
        assert!(!is_over(&inn, &app, &tokens).await);
        passwords.reset(&link, &secret(PASSWORD)).await.expect("a reset");
        assert!(is_over(&inn, &app, &tokens).await);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_deleted_client_takes_its_tokens_and_grants_with_it() {
    on_each_database(async |database| {
        let inn = Inn::open(database).await;
        let (app, other) = (inn.server().await, inn.server().await);
        let (ours, theirs) = (inn.tokens(&app, "openid").await, inn.tokens(&other, "openid").await);
        let code = inn.code(&app.asks("openid")).await;
        inn.clients.delete(inn.mine(), app.client.id).await.expect("a deletion");
        assert!(is_over(&inn, &app, &ours).await);
        let refused = inn.provider.token(&app.shows(), app.redeems(&code)).await;
        assert_eq!(said(refused), ("invalid_client", "Invalid client_id".to_owned()));
        assert!(!is_over(&inn, &other, &theirs).await);
        assert_eq!(inn.provider.grants(inn.login.person).await.expect("grants").len(), 1);
        assert_eq!(inn.clients.public(&app.client.client_id).await.expect("a look"), None);
    })
    .await;
}
