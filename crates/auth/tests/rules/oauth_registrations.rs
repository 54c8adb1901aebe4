//! Clients that register themselves, and what they may do then.

use crate::oauth::{App, CALLBACK, Inn, said};
use crate::signer::Signer;
use jsonwebtoken::Algorithm;
use mainstay_auth::{
    Backer, Client, ClientKeys, ClientMetadata, ClientOwner, ClientRegistrationService as _, ClientRegistrations,
    ClientService as _, Introspection, ProviderService as _, Registered, Replacement, Step, TokenRequest,
};
use mainstay_kernel::{Fault as _, Kind, Secret};
use mainstay_store::jobs::Handler as _;
use mainstay_testkit::on_each_database;
use serde_json::json;
use std::sync::Arc;
use std::time::Duration;

pub(crate) fn open(inn: &Inn) -> ClientRegistrations {
    ClientRegistrations::new(Arc::clone(&inn.house.auth), true)
}

pub(crate) fn from(address: &str) -> Client {
    Client::new(address.parse().ok(), None)
}

pub(crate) fn public() -> ClientMetadata {
    ClientMetadata { token_endpoint_auth_method: Some("none".to_owned()), ..confidential() }
}

pub(crate) fn confidential() -> ClientMetadata {
    ClientMetadata {
        redirect_uris: vec![CALLBACK.to_owned()],
        client_name: Some("Self-made".to_owned()),
        // Keys for RSA are slow to make.
        id_token_signed_response_alg: Some("ES256".to_owned()),
        ..ClientMetadata::default()
    }
}

pub(crate) async fn register(inn: &Inn, metadata: ClientMetadata) -> Registered {
    open(inn).register(metadata, &from("192.0.2.7")).await.expect("a registration")
}

pub(crate) fn app(registered: &Registered) -> App {
    App { client: registered.client.clone(), secret: registered.secret.clone() }
}

pub(crate) fn management(registered: &Registered) -> Secret<String> {
    registered.management.clone().expect("a registration token")
}

