//! Any story of reservations, writes, answers, crashes and passing time against a simple model.

use crate::raw::{Raw, add, numbers, things};
use mainstay_kernel::{Clock as _, Timestamp};
use mainstay_store::idempotency::{self, Answer, Claimed, RETENTION, Request, Reservation, Reservations, run_for};
use mainstay_testkit::{ManualClock, on_each_database};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use std::sync::Arc;
use std::time::Duration;
use tokio::runtime::Handle;

/// What happens to one key. Runners are counted in the order in which they were let run; one that
/// is never heard of again has crashed.
#[derive(Debug, Clone)]
enum Step {
    Reserve { body: u8 },
    Write { runner: usize },
    Finish { runner: usize },
    Release { runner: usize },
    Pass(Duration),
    Restart,
    Purge,
}

fn step() -> impl Strategy<Value = Step> {
    let spans = [1, 29, 30, 3_600, 86_399, 86_400].map(Duration::from_secs);
    prop_oneof![
        4 => prop_oneof![4 => Just(0_u8), 1 => Just(1)].prop_map(|body| Step::Reserve { body }),
        4 => (0..4_usize).prop_map(|runner| Step::Write { runner }),
        2 => (0..4_usize).prop_map(|runner| Step::Finish { runner }),
        1 => (0..4_usize).prop_map(|runner| Step::Release { runner }),
        3 => prop::sample::select(spans.to_vec()).prop_map(Step::Pass),
        1 => Just(Step::Restart),
        1 => Just(Step::Purge),
    ]
}

#[derive(Debug, Clone, PartialEq)]
enum State {
    Reserved,
    Effected,
    Finished(Answer),
}

/// The key as it ought to be.
#[derive(Debug, Clone)]
struct Key {
    body: u8,
    holder: usize,
    state: State,
    lease_until: Timestamp,
    reserved_at: Timestamp,
}

impl Key {
    fn reserved(body: u8, holder: usize, now: Timestamp) -> Self {
        let lease_until = now.plus(Duration::from_secs(30));
        Self { body, holder, state: State::Reserved, lease_until, reserved_at: now }
    }

    /// What a request that comes second must hear; none when it is to run.
    fn verdict(&self, body: u8, now: Timestamp) -> Option<Reservation> {
        let running = self.lease_until > now;
        let outdated = self.reserved_at.plus(RETENTION) <= now;
        match &self.state {
            _ if outdated && !running => None,
            _ if self.body != body => Some(Reservation::OtherRequest),
            State::Finished(answer) => Some(Reservation::Replay(answer.clone())),
            _ if running => Some(Reservation::InProgress),
            State::Effected => Some(Reservation::OutcomeUnknown),
            State::Reserved => None,
        }
    }
}

struct Runner {
    claim: Claimed,
    reserved_at: Timestamp,
    finished: bool,
    effects: usize,
}

/// One story about one key.
struct Story {
    scope: Vec<u8>,
    reservations: Arc<dyn Reservations>,
    things: Arc<dyn Raw>,
    clock: ManualClock,
    runners: Vec<Runner>,
    key: Option<Key>,
    next_number: i64,
}

impl Story {
    async fn play(&mut self, step: &Step) {
        let now = self.clock.now();
        match *step {
            Step::Reserve { body } => self.reserve(body, now).await,
            Step::Write { runner } if runner < self.runners.len() => self.write(runner).await,
            Step::Finish { runner } if runner < self.runners.len() => self.finish(runner).await,
            Step::Release { runner } if runner < self.runners.len() => self.release(runner).await,
            Step::Pass(span) => self.clock.advance(span),
            Step::Restart => {
                self.reservations.abandon_all(now).await.expect("abandoned");
                let running = self.key.iter_mut().filter(|key| !matches!(key.state, State::Finished(_)));
                running.for_each(|key| key.lease_until = key.lease_until.min(now));
            }
            Step::Purge => {
                let before = now.minus(RETENTION);
                self.reservations.purge(before).await.expect("purged");
                self.key.take_if(|key| key.reserved_at < before);
            }
            Step::Write { .. } | Step::Finish { .. } | Step::Release { .. } => {}
        }
    }

