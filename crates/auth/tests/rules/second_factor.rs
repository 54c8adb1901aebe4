//! Turning the second factor on and off.

use crate::house::{EMAIL, House, PASSWORD, UNAUTHENTICATED, opened, refusal, secret};
use mainstay_auth::{AuthService as _, Challenge, Client, Entrance, Login, SecondFactorService as _, SessionService};
use mainstay_auth::{PasswordService as _, SecondFactorStatus, SecondFactors, TokenPair};
use mainstay_kernel::{Clock as _, Kind, Secret};
use mainstay_store::jobs::Handler as _;
use mainstay_testkit::on_each_database;
use std::sync::Arc;
use std::time::Duration;
use totp_rs::{Algorithm, TOTP};

pub(crate) const STEP: Duration = Duration::from_secs(30);
pub(crate) const INVALID_CODE: (Kind, &str) = (Kind::Malformed, "invalid_code");
const ALREADY_ENABLED: (Kind, &str) = (Kind::Malformed, "already_enabled");
const NOT_ENABLED: (Kind, &str) = (Kind::Malformed, "not_enabled");
const NOT_INITIATED: (Kind, &str) = (Kind::Malformed, "setup_not_initiated");

/// The owner with a second factor.
pub(crate) struct Protected {
    /// The session that turned it on.
    pub(crate) pair: TokenPair,
    pub(crate) secret: Secret<String>,
    pub(crate) recovery: Vec<Secret<String>>,
}

impl Protected {
    pub(crate) fn login(&self) -> Login {
        login(&self.pair)
    }

    pub(crate) fn recovery(&self, number: usize) -> &str {
        self.recovery[number].expose()
    }
}

pub(crate) fn login(pair: &TokenPair) -> Login {
    Login { person: pair.person, session: pair.session }
}

impl House {
    pub(crate) fn second_factors(&self) -> SecondFactors {
        SecondFactors::new(Arc::clone(&self.auth), "Main Stay".to_owned())
    }

    /// What an authenticator shows, so many steps from now.
    pub(crate) fn code(&self, secret: &Secret<String>, steps: i64) -> String {
        let bytes = totp_rs::Secret::Encoded(secret.expose().clone()).to_bytes().expect("base32");
        let authenticator = TOTP::new(Algorithm::SHA1, 6, 0, 30, bytes).expect("an authenticator");
        authenticator.generate(u64::try_from(self.clock.now().seconds() + 30 * steps).expect("a time"))
    }

    /// Gives the owner a second factor, half a minute before.
    pub(crate) async fn protected(&self) -> Protected {
        let pair = self.log_in().await;
        let secret = self.second_factors().setup(login(&pair)).await.expect("a setup").secret;
        let code = self.code(&secret, 0);
        let recovery = self.second_factors().enable(login(&pair), &code).await.expect("recovery codes");
        self.clock.advance(STEP);
        self.letters().await;
        self.events().await;
        Protected { pair, secret, recovery }
    }

    /// A login that waits for its code.
    pub(crate) async fn challenge(&self) -> Challenge {
        self.challenge_with(PASSWORD).await
    }

    pub(crate) async fn challenge_with(&self, password: &str) -> Challenge {
        let sessions: &dyn SessionService = self.auth.as_ref();
        match sessions.log_in(EMAIL, &secret(password), &Client::default()).await.expect("a challenge") {
            Entrance::SecondFactor(challenge) => challenge,
            Entrance::Open(_) => panic!("no second factor is asked for"),
        }
    }

