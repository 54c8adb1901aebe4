//! Requests that run once: what a retry finds.

use crate::raw::{Raw, add, another_node, numbers, things};
use futures_util::future::join_all;
use mainstay_kernel::Clock as _;
use mainstay_store::idempotency::{self, Answer, Claimed, RETENTION, Request, Reservation, Reservations, run_for};
use mainstay_store::{Database, StoreError, StoreResult};
use mainstay_testkit::{ManualClock, on_each_database};
use std::sync::Arc;
use std::time::Duration;

const LEASE: Duration = Duration::from_secs(30);

struct House {
    reservations: Arc<dyn Reservations>,
    things: Arc<dyn Raw>,
    clock: ManualClock,
}

impl House {
    async fn of(database: &Database) -> Self {
        let (reservations, clock) = (idempotency::open(database), ManualClock::new());
        Self { reservations, things: things(database).await, clock }
    }

    async fn reserve(&self, body: u8) -> Reservation {
        let request = Request { scope: vec![1, 2, 3], fingerprint: vec![body] };
        self.reservations.reserve(request, self.clock.now()).await.expect("an answer")
    }

    /// Reserves what is free.
    async fn runs(&self) -> Claimed {
        match self.reserve(0).await {
            Reservation::Run(claim) => claim,
            other => panic!("it does not run: {other:?}"),
        }
    }

    async fn write(&self, claim: Claimed, n: i64) -> StoreResult<()> {
        run_for(claim, self.things.run(&add(n))).await
    }

    async fn finish(&self, claim: Claimed, answer: &Answer) {
        self.reservations.finish(claim, answer.clone()).await.expect("no failure");
    }
}

fn answer() -> Answer {
    Answer { status: 201, content_type: Some("application/json".to_owned()), body: (0..=255).collect() }
}

fn superseded(written: &StoreResult<()>) -> bool {
    matches!(written, Err(StoreError::Superseded))
}

