//! Those who do the jobs.

use crate::raw::raw;
use async_trait::async_trait;
use futures_util::FutureExt as _;
use mainstay_kernel::{Clock, Timestamp};
use mainstay_store::Database;
use mainstay_store::jobs::{self, Claim, ClaimedJob, Done, Handler, Jobs, NewJob, Workers};
use mainstay_testkit::{ManualClock, on_each_database};
use serde_json::{Value, json};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{Mutex, mpsc};

const QUEUE: &str = "mail";

/// Asks the test how each job ends, which so sees what is done and when.
struct Asking {
    ask: mpsc::UnboundedSender<i64>,
    answers: Mutex<mpsc::UnboundedReceiver<Result<Done, String>>>,
    max_attempts: i32,
    standing: Option<Value>,
}

#[async_trait]
impl Handler for Asking {
    fn queue(&self) -> &'static str {
        QUEUE
    }

    async fn run(&self, payload: &Value) -> Result<Done, String> {
        let _ = self.ask.send(payload["n"].as_i64().expect("a number"));
        let answer = self.answers.lock().await.recv().await.expect("the test answers");
        assert_ne!(answer, Err("panic".to_owned()), "on purpose");
        answer
    }

    fn max_attempts(&self) -> i32 {
        self.max_attempts
    }

    fn standing_job(&self) -> Option<Value> {
        self.standing.clone()
    }
}

struct House {
    database: Database,
    jobs: Arc<dyn Jobs>,
    clock: ManualClock,
    asked: mpsc::UnboundedReceiver<i64>,
    answer: mpsc::UnboundedSender<Result<Done, String>>,
    workers: Workers,
}

impl House {
    /// A node with one worker, and these jobs waiting.
    async fn start(database: Database, waiting: &[i64], max_attempts: i32, standing: Option<Value>) -> Self {
        let (jobs, clock) = (jobs::open(&database), ManualClock::new());
        for n in waiting {
            add(&jobs, *n, clock.now()).await;
        }
        let (ask, asked) = mpsc::unbounded_channel();
        let (answer, answers) = mpsc::unbounded_channel();
        let handler = Arc::new(Asking { ask, answers: Mutex::new(answers), max_attempts, standing });
        let any: Arc<dyn Clock> = Arc::new(clock.clone());
        let workers = Workers::start(&jobs, vec![handler as Arc<dyn Handler>], &any, "node");
        Self { database, jobs, clock, asked, answer, workers }
    }

    /// Waits for the next job to begin.
    async fn begun(&mut self) -> i64 {
        self.asked.recv().await.expect("the worker works")
    }

    fn ends(&self, how: Result<Done, String>) {
        self.answer.send(how).expect("the worker listens");
    }

    /// Lets the worker stop after the job that it is at, which ends like this.
    async fn drain_while_ending(self, how: Result<Done, String>) -> (Database, Arc<dyn Jobs>, Timestamp) {
        let mut drained = self.workers.drain().boxed();
        assert!((&mut drained).now_or_never().is_none(), "it is at a job");
        self.answer.send(how).expect("the worker listens");
        drained.await;
        (self.database, self.jobs, self.clock.now())
    }
}

async fn add(jobs: &Arc<dyn Jobs>, n: i64, now: Timestamp) {
    let job = NewJob { queue: QUEUE, unique_key: None, payload: json!({"n": n}), run_at: now };
    jobs.add(job, now).await.expect("added");
}