    async fn reserve(&mut self, body: u8, now: Timestamp) {
        let request = Request { scope: self.scope.clone(), fingerprint: vec![body] };
        let found = self.reservations.reserve(request, now).await.expect("an answer");
        let expected = self.key.as_ref().and_then(|key| key.verdict(body, now));
        match (found, expected) {
            (Reservation::Run(claim), None) => {
                self.key = Some(Key::reserved(body, self.runners.len(), now));
                self.runners.push(Runner { claim, reserved_at: now, finished: false, effects: 0 });
            }
            (found, expected) => assert_eq!(Some(found), expected),
        }
    }

    /// The key, if this runner still holds it.
    fn held(&mut self, runner: usize) -> Option<&mut Key> {
        self.key.as_mut().filter(|key| key.holder == runner)
    }

    async fn write(&mut self, runner: usize) {
        self.next_number += 1;
        let written = run_for(self.runners[runner].claim, self.things.run(&add(self.next_number))).await;
        let mut allowed = false;
        if let Some(key) = self.held(runner).filter(|key| !matches!(key.state, State::Finished(_))) {
            key.state = State::Effected;
            allowed = true;
        }
        assert_eq!(written.is_ok(), allowed, "{written:?}");
        if allowed {
            self.runners[runner].effects += 1;
            self.nobody_else_took_effect_within_a_day_of(runner);
        }
    }

    fn nobody_else_took_effect_within_a_day_of(&self, runner: usize) {
        let this = self.runners[runner].reserved_at;
        let others = self.runners.iter().enumerate().filter(|(at, other)| *at != runner && other.effects > 0);
        for (at, other) in others {
            let apart = this.since(other.reserved_at).max(other.reserved_at.since(this));
            assert!(apart >= RETENTION, "runners {at} and {runner} both took effect, {apart:?} apart");
        }
    }

    async fn finish(&mut self, runner: usize) {
        if std::mem::replace(&mut self.runners[runner].finished, true) {
            return;
        }
        let body = vec![u8::try_from(runner).unwrap_or(0); 20];
        let answer = Answer { status: 201, content_type: Some("text/plain".to_owned()), body };
        self.reservations.finish(self.runners[runner].claim, answer.clone()).await.expect("no failure");
        if let Some(key) = self.held(runner) {
            key.state = State::Finished(answer);
        }
    }

    async fn release(&mut self, runner: usize) {
        self.reservations.release(self.runners[runner].claim).await.expect("no failure");
        self.key.take_if(|key| key.holder == runner && key.state == State::Reserved);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_effect_happens_once_whatever_dies_in_between() {
    on_each_database(|database| async move {
        let (reservations, things) = (idempotency::open(&database), things(&database).await);
        tokio::task::block_in_place(|| {
            let mut runner = TestRunner::new(Config { failure_persistence: None, ..Config::with_cases(60) });
            let played = runner.run(&prop::collection::vec(step(), 1..40), |steps| {
                let (reservations, things) = (Arc::clone(&reservations), Arc::clone(&things));
                Handle::current().block_on(story(reservations, things, steps));
                Ok(())
            });
            played.expect("the model foresees everything");
        });
    })
    .await;
}

async fn story(reservations: Arc<dyn Reservations>, things: Arc<dyn Raw>, steps: Vec<Step>) {
    things.run("DELETE FROM idempotency_keys; DELETE FROM things").await.expect("a clean start");
    let (clock, runners) = (ManualClock::new(), Vec::new());
    let scope = b"one key".to_vec();
    let mut story = Story { scope, reservations, things, clock, runners, key: None, next_number: 0 };
    for step in &steps {
        story.play(step).await;
    }
    let effects: usize = story.runners.iter().map(|runner| runner.effects).sum();
    assert_eq!(numbers(&story.things).await.len(), effects, "every effect is there, and no other");
}
