//! Clients that show themselves by what they signed.

use crate::house::ISSUER;
use crate::oauth::{App, CALLBACK, Inn, said};
use crate::signer::{JWT_BEARER, Signer, asserted, claims};
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use mainstay_auth::{
    AuthMethod, ClientAuthentication, ClientChange, ClientKeys, ClientService as _, Introspection, NewClient,
    OAuthError, ProviderService as _, TokenRequest,
};
use mainstay_kernel::{Clock as _, Secret};
use mainstay_store::jobs::Handler as _;
use mainstay_testkit::on_each_database;
use serde_json::{Value, json};
use std::time::Duration;

const KEYS_AT: &str = "https://app.example.com/keys.json";

fn signing(keys: ClientKeys) -> NewClient {
    NewClient {
        name: "Engine".to_owned(),
        redirect_uris: vec![CALLBACK.to_owned()],
        method: AuthMethod::PrivateKeyJwt,
        keys: Some(keys),
        ..NewClient::default()
    }
}

async fn client(inn: &Inn, keys: ClientKeys) -> App {
    let app = inn.register(inn.mine(), signing(keys)).await;
    assert!(app.secret.is_none(), "it has a key of its own");
    app
}

/// Whether the client is believed.
async fn show(inn: &Inn, shown: Result<ClientAuthentication, OAuthError>) -> Result<(), (&'static str, String)> {
    let request = TokenRequest { grant_type: Some("client_credentials".to_owned()), ..TokenRequest::default() };
    let outcome = match shown {
        Ok(shown) => inn.provider.token(&shown, request).await,
        Err(error) => Err(error),
    };
    if outcome.is_ok() { Ok(()) } else { Err(said(outcome)) }
}

