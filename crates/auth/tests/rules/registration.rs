//! Signing up.

use crate::house::{EMAIL, House, PASSWORD, WithJwt as _, refusal, secret};
use mainstay_auth::{AuthError, AuthService as _, Client, RegistrationService as _, SignedUp};
use mainstay_kernel::{Clock as _, Details, Fault as _, Kind, Secret};
use mainstay_store::jobs::Handler as _;
use mainstay_testkit::on_each_database;
use std::sync::Arc;
use std::time::Duration;
use tokio::task::JoinSet;

const EVE: &str = "eve@example.com";
const ALREADY_VERIFIED: (Kind, &str) = (Kind::Malformed, "email_already_verified");
const NO_CODE: (Kind, &str) = (Kind::Malformed, "no_code");
const INVALID_CODE: (Kind, &str) = (Kind::Malformed, "invalid_code");
const CODE_EXPIRED: (Kind, &str) = (Kind::Malformed, "code_expired");
const TOO_MANY_ATTEMPTS: (Kind, &str) = (Kind::Malformed, "too_many_attempts");
const COOLDOWN: (Kind, &str) = (Kind::RateLimited, "resend_cooldown");
const NOT_VERIFIED: (Kind, &str) = (Kind::Malformed, "email_not_verified");

pub(crate) fn client(address: &str) -> Client {
    Client::new(address.parse().ok(), Some("Tester/1.0"))
}

/// A code that is not this one.
pub(crate) fn other_than(code: &str) -> &'static str {
    if code == "000000" { "111111" } else { "000000" }
}

impl House {
    /// Starts a registration; gives the code in the mail.
    pub(crate) async fn code_for(&self, email: &str) -> String {
        self.registration().start(email).await.expect("a start");
        self.letter().await.about
    }

    /// A registration that waits for its password.
    async fn verified(&self, email: &str, address: &str) -> Secret<String> {
        let code = self.code_for(email).await;
        self.registration().verify(email, &code, &client(address)).await.expect("a verification")
    }

    async fn complete(&self, email: &str, token: Option<&str>, address: &str) -> Result<SignedUp, AuthError> {
        self.registration().complete(email, &secret(PASSWORD), token, &client(address)).await
    }

