//! Rate limits against a naive log of instants, in memory and in Redis, and with Redis away.
//!
//! The tests on Redis run when `MAINSTAY_TEST_REDIS_URL` names one (`redis://host:port`, no password).

#[path = "limit/cable.rs"]
mod cable;

use cable::Cable;
use mainstay_edge::limit::{Bucket, Limiter, Quota, Verdict, WhenAway};
use mainstay_kernel::{Clock, Details, Fault, Ids, KeyId, Kind, SystemIds, Timestamp, UserId};
use proptest::prelude::*;
use proptest::test_runner::TestRunner;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering::Relaxed};
use std::time::Duration;

struct HandClock(AtomicI64);

impl HandClock {
    fn at(seconds: i64) -> Arc<Self> {
        Arc::new(Self(AtomicI64::new(seconds)))
    }

    fn set(&self, seconds: i64) {
        self.0.store(seconds, Relaxed);
    }
}

impl Clock for HandClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_seconds(self.0.load(Relaxed))
    }
}

/// The rule as it is told: a log with an entry for every request that passed.
#[derive(Default)]
struct Log(Vec<i64>);

impl Log {
    fn count(&self, now: i64) -> u32 {
        let counted = self.0.iter().filter(|entry| **entry >= now - 60).count();
        u32::try_from(counted).expect("a short log")
    }

    fn remaining(&self, now: i64, quota: Quota) -> u32 {
        quota.effective.saturating_sub(self.count(now))
    }

    fn hit(&mut self, now: i64, quota: Quota, cost: u32) -> bool {
        let allowed = cost <= self.remaining(now, quota);
        if allowed {
            self.0.extend((0..cost).map(|_| now));
        }
        allowed
    }
}

/// One request: the pause before it, its limit and its cost.
#[derive(Debug, Clone)]
struct Step {
    pause: i64,
    limit: u32,
    cost: u32,
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let pause = prop_oneof![6 => Just(0i64), 6 => 1i64..5, 2 => 5i64..70, 1 => 59i64..63, 1 => 100i64..200];
    let limit = prop_oneof![9 => Just(12u32), 1 => 0u32..20];
    let cost = prop_oneof![8 => Just(1u32), 1 => Just(0u32), 2 => 2u32..14];
    let step = (pause, limit, cost).prop_map(|(pause, limit, cost)| Step { pause, limit, cost });
    prop::collection::vec(step, 1..120)
}

/// Requests against one bucket of a limiter, and against the log.
struct Trial<'a> {
    limiter: &'a Limiter,
    clock: &'a HandClock,
    bucket: Bucket,
    now: i64,
    log: Log,
}

impl Trial<'_> {
    async fn ask(&mut self, now: i64, quota: Quota, cost: u32) -> Result<Verdict, TestCaseError> {
        self.clock.set(now);
        self.now = now;
        let verdict = self.limiter.hit(&self.bucket, quota, cost).await.expect("a verdict");
        prop_assert_eq!(verdict.allowed, self.log.hit(now, quota, cost), "at {} for {}", now, cost);
        prop_assert_eq!(verdict.remaining, self.log.remaining(now, quota));
        let counted = self.log.count(now);
        prop_assert!(!verdict.allowed || cost == 0 || counted <= quota.effective, "{} passed", counted);
        Ok(verdict)
    }

    /// A caller who is refused and comes back when told passes then, and would not have a second earlier.
    async fn step(&mut self, step: &Step) -> Result<(), TestCaseError> {
        let quota = Quota::per_minute(step.limit);
        let verdict = self.ask(self.now + step.pause, quota, step.cost).await?;
        prop_assert_eq!(verdict.retry_after, (verdict.reset_at - self.now).max(1).unsigned_abs());
        if verdict.remaining > 0 && verdict.allowed {
            prop_assert_eq!(verdict.reset_at, self.now + 60);
        }
        if !verdict.allowed && step.cost <= step.limit {
            prop_assert!(!self.ask(verdict.reset_at - 1, quota, step.cost).await?.allowed, "told too late a time");
            prop_assert!(self.ask(verdict.reset_at, quota, step.cost).await?.allowed, "told too early a time");
        }
        Ok(())
    }
}