    pub(crate) async fn names_of_events(&self) -> Vec<String> {
        self.events().await.into_iter().map(|event| event.name).collect()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_has_set_up_a_second_factor_logs_in_with_both() {
    on_each_database(async |database| {
        let house = House::with_owner(database).await;
        let (second, pair) = (house.second_factors(), house.log_in().await);
        assert_eq!(second.status(pair.person).await.expect("a status"), SecondFactorStatus::default());
        let setup = second.setup(login(&pair)).await.expect("a setup");
        let uri = format!("otpauth://totp/Main%20Stay:{EMAIL}?secret={}&issuer=Main%20Stay", setup.secret.expose());
        assert_eq!(*setup.uri.expose(), uri);
        assert!(!second.is_enabled(pair.person).await.expect("an answer"), "not before the first code");
        house.log_in().await;

        house.events().await;
        let recovery = second.enable(login(&pair), &house.code(&setup.secret, 0)).await.expect("recovery codes");
        assert_eq!(recovery.len(), 10);
        let status = SecondFactorStatus { is_enabled: true, recovery_codes_left: 10 };
        assert_eq!(second.status(pair.person).await.expect("a status"), status);
        assert!(second.is_enabled(pair.person).await.expect("an answer"));
        let letter = house.letter().await;
        assert_eq!((letter.name.as_str(), letter.to.as_str()), ("second_factor_on", EMAIL));
        assert_eq!(house.names_of_events().await, ["user.second_factor_enabled", "session.revoked"]);

        house.clock.advance(STEP);
        let challenge = house.challenge().await;
        let code = house.code(&setup.secret, 0);
        let client = Client::new("192.0.2.7".parse().ok(), Some("Phone/1"));
        let entered = second.verify(challenge.token.expose(), &code, &client).await.expect("a session");
        let found = house.auth.identify(entered.access.expose()).await.expect("a login");
        assert_eq!((found.person, found.session), (pair.person, entered.session));
        let own = SessionService::list(house.auth.as_ref(), found).await.expect("a list");
        let current = own.iter().find(|view| view.is_current).expect("the session");
        assert_eq!(current.client, client, "where it comes from is noted");
        assert_eq!(own.len(), 2);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn turning_it_on_keeps_this_session_and_ends_the_others() {
    on_each_database(async |database| {
        let house = House::with_owner(database).await;
        let other = house.log_in().await;
        house.auth.identify(other.access.expose()).await.expect("remembered");
        let mut changes = house.changes().await;
        let ada = house.protected().await;
        house.auth.identify(ada.pair.access.expose()).await.expect("this one goes on");
        assert_eq!(refusal(house.auth.identify(other.access.expose()).await), UNAUTHENTICATED);
        assert_eq!(changes.catch_up(&house.database).await.expect("changes"), 1, "other nodes hear of it");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn each_step_is_refused_when_its_turn_is_not_there() {
    on_each_database(async |database| {
        let house = House::with_owner(database).await;
        let (second, pair) = (house.second_factors(), house.log_in().await);
        assert_eq!(refusal(second.enable(login(&pair), "123456").await), NOT_INITIATED);
        assert_eq!(refusal(second.disable(login(&pair), "123456").await), NOT_ENABLED);
        assert_eq!(refusal(second.renew_recovery_codes(login(&pair), "123456").await), NOT_ENABLED);
        let secret = second.setup(login(&pair)).await.expect("a setup").secret;
        assert_eq!(refusal(second.disable(login(&pair), &house.code(&secret, 0)).await), NOT_ENABLED);
        for wrong in ["", "12345", "abcdef", &house.code(&secret, 5)] {
            assert_eq!(refusal(second.enable(login(&pair), wrong).await), INVALID_CODE, "{wrong}");
        }
        let code = house.code(&secret, 0);
        second.enable(login(&pair), &code).await.expect("wrong codes before the first right one do not matter");
        assert_eq!(refusal(second.enable(login(&pair), &code).await), ALREADY_ENABLED);
        assert_eq!(refusal(second.setup(login(&pair)).await), ALREADY_ENABLED);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_secret_waits_fifteen_minutes_and_until_the_next_setup() {
    on_each_database(async |database| {
        let house = House::with_owner(database).await;
        let (second, pair) = (house.second_factors(), house.log_in().await);
        let old = second.setup(login(&pair)).await.expect("a setup").secret;
        let new = second.setup(login(&pair)).await.expect("another").secret;
        assert_eq!(refusal(second.enable(login(&pair), &house.code(&old, 0)).await), INVALID_CODE);
        house.clock.advance(Duration::from_mins(15));
        assert_eq!(refusal(second.enable(login(&pair), &house.code(&new, 0)).await), NOT_INITIATED);
        let last = second.setup(login(&pair)).await.expect("a third").secret;
        house.clock.advance(Duration::from_mins(15) - Duration::from_micros(1));
        second.enable(login(&pair), &house.code(&last, 0)).await.expect("a microsecond before");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn turning_it_off_takes_a_code_and_voids_all_that_belonged_to_it() {
    on_each_database(async |database| {
        let house = House::with_owner(database).await;
        let (ada, second) = (house.protected().await, house.second_factors());
        let challenge = house.challenge().await;
        assert_eq!(refusal(second.disable(ada.login(), "000").await), INVALID_CODE);
        second.disable(ada.login(), &house.code(&ada.secret, 0)).await.expect("it is off");
        assert_eq!(second.status(ada.pair.person).await.expect("a status"), SecondFactorStatus::default());
        let letter = house.letter().await;
        assert_eq!((letter.name.as_str(), letter.to.as_str()), ("second_factor_off", EMAIL));
        assert_eq!(house.names_of_events().await, ["user.second_factor_disabled"]);
        house.auth.identify(ada.pair.access.expose()).await.expect("sessions go on");
        house.log_in().await;

        // What belonged to the old one is of no use for a new one.
        let again = house.protected().await;
        assert_ne!(again.secret, ada.secret);
        let verify = async |code| second.verify(challenge.token.expose(), code, &Client::default()).await;
        assert_eq!(refusal(verify(again.recovery(0)).await).1, "invalid_token");
        assert_eq!(refusal(second.disable(again.login(), ada.recovery(0)).await), INVALID_CODE);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reset_of_the_password_leaves_the_second_factor_on() {
    on_each_database(async |database| {
        let house = House::with_owner(database).await;
        let ada = house.protected().await;
        house.passwords().forgot(EMAIL).await.expect("an answer");
        house.work(&house.passwords().forgotten_passwords()).await;
        let token = house.letter().await.about;
        house.passwords().reset(&token, &secret("a longer wooden spoon")).await.expect("a reset");
        assert!(house.second_factors().is_enabled(ada.pair.person).await.expect("an answer"));
        house.challenge_with("a longer wooden spoon").await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn only_the_right_password_tells_that_there_is_a_second_factor() {
    on_each_database(async |database| {
        let house = House::with_owner(database).await;
        house.protected().await;
        let sessions: &dyn SessionService = house.auth.as_ref();
        let outcome = sessions.log_in(EMAIL, &secret("wrong password"), &Client::default()).await;
        assert_eq!(refusal(outcome), (Kind::Unauthenticated, "invalid_credentials"));
        let eve = house.sign_up("eve@example.com").await.tokens;
        let entrance = sessions.log_in("eve@example.com", &secret(PASSWORD), &Client::default()).await;
        assert_eq!(opened(entrance.expect("a login")).person, eve.person, "others are asked for nothing");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn no_event_or_debug_print_tells_a_secret() {
    on_each_database(async |database| {
        let house = House::with_owner(database).await;
        let (second, pair) = (house.second_factors(), house.log_in().await);
        let setup = second.setup(login(&pair)).await.expect("a setup");
        let codes = second.enable(login(&pair), &house.code(&setup.secret, 0)).await.expect("recovery codes");
        let challenge = house.challenge().await;
        let client = Client::default();
        second.verify(challenge.token.expose(), codes[0].expose(), &client).await.expect("a session");
        second.disable(login(&pair), codes[1].expose()).await.expect("it is off");
        let told = format!("{:?}", house.events().await);
        let printed = format!("{setup:?} {codes:?} {challenge:?}");
        let tokens = [&setup.secret, &setup.uri, &challenge.token].into_iter().chain(&codes);
        for text in tokens.map(Secret::expose) {
            assert!(!told.contains(text) && !printed.contains(text));
        }
        assert_eq!(told.matches("user.recovery_code_used").count(), 2);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_over_for_a_day_is_deleted_and_the_second_factor_stays() {
    on_each_database(async |database| {
        let house = House::with_owner(database).await;
        let ada = house.protected().await;
        let eve = house.sign_up("eve@example.com").await.tokens;
        house.second_factors().setup(login(&eve)).await.expect("a setup");
        house.challenge().await;
        house.clock.advance(Duration::from_hours(23));
        let stale = async || house.store.delete_stale(house.clock.now().minus(Duration::from_hours(24))).await;
        stale().await.expect("a clean-up");
        assert!(house.store.second_factor(eve.person).await.expect("a look-up").pending.is_some(), "not yet");
        house.clock.advance(Duration::from_hours(2));
        house.auth.one_time_clean_up().run(&serde_json::Value::Null).await.expect("a clean-up");
        assert!(house.store.second_factor(eve.person).await.expect("a look-up").pending.is_none());
        assert!(house.second_factors().is_enabled(ada.pair.person).await.expect("an answer"));
    })
    .await;
}