#[tokio::test(flavor = "multi_thread")]
async fn who_died_before_any_commit_lets_a_retry_run_once_the_lease_is_over() {
    on_each_database(|database| async move {
        let house = House::of(&database).await;
        house.runs().await;
        house.clock.advance(LEASE.saturating_sub(Duration::from_micros(1)));
        assert_eq!(house.reserve(0).await, Reservation::InProgress);
        house.clock.advance(Duration::from_micros(1));
        house.runs().await;
        assert_eq!(house.reserve(0).await, Reservation::InProgress, "the retry has a lease of its own");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_died_between_commit_and_answer_leaves_an_unknown_outcome() {
    on_each_database(|database| async move {
        let house = House::of(&database).await;
        let claim = house.runs().await;
        house.write(claim, 1).await.expect("written");
        assert_eq!(house.reserve(0).await, Reservation::InProgress);
        house.clock.advance(LEASE);
        assert_eq!(house.reserve(0).await, Reservation::OutcomeUnknown);
        house.finish(claim, &answer()).await;
        assert_eq!(house.reserve(0).await, Reservation::Replay(answer()), "it was only slow");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_is_replayed_byte_for_byte_for_a_day() {
    on_each_database(|database| async move {
        let house = House::of(&database).await;
        for kept in [answer(), Answer { status: 204, content_type: None, body: Vec::new() }] {
            let claim = house.runs().await;
            house.finish(claim, &kept).await;
            let other = idempotency::open(&another_node(&database).await);
            let request = Request { scope: vec![1, 2, 3], fingerprint: vec![0] };
            let there = other.reserve(request, house.clock.now()).await.expect("an answer");
            assert_eq!(there, Reservation::Replay(kept.clone()));
            house.clock.advance(RETENTION.saturating_sub(Duration::from_micros(1)));
            assert_eq!(house.reserve(0).await, Reservation::Replay(kept));
            house.clock.advance(Duration::from_micros(1));
        }
        house.runs().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn another_request_with_the_same_key_is_told_so_at_every_stage() {
    on_each_database(|database| async move {
        let house = House::of(&database).await;
        let claim = house.runs().await;
        assert_eq!(house.reserve(9).await, Reservation::OtherRequest);
        house.write(claim, 1).await.expect("written");
        assert_eq!(house.reserve(9).await, Reservation::OtherRequest);
        house.finish(claim, &answer()).await;
        assert_eq!(house.reserve(9).await, Reservation::OtherRequest);
        house.clock.advance(RETENTION);
        assert!(matches!(house.reserve(9).await, Reservation::Run(_)), "after a day the key is free");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_slow_first_runner_cannot_commit_after_a_retry_took_over() {
    on_each_database(|database| async move {
        let house = House::of(&database).await;
        let slow = house.runs().await;
        house.clock.advance(LEASE);
        let retry = house.runs().await;
        let late = house.write(slow, 1).await;
        assert!(superseded(&late), "{late:?}");
        house.write(retry, 2).await.expect("written");
        house.finish(slow, &Answer { status: 500, ..answer() }).await;
        house.reservations.release(slow).await.expect("nothing happens");
        house.finish(retry, &answer()).await;
        assert_eq!(house.reserve(0).await, Reservation::Replay(answer()));
        assert_eq!(numbers(&house.things).await, [2], "the effect is there once");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mark_goes_with_its_transaction() {
    on_each_database(|database| async move {
        let house = House::of(&database).await;
        let claim = house.runs().await;
        run_for(claim, house.things.run_and_fail(&add(1))).await.expect_err("on purpose");
        house.clock.advance(LEASE);
        house.runs().await;
        assert_eq!(numbers(&house.things).await, Vec::<i64>::new());
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_requests_that_come_at_once_one_runs() {
    on_each_database(|database| async move {
        let house = Arc::new(House::of(&database).await);
        for round in 0..3 {
            let retries = (0..16).map(|_| {
                let house = Arc::clone(&house);
                tokio::spawn(async move { house.reserve(0).await })
            });
            let verdicts: Vec<_> = join_all(retries).await.into_iter().map(|v| v.expect("no panic")).collect();
            let run = verdicts.iter().filter(|verdict| matches!(verdict, Reservation::Run(_))).count();
            let wait = verdicts.iter().filter(|verdict| **verdict == Reservation::InProgress).count();
            assert_eq!((run, wait), (1, 15), "round {round}: {verdicts:?}");
            // The first round is new, in the later ones they all find a lease that is over.
            house.clock.advance(LEASE);
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_without_effect_can_be_released_and_one_with_effect_cannot() {
    on_each_database(|database| async move {
        let house = House::of(&database).await;
        let claim = house.runs().await;
        house.reservations.release(claim).await.expect("released");
        let again = house.runs().await;
        assert!(superseded(&house.write(claim, 1).await), "whoever let go writes no more");
        house.write(again, 2).await.expect("written");
        house.reservations.release(again).await.expect("no failure");
        house.clock.advance(LEASE);
        assert_eq!(house.reserve(0).await, Reservation::OutcomeUnknown);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_written_after_the_answer_does_not_make_it_unknown() {
    on_each_database(|database| async move {
        let house = House::of(&database).await;
        let claim = house.runs().await;
        house.finish(claim, &answer()).await;
        assert!(superseded(&house.write(claim, 1).await));
        assert_eq!(house.reserve(0).await, Reservation::Replay(answer()));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_process_that_is_gone_leaves_no_leases() {
    on_each_database(|database| async move {
        let house = House::of(&database).await;
        house.runs().await;
        assert_eq!(house.reservations.abandon_all(house.clock.now()).await.expect("abandoned"), 1);
        let claim = house.runs().await;
        house.write(claim, 1).await.expect("written");
        assert_eq!(house.reservations.abandon_all(house.clock.now()).await.expect("abandoned"), 1);
        assert_eq!(house.reserve(0).await, Reservation::OutcomeUnknown, "an effect stays one");
        house.finish(claim, &answer()).await;
        assert_eq!(house.reservations.abandon_all(house.clock.now()).await.expect("abandoned"), 0);
        assert_eq!(house.reserve(0).await, Reservation::Replay(answer()), "and an answer an answer");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_older_than_a_day_is_dropped() {
    on_each_database(|database| async move {
        let house = House::of(&database).await;
        let claim = house.runs().await;
        house.clock.advance(RETENTION);
        let before = house.clock.now().minus(RETENTION);
        assert_eq!(house.reservations.purge(before).await.expect("purged"), 0);
        house.clock.advance(Duration::from_micros(1));
        let before = house.clock.now().minus(RETENTION);
        assert_eq!(house.reservations.purge(before).await.expect("purged"), 1);
        assert!(superseded(&house.write(claim, 1).await), "whose reservation is gone writes no more");
        house.runs().await;
    })
    .await;
}
