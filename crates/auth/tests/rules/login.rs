//! Logging in.

use crate::house::{EMAIL, House, INVALID_CREDENTIALS, PASSWORD, WithJwt as _, refusal, secret};
use argon2::password_hash::PasswordHasher as _;
use argon2::{Argon2, Params};
use mainstay_auth::{AuthService as _, EmailService as _};
use mainstay_kernel::{Clock as _, Kind};
use mainstay_testkit::on_each_database;
use std::time::{Duration, Instant};

#[tokio::test(flavor = "multi_thread")]
async fn the_right_password_gives_a_pair_that_stands_for_its_person() {
    on_each_database(async |database| {
        let house = House::with_owner(database).await;
        let pair = house.auth.log_in(" ADA@Example.com", &secret(PASSWORD)).await.expect("a login");
        let login = house.auth.identify(pair.access.expose()).await.expect("a login");
        let ada = house.auth.by_email(EMAIL).await.expect("a look-up").expect("the owner");
        assert_eq!((login.person, login.session), (ada.id, pair.session));
        assert_eq!(pair.person, ada.id);
        assert_eq!(pair.access_expires_at, house.clock.now().plus(Duration::from_hours(1)));
        let other = house.log_in().await;
        assert_ne!(other.session, pair.session, "each login has a session of its own");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_password_and_an_unknown_address_are_refused_alike() {
    on_each_database(async |database| {
        let house = House::with_owner(database).await;
        let long = "x".repeat(100_000);
        for (email, password) in
            [(EMAIL, "correct horse batterY"), (EMAIL, ""), (EMAIL, long.as_str()), ("eve@example.com", PASSWORD)]
        {
            let outcome = house.auth.log_in(email, &secret(password)).await;
            assert_eq!(refusal(outcome), INVALID_CREDENTIALS, "{email}");
        }
        let outcome = house.auth.log_in("not an address", &secret(PASSWORD)).await;
        assert_eq!(refusal(outcome), (Kind::Invalid, "validation_failed"));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_that_is_only_claimed_lets_nobody_in_and_says_so_to_whoever_has_the_password() {
    on_each_database(async |database| {
        let house = House::with_owner(database).await;
        let owner = house.auth.by_email(EMAIL).await.expect("a look-up").expect("the owner").id;
        house.emails().add(owner, "ada@home.example").await.expect("a claim");
        let refused = house.auth.log_in("Ada@Home.Example", &secret(PASSWORD)).await;
        assert_eq!(refusal(refused), (Kind::Unauthenticated, "email_not_verified"));
        assert_eq!(refusal(house.auth.log_in("ada@home.example", &secret("a guess")).await), INVALID_CREDENTIALS);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unknown_address_takes_as_long_to_refuse_as_a_wrong_password() {
    on_each_database(async |database| {
        let house = House::with_owner(database).await;
        let (mut known, mut unknown) = (Duration::MAX, Duration::MAX);
        for _ in 0..5 {
            known = known.min(time_to_refuse(&house, EMAIL).await);
            unknown = unknown.min(time_to_refuse(&house, "eve@example.com").await);
        }
        // Without a hash to compare with it would be a hundredth; a busy machine stays well above a fifth.
        assert!(unknown * 5 > known, "unknown {unknown:?}, known {known:?}");
    })
    .await;
}

async fn time_to_refuse(house: &House, email: &str) -> Duration {
    let begin = Instant::now();
    let outcome = house.auth.log_in(email, &secret("wrong password")).await;
    let spent = begin.elapsed();
    assert_eq!(refusal(outcome), INVALID_CREDENTIALS);
    spent
}

#[tokio::test(flavor = "multi_thread")]
async fn a_login_renews_a_hash_made_with_old_parameters() {
    on_each_database(async |database| {
        let house = House::with_owner(database).await;
        let stored = async || house.store.credentials(EMAIL.to_owned()).await.expect("a look-up").expect("the owner");
        let fresh = stored().await;
        let weak = Argon2::from(Params::new(64, 1, 1, None).expect("parameters"));
        let weak = weak.hash_password_with_salt(PASSWORD.as_bytes(), &[7; 16]).expect("a hash").to_string();
        let from = fresh.password_hash.expect("a hash");
        assert!(house.store.replace_password_hash(fresh.person, from, secret(&weak)).await.expect("a write"));

        house.log_in().await;
        let renewed = stored().await.password_hash.expect("a hash");
        assert!(renewed.expose().starts_with("$argon2id$v=19$m=19456,t=2,p=1$"));
        house.log_in().await;
        assert_eq!(stored().await.password_hash.expect("a hash"), renewed, "a current hash is left alone");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_printed_pair_shows_no_token() {
    on_each_database(async |database| {
        let house = House::with_owner(database).await;
        let pair = house.log_in().await;
        let printed = format!("{pair:?}");
        assert!(!printed.contains(pair.access.expose()) && !printed.contains(pair.refresh.expose()));
    })
    .await;
}
