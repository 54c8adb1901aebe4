//! Replacing passwords.

use crate::house::{EMAIL, House, INVALID_REFRESH_TOKEN, PASSWORD, UNAUTHENTICATED, WithJwt as _, refusal, secret};
use argon2::password_hash::PasswordHasher as _;
use mainstay_auth::{AuthService as _, PasswordService as _, TokenPair};
use mainstay_kernel::{Kind, UserId};
use mainstay_testkit::on_each_database;
use std::time::Duration;
use tokio::task::JoinSet;

const NEW: &str = "a longer wooden spoon";
const INVALID_CREDENTIALS: (Kind, &str) = (Kind::Unauthenticated, "invalid_credentials");
const WRONG_PASSWORD: (Kind, &str) = (Kind::Malformed, "invalid_password");
const INVALID_TOKEN: (Kind, &str) = (Kind::Malformed, "invalid_token");
const TOKEN_EXPIRED: (Kind, &str) = (Kind::Malformed, "token_expired");

impl House {
    /// The token in the link that the owner is mailed.
    pub(crate) async fn reset_token(&self) -> String {
        self.passwords().forgot("ADA@example.com").await.expect("an answer");
        assert_eq!(self.work(&self.passwords().forgotten_passwords()).await, 1);
        let letter = self.letter().await;
        assert_eq!((letter.name.as_str(), letter.to.as_str()), ("password_reset", EMAIL));
        letter.about
    }

