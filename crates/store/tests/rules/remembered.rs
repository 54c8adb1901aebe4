//! A cache is never older than the last change.

use mainstay_store::Remembered;
use std::convert::Infallible;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

const ROUNDS: u64 = 2_000;

struct Story {
    truth: AtomicU64,
    cache: Remembered<u8, u64>,
}

impl Story {
    async fn ask(&self) -> u64 {
        let load = async {
            let read = self.truth.load(Ordering::SeqCst);
            tokio::task::yield_now().await;
            Ok::<_, Infallible>(Some(read))
        };
        let Ok(found) = self.cache.get_or_load(&1, load).await;
        found.expect("there is always a value")
    }

    fn change(&self, forget: impl Fn(&Remembered<u8, u64>)) -> u64 {
        let version = self.truth.fetch_add(1, Ordering::SeqCst) + 1;
        forget(&self.cache);
        version
    }
}

async fn whoever_asks_after_a_change_hears_of_it(forget: fn(&Remembered<u8, u64>)) {
    let story = Arc::new(Story { truth: AtomicU64::new(0), cache: Remembered::new(10) });
    let tasks = (0..4).map(|task| {
        let story = Arc::clone(&story);
        tokio::spawn(async move {
            let mut newest = 0;
            for _ in 0..ROUNDS {
                if task == 0 {
                    newest = story.change(forget);
                    // Those who read before the change come back with what they read.
                    tokio::task::yield_now().await;
                }
                let heard = story.ask().await;
                assert!(heard >= newest, "heard {heard} after {newest}");
                tokio::task::yield_now().await;
            }
        })
    });
    for task in tasks.collect::<Vec<_>>() {
        task.await.expect("no lie");
    }
    assert_eq!(story.ask().await, ROUNDS);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn whoever_asks_after_a_value_was_forgotten_hears_of_the_change() {
    whoever_asks_after_a_change_hears_of_it(|cache| cache.forget(&1)).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn whoever_asks_after_everything_was_forgotten_hears_of_the_change() {
    whoever_asks_after_a_change_hears_of_it(Remembered::forget_all).await;
}

#[tokio::test]
async fn what_is_not_there_and_what_failed_is_asked_for_again() {
    let cache = Remembered::<u8, u64>::new(10);
    assert_eq!(cache.get_or_load(&1, async { Err("away") }).await, Err("away"));
    assert_eq!(cache.get_or_load(&1, async { Ok::<_, &str>(None) }).await, Ok(None));
    assert_eq!(cache.get_or_load(&1, async { Ok::<_, &str>(Some(7)) }).await, Ok(Some(7)));
}
