//! Guessing is slowed, and nobody is locked out of a device of their own.

use crate::house::{EMAIL, House};
use mainstay_auth::{AuthError, Buckets, Client, DeviceId, Email, Recognised, Throttle, Trust};
use mainstay_kernel::{Details, Fault as _, Kind, UserId};
use mainstay_testkit::on_each_database;
use std::sync::Arc;
use std::time::Duration;
use uuid::Uuid;

const NOBODY: &str = "nobody@example.com";
pub(crate) const HOME: &str = "192.0.2.7";
const DEVICE: Option<Recognised> = Some(device(7));

const fn device(id: u128) -> Recognised {
    Recognised { device: DeviceId(Uuid::from_u128(id)), trust: Trust::Token }
}

impl House {
    pub(crate) fn throttle(&self) -> Throttle {
        Throttle::new(Arc::clone(&self.store), Arc::new(self.clock.clone()))
    }
}

pub(crate) fn of(email: &str, device: Option<Recognised>, address: &str) -> Buckets {
    let email = Email::parse(email).expect("an address");
    Buckets::of_password(&email, None, device, &Client::new(address.parse().ok(), None))
}

/// The seconds to wait before a guess, or that it was made and wrong.
pub(crate) async fn guess(throttle: &Throttle, buckets: &Buckets) -> Result<(), u64> {
    match throttle.admit(buckets.clone()).await {
        Ok(attempt) => {
            attempt.failed().await.expect("a write");
            Ok(())
        }
        Err(AuthError::Throttled { retry_after }) => Err(retry_after),
        Err(other) => panic!("{other}"),
    }
}

async fn succeed(throttle: &Throttle, buckets: &Buckets) {
    throttle.admit(buckets.clone()).await.expect("an attempt").succeeded().await.expect("a write");
}