fn decides_as_the_log_does(limiter: &Limiter, clock: &HandClock, runtime: &tokio::runtime::Runtime) {
    let mut runner = TestRunner::new(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() });
    let outcome = runner.run(&steps(), |steps| {
        let (bucket, log) = (new_bucket(), Log::default());
        let mut trial = Trial { limiter, clock, bucket, now: 1_768_473_000, log };
        runtime.block_on(async {
            for step in &steps {
                trial.step(step).await?;
            }
            Ok(())
        })
    });
    outcome.expect("the log decides the same");
}

fn new_bucket() -> Bucket {
    Bucket::User(UserId(SystemIds.uuid()))
}

/// A limiter that bears with a busy machine.
fn shared(url: &str, clock: Arc<HandClock>, when_away: WhenAway) -> Limiter {
    Limiter::shared(url, clock, when_away).expect("a limiter").with_patience(Duration::from_secs(2))
}

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().expect("a runtime")
}

fn redis_url() -> Option<String> {
    let url = std::env::var("MAINSTAY_TEST_REDIS_URL").ok();
    if url.is_none() {
        eprintln!("skipped: MAINSTAY_TEST_REDIS_URL is not set");
    }
    url
}

#[test]
fn in_memory_it_decides_as_a_log_does() {
    let clock = HandClock::at(0);
    decides_as_the_log_does(&Limiter::local(clock.clone()), &clock, &runtime());
}

#[test]
fn in_redis_it_decides_as_a_log_does() {
    let Some(url) = redis_url() else { return };
    let (runtime, clock) = (runtime(), HandClock::at(0));
    let limiter = {
        let _inside = runtime.enter();
        shared(&url, clock.clone(), WhenAway::Refuse).by_own_clock()
    };
    decides_as_the_log_does(&limiter, &clock, &runtime);
}

#[tokio::test]
async fn both_treat_a_clock_that_is_set_back_alike() {
    let Some(url) = redis_url() else { return };
    let clock = HandClock::at(0);
    let local = Limiter::local(clock.clone());
    let redis = shared(&url, clock.clone(), WhenAway::Refuse).by_own_clock();
    let (bucket, quota) = (new_bucket(), Quota { base: 3, effective: 4 });
    for (now, cost) in [(9_000, 2), (8_950, 1), (9_050, 1), (9_049, 1), (1_000, 5), (1_000, 4), (1_059, 1), (9_050, 1)]
    {
        clock.set(now);
        let (here, there) = (local.hit(&bucket, quota, cost).await, redis.hit(&bucket, quota, cost).await);
        assert_eq!(here, there, "at {now} for {cost}");
    }
}

#[tokio::test]
async fn limiters_that_share_a_redis_count_together_on_its_clock() {
    let Some(url) = redis_url() else { return };
    let (ahead, behind) = (HandClock::at(2_000_000_000), HandClock::at(1_000));
    let limiters = [ahead, behind].map(|clock| shared(&url, clock, WhenAway::Refuse));
    let (bucket, quota) = (new_bucket(), Quota::per_minute(10));
    let mut passed = 0;
    for limiter in limiters.iter().cycle().take(30) {
        passed += u32::from(limiter.hit(&bucket, quota, 1).await.expect("a verdict").allowed);
    }
    assert_eq!(passed, 10);
}

#[tokio::test]
async fn what_redis_keeps_of_a_bucket_expires_by_itself() {
    let Some(url) = redis_url() else { return };
    let limiter = shared(&url, HandClock::at(0), WhenAway::Refuse);
    let bucket = new_bucket();
    assert!(limiter.hit(&bucket, Quota::per_minute(1), 1).await.expect("a verdict").allowed);
    let client = redis::Client::open(url).expect("a client");
    let mut connection = client.get_multiplexed_async_connection().await.expect("a connection");
    let key = format!("mainstay:limit:{bucket}");
    let seconds: i64 = redis::cmd("TTL").arg(key).query_async(&mut connection).await.expect("an answer");
    assert!((55..=61).contains(&seconds), "{seconds}");
}

