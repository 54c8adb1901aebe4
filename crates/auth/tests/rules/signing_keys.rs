//! Signing keys: one set for all nodes, published, and replaced without a gap.

use crate::house::{House, UNAUTHENTICATED, parts, refusal};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::decode_header;
use jsonwebtoken::jwk::KeyAlgorithm;
use mainstay_auth::store::{SealedKey, Succession};
use mainstay_auth::{Auth, AuthService as _, SigningAlgorithm, TokenPair};
use mainstay_kernel::Clock as _;
use mainstay_testkit::on_each_database;
use serde_json::json;
use sha2::{Digest as _, Sha256};
use std::collections::HashSet;
use std::time::Duration;
use tokio::task::JoinSet;

const LEAD: Duration = Duration::from_mins(15);

async fn published(auth: &Auth) -> Vec<String> {
    let keys = auth.jwks().await.expect("keys").keys;
    keys.into_iter().map(|key| key.common.key_id.expect("a kid")).collect()
}

/// The published keys that access tokens are signed with.
async fn signers(auth: &Auth) -> Vec<String> {
    let keys = auth.jwks().await.expect("keys").keys.into_iter();
    let signers = keys.filter(|key| key.common.key_algorithm == Some(KeyAlgorithm::ES256));
    signers.map(|key| key.common.key_id.expect("a kid")).collect()
}

fn kid(pair: &TokenPair) -> String {
    decode_header(pair.access.expose()).expect("a header").kid.expect("a kid")
}

#[tokio::test(flavor = "multi_thread")]
async fn nodes_that_start_at_once_share_one_key_of_each_algorithm() {
    on_each_database(async |database| {
        let mut tasks = JoinSet::new();
        for _ in 0..8 {
            let parts = parts(&database);
            tasks.spawn(async move { published(&Auth::open(parts).await.expect("the service opens")).await });
        }
        let sets: HashSet<Vec<String>> = tasks.join_all().await.into_iter().collect();
        assert_eq!(sets.len(), 1);
        assert_eq!(sets.iter().next().map(Vec::len), Some(2));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_published_is_public_and_named_by_its_thumbprint() {
    on_each_database(async |database| {
        let house = House::empty(database).await;
        let set = serde_json::to_value(house.auth.jwks().await.expect("keys")).expect("JSON");
        let key = &set["keys"][0];
        let text = |name: &str| key[name].as_str().expect("a text").to_owned();
        let rsa = &set["keys"][1];
        let canonical_rsa = format!(r#"{{"e":"AQAB","kty":"RSA","n":"{}"}}"#, rsa["n"].as_str().expect("a modulus"));
        assert_eq!(rsa["kid"], URL_SAFE_NO_PAD.encode(Sha256::digest(canonical_rsa)), "RFC 7638");
        assert_eq!((&rsa["use"], &rsa["alg"]), (&json!("sig"), &json!("RS256")));
        assert_eq!(rsa.as_object().map(serde_json::Map::len), Some(6), "and nothing private");
        let canonical = format!(r#"{{"crv":"P-256","kty":"EC","x":"{}","y":"{}"}}"#, text("x"), text("y"));
        assert_eq!(text("kid"), URL_SAFE_NO_PAD.encode(Sha256::digest(canonical)), "RFC 7638");
        assert_eq!((text("use"), text("alg")), ("sig".to_owned(), "ES256".to_owned()));
        let names: HashSet<_> = key.as_object().expect("an object").keys().map(String::as_str).collect();
        assert_eq!(names, HashSet::from(["kty", "crv", "x", "y", "kid", "use", "alg"]), "and nothing private");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_key_is_public_before_it_signs_and_the_old_one_verifies_until_its_tokens_are_over() {
    on_each_database(async |database| {
        let house = House::with_owner(database).await;
        let old = kid(&house.log_in().await);
        house.auth.rotate_keys().await.expect("a rotation");
        let keys = signers(&house.auth).await;
        assert_eq!((keys.len(), &keys[0]), (2, &old));

        house.clock.advance(LEAD.saturating_sub(Duration::from_micros(1)));
        let last = house.log_in().await;
        assert_eq!(kid(&last), old, "still the old one signs");
        house.clock.advance(Duration::from_micros(1));
        assert_eq!(kid(&house.log_in().await), keys[1], "now the new one does");

        house.clock.advance(Duration::from_mins(59));
        house.another_node().await.identify(last.access.expose()).await.expect("the old key still verifies");
        house.clock.advance(Duration::from_mins(1));
        assert_eq!(refusal(house.auth.identify(last.access.expose()).await), UNAUTHENTICATED);
        assert_eq!(signers(&house.auth).await, keys[1..]);

        house.clock.advance(Duration::from_micros(1));
        house.auth.rotate_keys().await.expect("a rotation");
        let kept = house.sealed_keys(SigningAlgorithm::Es256).await;
        assert!(kept.iter().all(|key| key.kid != old), "a spent private key is deleted");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn other_nodes_hear_of_a_rotation() {
    on_each_database(async |database| {
        let house = House::empty(database).await;
        let mut changes = house.changes().await;
        let _ = published(&house.auth).await;
        house.another_node().await.rotate_keys().await.expect("a rotation");
        assert_eq!(published(&house.auth).await.len(), 2, "not yet");
        changes.catch_up(&house.database).await.expect("the changes");
        assert_eq!(published(&house.auth).await.len(), 4, "two of each algorithm");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_has_one_successor() {
    on_each_database(async |database| {
        let house = House::empty(database).await;
        let retiring = published(&house.auth).await.remove(0);
        let now = house.clock.now();
        let succession = |kid: &str| Succession {
            retiring: retiring.clone(),
            new: SealedKey {
                kid: kid.to_owned(),
                algorithm: "ES256".to_owned(),
                sealed_private: Vec::new(),
                signs_from: now.plus(LEAD),
                created_at: now,
                retired_at: None,
            },
            spent_before: now,
        };
        assert!(house.store.succeed_signing_key(succession("one")).await.expect("a write"));
        assert!(!house.store.succeed_signing_key(succession("two")).await.expect("a write"));
        assert_eq!(house.sealed_keys(SigningAlgorithm::Es256).await.len(), 2);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stored_private_key_is_sealed() {
    on_each_database(async |database| {
        let house = House::empty(database).await;
        let stored = house.sealed_keys(SigningAlgorithm::Es256).await.remove(0);
        let context = format!("signing key {}", stored.kid);
        let opened = house.keyring.open(&context, &stored.sealed_private).expect("opened");
        let private = &opened.expose()[36..68];
        assert!(!stored.sealed_private.windows(32).any(|window| window == private));
        assert!(house.keyring.open("signing key of another", &stored.sealed_private).is_err());
    })
    .await;
}