#[tokio::test(flavor = "multi_thread")]
async fn five_wrong_passwords_are_free_and_each_further_one_waits_twice_as_long() {
    on_each_database(async |database| {
        let house = House::with_owner(database).await;
        let (throttle, elsewhere) = (house.throttle(), of(EMAIL, None, HOME));
        for _ in 0..5 {
            assert_eq!(guess(&throttle, &elsewhere).await, Ok(()));
        }
        for wait in [5, 10, 20, 40, 80, 160, 320, 640, 900, 900] {
            assert_eq!(guess(&throttle, &elsewhere).await, Err(wait));
            house.clock.advance(Duration::from_secs(wait - 1));
            assert_eq!(guess(&throttle, &elsewhere).await, Err(1));
            house.clock.advance(Duration::from_secs(1));
            assert_eq!(guess(&throttle, &elsewhere).await, Ok(()));
        }
        let another_node = house.throttle();
        assert_eq!(guess(&another_node, &elsewhere).await, Err(900), "nodes count together");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refusal_says_when_to_come_back() {
    on_each_database(async |database| {
        let house = House::with_owner(database).await;
        let (throttle, elsewhere) = (house.throttle(), of(EMAIL, None, HOME));
        for _ in 0..5 {
            guess(&throttle, &elsewhere).await.expect("a guess");
        }
        let Err(refusal) = throttle.admit(elsewhere).await else { panic!("the sixth was let through") };
        assert_eq!((refusal.kind(), refusal.code()), (Kind::RateLimited, "rate_limited"));
        assert_eq!(refusal.details(), Details::RetryAfter(5));
        assert_eq!(refusal.to_string(), "Too many failed attempts. Try again in 5 seconds.");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_guesses_from_elsewhere_does_not_lock_out_a_known_device() {
    on_each_database(async |database| {
        let house = House::with_owner(database).await;
        let (throttle, at_home) = (house.throttle(), of(EMAIL, DEVICE, HOME));
        let mut refused = 0;
        for number in 0..200 {
            // From the same address as the device, and from many others.
            let address = if number % 2 == 0 { HOME.to_owned() } else { format!("198.51.100.{number}") };
            refused += usize::from(guess(&throttle, &of(EMAIL, None, &address)).await.is_err());
            house.clock.advance(Duration::from_secs(1));
        }
        assert!(refused > 180, "{refused} of 200 were refused");
        succeed(&throttle, &at_home).await;
        assert!(guess(&throttle, &of(EMAIL, None, "203.0.113.1")).await.is_err(), "elsewhere is as slow as before");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_known_device_has_its_own_limit() {
    on_each_database(async |database| {
        let house = House::with_owner(database).await;
        let (throttle, at_home) = (house.throttle(), of(EMAIL, DEVICE, HOME));
        for _ in 0..10 {
            assert_eq!(guess(&throttle, &at_home).await, Ok(()));
        }
        assert_eq!(guess(&throttle, &at_home).await, Err(5));
        let other = of(EMAIL, Some(device(8)), HOME);
        succeed(&throttle, &other).await;
        succeed(&throttle, &of(EMAIL, None, HOME)).await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_success_wipes_out_the_failures_of_the_account_and_not_those_of_the_address() {
    on_each_database(async |database| {
        let house = House::with_owner(database).await;
        let throttle = house.throttle();
        let own = of("eve@example.com", None, HOME);
        for number in 0..20 {
            if number % 4 == 3 {
                succeed(&throttle, &own).await;
            }
            // Each account once, and her own again and again.
            assert_eq!(guess(&throttle, &of(&format!("person{number}@example.com"), None, HOME)).await, Ok(()));
        }
        assert_eq!(guess(&throttle, &own).await, Err(2), "twenty failures of the address");
        for _ in 0..4 {
            assert_eq!(guess(&throttle, &of(EMAIL, None, "198.51.100.7")).await, Ok(()));
        }
        succeed(&throttle, &of(EMAIL, None, "198.51.100.7")).await;
        for _ in 0..5 {
            assert_eq!(guess(&throttle, &of(EMAIL, None, "198.51.100.8")).await, Ok(()), "counted from nothing");
        }
        assert_eq!(guess(&throttle, &of(EMAIL, None, "198.51.100.9")).await, Err(5));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn failures_of_an_address_are_forgotten_after_a_quarter_of_an_hour_and_of_an_account_after_a_day() {
    on_each_database(async |database| {
        let house = House::with_owner(database).await;
        let throttle = house.throttle();
        for number in 0..20 {
            guess(&throttle, &of(&format!("person{number}@example.com"), None, HOME)).await.expect("a guess");
        }
        for _ in 0..5 {
            guess(&throttle, &of(EMAIL, None, "198.51.100.7")).await.expect("a guess");
        }
        house.clock.advance(Duration::from_mins(15));
        assert_eq!(guess(&throttle, &of(NOBODY, None, HOME)).await, Ok(()));
        assert_eq!(guess(&throttle, &of(NOBODY, None, HOME)).await, Ok(()), "the address begins anew");
        assert_eq!(guess(&throttle, &of(EMAIL, None, "198.51.100.8")).await, Ok(()));
        assert_eq!(guess(&throttle, &of(EMAIL, None, "198.51.100.8")).await, Err(10), "the account goes on");
        house.clock.advance(Duration::from_hours(24));
        assert_eq!(guess(&throttle, &of(EMAIL, None, "198.51.100.8")).await, Ok(()));
        assert_eq!(guess(&throttle, &of(EMAIL, None, "198.51.100.8")).await, Ok(()));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn known_and_unknown_addresses_answer_alike() {
    on_each_database(async |database| {
        let house = House::with_owner(database).await;
        let throttle = house.throttle();
        for number in 0..12 {
            let known = guess(&throttle, &of(EMAIL, None, "192.0.2.1")).await;
            let unknown = guess(&throttle, &of(NOBODY, None, "192.0.2.2")).await;
            assert_eq!(known, unknown, "guess {number}");
            house.clock.advance(Duration::from_secs(7));
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_codes_of_a_person_have_a_limit_of_their_own() {
    on_each_database(async |database| {
        let house = House::with_owner(database).await;
        let (throttle, ada) = (house.throttle(), UserId(Uuid::from_u128(1)));
        let codes = Buckets::of_second_factor(ada, None);
        for _ in 0..10 {
            assert_eq!(guess(&throttle, &codes).await, Ok(()));
        }
        assert_eq!(guess(&throttle, &codes).await, Err(30));
        succeed(&throttle, &Buckets::of_second_factor(ada, DEVICE)).await;
        succeed(&throttle, &Buckets::of_second_factor(UserId(Uuid::from_u128(2)), None)).await;
        house.clock.advance(Duration::from_secs(30));
        succeed(&throttle, &codes).await;
        assert_eq!(guess(&throttle, &codes).await, Ok(()));
        assert_eq!(guess(&throttle, &codes).await, Ok(()), "a success wiped the ten out");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_attempt_that_is_dropped_counts_nothing() {
    on_each_database(async |database| {
        let house = House::with_owner(database).await;
        let (throttle, elsewhere) = (house.throttle(), of(EMAIL, None, HOME));
        for _ in 0..50 {
            drop(throttle.admit(elsewhere.clone()).await.expect("an attempt"));
        }
        succeed(&throttle, &elsewhere).await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn tallies_of_yesterday_are_deleted_and_no_others() {
    on_each_database(async |database| {
        let house = House::with_owner(database).await;
        let (throttle, elsewhere) = (house.throttle(), of(EMAIL, None, HOME));
        guess(&throttle, &elsewhere).await.expect("a guess");
        house.clock.advance(Duration::from_secs(86_399));
        guess(&throttle, &of(NOBODY, None, HOME)).await.expect("a guess");
        assert_eq!(throttle.forget_idle().await.expect("a clean-up"), 0);
        house.clock.advance(Duration::from_secs(1));
        assert_eq!(throttle.forget_idle().await.expect("a clean-up"), 1, "the account's; the address was touched");
        house.clock.advance(Duration::from_hours(24));
        assert_eq!(throttle.forget_idle().await.expect("a clean-up"), 2);
    })
    .await;
}
