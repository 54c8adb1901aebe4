//! What goes along with something else is forgotten everywhere, though no statement names it.

use crate::house::secret;
use crate::oauth::{CALLBACK, Inn, PUBLIC_PROJECT, new_client, said};
use mainstay_auth::{ClientOwner, Introspection, Login, Provider, ProviderService as _};
use mainstay_testkit::on_each_database;
use std::sync::Arc;

#[tokio::test(flavor = "multi_thread")]
async fn a_client_that_goes_with_its_project_or_its_person_is_forgotten_by_every_node() {
    on_each_database(async |database| {
        let inn = Inn::open(database).await;
        let eve = inn.house.sign_up("eve@example.com").await.tokens.person;
        inn.house.keep_projects(&[PUBLIC_PROJECT], inn.login.person).await;
        let elsewhere = inn.house.another_node().await;
        let mut changes = mainstay_store::Changes::default();
        elsewhere.listen(&mut changes);
        changes.begin(&inn.house.database).await.expect("the changes begin");
        let there = Provider::new(elsewhere, Arc::new(inn.projects.clone()));
        for owner in [ClientOwner::Project(PUBLIC_PROJECT), ClientOwner::Personal(eve)] {
            let app = inn.register(owner, new_client(CALLBACK, false)).await;
            let token = inn.tokens(&app, "openid").await.access_token;
            there.userinfo(token.expose()).await.expect("claims");
            match owner {
                ClientOwner::Personal(person) => inn.house.delete_person(person).await,
                _ => inn.house.delete_project(PUBLIC_PROJECT).await,
            }
            changes.catch_up(&inn.house.database).await.expect("the changes");
            assert_eq!(said(there.userinfo(token.expose()).await).0, "invalid_token");
            assert_eq!(said(there.introspect(&app.shows(), token.expose()).await).0, "invalid_client");
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn no_token_of_a_person_who_is_gone_stands_on_any_node() {
    on_each_database(async |database| {
        let inn = Inn::open(database).await;
        let signed_up = inn.house.sign_up("eve@example.com").await.tokens;
        let eve = Login { person: signed_up.person, session: signed_up.session };
        let app = inn.server().await;
        let url = inn.provider.approve(eve, &app.asks("openid")).await.expect("a redirect");
        let code = secret(&crate::oauth::query(&url)["code"]);
        let token = inn.provider.token(&app.shows(), app.redeems(&code)).await.expect("tokens").access_token;
        let elsewhere = inn.house.another_node().await;
        let mut changes = mainstay_store::Changes::default();
        elsewhere.listen(&mut changes);
        changes.begin(&inn.house.database).await.expect("the changes begin");
        let there = Provider::new(elsewhere, Arc::new(inn.projects.clone()));
        let seen = async || there.introspect(&app.shows(), token.expose()).await.expect("an introspection");
        assert!(matches!(seen().await, Introspection::Active(_)));
        inn.house.delete_person(eve.person).await;
        changes.catch_up(&inn.house.database).await.expect("the changes");
        assert_eq!(seen().await, Introspection::Inactive);
    })
    .await;
}
