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
    /// Asks, with a load that takes this many turns of the scheduler after it has read.
    async fn ask(&self, turns: u64) -> u64 {
        let load = async {
            let read = self.truth.load(Ordering::SeqCst);
            pass(turns).await;
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

async fn pass(turns: u64) {
    for _ in 0..turns {
        tokio::task::yield_now().await;
    }
}

async fn whoever_asks_after_a_change_hears_of_it(forget: fn(&Remembered<u8, u64>)) {
    let story = Arc::new(Story { truth: AtomicU64::new(0), cache: Remembered::new(10) });
    // Slow readers, who come back with what they read before a change.
    let readers = (1..4).map(|reader| {
        let story = Arc::clone(&story);
        tokio::spawn(async move {
            loop {
                story.ask(reader * 5).await;
                tokio::task::yield_now().await;
            }
        })
    });
    let readers: Vec<_> = readers.collect();
    for round in 0..ROUNDS {
        let version = story.change(forget);
        pass(round % 16).await;
        let heard = story.ask(0).await;
        assert_eq!(heard, version);
    }
    readers.iter().for_each(tokio::task::JoinHandle::abort);
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
