//! `/oauth/grants`: what a person has allowed clients.

use crate::crew::{NIL, is_instant};
use crate::oauth_app::App;
use mainstay_testkit::gateway::{Actor as _, on_each_gateway};
use serde_json::json;

#[test]
fn a_person_sees_whom_they_let_in_and_takes_it_back() {
    on_each_gateway(async |gateway| {
        let (maker, ada, eve) =
            (gateway.person("maker").await, gateway.person("ada").await, gateway.person("eve").await);
        let app = App::of(&maker, gateway).await;
        let first = app.tokens(&ada, "&scope=openid").await;
        let second = app.tokens(&ada, "&scope=email").await;
        let hers = app.tokens(&eve, "").await;
        let grants = ada.get("/oauth/grants/").await.is(200);
        assert_eq!(grants.at("").as_array().map(Vec::len), Some(1), "a client is allowed once");
        assert_eq!(grants.fields("/0"), ["clientId", "clientName", "createdAt", "id", "scopes", "updatedAt"]);
        assert_eq!((grants.text("/0/clientId"), grants.text("/0/clientName")), (app.client_id.clone(), "App".into()));
        assert_eq!(grants.at("/0/scopes"), json!(["openid", "email"]));
        assert!(is_instant(&grants.text("/0/createdAt")));

        let path = format!("/oauth/grants/{}", grants.text("/0/id"));
        for (person, path) in [(&eve, path.as_str()), (&maker, path.as_str()), (&ada, "/oauth/grants/x")] {
            assert_eq!(person.delete(path).await.is(404).text("/code"), "GRANT_NOT_FOUND");
        }
        let _ = ada.delete(&format!("/oauth/grants/{NIL}")).await.is(404);
        assert_eq!(ada.delete(&path).await.is(200).fields(""), ["message"]);
        for tokens in [&first, &second] {
            let _ = app.userinfo(&tokens.text("/access_token")).await.is(401);
            let _ = app.refresh(&tokens.text("/refresh_token")).await.is(400);
        }
        assert_eq!(ada.get("/oauth/grants").await.is(200).json(), json!([]));
        let _ = app.userinfo(&hers.text("/access_token")).await.is(200);
        let _ = app.tokens(&ada, "").await;
    });
}