    async fn change(&self, pair: &TokenPair, old: &str, new: &str) -> Result<(), mainstay_auth::AuthError> {
        let login = mainstay_auth::Login { person: pair.person, session: pair.session };
        self.passwords().change(login, &secret(old), &secret(new)).await
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_keeps_this_session_ends_the_others_and_tells_by_mail() {
    on_each_database(async |database| {
        let house = House::with_owner(database).await;
        let (mine, other) = (house.log_in().await, house.log_in().await);
        house.auth.identify(other.access.expose()).await.expect("remembered");
        let mut changes = house.changes().await;
        house.events().await;
        house.change(&mine, PASSWORD, NEW).await.expect("a change");

        house.auth.identify(mine.access.expose()).await.expect("this one goes on");
        assert_eq!(refusal(house.auth.identify(other.access.expose()).await), UNAUTHENTICATED);
        assert_eq!(refusal(house.auth.refresh(other.refresh.expose()).await), INVALID_REFRESH_TOKEN);
        assert_eq!(changes.catch_up(&house.database).await.expect("changes"), 1, "other nodes hear of it");
        assert_eq!(refusal(house.auth.log_in(EMAIL, &secret(PASSWORD)).await), INVALID_CREDENTIALS);
        house.auth.log_in(EMAIL, &secret(NEW)).await.expect("a login");

        let letter = house.letter().await;
        assert_eq!((letter.name.as_str(), letter.to.as_str()), ("password_changed", EMAIL));
        let events = house.events().await;
        let names: Vec<_> = events.iter().map(|event| event.name.as_str()).collect();
        assert_eq!(names, ["user.password_changed", "session.revoked"]);
        assert_eq!(events[1].data["session_id"], other.session.to_string());
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_wants_the_old_password_and_a_good_new_one() {
    on_each_database(async |database| {
        let house = House::with_owner(database).await;
        let pair = house.log_in().await;
        assert_eq!(refusal(house.change(&pair, "another one", NEW).await), WRONG_PASSWORD);
        for bad in ["short", "password1", EMAIL, PASSWORD] {
            assert_eq!(refusal(house.change(&pair, PASSWORD, bad).await), (Kind::Invalid, "validation_failed"));
        }
        assert_eq!(house.letters().await, []);
        let nobody = TokenPair { person: UserId(uuid::Uuid::from_u128(1)), ..pair };
        assert_eq!(refusal(house.change(&nobody, PASSWORD, NEW).await), UNAUTHENTICATED);
        house.log_in().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_voids_the_link_that_would_replace_the_password_too() {
    on_each_database(async |database| {
        let house = House::with_owner(database).await;
        let pair = house.log_in().await;
        let token = house.reset_token().await;
        house.change(&pair, PASSWORD, NEW).await.expect("a change");
        assert_eq!(refusal(house.passwords().reset(&token, &secret(PASSWORD)).await), INVALID_TOKEN);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn of_changes_at_once_one_wins() {
    on_each_database(async |database| {
        let house = House::with_owner(database).await;
        let pair = house.log_in().await;
        let login = mainstay_auth::Login { person: pair.person, session: pair.session };
        let mut tasks = JoinSet::new();
        for number in 0..4 {
            let passwords = house.passwords();
            let new = secret(&format!("{NEW} {number}"));
            tasks.spawn(async move { passwords.change(login, &secret(PASSWORD), &new).await });
        }
        let won = tasks.join_all().await.into_iter().flatten().count();
        assert_eq!((won, house.letters().await.len()), (1, 1));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_link_sets_a_password_once_and_ends_every_session() {
    on_each_database(async |database| {
        let house = House::with_owner(database).await;
        let pair = house.log_in().await;
        let token = house.reset_token().await;
        assert_eq!(
            refusal(house.passwords().reset(&token, &secret("short")).await),
            (Kind::Invalid, "validation_failed")
        );
        assert_eq!(house.passwords().whose_link(&token).await.expect("an address"), EMAIL);
        house.passwords().reset(&token, &secret(NEW)).await.expect("a new password");
        assert_eq!(refusal(house.passwords().whose_link(&token).await), INVALID_TOKEN);
        assert_eq!(refusal(house.auth.identify(pair.access.expose()).await), UNAUTHENTICATED);
        assert_eq!(house.letter().await.name, "password_changed");
        house.auth.log_in(EMAIL, &secret(NEW)).await.expect("a login");
        assert_eq!(refusal(house.passwords().reset(&token, &secret(PASSWORD)).await), INVALID_TOKEN);
        assert_eq!(refusal(house.passwords().reset("", &secret(PASSWORD)).await), INVALID_TOKEN);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_link_lives_fifteen_minutes_and_a_newer_one_voids_it() {
    on_each_database(async |database| {
        let house = House::with_owner(database).await;
        let first = house.reset_token().await;
        house.clock.advance(Duration::from_mins(1));
        let second = house.reset_token().await;
        assert_eq!(refusal(house.passwords().reset(&first, &secret(NEW)).await), INVALID_TOKEN);
        house.clock.advance(Duration::from_mins(15));
        assert_eq!(refusal(house.passwords().reset(&second, &secret(NEW)).await), TOKEN_EXPIRED);
        assert_eq!(refusal(house.passwords().whose_link(&second).await), TOKEN_EXPIRED);
        let third = house.reset_token().await;
        house.clock.advance(Duration::from_secs(899));
        house.passwords().reset(&third, &secret(NEW)).await.expect("a new password");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn of_many_who_follow_a_link_at_once_one_sets_the_password() {
    on_each_database(async |database| {
        let house = House::with_owner(database).await;
        let token = house.reset_token().await;
        let mut tasks = JoinSet::new();
        for number in 0..4 {
            let (passwords, token, new) = (house.passwords(), token.clone(), secret(&format!("{NEW} {number}")));
            tasks.spawn(async move { passwords.reset(&token, &new).await });
        }
        let (won, lost): (Vec<_>, Vec<_>) = tasks.join_all().await.into_iter().partition(Result::is_ok);
        assert_eq!(won.len(), 1);
        for outcome in lost {
            assert_eq!(refusal(outcome), INVALID_TOKEN);
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn forgetting_is_the_same_for_known_and_unknown_until_a_worker_looks() {
    on_each_database(async |database| {
        let house = House::with_owner(database).await;
        let worker = house.passwords().forgotten_passwords();
        house.passwords().forgot(EMAIL).await.expect("an answer");
        house.passwords().forgot("eve@example.com").await.expect("the same answer");
        house.passwords().forgot(" ADA@example.com").await.expect("an answer");
        assert_eq!(house.letters().await, [], "nobody has been looked up");
        assert_eq!(house.work(&worker).await, 2, "one a person, whoever they are");
        assert_eq!(house.letters().await.len(), 1);
        house.passwords().forgot(EMAIL).await.expect("an answer");
        assert_eq!(house.work(&worker).await, 1);
        assert_eq!(house.letters().await, [], "too soon for another link");
        assert_eq!(refusal(house.passwords().forgot("ada").await), (Kind::Invalid, "validation_failed"));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_letters_typed_otherwise_are_the_same_password() {
    on_each_database(async |database| {
        let house = House::empty(database).await;
        house.auth.install_owner(EMAIL, &secret("kaffeehaus cafe\u{301}")).await.expect("an owner");
        house.auth.log_in(EMAIL, &secret("kaffeehaus caf\u{e9}")).await.expect("a login");
        assert_eq!(refusal(house.auth.log_in(EMAIL, &secret("kaffeehaus cafe")).await), INVALID_CREDENTIALS);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hash_from_before_normalisation_still_knows_its_password() {
    on_each_database(async |database| {
        let house = House::with_owner(database).await;
        let known = house.store.credentials(EMAIL.to_owned()).await.expect("a look-up").expect("the owner");
        let old = argon2::Argon2::default().hash_password_with_salt(b"plain old ascii", &[7; 16]).expect("a hash");
        let from = known.password_hash.expect("a hash");
        let to = secret(&old.to_string());
        assert!(house.store.replace_password_hash(known.person, from, to).await.expect("a write"));
        house.auth.log_in(EMAIL, &secret("plain old ascii")).await.expect("a login");
    })
    .await;
}