    /// An account.
    pub(crate) async fn sign_up(&self, email: &str) -> SignedUp {
        let token = self.verified(email, "192.0.2.1").await;
        self.complete(email, Some(token.expose()), "192.0.2.1").await.expect("an account")
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_code_and_a_password_make_an_account_with_a_session() {
    on_each_database(async |database| {
        let house = House::empty(database).await;
        house.registration().start(" Eve@Example.com").await.expect("a start");
        let letter = house.letter().await;
        assert_eq!((letter.name.as_str(), letter.to.as_str()), ("sign_up_code", "Eve@Example.com"));
        let token = house.registration().verify(EVE, &letter.about, &client("192.0.2.1")).await.expect("a token");
        assert_eq!(house.auth.by_email(EVE).await.expect("a look-up"), None, "nobody yet");
        assert_eq!(house.events().await.len(), 0);

        let eve = house.complete("Eve@example.com", Some(token.expose()), "192.0.2.9").await.expect("an account");
        assert!(!eve.person.is_installation_owner);
        assert_eq!((eve.person.email.as_str(), eve.person.display_name.as_str()), ("Eve@example.com", "Eve"));
        let login = house.auth.identify(eve.tokens.access.expose()).await.expect("a login");
        assert_eq!(login.person, eve.person.id);
        house.auth.refresh(eve.tokens.refresh.expose()).await.expect("the session is kept");
        house.auth.log_in(EVE, &secret(PASSWORD)).await.expect("a login");
        let events = house.events().await;
        assert_eq!(events.iter().map(|event| event.name.as_str()).collect::<Vec<_>>(), ["user.created"]);
        assert_eq!(events[0].data["user_id"], eve.person.id.to_string());
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_with_an_account_starts_verifies_and_resends_nothing() {
    on_each_database(async |database| {
        let house = House::with_owner(database).await;
        let registration = house.registration();
        assert_eq!(refusal(registration.start("ADA@example.com").await), ALREADY_VERIFIED);
        assert_eq!(refusal(registration.verify(EMAIL, "123456", &Client::default()).await), ALREADY_VERIFIED);
        assert_eq!(refusal(registration.resend(EMAIL).await), ALREADY_VERIFIED);
        assert_eq!(refusal(house.complete(EMAIL, None, "192.0.2.1").await), ALREADY_VERIFIED);
        assert_eq!(house.letters().await, []);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn three_wrong_codes_kill_the_code_until_another_is_sent() {
    on_each_database(async |database| {
        let house = House::empty(database).await;
        let registration = house.registration();
        let code = house.code_for(EVE).await;
        let verify = async |code: &str| registration.verify(EVE, code, &Client::default()).await;
        for _ in 0..3 {
            assert_eq!(refusal(verify(other_than(&code)).await), INVALID_CODE);
        }
        assert_eq!(refusal(verify(&code).await), TOO_MANY_ATTEMPTS);
        house.clock.advance(Duration::from_mins(10));
        assert_eq!(refusal(verify(&code).await), TOO_MANY_ATTEMPTS, "that comes before its age");
        registration.resend(EVE).await.expect("another");
        let fresh = house.letter().await.about;
        if fresh != code {
            assert_eq!(refusal(verify(&code).await), INVALID_CODE, "the old code is void");
        }
        verify(&fresh).await.expect("the new one stands");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_code_lives_ten_minutes_and_is_used_once() {
    on_each_database(async |database| {
        let house = House::empty(database).await;
        let registration = house.registration();
        assert_eq!(refusal(registration.verify(EVE, "123456", &Client::default()).await), NO_CODE);
        assert_eq!(refusal(registration.resend(EVE).await), NO_CODE);
        let code = house.code_for(EVE).await;
        house.clock.advance(Duration::from_mins(10));
        assert_eq!(refusal(registration.verify(EVE, &code, &Client::default()).await), CODE_EXPIRED);
        let code = house.code_for(EVE).await;
        house.clock.advance(Duration::from_secs(599));
        registration.verify(EVE, &code, &Client::default()).await.expect("a verification");
        assert_eq!(refusal(registration.verify(EVE, &code, &Client::default()).await), ALREADY_VERIFIED);
        assert_eq!(refusal(registration.resend(EVE).await), ALREADY_VERIFIED);
        house.clock.advance(Duration::from_mins(15));
        assert_eq!(refusal(registration.verify(EVE, &code, &Client::default()).await), NO_CODE);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn mails_to_an_address_keep_their_distance() {
    on_each_database(async |database| {
        let house = House::empty(database).await;
        let registration = house.registration();
        registration.start(EVE).await.expect("a start");
        for outcome in [registration.start("EVE@example.com").await, registration.resend(EVE).await] {
            let error = outcome.expect_err("too soon");
            assert_eq!((error.kind(), error.code()), COOLDOWN);
            assert_eq!(error.details(), Details::RetryAfter(60));
        }
        for _ in 0..4 {
            house.clock.advance(Duration::from_mins(1));
            registration.resend(EVE).await.expect("another");
        }
        house.clock.advance(Duration::from_mins(1));
        let error = registration.start(EVE).await.expect_err("the sixth");
        assert_eq!(error.details(), Details::RetryAfter(3_300));
        assert_eq!(house.letters().await.len(), 5);
        registration.start(EMAIL).await.expect("another address is free");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn many_tries_at_once_count_as_three() {
    on_each_database(async |database| {
        let house = House::empty(database).await;
        let code = house.code_for(EVE).await;
        let mut tasks = JoinSet::new();
        for _ in 0..32 {
            let (registration, wrong) = (house.registration(), other_than(&code));
            tasks.spawn(async move { refusal(registration.verify(EVE, wrong, &Client::default()).await) });
        }
        let (wrong, dead): (Vec<_>, Vec<_>) = tasks.join_all().await.into_iter().partition(|one| *one == INVALID_CODE);
        assert_eq!(wrong.len(), 3);
        assert!(dead.iter().all(|outcome| *outcome == TOO_MANY_ATTEMPTS), "{dead:?}");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn of_many_right_tries_at_once_one_verifies() {
    on_each_database(async |database| {
        let house = House::empty(database).await;
        let code = house.code_for(EVE).await;
        let mut tasks = JoinSet::new();
        for _ in 0..16 {
            let (registration, code) = (house.registration(), code.clone());
            tasks.spawn(async move { registration.verify(EVE, &code, &Client::default()).await });
        }
        let (good, bad): (Vec<_>, Vec<_>) = tasks.join_all().await.into_iter().partition(Result::is_ok);
        assert_eq!(good.len(), 1);
        for outcome in bad {
            assert!([ALREADY_VERIFIED, NO_CODE].contains(&refusal(outcome)));
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_password_wants_a_proof_of_the_last_quarter_of_an_hour() {
    on_each_database(async |database| {
        let house = House::empty(database).await;
        assert_eq!(refusal(house.complete(EVE, None, "192.0.2.1").await), NOT_VERIFIED);
        let token = house.verified(EVE, "192.0.2.1").await;
        assert_eq!(refusal(house.complete(EVE, None, "192.0.2.2").await), NOT_VERIFIED, "another's address");
        assert_eq!(refusal(house.complete(EVE, None, "nowhere").await), NOT_VERIFIED);
        assert_eq!(refusal(house.complete(EVE, Some("nonsense"), "192.0.2.1").await), NOT_VERIFIED);
        assert_eq!(refusal(house.complete(EMAIL, Some(token.expose()), "192.0.2.1").await), NOT_VERIFIED);
        house.clock.advance(Duration::from_mins(15));
        assert_eq!(refusal(house.complete(EVE, Some(token.expose()), "192.0.2.1").await), NOT_VERIFIED);
        assert_eq!(refusal(house.complete(EVE, None, "192.0.2.1").await), NOT_VERIFIED);

        house.verified(EVE, "192.0.2.1").await;
        house.clock.advance(Duration::from_secs(899));
        house.complete(EVE, None, "192.0.2.1").await.expect("the address that verified will do");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_that_is_not_known_proves_nothing() {
    on_each_database(async |database| {
        let house = House::empty(database).await;
        let code = house.code_for(EVE).await;
        house.registration().verify(EVE, &code, &Client::default()).await.expect("a verification");
        let outcome = house.registration().complete(EVE, &secret(PASSWORD), None, &Client::default()).await;
        assert_eq!(refusal(outcome), NOT_VERIFIED);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_strangers_start_takes_nothing_from_whoever_has_verified() {
    on_each_database(async |database| {
        let house = House::empty(database).await;
        let token = house.verified(EVE, "192.0.2.1").await;
        house.clock.advance(Duration::from_mins(1));
        let code = house.code_for(EVE).await;
        house.complete(EVE, Some(token.expose()), "192.0.2.1").await.expect("an account");
        assert_eq!(refusal(house.registration().verify(EVE, &code, &Client::default()).await), ALREADY_VERIFIED);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_verification_voids_the_first_token() {
    on_each_database(async |database| {
        let house = House::empty(database).await;
        let first = house.verified(EVE, "192.0.2.1").await;
        house.clock.advance(Duration::from_mins(1));
        let second = house.verified(EVE, "192.0.2.2").await;
        assert_eq!(refusal(house.complete(EVE, Some(first.expose()), "192.0.2.1").await), NOT_VERIFIED);
        house.complete(EVE, Some(second.expose()), "192.0.2.2").await.expect("an account");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn completions_at_once_make_one_account() {
    on_each_database(async |database| {
        let house = House::empty(database).await;
        let token = Arc::new(house.verified(EVE, "192.0.2.1").await);
        let mut tasks = JoinSet::new();
        for number in 0..6 {
            let (registration, token) = (house.registration(), Arc::clone(&token));
            let token = move || (number % 2 == 0).then(|| token.expose().clone());
            tasks.spawn(async move {
                let (password, client) = (secret(PASSWORD), client("192.0.2.1"));
                registration.complete(EVE, &password, token().as_deref(), &client).await
            });
        }
        let (made, refused): (Vec<_>, Vec<_>) = tasks.join_all().await.into_iter().partition(Result::is_ok);
        assert_eq!(made.len(), 1);
        for outcome in refused {
            assert_eq!(refusal(outcome), ALREADY_VERIFIED);
        }
        assert_eq!(house.events().await.len(), 1, "the others left nothing behind");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bad_password_leaves_the_proof_as_it_is() {
    on_each_database(async |database| {
        let house = House::empty(database).await;
        let token = house.verified(EVE, "192.0.2.1").await;
        for bad in ["short", "password1", EVE] {
            let outcome =
                house.registration().complete(EVE, &secret(bad), Some(token.expose()), &Client::default()).await;
            assert_eq!(refusal(outcome), (Kind::Invalid, "validation_failed"), "{bad}");
        }
        house.complete(EVE, Some(token.expose()), "192.0.2.1").await.expect("an account");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_invited_person_needs_no_code_and_an_account_of_one_address_is_made_once() {
    on_each_database(async |database| {
        let house = House::with_owner(database).await;
        let invite = async |email: &str| {
            house.registration().register_invited(email, &secret(PASSWORD), &client("192.0.2.1")).await
        };
        let pending = house.code_for(EVE).await;
        let eve = invite(EVE).await.expect("an account");
        house.auth.identify(eve.tokens.access.expose()).await.expect("a login");
        assert_eq!(refusal(invite("eve@EXAMPLE.com").await), (Kind::Malformed, "email_already_in_use"));
        assert_eq!(refusal(invite(EMAIL).await), (Kind::Malformed, "email_already_in_use"));
        let outcome = house.registration().verify(EVE, &pending, &Client::default()).await;
        assert_eq!(refusal(outcome), ALREADY_VERIFIED, "what was under way is over");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_address_is_named() {
    on_each_database(async |database| {
        let house = House::empty(database).await;
        let registration = house.registration();
        let invalid = (Kind::Invalid, "validation_failed");
        assert_eq!(refusal(registration.start("eve").await), invalid);
        assert_eq!(refusal(registration.resend("").await), invalid);
        assert_eq!(refusal(registration.verify("@", "1", &Client::default()).await), invalid);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_over_for_a_day_is_deleted_and_nothing_else() {
    on_each_database(async |database| {
        let house = House::empty(database).await;
        let clean_up = house.auth.one_time_clean_up();
        house.verified("idle@example.com", "192.0.2.1").await;
        house.code_for(EVE).await;
        house.clock.advance(Duration::from_hours(24));
        let token = house.verified(EMAIL, "192.0.2.1").await;
        clean_up.run(&serde_json::Value::Null).await.expect("a clean-up");
        assert_eq!(house.store.delete_stale(house.clock.now().minus(Duration::from_hours(24))).await.expect("none"), 0);
        let outcome = house.registration().verify(EVE, "123456", &Client::default()).await;
        assert!([CODE_EXPIRED, INVALID_CODE].contains(&refusal(outcome)), "ten minutes more until a day has passed");
        house.clock.advance(Duration::from_mins(10) + Duration::from_micros(1));
        clean_up.run(&serde_json::Value::Null).await.expect("a clean-up");
        assert_eq!(refusal(house.registration().verify(EVE, "123456", &Client::default()).await), NO_CODE);
        house.complete(EMAIL, Some(token.expose()), "192.0.2.1").await.expect("what stands still stands");
    })
    .await;
}