pub(crate) fn replacement(registered: &Registered, metadata: ClientMetadata) -> Replacement {
    Replacement { client_id: Some(registered.client.client_id.clone()), client_secret: None, metadata }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_registers_itself_and_people_let_it_in_knowing_that_nobody_vouches_for_it() {
    on_each_database(async |database| {
        let inn = Inn::open(database).await;
        inn.house.events().await;
        for metadata in [public(), confidential()] {
            let registered = register(&inn, metadata).await;
            let app = app(&registered);
            assert_eq!(app.client.owner, ClientOwner::Itself(app.client.id));
            assert_eq!(app.secret.is_some(), app.client.method.has_secret());
            let asked = inn.provider.examine(&app.asks("openid"), Some(inn.login)).await.expect("a question");
            assert_eq!((asked.backer, asked.next), (Backer::Nobody, Step::Consent));
            inn.tokens(&app, "openid").await;
        }
        let told = inn.house.events().await;
        let made: Vec<_> = told.iter().filter(|event| event.name == "oauth_client.created").collect();
        assert_eq!(made.len(), 2);
        assert!(made.iter().all(|event| event.data["self_registered"] == true));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_that_nobody_vouches_for_speaks_for_people_alone_and_sees_its_own_tokens_alone() {
    on_each_database(async |database| {
        let inn = Inn::open(database).await;
        let (one, other) = (register(&inn, confidential()).await, register(&inn, confidential()).await);
        let (one, other) = (app(&one), app(&other));
        let itself = TokenRequest { grant_type: Some("client_credentials".to_owned()), ..TokenRequest::default() };
        assert_eq!(said(inn.provider.token(&one.shows(), itself).await).0, "unauthorized_client");
        let tokens = inn.tokens(&one, "openid").await;
        let refresh = tokens.refresh_token.expect("a refresh token");
        for token in [tokens.access_token.expose(), refresh.expose()] {
            let seen = |app: &App| {
                let (provider, shown, token) = (Arc::clone(&inn.provider), app.shows(), token.clone());
                async move { provider.introspect(&shown, &token).await.expect("a look") }
            };
            assert!(matches!(seen(&one).await, Introspection::Active(_)));
            assert_eq!(seen(&other).await, Introspection::Inactive);
        }
        assert_eq!(inn.clients.list(inn.mine()).await.expect("a list"), [], "they are nobody's");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn only_what_is_supported_is_registered() {
    on_each_database(async |database| {
        let inn = Inn::open(database).await;
        let some = |texts: &[&str]| Some(texts.iter().map(|text| (*text).to_owned()).collect::<Vec<_>>());
        let uris = |texts: &[&str]| ClientMetadata { redirect_uris: some(texts).unwrap_or_default(), ..public() };
        let method = |text: &str| ClientMetadata { token_endpoint_auth_method: Some(text.to_owned()), ..public() };
        let named = |text: &str| ClientMetadata { client_name: Some(text.to_owned()), ..public() };
        let keys = Signer::new(Algorithm::ES256, None).set();
        for (metadata, code) in [
            (uris(&[]), "invalid_redirect_uri"),
            (uris(&["http://app.example.com/"]), "invalid_redirect_uri"),
            (uris(&["javascript:alert(1)"]), "invalid_redirect_uri"),
            (uris(&[CALLBACK; 11]), "invalid_redirect_uri"),
            (method("client_secret_jwt"), "invalid_client_metadata"),
            (method("private_key_jwt"), "invalid_client_metadata"),
            (named(" "), "invalid_client_metadata"),
            (named("Bank\u{202e}knaB"), "invalid_client_metadata"),
            (ClientMetadata { grant_types: some(&["implicit"]), ..public() }, "invalid_client_metadata"),
            (ClientMetadata { grant_types: some(&["client_credentials"]), ..public() }, "invalid_client_metadata"),
            (ClientMetadata { grant_types: some(&["refresh_token"]), ..public() }, "invalid_client_metadata"),
            (ClientMetadata { response_types: some(&["token"]), ..public() }, "invalid_client_metadata"),
            (
                ClientMetadata {
                    jwks: Some(keys.clone()),
                    jwks_uri: Some("https://app.example.com/keys".to_owned()),
                    ..method("private_key_jwt")
                },
                "invalid_client_metadata",
            ),
        ] {
            let refused = open(&inn).register(metadata.clone(), &from("192.0.2.7")).await.expect_err("a refusal");
            assert_eq!((refused.rfc_code(), refused.kind()), (code, Kind::Malformed), "{metadata:?}");
        }
        let signing = ClientMetadata { jwks: Some(keys.clone()), ..method("private_key_jwt") };
        assert_eq!(register(&inn, signing).await.client.keys, Some(ClientKeys::Inline(keys.clone())));
        let idle = ClientMetadata { jwks: Some(keys), ..public() };
        assert_eq!(register(&inn, idle).await.client.keys, None, "what it has no use for is not kept");
        let nameless = ClientMetadata { client_name: None, ..public() };
        assert_eq!(register(&inn, nameless).await.client.name, "app.example.com");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_from_the_same_place_registers_once_and_is_nobodys_to_change_from_then_on() {
    on_each_database(async |database| {
        let inn = Inn::open(database).await;
        let first = register(&inn, public()).await;
        let token = management(&first);
        let client_id = &first.client.client_id;
        open(&inn).read(client_id, &token).await.expect("the client");
        let (second, third) = (register(&inn, public()).await, register(&inn, public()).await);
        for later in [&second, &third] {
            assert_eq!(&later.client.client_id, client_id);
            assert!(later.management.is_none() && later.secret.is_none());
        }
        let refused = open(&inn).read(client_id, &token).await.expect_err("a refusal");
        assert_eq!((refused.kind(), refused.code()), (Kind::Unauthenticated, "invalid_token"));
        let moved = ClientMetadata { redirect_uris: vec!["https://evil.example.com/".to_owned()], ..public() };
        open(&inn).replace(client_id, &token, replacement(&first, moved)).await.expect_err("a refusal");
        inn.tokens(&app(&second), "openid").await;
        for (metadata, place) in [
            (public(), "192.0.2.8"),
            (ClientMetadata { client_name: Some("Other".to_owned()), ..public() }, "192.0.2.7"),
            (ClientMetadata { redirect_uris: vec!["https://b.example.com/".to_owned()], ..public() }, "192.0.2.7"),
        ] {
            let other = open(&inn).register(metadata, &from(place)).await.expect("a registration");
            assert!(&other.client.client_id != client_id && other.management.is_some());
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn no_registrant_is_given_the_secret_of_another() {
    on_each_database(async |database| {
        let inn = Inn::open(database).await;
        let (one, other) = (register(&inn, confidential()).await, register(&inn, confidential()).await);
        assert_ne!(one.client.client_id, other.client.client_id);
        let secrets = [&one, &other].map(|registered| registered.secret.clone().expect("a secret"));
        assert_ne!(secrets[0].expose(), secrets[1].expose());
        for registered in [&one, &other] {
            let kept = inn.house.store.client_called(registered.client.client_id.clone()).await.expect("a look");
            let printed = format!("{kept:?} {registered:?}");
            for secret in secrets.iter().chain(&[management(registered)]) {
                assert!(!printed.contains(secret.expose().as_str()), "{printed}");
            }
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn of_many_that_say_the_same_at_once_all_get_one_client() {
    on_each_database(async |database| {
        let inn = Inn::open(database).await;
        let outcomes = futures_util::future::join_all((0..8).map(|_| register(&inn, public()))).await;
        let first = &outcomes[0].client.client_id;
        assert!(outcomes.iter().all(|registered| registered.client.client_id == *first));
        assert_eq!(outcomes.iter().filter(|registered| registered.management.is_some()).count(), 1);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn where_it_is_not_open_nobody_registers_and_nothing_is_managed() {
    on_each_database(async |database| {
        let inn = Inn::open(database).await;
        let registered = register(&inn, public()).await;
        let closed = ClientRegistrations::new(Arc::clone(&inn.house.auth), false);
        let refused = closed.register(public(), &from("192.0.2.7")).await.expect_err("a refusal");
        assert_eq!((refused.kind(), refused.code()), (Kind::NotFound, "registration_closed"));
        let refused = closed.read(&registered.client.client_id, &management(&registered)).await;
        assert_eq!(said(refused).0, "invalid_token");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_registers_one_client_after_the_other_waits_longer_and_longer() {
    on_each_database(async |database| {
        let inn = Inn::open(database).await;
        for _ in 0..20 {
            register(&inn, confidential()).await;
        }
        let refused = open(&inn).register(public(), &from("192.0.2.7")).await.expect_err("a refusal");
        assert_eq!((refused.kind(), refused.code()), (Kind::RateLimited, "rate_limited"));
        open(&inn).register(public(), &from("192.0.2.8")).await.expect("others come from elsewhere");
        inn.house.clock.advance(Duration::from_secs(30));
        register(&inn, public()).await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_that_nobody_owns_or_uses_is_gone_after_thirty_days() {
    on_each_database(async |database| {
        let inn = Inn::open(database).await;
        let owned = inn.server().await;
        let (used, unused) = (register(&inn, confidential()).await, register(&inn, confidential()).await);
        inn.tokens(&app(&used), "openid").await;
        let shared = register(&inn, public()).await;
        let cleaned = async || {
            inn.house.auth.oauth_clean_up().run(&json!({})).await.expect("a clean-up");
        };
        inn.house.clock.advance(Duration::from_hours(30 * 24));
        cleaned().await;
        let is_there = async |client_id: &str| inn.clients.public(client_id).await.expect("a look").is_some();
        assert!(is_there(&unused.client.client_id).await, "not a moment too early");
        register(&inn, public()).await;
        inn.house.clock.advance(Duration::from_secs(1));
        let mut changes = inn.house.changes().await;
        cleaned().await;
        changes.catch_up(&inn.house.database).await.expect("the changes");
        assert!(!is_there(&unused.client.client_id).await);
        assert!(is_there(&shared.client.client_id).await, "somebody registered it again");
        assert!(is_there(&used.client.client_id).await && is_there(&owned.client.client_id).await);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_says_what_its_id_tokens_are_signed_with_and_gets_rs256_where_it_does_not() {
    on_each_database(async |database| {
        let inn = Inn::open(database).await;
        let saying = |algorithm: Option<&str>| ClientMetadata {
            id_token_signed_response_alg: algorithm.map(str::to_owned),
            ..confidential()
        };
        for (said, got) in [(None, "RS256"), (Some("RS256"), "RS256"), (Some("ES256"), "ES256")] {
            let registered = register(&inn, saying(said)).await;
            assert_eq!(registered.client.id_token_algorithm.as_str(), got);
            let to = replacement(&registered, saying(Some("ES256")));
            let token = management(&registered);
            let replaced = open(&inn).replace(&registered.client.client_id, &token, to).await.expect("a change");
            assert_eq!(replaced.client.id_token_algorithm.as_str(), "ES256");
        }
        for unknown in ["none", "HS256", "PS256", "rs256", ""] {
            let refused = open(&inn).register(saying(Some(unknown)), &from("192.0.2.7")).await;
            assert_eq!(said(refused).0, "invalid_client_metadata", "{unknown}");
        }
    })
    .await;
}