#[tokio::test]
async fn a_redis_that_was_never_there_does_not_delay_the_start() {
    let clock = HandClock::at(1_000);
    let own = Limiter::shared("redis://127.0.0.1:1", clock.clone(), WhenAway::Local).expect("a limiter");
    let none = Limiter::shared("redis://127.0.0.1:1", clock, WhenAway::Refuse).expect("a limiter");
    let (bucket, quota) = (Bucket::Key(KeyId(1)), Quota::per_minute(1));
    assert!(own.hit(&bucket, quota, 1).await.expect("a verdict").allowed);
    assert!(!own.hit(&bucket, quota, 1).await.expect("a verdict").allowed);
    let away = none.hit(&bucket, quota, 1).await.expect_err("nobody counts");
    assert_eq!(away.kind(), Kind::Unavailable);
    assert!(matches!(away.details(), Details::RetryAfter(1..)));
}

#[test]
fn a_url_that_is_not_of_redis_is_refused_and_not_repeated() {
    let refused = Limiter::shared("http://user:hunter2@localhost", HandClock::at(0), WhenAway::Local).err();
    let refused = refused.expect("an error");
    assert!(!format!("{refused} {refused:?}").contains("hunter2"));
}

/// Asks until it is answered as expected; fails after ten seconds.
async fn soon(limiter: &Limiter, bucket: &Bucket, expected: impl Fn(Option<Verdict>) -> bool) {
    let patience = Duration::from_secs(10);
    let asking = async {
        while !expected(limiter.hit(bucket, Quota::per_minute(2), 0).await.ok()) {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    tokio::time::timeout(patience, asking).await.expect("the limiter comes round");
}

#[tokio::test]
async fn a_node_that_loses_redis_counts_by_itself_until_redis_is_back() {
    let Some(url) = redis_url() else { return };
    let cable = Cable::to(&url).await;
    let limiter = shared(&cable.url(), HandClock::at(1_000), WhenAway::Local);
    let (bucket, quota) = (new_bucket(), Quota::per_minute(2));
    assert_eq!(limiter.hit(&bucket, quota, 2).await.expect("a verdict").remaining, 0);
    cable.cut();
    assert_eq!(limiter.hit(&bucket, quota, 1).await.expect("a verdict").remaining, 1, "its own count is fresh");
    assert_eq!(limiter.hit(&bucket, quota, 1).await.expect("a verdict").remaining, 0);
    assert!(!limiter.hit(&bucket, quota, 1).await.expect("a verdict").allowed);
    cable.mend();
    soon(&limiter, &bucket, |verdict| verdict.is_some_and(|verdict| verdict.reset_at > 1_000_000)).await;
    assert!(!limiter.hit(&bucket, quota, 1).await.expect("a verdict").allowed, "Redis kept what it had");
}

#[tokio::test]
async fn a_node_told_to_refuse_lets_nothing_pass_until_redis_is_back() {
    let Some(url) = redis_url() else { return };
    let cable = Cable::to(&url).await;
    let limiter = shared(&cable.url(), HandClock::at(1_000), WhenAway::Refuse);
    let (bucket, quota) = (new_bucket(), Quota::per_minute(2));
    assert!(limiter.hit(&bucket, quota, 1).await.expect("a verdict").allowed);
    cable.cut();
    assert!(limiter.hit(&bucket, quota, 1).await.is_err());
    assert!(limiter.hit(&bucket, quota, 1).await.is_err());
    cable.mend();
    soon(&limiter, &bucket, |verdict| verdict.is_some()).await;
    assert_eq!(limiter.hit(&bucket, quota, 1).await.expect("a verdict").remaining, 0);
}

#[tokio::test]
async fn a_redis_that_falls_silent_delays_one_request_and_no_more() {
    let Some(url) = redis_url() else { return };
    let cable = Cable::to(&url).await;
    let limiter = shared(&cable.url(), HandClock::at(1_000), WhenAway::Local);
    let (bucket, quota) = (new_bucket(), Quota::per_minute(1_000));
    assert_eq!(limiter.hit(&bucket, quota, 1).await.expect("a verdict").remaining, 999);
    cable.mute();
    let hundred = async {
        for _ in 0..100 {
            let _ = limiter.hit(&bucket, quota, 1).await.expect("a verdict");
        }
    };
    tokio::time::timeout(Duration::from_secs(20), hundred).await.expect("only the first waited");
    assert_eq!(limiter.hit(&bucket, quota, 0).await.expect("a verdict").remaining, 900, "all were counted here");
}
