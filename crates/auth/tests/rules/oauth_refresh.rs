//! Trading a client's refresh token.

use crate::house::secret;
use crate::oauth::{Inn, part, refresh_of, refreshes, said};
use mainstay_auth::{Introspection, ProviderService as _, TokenRequest};
use mainstay_kernel::Clock as _;
use mainstay_testkit::on_each_database;
use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;
use tokio::task::JoinSet;

const DAY: Duration = Duration::from_hours(24);

fn invalid() -> (&'static str, String) {
    ("invalid_grant", "Invalid or expired refresh token".to_owned())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_confidential_clients_token_stays_the_same_and_slides() {
    on_each_database(async |database| {
        let inn = Inn::open(database).await;
        let app = inn.server().await;
        let tokens = inn.tokens(&app, "openid email").await;
        let refresh = refresh_of(&tokens);
        for _ in 0..2 {
            inn.house.clock.advance(29 * DAY);
            let next = inn.refresh(&app, &refresh).await.expect("tokens");
            assert_eq!(refresh_of(&next), refresh);
            assert_ne!(next.access_token, tokens.access_token);
            assert_eq!(next.scopes, tokens.scopes);
            inn.provider.userinfo(next.access_token.expose()).await.expect("claims");
        }
        inn.house.clock.advance(30 * DAY);
        assert_eq!(said(inn.refresh(&app, &refresh).await), invalid(), "after 30 days without use");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn no_token_outlives_ninety_days() {
    on_each_database(async |database| {
        let inn = Inn::open(database).await;
        let apps = [inn.server().await, inn.phone().await];
        let codes = [inn.code(&apps[0].asks("openid")).await, inn.code(&apps[1].asks("openid")).await];
        // They count from when the code was redeemed.
        inn.house.clock.advance(Duration::from_mins(9));
        let mut refresh = Vec::new();
        for (app, code) in apps.iter().zip(&codes) {
            refresh.push(refresh_of(&inn.provider.token(&app.shows(), app.redeems(code)).await.expect("tokens")));
        }
        for left in [3_600, 3_600, 180] {
            inn.house.clock.advance(Duration::from_mins(30 * 24 * 60 - 1));
            for (app, refresh) in apps.iter().zip(&mut refresh) {
                let next = inn.refresh(app, refresh).await.expect("tokens");
                *refresh = refresh_of(&next);
                assert_eq!(i64::try_from(next.expires_in).ok(), Some(left), "never after its family");
                assert_eq!(part(&next.access_token, 1)["exp"], inn.house.clock.now().seconds() + left);
            }
        }
        inn.house.clock.advance(Duration::from_mins(3));
        for (app, refresh) in apps.iter().zip(&refresh) {
            assert_eq!(said(inn.refresh(app, refresh).await), invalid());
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_public_clients_token_is_replaced_and_a_retry_gives_the_same_one() {
    on_each_database(async |database| {
        let inn = Inn::open(database).await;
        let app = inn.phone().await;
        let first = refresh_of(&inn.tokens(&app, "openid").await);
        let next = refresh_of(&inn.refresh(&app, &first).await.expect("tokens"));
        assert_ne!(next, first);
        inn.house.clock.advance(Duration::from_secs(30));
        assert_eq!(refresh_of(&inn.refresh(&app, &first).await.expect("tokens")), next);
        let third = inn.refresh(&app, &next).await.expect("tokens");
        assert_ne!(refresh_of(&third), next);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_later_reuse_ends_the_whole_family() {
    on_each_database(async |database| {
        let inn = Inn::open(database).await;
        let app = inn.phone().await;
        let bystander = refresh_of(&inn.tokens(&app, "openid").await);
        let first = refresh_of(&inn.tokens(&app, "openid").await);
        let next = inn.refresh(&app, &first).await.expect("tokens");
        inn.provider.userinfo(next.access_token.expose()).await.expect("claims");
        inn.house.clock.advance(Duration::from_micros(30_000_001));
        assert_eq!(said(inn.refresh(&app, &first).await), invalid());
        assert_eq!(said(inn.refresh(&app, &refresh_of(&next)).await), invalid());
        assert_eq!(said(inn.provider.userinfo(next.access_token.expose()).await).0, "invalid_token");
        inn.refresh(&app, &bystander).await.expect("another login goes on");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn all_who_refresh_a_public_token_at_once_get_the_same_next_one() {
    on_each_database(async |database| {
        let inn = Inn::open(database).await;
        let app = Arc::new(inn.phone().await);
        let mut refresh = refresh_of(&inn.tokens(&app, "openid").await);
        for _ in 0..10 {
            let mut tasks = JoinSet::new();
            for _ in 0..16 {
                let (provider, app, refresh) = (Arc::clone(&inn.provider), Arc::clone(&app), refresh.clone());
                tasks.spawn(async move {
                    let tokens = provider.token(&app.shows(), refreshes(&refresh)).await.expect("tokens");
                    refresh_of(&tokens).expose().clone()
                });
            }
            let next: HashSet<_> = tasks.join_all().await.into_iter().collect();
            assert_eq!(next.len(), 1, "one successor");
            refresh = secret(next.iter().next().expect("a token"));
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn scopes_may_become_fewer_for_once_and_never_more() {
    on_each_database(async |database| {
        let inn = Inn::open(database).await;
        for app in [inn.server().await, inn.phone().await] {
            let mut refresh = refresh_of(&inn.tokens(&app, "openid email").await);
            let ask = async |refresh: &_, scope: &str| {
                let request = TokenRequest { scope: Some(scope.to_owned()), ..refreshes(refresh) };
                inn.provider.token(&app.shows(), request).await
            };
            for more in ["openid profile", "profile", "admin"] {
                assert_eq!(said(ask(&refresh, more).await).0, "invalid_scope", "{more}");
            }
            let less = ask(&refresh, "email").await.expect("tokens");
            assert_eq!((less.scopes.to_string().as_str(), less.id_token.is_none()), ("email", true));
            assert_eq!(part(&less.access_token, 1)["scope"], "email");
            refresh = refresh_of(&less);
            let all = inn.refresh(&app, &refresh).await.expect("tokens");
            assert_eq!(all.scopes.to_string(), "openid email", "what was granted stays granted");
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn another_clients_token_is_refused_and_ends_nothing() {
    on_each_database(async |database| {
        let inn = Inn::open(database).await;
        let (app, other) = (inn.phone().await, inn.phone().await);
        let first = refresh_of(&inn.tokens(&app, "openid").await);
        let next = refresh_of(&inn.refresh(&app, &first).await.expect("tokens"));
        inn.house.clock.advance(Duration::from_mins(1));
        for token in [&first, &next, &secret(""), &secret("mso_nonsense")] {
            assert_eq!(said(inn.refresh(&other, token).await), invalid());
        }
        inn.refresh(&app, &next).await.expect("tokens");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_over_for_a_day_is_deleted_and_nothing_else() {
    use mainstay_store::jobs::Handler as _;
    on_each_database(async |database| {
        let inn = Inn::open(database).await;
        let app = inn.server().await;
        let unused = inn.code(&app.asks("openid")).await;
        let lasting = inn.tokens(&app, "openid").await;
        let family = |tokens: &mainstay_auth::Tokens| {
            part(&tokens.access_token, 1)["gid"].as_str().and_then(|id| id.parse().ok()).expect("a family")
        };
        let ended = inn.tokens(&app, "openid").await;
        inn.provider.revoke(&app.shows(), refresh_of(&ended).expose()).await.expect("an end");
        let kept = async |id| inn.house.store.authorization(id).await.expect("a look").is_some();

        inn.house.clock.advance(DAY);
        inn.house.auth.oauth_clean_up().run(&serde_json::Value::Null).await.expect("a clean-up");
        assert!(kept(family(&ended)).await, "for a day it can still be told why");
        inn.house.clock.advance(Duration::from_mins(11));
        inn.house.auth.oauth_clean_up().run(&serde_json::Value::Null).await.expect("a clean-up");
        assert!(!kept(family(&ended)).await && kept(family(&lasting)).await);
        assert_eq!(said(inn.provider.token(&app.shows(), app.redeems(&unused)).await).0, "invalid_grant");
        inn.refresh(&app, &refresh_of(&lasting)).await.expect("tokens");
        let seen = inn.provider.introspect(&app.shows(), ended.access_token.expose()).await;
        assert_eq!(seen.expect("an introspection"), Introspection::Inactive);
    })
    .await;
}
