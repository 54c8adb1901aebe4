//! Looking at tokens, and ending them.

use crate::house::secret;
use crate::oauth::{CALLBACK, Inn, PUBLIC_PROJECT, new_client, part, refresh_of, said};
use mainstay_auth::ClientService as _;
use mainstay_auth::{
    ClientOwner, Clients, Introspection, Provider, ProviderService as _, TokenKind, TokenRequest, TokenView, Tokens,
};
use mainstay_kernel::Clock as _;
use mainstay_testkit::on_each_database;
use std::sync::Arc;
use std::time::Duration;

fn active(seen: Result<Introspection, mainstay_auth::OAuthError>) -> Option<TokenView> {
    match seen.expect("an introspection") {
        Introspection::Active(view) => Some(view),
        Introspection::Inactive => None,
    }
}

async fn own_tokens(inn: &Inn, app: &crate::oauth::App) -> Tokens {
    let request = TokenRequest { grant_type: Some("client_credentials".to_owned()), ..TokenRequest::default() };
    inn.provider.token(&app.shows(), request).await.expect("tokens")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_sees_what_its_tokens_are() {
    on_each_database(async |database| {
        let inn = Inn::open(database).await;
        let app = inn.server().await;
        let tokens = inn.tokens(&app, "openid email").await;
        let claims = part(&tokens.access_token, 1);
        let view = active(inn.provider.introspect(&app.shows(), tokens.access_token.expose()).await).expect("a token");
        assert_eq!((view.kind, view.scopes.to_string().as_str()), (TokenKind::Access, "openid email"));
        assert_eq!((&view.client_id, view.subject), (&app.client.client_id, inn.login.person.to_string()));
        assert_eq!(view.audience.as_deref(), claims["aud"].as_str());
        assert_eq!(
            (Some(view.issued_at.seconds()), Some(view.expires_at.seconds())),
            (claims["iat"].as_i64(), claims["exp"].as_i64())
        );
        assert_eq!(view.jti.as_deref(), claims["jti"].as_str());

        let view = active(inn.provider.introspect(&app.shows(), refresh_of(&tokens).expose()).await).expect("a token");
        assert_eq!((view.kind, view.audience, view.jti), (TokenKind::Refresh, None, None));
        assert_eq!(view.expires_at.since(view.issued_at), Duration::from_hours(30 * 24));

        let own = own_tokens(&inn, &app).await;
        let view = active(inn.provider.introspect(&app.shows(), own.access_token.expose()).await).expect("a token");
        assert_eq!((&view.subject, view.scopes.is_empty()), (&app.client.client_id, true));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_is_nothing_to_another_owners_clients() {
    on_each_database(async |database| {
        let inn = Inn::open(database).await;
        inn.house.keep_projects(&[PUBLIC_PROJECT], inn.login.person).await;
        let (app, sibling, phone) = (inn.server().await, inn.server().await, inn.phone().await);
        let stranger = inn.register(ClientOwner::Project(PUBLIC_PROJECT), new_client(CALLBACK, false)).await;
        let tokens = inn.tokens(&app, "openid").await;
        for token in [&tokens.access_token, &refresh_of(&tokens)] {
            assert!(active(inn.provider.introspect(&sibling.shows(), token.expose()).await).is_some());
            assert_eq!(active(inn.provider.introspect(&stranger.shows(), token.expose()).await), None);
            let public = inn.provider.introspect(&phone.shows(), token.expose()).await;
            assert_eq!(said(public).0, "unauthorized_client");
        }
        for nonsense in ["", "nonsense", "a.b.c", "mso_nonsense", &"a".repeat(100_000)] {
            assert_eq!(active(inn.provider.introspect(&app.shows(), nonsense).await), None);
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn ending_either_token_ends_both() {
    on_each_database(async |database| {
        let inn = Inn::open(database).await;
        for app in [inn.server().await, inn.phone().await] {
            for by_refresh in [false, true] {
                let (tokens, bystander) = (inn.tokens(&app, "openid").await, inn.tokens(&app, "openid").await);
                inn.provider.userinfo(tokens.access_token.expose()).await.expect("claims");
                let shown = if by_refresh { refresh_of(&tokens) } else { tokens.access_token.clone() };
                for _ in 0..2 {
                    inn.provider.revoke(&app.shows(), shown.expose()).await.expect("twice is no error");
                }
                assert_eq!(said(inn.provider.userinfo(tokens.access_token.expose()).await).0, "invalid_token");
                assert_eq!(said(inn.refresh(&app, &refresh_of(&tokens)).await).0, "invalid_grant");
                inn.provider.userinfo(bystander.access_token.expose()).await.expect("another login goes on");
            }
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_ends_another_clients_tokens_and_nobody_is_told() {
    on_each_database(async |database| {
        let inn = Inn::open(database).await;
        let (app, sibling) = (inn.server().await, inn.server().await);
        let tokens = inn.tokens(&app, "openid").await;
        for token in [&tokens.access_token, &refresh_of(&tokens), &secret("nonsense"), &secret("")] {
            inn.provider.revoke(&sibling.shows(), token.expose()).await.expect("silence");
        }
        inn.provider.userinfo(tokens.access_token.expose()).await.expect("claims");
        let refused = inn.provider.revoke(&app.shows(), own_tokens(&inn, &app).await.access_token.expose()).await;
        assert_eq!(said(refused).0, "unsupported_token_type");
        let nobody = crate::oauth::App { client: app.client.clone(), secret: None };
        let refused = inn.provider.revoke(&nobody.shows(), tokens.access_token.expose()).await;
        assert_eq!(said(refused).0, "invalid_client");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_end_is_seen_on_every_node() {
    on_each_database(async |database| {
        let inn = Inn::open(database).await;
        let app = inn.server().await;
        let (revoked, deleted) = (inn.tokens(&app, "openid").await, inn.tokens(&app, "openid").await);
        for tokens in [&revoked, &deleted] {
            inn.provider.userinfo(tokens.access_token.expose()).await.expect("claims");
        }
        let mut changes = inn.house.changes().await;
        let elsewhere = inn.house.another_node().await;
        let provider = Provider::new(Arc::clone(&elsewhere), Arc::new(inn.projects.clone()));
        provider.revoke(&app.shows(), revoked.access_token.expose()).await.expect("an end");
        changes.catch_up(&inn.house.database).await.expect("the changes");
        assert_eq!(said(inn.provider.userinfo(revoked.access_token.expose()).await).0, "invalid_token");
        inn.provider.userinfo(deleted.access_token.expose()).await.expect("claims");

        Clients::new(elsewhere).delete(inn.mine(), app.client.id).await.expect("a deletion");
        changes.catch_up(&inn.house.database).await.expect("the changes");
        assert_eq!(said(inn.provider.userinfo(deleted.access_token.expose()).await).0, "invalid_token");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_seen_before_is_judged_without_the_database() {
    on_each_database(async |database| {
        let inn = Inn::open(database).await;
        let app = inn.server().await;
        let token = inn.tokens(&app, "openid").await.access_token;
        assert!(active(inn.provider.introspect(&app.shows(), token.expose()).await).is_some());
        // Behind everybody's back, which nothing but this test does.
        let ever = inn.house.clock.now().plus(Duration::from_hours(100 * 24));
        assert_eq!(inn.house.store.delete_authorizations_over_before(ever, 10).await.expect("a deletion"), 1);
        assert!(active(inn.provider.introspect(&app.shows(), token.expose()).await).is_some(), "nobody looked");
        let elsewhere = Provider::new(inn.house.another_node().await, Arc::new(inn.projects.clone()));
        assert_eq!(active(elsewhere.introspect(&app.shows(), token.expose()).await), None, "who looks finds nothing");
    })
    .await;
}
