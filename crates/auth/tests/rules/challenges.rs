//! A login that waits for its code.

use crate::house::{EMAIL, House, PASSWORD, UNAUTHENTICATED, refusal, secret};
use crate::second_factor::{INVALID_CODE, Protected, STEP};
use mainstay_auth::{AuthError, AuthService as _, Challenge, Client, PasswordService as _, SecondFactorService as _};
use mainstay_auth::{SessionService as _, TokenPair};
use mainstay_kernel::{Clock as _, Kind};
use mainstay_testkit::on_each_database;
use std::sync::Arc;
use std::time::Duration;
use tokio::task::JoinSet;

const INVALID_TOKEN: (Kind, &str) = (Kind::Malformed, "invalid_token");
const NEW: &str = "a longer wooden spoon";

impl House {
    async fn answer(&self, challenge: &Challenge, code: &str) -> Result<TokenPair, AuthError> {
        self.second_factors().verify(challenge.token.expose(), code, &Client::default()).await
    }

    /// The next right code, which was not used.
    fn next_code(&self, ada: &Protected) -> String {
        self.clock.advance(STEP);
        self.code(&ada.secret, 0)
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_challenge_opens_one_session_and_nothing_else() {
    on_each_database(async |database| {
        let house = House::with_owner(database).await;
        let ada = house.protected().await;
        let challenge = house.challenge().await;
        assert_eq!(refusal(house.auth.identify(challenge.token.expose()).await), UNAUTHENTICATED);
        let opened = house.answer(&challenge, &house.code(&ada.secret, 0)).await.expect("a session");
        assert_eq!(opened.person, ada.pair.person);
        assert_eq!(refusal(house.answer(&challenge, &house.next_code(&ada)).await), INVALID_TOKEN);
        for unknown in ["", "x", "Z".repeat(43).as_str(), "\u{0}"] {
            let outcome = house.second_factors().verify(unknown, "123456", &Client::default()).await;
            assert_eq!(refusal(outcome), INVALID_TOKEN, "{unknown:?}");
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn five_wrong_codes_are_borne_and_then_not_even_the_right_one() {
    on_each_database(async |database| {
        let house = House::with_owner(database).await;
        let ada = house.protected().await;
        for wrong in [4, 5] {
            let challenge = house.challenge().await;
            for _ in 0..wrong {
                assert_eq!(refusal(house.answer(&challenge, "ABCDE-23456").await), INVALID_CODE);
            }
            let outcome = house.answer(&challenge, &house.next_code(&ada)).await;
            assert_eq!(outcome.map_err(|error| refusal::<()>(Err(error))).err(), (wrong == 5).then_some(INVALID_TOKEN));
        }
        let challenge = house.challenge().await;
        house.answer(&challenge, &house.next_code(&ada)).await.expect("a new login is as good as ever");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn of_many_wrong_codes_at_once_five_are_looked_at() {
    on_each_database(async |database| {
        let house = House::with_owner(database).await;
        house.protected().await;
        let challenge = house.challenge().await;
        let outcomes = at_once(&house, &challenge, "000").await;
        let looked_at = outcomes.iter().filter(|outcome| **outcome == Err(INVALID_CODE));
        assert_eq!(looked_at.count(), 5);
        assert_eq!(outcomes.iter().filter(|outcome| **outcome == Err(INVALID_TOKEN)).count(), 27);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn of_many_right_codes_at_once_one_begins_a_session() {
    on_each_database(async |database| {
        let house = House::with_owner(database).await;
        let ada = house.protected().await;
        let before = house.auth.list(ada.login()).await.expect("a list").len();
        let challenge = house.challenge().await;
        let outcomes = at_once(&house, &challenge, &house.code(&ada.secret, 0)).await;
        assert_eq!(outcomes.iter().filter(|outcome| outcome.is_ok()).count(), 1);
        assert_eq!(outcomes.iter().filter(|outcome| **outcome == Err(INVALID_TOKEN)).count(), 31);
        assert_eq!(house.auth.list(ada.login()).await.expect("a list").len(), before + 1);
    })
    .await;
}

/// What 32 callers with the same challenge and code get.
async fn at_once(house: &House, challenge: &Challenge, code: &str) -> Vec<Result<(), (Kind, &'static str)>> {
    let second = Arc::new(house.second_factors());
    let mut tasks = JoinSet::new();
    for _ in 0..32 {
        let (second, token, code) = (Arc::clone(&second), challenge.token.clone(), code.to_owned());
        tasks.spawn(async move {
            let outcome = second.verify(token.expose(), &code, &Client::default()).await;
            outcome.map(drop).map_err(|error| refusal::<()>(Err(error)))
        });
    }
    tasks.join_all().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_challenge_stands_for_five_minutes() {
    on_each_database(async |database| {
        let house = House::with_owner(database).await;
        let ada = house.protected().await;
        let challenge = house.challenge().await;
        assert_eq!(challenge.expires_at, house.clock.now().plus(Duration::from_mins(5)));
        house.clock.advance(Duration::from_mins(5));
        assert_eq!(refusal(house.answer(&challenge, &house.code(&ada.secret, 0)).await), INVALID_TOKEN);
        let challenge = house.challenge().await;
        house.clock.advance(Duration::from_mins(5) - Duration::from_micros(1));
        house.answer(&challenge, &house.code(&ada.secret, 0)).await.expect("a microsecond before");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_login_voids_the_older_one() {
    on_each_database(async |database| {
        let house = House::with_owner(database).await;
        let ada = house.protected().await;
        let (old, new) = (house.challenge().await, house.challenge().await);
        let code = house.code(&ada.secret, 0);
        assert_eq!(refusal(house.answer(&old, &code).await), INVALID_TOKEN);
        house.answer(&new, &code).await.expect("neither the challenge nor the code was used");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_password_voids_a_login_with_the_old_one() {
    on_each_database(async |database| {
        let house = House::with_owner(database).await;
        let ada = house.protected().await;
        let challenge = house.challenge().await;
        house.passwords().change(ada.login(), &secret(PASSWORD), &secret(NEW)).await.expect("a change");
        assert_eq!(refusal(house.answer(&challenge, &house.next_code(&ada)).await), INVALID_TOKEN);

        house.letters().await;
        let challenge = house.challenge_with(NEW).await;
        house.passwords().forgot(EMAIL).await.expect("an answer");
        house.work(&house.passwords().forgotten_passwords()).await;
        let token = house.letter().await.about;
        house.passwords().reset(&token, &secret(PASSWORD)).await.expect("a reset");
        assert_eq!(refusal(house.answer(&challenge, &house.next_code(&ada)).await), INVALID_TOKEN);
        assert_eq!(house.auth.list(ada.login()).await.expect("a list"), [], "the reset ended what there was");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_challenge_falls_with_the_hash_that_was_compared() {
    on_each_database(async |database| {
        let house = House::with_owner(database).await;
        let ada = house.protected().await;
        let challenge = house.challenge().await;
        let known = house.store.credentials(EMAIL.to_owned()).await.expect("a look-up").expect("the owner");
        let compared = known.password_hash.expect("a hash");
        let replaced = house.store.replace_password_hash(known.person, compared, secret("another")).await;
        assert!(replaced.expect("a write"));
        assert_eq!(refusal(house.answer(&challenge, &house.code(&ada.secret, 0)).await), INVALID_TOKEN);
    })
    .await;
}
