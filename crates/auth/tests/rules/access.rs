//! What an access token proves, and what proves nothing.

use crate::house::{House, ISSUER, UNAUTHENTICATED, refusal};
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use mainstay_auth::{Auth, AuthParts, AuthService as _, SigningAlgorithm};
use mainstay_kernel::Clock as _;
use mainstay_testkit::on_each_database;
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use serde_json::{Value, json};
use std::time::Duration;
use tokio::runtime::Handle;
use tokio::task::block_in_place;

#[tokio::test(flavor = "multi_thread")]
async fn a_token_is_over_after_an_hour_to_the_second() {
    on_each_database(async |database| {
        let house = House::with_owner(database).await;
        let pair = house.log_in().await;
        house.clock.advance(Duration::from_hours(1).saturating_sub(Duration::from_micros(1)));
        house.auth.identify(pair.access.expose()).await.expect("a login");
        house.clock.advance(Duration::from_micros(1));
        assert_eq!(refusal(house.auth.identify(pair.access.expose()).await), UNAUTHENTICATED);
        let elsewhere = house.another_node().await;
        assert_eq!(refusal(elsewhere.identify(pair.access.expose()).await), UNAUTHENTICATED, "nor where it is new");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_says_what_it_must_and_names_its_key() {
    on_each_database(async |database| {
        let house = House::with_owner(database).await;
        let pair = house.log_in().await;
        let part = |index: usize| -> Value {
            let text = pair.access.expose().split('.').nth(index).expect("a part");
            serde_json::from_slice(&URL_SAFE_NO_PAD.decode(text).expect("base64url")).expect("JSON")
        };
        let kid = house.auth.jwks().await.expect("keys").keys[0].common.key_id.clone();
        assert_eq!(part(0), json!({ "typ": "JWT", "alg": "ES256", "kid": kid }));
        let claims = part(1);
        let now = house.clock.now().seconds();
        assert_eq!(claims["iss"], ISSUER);
        assert_eq!(claims["sub"], pair.person.to_string());
        assert_eq!(claims["sid"], pair.session.to_string());
        assert_eq!((&claims["iat"], &claims["exp"]), (&json!(now), &json!(now + 3600)));
        assert_eq!(claims["typ"], "access");
        assert!(claims["jti"].as_str().is_some_and(|id| id.len() == 22));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_good_signature_does_not_excuse_wrong_contents() {
    on_each_database(async |database| {
        let house = House::with_owner(database).await;
        let pair = house.log_in().await;
        let (kid, key) = signing_key(&house).await;
        let good = json!({
            "iss": ISSUER, "sub": pair.person.0, "sid": pair.session.0, "typ": "access", "jti": "1",
            "iat": house.clock.now().seconds(), "exp": house.clock.now().seconds() + 60,
        });
        let header = Header { kid: Some(kid), ..Header::new(Algorithm::ES256) };
        let mint = |header: &Header, claims: &Value| encode(header, claims, &key).expect("a token");
        house.auth.identify(&mint(&header, &good)).await.expect("the unspoilt one stands");

        for (claim, spoilt) in [
            ("iss", json!("https://elsewhere.example.com")),
            ("iss", json!([ISSUER])),
            ("typ", json!("id")),
            ("typ", Value::Null),
            ("sub", json!("ada")),
            ("sid", Value::Null),
            ("sid", json!("00000000-0000-0000-0000-000000000000")),
            ("exp", json!(house.clock.now().seconds())),
            ("exp", json!(-1)),
            ("exp", json!("9999999999")),
            ("exp", json!(1e300)),
        ] {
            let mut claims = good.clone();
            claims[claim] = spoilt.clone();
            let outcome = house.auth.identify(&mint(&header, &claims)).await;
            assert_eq!(refusal(outcome), UNAUTHENTICATED, "{claim}: {spoilt}");
        }
        for spoilt in [
            Header { typ: None, ..header.clone() },
            Header { typ: Some("at+jwt".into()), ..header.clone() },
            Header { kid: None, ..header.clone() },
            Header { kid: Some("another".into()), ..header.clone() },
            Header { crit: Some(vec!["exp".into()]), ..header.clone() },
        ] {
            assert_eq!(refusal(house.auth.identify(&mint(&spoilt, &good)).await), UNAUTHENTICATED, "{spoilt:?}");
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn no_other_key_or_algorithm_makes_a_token() {
    on_each_database(async |database| {
        let house = House::with_owner(database).await;
        let pair = house.log_in().await;
        let payload = pair.access.expose().split('.').nth(1).expect("a payload").to_owned();
        let claims: Value =
            serde_json::from_slice(&URL_SAFE_NO_PAD.decode(&payload).expect("base64url")).expect("JSON");
        let jwks = house.auth.jwks().await.expect("keys");
        let kid = jwks.keys[0].common.key_id.clone();
        let published = serde_json::to_value(&jwks.keys[0]).expect("JSON");

        let none = URL_SAFE_NO_PAD.encode(json!({ "typ": "JWT", "alg": "none", "kid": kid }).to_string());
        let as_secret = EncodingKey::from_secret(published.to_string().as_bytes());
        let hs256 = Header { kid: kid.clone(), ..Header::new(Algorithm::HS256) };
        let stranger = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).expect("a key");
        let stranger = EncodingKey::from_ec_der(stranger.to_pkcs8v1().expect("a document").as_ref());
        let es256 = Header { kid, jwk: Some(jwks.keys[0].clone()), ..Header::new(Algorithm::ES256) };
        for forged in [
            format!("{none}.{payload}."),
            encode(&hs256, &claims, &as_secret).expect("a token"),
            encode(&es256, &claims, &stranger).expect("a token"),
        ] {
            assert_eq!(refusal(house.auth.identify(&forged).await), UNAUTHENTICATED, "{forged}");
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_of_another_installation_is_a_strangers() {
    on_each_database(async |database| {
        let house = House::with_owner(database).await;
        let issuer = "https://other.example.com".to_owned();
        let other = Auth::open(AuthParts { issuer, ..house.parts() }).await.expect("the service opens");
        let pair = house.log_in().await;
        assert_eq!(refusal(other.identify(pair.access.expose()).await), UNAUTHENTICATED);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn no_text_but_the_token_itself_stands_for_anyone() {
    on_each_database(async |database| {
        let house = House::with_owner(database).await;
        let token = house.log_in().await.access.expose().clone();
        let spoilt = (0..token.len(), "[ -~]", 0..4_u8).prop_map({
            let token = token.clone();
            move |(at, letter, how)| match how {
                0 => token[..at].to_owned(),
                1 => format!("{}{letter}{}", &token[..at], &token[at..]),
                _ => format!("{}{letter}{}", &token[..at], &token[at + 1..]),
            }
        });
        let texts = prop_oneof![9 => spoilt, 1 => "\\PC{0,300}", 1 => Just("a".repeat(100_000)), 1 => "[.]{0,4}"];
        let mut runner = TestRunner::new(Config { failure_persistence: None, ..Config::with_cases(300) });
        let outcome = block_in_place(|| {
            runner.run(&texts, |text| {
                let stands = Handle::current().block_on(house.auth.identify(&text)).is_ok();
                prop_assert_eq!(stands, text == token, "{}", text);
                Ok(())
            })
        });
        outcome.expect("no other text stands");
    })
    .await;
}

/// The key that signs, as only the holder of the master key can open it.
async fn signing_key(house: &House) -> (String, EncodingKey) {
    let sealed = house.sealed_keys(SigningAlgorithm::Es256).await.pop().expect("a key");
    let opened = house.keyring.open(&format!("signing key {}", sealed.kid), &sealed.sealed_private);
    (sealed.kid, EncodingKey::from_ec_der(opened.expect("opened").expose()))
}
