//! Any order of starting, resending, trying and waiting does what a simple model says.

use crate::house::House;
use crate::registration::other_than;
use mainstay_auth::{AuthError, Client, RegistrationService as _};
use mainstay_kernel::{Clock as _, Fault};
use mainstay_testkit::on_each_database;
use proptest::prelude::*;
use proptest::test_runner::{Config, TestCaseError, TestRunner};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;
use tokio::runtime::Handle;
use tokio::task::block_in_place;

#[derive(Debug, Clone)]
enum Act {
    Start,
    Resend,
    TryRight,
    TryWrong,
    Wait(i64),
}

fn acts() -> impl Strategy<Value = Vec<Act>> {
    let waits = prop_oneof![1i64..70, 500i64..700, 800i64..1_000, 3_500i64..3_700];
    let act = prop_oneof![
        4 => Just(Act::Start),
        4 => Just(Act::Resend),
        2 => Just(Act::TryRight),
        6 => Just(Act::TryWrong),
        6 => waits.prop_map(Act::Wait),
    ];
    proptest::collection::vec(act, 1..30)
}

/// The whole rule in seconds, without a database, hashes or concurrency.
#[derive(Default)]
struct Model {
    /// When the waiting code was drawn, and its wrong tries.
    code: Option<(i64, u32)>,
    verified_at: Option<i64>,
    sent: Vec<i64>,
}

impl Model {
    fn is_verified(&self, now: i64) -> bool {
        self.code.is_none() && self.verified_at.is_some_and(|at| now < at + 900)
    }

    fn send(&mut self, now: i64) -> &'static str {
        let recent = self.sent.iter().filter(|at| now < *at + 3_600).count();
        if recent >= 5 || self.sent.last().is_some_and(|last| now < last + 60) {
            return "resend_cooldown";
        }
        self.sent.push(now);
        self.code = Some((now, 0));
        "ok"
    }

    fn resend(&mut self, now: i64) -> &'static str {
        match self.code {
            _ if self.is_verified(now) => "email_already_verified",
            None => "no_code",
            Some(_) => self.send(now),
        }
    }

    fn attempt(&mut self, right: bool, now: i64) -> &'static str {
        if self.is_verified(now) {
            return "email_already_verified";
        }
        match &mut self.code {
            None => "no_code",
            Some((_, 3)) => "too_many_attempts",
            Some((drawn, _)) if now >= *drawn + 600 => "code_expired",
            Some(_) if right => {
                (self.code, self.verified_at) = (None, Some(now));
                "ok"
            }
            Some((_, tries)) => {
                *tries += 1;
                "invalid_code"
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn any_order_of_acts_does_what_the_model_says() {
    on_each_database(async |database| {
        let house = House::empty(database).await;
        let mut runner = TestRunner::new(Config { failure_persistence: None, ..Config::with_cases(80) });
        let next = AtomicUsize::new(0);
        let outcome = block_in_place(|| {
            runner.run(&acts(), |acts| {
                let email = format!("p{}@example.com", next.fetch_add(1, Ordering::Relaxed));
                Handle::current().block_on(play(&house, &email, acts))
            })
        });
        outcome.expect("the model and the service agree");
    })
    .await;
}

async fn play(house: &House, email: &str, acts: Vec<Act>) -> Result<(), TestCaseError> {
    let (registration, client) = (house.registration(), Client::default());
    let (mut model, mut newest) = (Model::default(), "000000".to_owned());
    for act in acts {
        let now = house.clock.now().seconds();
        let (expected, got) = match act {
            Act::Start => (model.send(now), said(&registration.start(email).await)),
            Act::Resend => (model.resend(now), said(&registration.resend(email).await)),
            Act::TryRight => (model.attempt(true, now), said(&registration.verify(email, &newest, &client).await)),
            Act::TryWrong => {
                let wrong = other_than(&newest);
                (model.attempt(false, now), said(&registration.verify(email, wrong, &client).await))
            }
            Act::Wait(seconds) => {
                house.clock.advance(Duration::from_secs(seconds.unsigned_abs()));
                continue;
            }
        };
        prop_assert_eq!(got, expected);
        newest = house.letters().await.pop().map_or(newest, |letter| letter.about);
    }
    Ok(())
}

fn said<T>(outcome: &Result<T, AuthError>) -> &'static str {
    outcome.as_ref().map_or_else(Fault::code, |_| "ok")
}
