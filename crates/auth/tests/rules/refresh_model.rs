//! Any order of refreshing, retrying, reusing and waiting does what a simple model says.

use crate::house::{House, WithJwt as _};
use mainstay_auth::{AuthService as _, TokenPair};
use mainstay_kernel::{Clock as _, Timestamp};
use mainstay_testkit::on_each_database;
use proptest::prelude::*;
use proptest::test_runner::{Config, TestCaseError, TestRunner};
use std::time::Duration;
use tokio::runtime::Handle;
use tokio::task::block_in_place;

const DAY: Duration = Duration::from_hours(24);

#[derive(Debug, Clone)]
enum Act {
    /// Sends the token that is so many generations old.
    Refresh(usize),
    /// Sends the newest token with a letter changed.
    Forge(usize),
    Wait(Duration),
    LogOut,
}

fn acts() -> impl Strategy<Value = Vec<Act>> {
    let waits = [1, 15, 29, 31, 1_200, 3_600, 864_000, 2_500_000, 2_592_000].map(Duration::from_secs);
    let act = prop_oneof![
        8 => Just(Act::Refresh(0)),
        4 => Just(Act::Refresh(1)),
        1 => (2..4usize).prop_map(Act::Refresh),
        1 => (4..70usize).prop_map(Act::Forge),
        8 => proptest::sample::select(waits.to_vec()).prop_map(Act::Wait),
        1 => Just(Act::LogOut),
    ];
    proptest::collection::vec(act, 1..24)
}

/// The whole rule, without a database, tokens or concurrency.
struct Model {
    generation: usize,
    refreshed_at: Timestamp,
    created_at: Timestamp,
    over: bool,
}

impl Model {
    fn new(now: Timestamp) -> Self {
        Self { generation: 0, refreshed_at: now, created_at: now, over: false }
    }

    fn is_over(&self, now: Timestamp) -> bool {
        self.over || now.since(self.refreshed_at) >= DAY * 30 || now.since(self.created_at) >= DAY * 90
    }

    /// The generation whose token is given; none for a refusal.
    fn refresh(&mut self, sent: usize, now: Timestamp) -> Option<usize> {
        if self.is_over(now) {
            return None;
        }
        if sent == self.generation {
            self.generation += 1;
            self.refreshed_at = now;
        } else if sent + 1 != self.generation || now.since(self.refreshed_at) > Duration::from_secs(30) {
            self.over = true;
            return None;
        }
        Some(self.generation)
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn any_interleaving_does_what_the_model_says() {
    on_each_database(async |database| {
        let house = House::with_owner(database).await;
        let mut runner = TestRunner::new(Config { failure_persistence: None, ..Config::with_cases(60) });
        let outcome = block_in_place(|| runner.run(&acts(), |acts| Handle::current().block_on(play(&house, acts))));
        outcome.expect("the model and the service agree");
    })
    .await;
}

async fn play(house: &House, acts: Vec<Act>) -> Result<(), TestCaseError> {
    let mut pair = house.log_in().await;
    let mut model = Model::new(house.clock.now());
    let mut tokens = vec![pair.refresh.expose().clone()];
    for act in acts {
        match act {
            Act::Refresh(age) => {
                let sent = model.generation.saturating_sub(age);
                let outcome = house.auth.refresh(&tokens[sent]).await;
                match (model.refresh(sent, house.clock.now()), outcome) {
                    (Some(generation), Ok(given)) => {
                        take(&mut tokens, generation, &given)?;
                        pair = given;
                    }
                    (None, Err(_)) => {}
                    (expected, got) => prop_assert!(false, "expected {:?}, got {:?}", expected, got),
                }
            }
            Act::Forge(at) => {
                let newest = &tokens[model.generation];
                let letter = if &newest[at..=at] == "x" { "y" } else { "x" };
                let forged = format!("{}{letter}{}", &newest[..at], &newest[at + 1..]);
                prop_assert!(house.auth.refresh(&forged).await.is_err());
            }
            Act::Wait(span) => house.clock.advance(span),
            Act::LogOut => {
                house.auth.log_out(pair.session).await.expect("a log-out");
                model.over = true;
            }
        }
        let now = house.clock.now();
        let stands = house.auth.identify(pair.access.expose()).await.is_ok();
        prop_assert_eq!(stands, !model.is_over(now) && now < pair.access_expires_at);
    }
    Ok(())
}

/// A token of a new generation was never seen; one of a known generation is the same as before.
fn take(tokens: &mut Vec<String>, generation: usize, given: &TokenPair) -> Result<(), TestCaseError> {
    let token = given.refresh.expose();
    if generation == tokens.len() {
        prop_assert!(!tokens.contains(token));
        tokens.push(token.clone());
    }
    prop_assert_eq!(&tokens[generation], token);
    Ok(())
}
