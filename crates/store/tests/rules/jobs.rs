//! Background work: who may do it, and when.

use crate::raw::{another_node, raw};
use futures_util::future::join_all;
use mainstay_kernel::{Clock as _, Timestamp};
use mainstay_store::Database;
use mainstay_store::jobs::{self, Claim, ClaimedJob, Jobs, NewJob, QueueTally, Retry};
use mainstay_testkit::{ManualClock, on_each_database};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

const LEASE: Duration = Duration::from_mins(1);

fn job(n: i64, run_at: Timestamp) -> NewJob {
    NewJob { queue: "mail", unique_key: None, payload: json!({"n": n}), run_at }
}

fn most(most: i64) -> Claim {
    Claim { queue: "mail", worker: "node".to_owned(), most, lease: LEASE }
}

fn house(database: &Database) -> (Arc<dyn Jobs>, ManualClock) {
    (jobs::open(database), ManualClock::new())
}

async fn claim_one(jobs: &Arc<dyn Jobs>, now: Timestamp) -> Option<ClaimedJob> {
    let mut claimed = jobs.claim(most(1), now).await.expect("claimed");
    claimed.pop()
}

fn payloads(claimed: &[ClaimedJob]) -> Vec<Value> {
    claimed.iter().map(|job| job.payload["n"].clone()).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_many_who_claim_at_once_each_job_goes_to_one() {
    on_each_database(|database| async move {
        let (jobs, clock) = house(&database);
        let now = clock.now();
        for n in 0..100 {
            jobs.add(job(n, now), now).await.expect("added");
        }
        let other = another_node(&database).await;
        let nodes = [jobs, jobs::open(&other)];
        let claims = (0..32).map(|n| {
            let node = Arc::clone(&nodes[n % 2]);
            tokio::spawn(async move { node.claim(most(4), now).await })
        });
        let mut taken: Vec<ClaimedJob> = Vec::new();
        for claim in join_all(claims).await {
            taken.extend(claim.expect("no panic").expect("claimed"));
        }
        // A worker may find rows that another is about to take and get fewer; the rest is still there.
        taken.extend(nodes[0].claim(most(100), now).await.expect("claimed"));
        assert_eq!(taken.len(), 100, "no job was taken twice");
        assert_eq!(taken.iter().map(|job| job.id).collect::<BTreeSet<_>>().len(), 100);
        other.close().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_longest_due_comes_first_and_what_is_not_due_stays() {
    on_each_database(|database| async move {
        let (jobs, clock) = house(&database);
        let now = clock.now();
        for (n, seconds) in [(1, 10), (2, 30), (3, 20), (4, 30)] {
            let run_at = now.minus(Duration::from_secs(seconds));
            jobs.add(job(n, run_at), now).await.expect("added");
        }
        jobs.add(job(5, now.plus(Duration::from_micros(1))), now).await.expect("added");
        jobs.add(NewJob { queue: "other", ..job(6, now) }, now).await.expect("added");
        assert_eq!(payloads(&jobs.claim(most(3), now).await.expect("claimed")), [2, 4, 3]);
        assert_eq!(payloads(&jobs.claim(most(9), now).await.expect("claimed")), [1]);
        clock.advance(Duration::from_micros(1));
        assert_eq!(payloads(&jobs.claim(most(9), clock.now()).await.expect("claimed")), [5]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn when_the_lease_is_over_another_takes_it_and_the_late_one_changes_nothing() {
    on_each_database(|database| async move {
        let (jobs, clock) = house(&database);
        jobs.add(job(1, clock.now()), clock.now()).await.expect("added");
        let late = claim_one(&jobs, clock.now()).await.expect("a job");
        assert_eq!(late.lease_until, clock.now().plus(LEASE));
        clock.advance(LEASE.saturating_sub(Duration::from_micros(1)));
        assert_eq!(claim_one(&jobs, clock.now()).await, None, "the lease lasts to its end");
        clock.advance(Duration::from_micros(1));
        let taken = claim_one(&jobs, clock.now()).await.expect("the same job");
        assert_eq!((taken.id, late.attempt, taken.attempt), (late.id, 1, 2));

        jobs.complete(&late).await.expect("nothing happens");
        jobs.give_back(&late, None, Retry::At(clock.now())).await.expect("nothing happens");
        jobs.give_back(&late, None, Retry::Never(clock.now())).await.expect("nothing happens");
        jobs.give_back(&late, None, Retry::Afresh(clock.now())).await.expect("nothing happens");
        assert_eq!(claim_one(&jobs, clock.now()).await, None, "the second one holds it");
        clock.advance(LEASE);
        assert_eq!(claim_one(&jobs, clock.now()).await.map(|job| job.attempt), Some(3), "and it is still there");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_dead_process_held_can_be_had_at_once_and_it_ends_nothing_any_more() {
    on_each_database(|database| async move {
        let (jobs, clock) = house(&database);
        jobs.add(job(1, clock.now()), clock.now()).await.expect("added");
        jobs.add(job(2, clock.now()), clock.now()).await.expect("added");
        let dead = claim_one(&jobs, clock.now()).await.expect("a job");
        assert_eq!(jobs.release_all().await.expect("released"), 1);
        clock.advance(Duration::from_micros(1));
        let taken = jobs.claim(most(9), clock.now()).await.expect("claimed");
        assert_eq!((payloads(&taken).len(), taken[0].id, taken[0].attempt), (2, dead.id, 2));
        jobs.complete(&dead).await.expect("nothing happens");
        jobs.complete(&taken[0]).await.expect("completed");
        assert_eq!(jobs.release_all().await.expect("released"), 1, "the other is still there");
    })
    .await;
}

/// A recurring job begins to count its attempts anew, so that the number alone tells nothing.
#[tokio::test(flavor = "multi_thread")]
async fn who_was_late_in_one_round_of_a_recurring_job_cannot_end_the_next() {
    on_each_database(|database| async move {
        let (jobs, clock) = house(&database);
        jobs.add(job(1, clock.now()), clock.now()).await.expect("added");
        let late = claim_one(&jobs, clock.now()).await.expect("a job");
        clock.advance(LEASE);
        let second = claim_one(&jobs, clock.now()).await.expect("the same job");
        jobs.give_back(&second, None, Retry::Afresh(clock.now())).await.expect("done for now");
        let next = claim_one(&jobs, clock.now()).await.expect("the next round");
        assert_eq!((late.id, late.attempt), (next.id, next.attempt), "they look alike");
        jobs.complete(&late).await.expect("nothing happens");
        jobs.give_back(&late, None, Retry::At(clock.now())).await.expect("nothing happens");
        assert_eq!(claim_one(&jobs, clock.now()).await, None, "the next round is held");
        clock.advance(LEASE);
        assert!(claim_one(&jobs, clock.now()).await.is_some(), "and not ended");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_worker_that_was_slow_ends_its_job_while_nobody_has_taken_it() {
    on_each_database(|database| async move {
        let (jobs, clock) = house(&database);
        jobs.add(job(1, clock.now()), clock.now()).await.expect("added");
        let slow = claim_one(&jobs, clock.now()).await.expect("a job");
        clock.advance(LEASE * 2);
        jobs.complete(&slow).await.expect("completed");
        assert_eq!(claim_one(&jobs, clock.now()).await, None);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn one_unfinished_job_has_a_unique_key() {
    on_each_database(|database| async move {
        let (jobs, clock) = house(&database);
        let now = clock.now();
        let keyed = |n| NewJob { unique_key: Some("once".to_owned()), ..job(n, now) };
        assert!(jobs.add(keyed(1), now).await.expect("added"));
        assert!(!jobs.add(keyed(2), now).await.expect("dropped"));
        let first = claim_one(&jobs, now).await.expect("a job");
        assert!(!jobs.add(keyed(3), now).await.expect("dropped"), "also while it is done");
        jobs.complete(&first).await.expect("completed");
        assert!(jobs.add(keyed(4), now).await.expect("added"), "free again");
        let failed = claim_one(&jobs, now).await.expect("a job");
        jobs.give_back(&failed, Some("no".to_owned()), Retry::Never(now)).await.expect("failed");
        assert!(jobs.add(keyed(5), now).await.expect("added"), "a failed job is finished too");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_job_given_back_waits_for_its_time_and_counts_on() {
    on_each_database(|database| async move {
        let (jobs, clock) = house(&database);
        jobs.add(job(1, clock.now()), clock.now()).await.expect("added");
        let first = claim_one(&jobs, clock.now()).await.expect("a job");
        let again = clock.now().plus(Duration::from_secs(5));
        jobs.give_back(&first, Some("away".to_owned()), Retry::At(again)).await.expect("given back");
        let errors = "SELECT last_error AS line FROM jobs WHERE last_error IS NOT NULL";
        assert_eq!(raw(&database).lines(errors).await.expect("errors"), ["away"]);
        assert_eq!(claim_one(&jobs, clock.now()).await, None);
        let second = claim_one(&jobs, again).await.expect("the same job");
        assert_eq!(second.attempt, 2);
        jobs.give_back(&second, None, Retry::Afresh(again)).await.expect("given back");
        assert_eq!(claim_one(&jobs, again).await.map(|job| job.attempt), Some(1));
        assert_eq!(raw(&database).lines(errors).await.expect("errors"), Vec::<String>::new());
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_failed_job_stays_and_runs_no_more() {
    on_each_database(|database| async move {
        let (jobs, clock) = house(&database);
        jobs.add(job(1, clock.now()), clock.now()).await.expect("added");
        let held = claim_one(&jobs, clock.now()).await.expect("a job");
        jobs.give_back(&held, Some("no".to_owned()), Retry::Never(clock.now())).await.expect("failed");
        clock.advance(Duration::from_hours(1000));
        assert_eq!(claim_one(&jobs, clock.now()).await, None);
        let left = raw(&database).lines("SELECT last_error AS line FROM jobs WHERE failed_at IS NOT NULL").await;
        assert_eq!(left.expect("rows"), ["no"]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn jobs_that_wait_run_and_have_failed_are_counted_apart() {
    on_each_database(|database| async move {
        let (jobs, clock) = house(&database);
        let begun = clock.now();
        assert_eq!(jobs.tally(begun).await.expect("counted"), []);
        for n in 0..4 {
            jobs.add(job(n, begun), begun).await.expect("added");
        }
        jobs.add(job(4, begun.plus(LEASE * 9)), begun).await.expect("added");
        let failed = claim_one(&jobs, begun).await.expect("one");
        jobs.give_back(&failed, Some("no".to_owned()), Retry::Never(begun)).await.expect("given back");
        let _running = claim_one(&jobs, begun).await.expect("one");
        let counted = |waiting, running| {
            let due_since = Some(begun);
            [QueueTally { queue: "mail".to_owned(), waiting, running, failed: 1, due_since }]
        };
        assert_eq!(jobs.tally(begun).await.expect("counted"), counted(2, 1));
        clock.advance(LEASE * 2);
        assert_eq!(jobs.tally(clock.now()).await.expect("counted"), counted(3, 0), "nobody holds it any more");
    })
    .await;
}