async fn claim(jobs: &Arc<dyn Jobs>, now: Timestamp) -> Vec<(i64, i32)> {
    let claim = Claim { queue: QUEUE, worker: "other".to_owned(), most: 100, lease: Duration::from_mins(1) };
    let number = |job: ClaimedJob| (job.payload["n"].as_i64().expect("a number"), job.attempt);
    jobs.claim(claim, now).await.expect("claimed").into_iter().map(number).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_worker_does_what_is_due_in_order() {
    on_each_database(|database| async move {
        let mut house = House::start(database, &[1, 2, 3], 20, None).await;
        for n in [1, 2] {
            assert_eq!(house.begun().await, n);
            house.ends(Ok(Done::ForGood));
        }
        assert_eq!(house.begun().await, 3);
        let (_, jobs, now) = house.drain_while_ending(Ok(Done::ForGood)).await;
        assert_eq!(claim(&jobs, now.plus(Duration::from_hours(1000))).await, []);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_drains_ends_its_job_and_gives_the_others_back_at_once() {
    on_each_database(|database| async move {
        let mut house = House::start(database, &[1, 2, 3], 20, None).await;
        assert_eq!(house.begun().await, 1);
        let (_, jobs, now) = house.drain_while_ending(Ok(Done::ForGood)).await;
        assert_eq!(claim(&jobs, now).await, [(2, 2), (3, 2)]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_job_that_failed_runs_again_after_a_while() {
    on_each_database(|database| async move {
        let mut house = House::start(database, &[1], 20, None).await;
        house.begun().await;
        let (_, jobs, now) = house.drain_while_ending(Err("away".to_owned())).await;
        assert_eq!(claim(&jobs, now.plus(Duration::from_micros(4_999_999))).await, []);
        assert_eq!(claim(&jobs, now.plus(Duration::from_secs(5))).await, [(1, 2)]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn after_its_last_attempt_a_job_has_failed() {
    on_each_database(|database| async move {
        let mut house = House::start(database, &[1], 1, None).await;
        house.begun().await;
        let (database, jobs, now) = house.drain_while_ending(Err("away".to_owned())).await;
        assert_eq!(claim(&jobs, now.plus(Duration::from_hours(1000))).await, []);
        let failed = raw(&database).lines("SELECT last_error AS line FROM jobs WHERE failed_at IS NOT NULL").await;
        assert_eq!(failed.expect("rows"), ["away"]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_handler_that_panics_has_failed_and_its_worker_goes_on() {
    on_each_database(|database| async move {
        let mut house = House::start(database, &[1, 2], 20, None).await;
        assert_eq!(house.begun().await, 1);
        house.ends(Err("panic".to_owned()));
        assert_eq!(house.begun().await, 2);
        let (_, jobs, now) = house.drain_while_ending(Ok(Done::ForGood)).await;
        assert_eq!(claim(&jobs, now.plus(Duration::from_secs(5))).await, [(1, 2)], "it is tried again");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_job_whose_lease_ended_before_its_turn_is_left_to_who_took_it() {
    on_each_database(|database| async move {
        let mut house = House::start(database, &[1, 2], 20, None).await;
        assert_eq!(house.begun().await, 1);
        house.clock.advance(Duration::from_mins(1));
        assert_eq!(claim(&house.jobs, house.clock.now()).await, [(1, 2), (2, 2)], "another takes both");
        add(&house.jobs, 3, house.clock.now()).await;
        house.ends(Ok(Done::ForGood));
        assert_eq!(house.begun().await, 3, "not the second, which is another's");
        let (_, jobs, now) = house.drain_while_ending(Ok(Done::ForGood)).await;
        assert_eq!(claim(&jobs, now.plus(Duration::from_mins(1))).await, [(1, 3), (2, 3)], "nor ended by the late one");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_standing_job_is_always_waiting() {
    on_each_database(|database| async move {
        let standing = Some(json!({"n": 7}));
        let mut house = House::start(database, &[], 1, standing.clone()).await;
        assert_eq!(house.begun().await, 7);
        let (database, jobs, now) = house.drain_while_ending(Ok(Done::RunAgainAfter(Duration::from_mins(10)))).await;
        assert_eq!(claim(&jobs, now.plus(Duration::from_secs(599))).await, []);

        let mut again = House::start(database, &[1], 1, standing).await;
        assert_eq!(again.begun().await, 1, "a second start adds no second one");
        again.ends(Ok(Done::ForGood));
        again.clock.advance(Duration::from_mins(10));
        assert_eq!(again.begun().await, 7);
        let (_, jobs, now) = again.drain_while_ending(Err("away".to_owned())).await;
        assert_eq!(claim(&jobs, now.plus(Duration::from_secs(5))).await, [(7, 2)], "it is tried for ever");
    })
    .await;
}

/// Tells the test that it was asked, and never finds anything to do.
struct NeverNeeded(mpsc::UnboundedSender<()>);

#[async_trait]
impl Handler for NeverNeeded {
    fn queue(&self) -> &'static str {
        QUEUE
    }

    async fn is_needed(&self) -> bool {
        let _ = self.0.send(());
        false
    }

    async fn run(&self, _: &Value) -> Result<Done, String> {
        panic!("there was nothing to do")
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_handler_that_is_not_needed_claims_nothing() {
    on_each_database(|database| async move {
        let (jobs, clock) = (jobs::open(&database), ManualClock::new());
        add(&jobs, 1, clock.now()).await;
        let (ask, mut asked) = mpsc::unbounded_channel();
        let any: Arc<dyn Clock> = Arc::new(clock.clone());
        let workers = Workers::start(&jobs, vec![Arc::new(NeverNeeded(ask)) as Arc<dyn Handler>], &any, "node");
        asked.recv().await.expect("the worker asks");
        workers.drain().await;
        assert_eq!(claim(&jobs, clock.now()).await, [(1, 1)], "the first to claim it");
    })
    .await;
}
