//! Clients that registered themselves and change what they registered.

use crate::oauth::{Inn, query, said};
use crate::oauth_registrations::{app, confidential, management, open, public, register, replacement};
use mainstay_auth::{
    AuthMethod, ClientMetadata, ClientRegistrationService as _, OAuthError, ProviderService as _, Replacement,
    TokenRequest,
};
use mainstay_kernel::Secret;
use mainstay_testkit::on_each_database;

#[tokio::test(flavor = "multi_thread")]
async fn a_client_manages_itself_by_its_registration_token_and_by_nothing_else() {
    on_each_database(async |database| {
        let inn = Inn::open(database).await;
        let (registered, other) = (register(&inn, confidential()).await, register(&inn, confidential()).await);
        let (id, token, service) = (registered.client.client_id.clone(), management(&registered), open(&inn));
        assert_eq!(service.read(&id, &token).await.expect("the client"), registered.client);
        let wrong = [management(&other), registered.secret.clone().expect("a secret"), Secret::new(String::new())];
        for wrong in &wrong {
            assert_eq!(said(service.read(&id, wrong).await).0, "invalid_token");
            assert_eq!(said(service.delete(&id, wrong).await).0, "invalid_token");
            let to = replacement(&registered, confidential());
            assert_eq!(said(service.replace(&id, wrong, to).await).0, "invalid_token");
        }
        assert_eq!(said(service.read("0123456789abcdef0123456789abcdef", &token).await).0, "invalid_token");

        let renamed = ClientMetadata { client_name: Some("Renamed".to_owned()), ..confidential() };
        let kept = service.replace(&id, &token, replacement(&registered, renamed.clone())).await.expect("a change");
        assert_eq!((kept.client.name.as_str(), kept.secret.is_none()), ("Renamed", true));
        inn.tokens(&app(&registered), "openid").await;
        let without = ClientMetadata { token_endpoint_auth_method: Some("none".to_owned()), ..renamed.clone() };
        let without = service.replace(&id, &token, replacement(&registered, without)).await.expect("a change");
        assert_eq!(without.client.method, AuthMethod::None);
        let anew = service.replace(&id, &token, replacement(&registered, renamed.clone())).await.expect("a change");
        assert!(anew.secret.is_some(), "it has one again, and another");
        for wrong in [
            Replacement { client_id: None, ..replacement(&registered, renamed.clone()) },
            Replacement {
                client_id: Some(other.client.client_id.clone()),
                ..replacement(&registered, renamed.clone())
            },
            Replacement { client_secret: registered.secret.clone(), ..replacement(&registered, renamed.clone()) },
        ] {
            assert_eq!(said(service.replace(&id, &token, wrong).await).0, "invalid_client_metadata");
        }
        let same = Replacement { client_secret: anew.secret.clone(), ..replacement(&registered, renamed) };
        service.replace(&id, &token, same).await.expect("a change");

        service.delete(&id, &token).await.expect("a deletion");
        assert_eq!(said(service.read(&id, &token).await).0, "invalid_token");
        let gone = inn.provider.token(&app(&registered).shows(), TokenRequest::default()).await;
        assert_eq!(said(gone), ("invalid_client", "Invalid client_id".to_owned()));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_is_seen_by_the_next_question() {
    on_each_database(async |database| {
        let inn = Inn::open(database).await;
        let registered = register(&inn, public()).await;
        inn.tokens(&app(&registered), "openid").await;
        let moved = ClientMetadata { redirect_uris: vec!["https://b.example.com/".to_owned()], ..public() };
        let to = replacement(&registered, moved);
        let moved = open(&inn).replace(&registered.client.client_id, &management(&registered), to).await;
        let moved = app(&moved.expect("a change"));
        let refused = inn.provider.approve(inn.login, &app(&registered).asks("openid")).await.expect_err("a refusal");
        assert!(matches!(refused.error, OAuthError::RedirectMismatch) && refused.redirect.is_none());
        let back = inn.provider.approve(inn.login, &moved.asks("openid")).await.expect("a redirect");
        assert!(back.expose().starts_with("https://b.example.com/") && query(&back).contains_key("code"));
    })
    .await;
}
