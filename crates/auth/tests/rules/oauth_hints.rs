//! Whom a client expects, and which claims it names. That nobody else is let in is told by the tests of the gateway.

use crate::house::secret;
use crate::oauth::Inn;
use mainstay_auth::{AuthorizeRequest, ProviderService as _, Step};
use mainstay_testkit::on_each_database;
use serde_json::json;
use std::time::Duration;

#[tokio::test(flavor = "multi_thread")]
async fn an_id_token_names_whom_the_client_expects_long_after_it_is_over() {
    on_each_database(async |database| {
        let inn = Inn::open(database).await;
        let app = inn.server().await;
        let id_token = inn.tokens(&app, "openid").await.id_token.expect("an ID token");
        let expecting = |hint: &str| AuthorizeRequest { id_token_hint: Some(secret(hint)), ..app.asks("openid") };
        inn.house.clock.advance(Duration::from_hours(2));
        inn.code(&expecting(id_token.expose())).await;
        let asked = inn.provider.examine(&expecting(id_token.expose()), None).await.expect("a question");
        assert_eq!(asked.next, Step::LogIn, "who is not logged in may do so");
        for unreadable in ["", "x", "x.y.z", &id_token.expose()[1..]] {
            inn.code(&expecting(unreadable)).await;
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_claim_that_a_scope_tells_can_be_asked_for_by_name() {
    on_each_database(async |database| {
        let inn = Inn::open(database).await;
        let app = inn.server().await;
        let whole = inn.tokens(&app, "openid profile email").await;
        let told = inn.provider.userinfo(whole.access_token.expose()).await.expect("claims");
        for name in told.keys().filter(|name| !matches!(name.as_str(), "sub" | "id")) {
            let claims = Some(json!({ "userinfo": { name: { "essential": true } } }).to_string());
            let code = inn.code(&AuthorizeRequest { claims, ..app.asks("openid") }).await;
            let tokens = inn.provider.token(&app.shows(), app.redeems(&code)).await.expect("tokens");
            let alone = inn.provider.userinfo(tokens.access_token.expose()).await.expect("claims");
            assert_eq!(alone.get(name), told.get(name), "{name}");
            assert!(tokens.scopes.to_string().starts_with("openid "));
        }
    })
    .await;
}