fn refused() -> Result<(), (&'static str, String)> {
    Err(("invalid_client", "Invalid client credentials".to_owned()))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_shows_itself_by_what_it_signed_at_every_endpoint() {
    on_each_database(async |database| {
        let inn = Inn::open(database).await;
        for algorithm in [Algorithm::RS256, Algorithm::PS256, Algorithm::ES256, Algorithm::EdDSA] {
            let signer = Signer::new(algorithm, Some("one"));
            let app = client(&inn, ClientKeys::Inline(signer.set())).await;
            let shows = |jti: &str| signer.shows(&app.client.client_id, &inn.house.clock, jti);
            let code = inn.code(&app.asks("openid")).await;
            let tokens = inn.provider.token(&shows("1"), app.redeems(&code)).await.expect("tokens");
            let access = tokens.access_token.expose();
            let seen = inn.provider.introspect(&shows("2"), access).await.expect("a look");
            assert!(matches!(seen, Introspection::Active(_)), "{algorithm:?}");
            inn.provider.revoke(&shows("3"), access).await.expect("an end");
            assert_eq!(inn.provider.introspect(&shows("4"), access).await.expect("a look"), Introspection::Inactive);
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_assertion_is_good_once_and_no_two_are_taken_at_once() {
    on_each_database(async |database| {
        let inn = Inn::open(database).await;
        let signer = Signer::new(Algorithm::ES256, None);
        let app = client(&inn, ClientKeys::Inline(signer.set())).await;
        let other = client(&inn, ClientKeys::Inline(signer.set())).await;
        let shown = signer.shows(&app.client.client_id, &inn.house.clock, "once");
        let (one, two) = tokio::join!(show(&inn, Ok(shown.clone())), show(&inn, Ok(shown.clone())));
        assert!(one.is_ok() != two.is_ok(), "{one:?} {two:?}");
        assert_eq!(show(&inn, Ok(shown.clone())).await, refused());
        let namesake = signer.shows(&other.client.client_id, &inn.house.clock, "once");
        assert_eq!(show(&inn, Ok(namesake)).await, Ok(()), "another client's names are its own");
        inn.house.auth.oauth_clean_up().run(&json!({})).await.expect("a clean-up");
        assert_eq!(show(&inn, Ok(shown)).await, refused(), "it is remembered for as long as it stands");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_assertion_is_the_clients_own_for_us_and_for_a_few_minutes() {
    on_each_database(async |database| {
        let inn = Inn::open(database).await;
        let signer = Signer::new(Algorithm::ES256, None);
        let app = client(&inn, ClientKeys::Inline(signer.set())).await;
        let (id, now) = (app.client.client_id.as_str(), inn.house.clock.now().seconds());
        let good = claims(id, inn.house.clock.now(), "name");
        let token = format!("{ISSUER}/oauth/token");
        for (place, (claim, value)) in [
            ("aud", json!(token)),
            ("aud", json!([ISSUER])),
            ("exp", json!(now + 300)),
            ("exp", json!(now - 59)),
            ("iat", json!(now + 59)),
            ("nbf", json!(now)),
        ]
        .into_iter()
        .enumerate()
        {
            let claims = with(&good, &[(claim, value), ("jti", json!(format!("good {place}")))]);
            assert_eq!(show(&inn, asserted(signer.sign(&claims))).await, Ok(()), "{claims}");
        }
        for (claim, value) in [
            ("iss", json!("another")),
            ("aud", json!("https://other.example.com")),
            ("aud", json!([ISSUER, "https://other.example.com"])),
            ("aud", json!([])),
            ("aud", json!(format!("{ISSUER}/oauth/revoke"))),
            ("aud", Value::Null),
            ("exp", json!(now - 60)),
            ("exp", json!(now + 361)),
            ("exp", json!(1e300)),
            ("exp", Value::Null),
            ("iat", json!(now + 61)),
            ("nbf", json!(now + 61)),
            ("jti", json!("")),
            ("jti", json!("x".repeat(257))),
            ("jti", Value::Null),
        ] {
            let claims = with(&good, &[(claim, value)]);
            assert_eq!(show(&inn, asserted(signer.sign(&claims))).await, refused(), "{claims}");
        }
        let stranger = with(&good, &[("sub", json!("0123456789abcdef0123456789abcdef"))]);
        assert_eq!(show(&inn, asserted(signer.sign(&stranger))).await.expect_err("a refusal").0, "invalid_client");
        assert_eq!(show(&inn, asserted(signer.sign(&good))).await, Ok(()));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn only_the_clients_own_keys_count_and_never_a_shared_one() {
    on_each_database(async |database| {
        let inn = Inn::open(database).await;
        let signer = Signer::new(Algorithm::ES256, Some("one"));
        let app = client(&inn, ClientKeys::Inline(signer.set())).await;
        let (id, now) = (app.client.client_id.as_str(), inn.house.clock.now());
        let forged = Signer::new(Algorithm::ES256, Some("one")).shows(id, &inn.house.clock, "forged");
        assert_eq!(show(&inn, Ok(forged)).await, refused());
        let public = signer.public().to_string();
        let shared = EncodingKey::from_secret(public.as_bytes());
        let hmac = jsonwebtoken::encode(&Header::new(Algorithm::HS256), &claims(id, now, "hmac"), &shared);
        assert_eq!(show(&inn, asserted(Secret::new(hmac.expect("an assertion")))).await, refused());
        let assertion = signer.sign(&claims(id, now, "none"));
        let body = assertion.expose().split('.').nth(1).expect("a body");
        // {"alg":"none"}
        let none = format!("eyJhbGciOiJub25lIn0.{body}.");
        assert_eq!(show(&inn, asserted(Secret::new(none))).await, refused());
        for other in ["client_secret_basic", "", "urn:ietf:params:oauth:client-assertion-type:saml2-bearer"] {
            let shown = ClientAuthentication::asserted(None, Some(other), assertion.clone());
            assert_eq!(show(&inn, shown).await.expect_err("a refusal").0, "invalid_request", "{other}");
        }
        let mismatch = ClientAuthentication::asserted(Some("another".to_owned()), Some(JWT_BEARER), assertion.clone());
        assert_eq!(show(&inn, mismatch).await, refused());
        let garbage = ["", ".", "a.b.c", "x", "eyJhbGciOiJub25lIn0"].map(str::to_owned);
        for text in garbage.into_iter().chain(["x".repeat(10_000)]) {
            assert_eq!(show(&inn, asserted(Secret::new(text))).await, refused());
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_shows_itself_in_its_own_way_and_in_no_other() {
    on_each_database(async |database| {
        let inn = Inn::open(database).await;
        let signer = Signer::new(Algorithm::ES256, None);
        let app = client(&inn, ClientKeys::Inline(signer.set())).await;
        let client_id = app.client.client_id.clone();
        let bare = ClientAuthentication::None { client_id: client_id.clone() };
        assert_eq!(show(&inn, Ok(bare)).await, refused());
        let secret = ClientAuthentication::Post { client_id, secret: Secret::new(String::new()) };
        assert_eq!(show(&inn, Ok(secret)).await, refused());
        for other in [inn.server().await, inn.phone().await] {
            let shown = signer.shows(&other.client.client_id, &inn.house.clock, "x");
            assert_eq!(show(&inn, Ok(shown)).await, refused());
        }
        let refusal = inn.clients.rotate_secret(inn.mine(), app.client.id).await.expect_err("a refusal");
        assert_eq!(said::<()>(Err(refusal)).1, "This client has no secret");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn keys_that_stand_elsewhere_are_fetched_anew_for_an_unknown_one_and_not_often() {
    on_each_database(async |database| {
        let inn = Inn::open(database).await;
        let (old, new) = (Signer::new(Algorithm::ES256, Some("old")), Signer::new(Algorithm::ES256, Some("new")));
        inn.house.elsewhere.put(KEYS_AT, old.set());
        let app = client(&inn, ClientKeys::At(KEYS_AT.to_owned())).await;
        let (id, clock) = (&app.client.client_id, &inn.house.clock);
        for jti in ["1", "2"] {
            assert_eq!(show(&inn, Ok(old.shows(id, clock, jti))).await, Ok(()));
        }
        assert_eq!(inn.house.elsewhere.fetches(KEYS_AT), 1);
        inn.house.elsewhere.put(KEYS_AT, new.set());
        for jti in ["3", "4", "5"] {
            assert_eq!(show(&inn, Ok(new.shows(id, clock, jti))).await, refused(), "it was asked a moment ago");
        }
        assert_eq!(inn.house.elsewhere.fetches(KEYS_AT), 1);
        clock.advance(Duration::from_mins(1));
        assert_eq!(show(&inn, Ok(new.shows(id, clock, "6"))).await, Ok(()));
        assert_eq!(show(&inn, Ok(old.shows(id, clock, "7"))).await, refused(), "the old one is no longer theirs");
        assert_eq!(inn.house.elsewhere.fetches(KEYS_AT), 2);
        inn.house.elsewhere.remove(KEYS_AT);
        clock.advance(Duration::from_mins(2));
        assert_eq!(show(&inn, Ok(new.shows(id, clock, "8"))).await, Ok(()), "what is fresh stays so");
        clock.advance(Duration::from_hours(1));
        assert_eq!(show(&inn, Ok(new.shows(id, clock, "9"))).await, refused());
        assert_eq!(inn.house.elsewhere.fetches(KEYS_AT), 3);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn keys_are_public_usable_and_for_those_who_sign() {
    on_each_database(async |database| {
        let inn = Inn::open(database).await;
        let signer = Signer::new(Algorithm::ES256, None);
        let private = json!({ "keys": [with(&signer.public(), &[("d", json!("x"))])] });
        let shared = json!({ "keys": [{ "kty": "oct", "k": "c2VjcmV0" }] });
        let other_curve = json!({ "keys": [with(&signer.public(), &[("crv", json!("P-384"))])] });
        let encrypting = json!({ "keys": [with(&signer.public(), &[("use", json!("enc"))])] });
        for set in [private, shared, other_curve, encrypting, json!({ "keys": [] }), json!([]), json!("x")] {
            let refused =
                inn.clients.create(inn.mine(), inn.login.person, signing(ClientKeys::Inline(set.clone()))).await;
            assert!(matches!(refused, Err(OAuthError::InvalidFields(_))), "{set}");
        }
        for uri in
            ["http://app.example.com/keys", "https://ada@app.example.com/keys", "https://app.example.com/#keys", "keys"]
        {
            let refused =
                inn.clients.create(inn.mine(), inn.login.person, signing(ClientKeys::At(uri.to_owned()))).await;
            assert!(matches!(refused, Err(OAuthError::InvalidFields(_))), "{uri}");
        }
        let good = signing(ClientKeys::Inline(signer.set()));
        for wrong in [NewClient { keys: None, ..good.clone() }, NewClient { method: AuthMethod::None, ..good.clone() }]
        {
            let refused = inn.clients.create(inn.mine(), inn.login.person, wrong).await;
            assert!(matches!(refused, Err(OAuthError::InvalidFields(_))));
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_changes_its_keys_and_the_old_ones_count_no_longer() {
    on_each_database(async |database| {
        let inn = Inn::open(database).await;
        let (old, new) = (Signer::new(Algorithm::ES256, None), Signer::new(Algorithm::ES256, None));
        let app = client(&inn, ClientKeys::Inline(old.set())).await;
        let (id, clock) = (&app.client.client_id, &inn.house.clock);
        assert_eq!(show(&inn, Ok(old.shows(id, clock, "1"))).await, Ok(()));
        let change = ClientChange { keys: Some(ClientKeys::Inline(new.set())), ..ClientChange::default() };
        inn.clients.update(inn.mine(), app.client.id, change).await.expect("a change");
        assert_eq!(show(&inn, Ok(old.shows(id, clock, "2"))).await, refused());
        assert_eq!(show(&inn, Ok(new.shows(id, clock, "3"))).await, Ok(()));
        inn.house.elsewhere.put(KEYS_AT, old.set());
        let change = ClientChange { keys: Some(ClientKeys::At(KEYS_AT.to_owned())), ..ClientChange::default() };
        let changed = inn.clients.update(inn.mine(), app.client.id, change.clone()).await.expect("a change");
        assert_eq!(changed.keys, Some(ClientKeys::At(KEYS_AT.to_owned())));
        assert_eq!(show(&inn, Ok(old.shows(id, clock, "4"))).await, Ok(()));
        let server = inn.server().await;
        let refused = inn.clients.update(inn.mine(), server.client.id, change).await;
        assert!(matches!(refused, Err(OAuthError::InvalidFields(_))), "it has a secret");
    })
    .await;
}

/// The object with other members; null takes one away.
fn with(object: &Value, members: &[(&str, Value)]) -> Value {
    let mut changed = object.clone();
    let fields = changed.as_object_mut().expect("an object");
    for (name, value) in members {
        fields.insert((*name).to_owned(), value.clone());
    }
    fields.retain(|_, value| !value.is_null());
    changed
}
