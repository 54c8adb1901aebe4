//! Many guesses at once are not more than few.

use crate::house::{EMAIL, House};
use crate::throttle::{HOME, guess, of};
use mainstay_testkit::on_each_database;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;
use tokio::sync::Barrier;
use tokio::task::{JoinSet, yield_now};

/// After which what has not ended never will, however busy the machine is.
const PATIENCE: Duration = Duration::from_mins(5);

#[tokio::test(flavor = "multi_thread")]
async fn of_64_wrong_guesses_at_once_few_are_compared() {
    on_each_database(async |database| {
        let house = House::with_owner(database).await;
        let (throttle, compared) = (Arc::new(house.throttle()), Arc::new(AtomicUsize::new(0)));
        let mut guesses = JoinSet::new();
        for number in 0..64 {
            let (throttle, compared) = (Arc::clone(&throttle), Arc::clone(&compared));
            guesses.spawn(async move {
                let elsewhere = of(EMAIL, None, &format!("198.51.100.{number}"));
                let Ok(attempt) = throttle.admit(elsewhere).await else { return };
                compared.fetch_add(1, Ordering::SeqCst);
                for _ in 0..20 {
                    yield_now().await;
                }
                attempt.failed().await.expect("a write");
            });
        }
        guesses.join_all().await;
        let compared = compared.load(Ordering::SeqCst);
        assert!((5..=8).contains(&compared), "{compared} were compared");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn of_64_right_passwords_at_once_all_pass_four_at_a_time() {
    on_each_database(async |database| {
        let house = House::with_owner(database).await;
        let throttle = Arc::new(house.throttle());
        guess(&throttle, &of(EMAIL, None, HOME)).await.expect("a guess");
        let (running, most) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
        // Each goes on once there are four of them: if fewer were let in, none would ever end.
        let four = Arc::new(Barrier::new(4));
        let mut logins = JoinSet::new();
        for _ in 0..64 {
            let (throttle, running, most) = (Arc::clone(&throttle), Arc::clone(&running), Arc::clone(&most));
            let four = Arc::clone(&four);
            logins.spawn(async move {
                let attempt = throttle.admit(of(EMAIL, None, HOME)).await.expect("an attempt");
                most.fetch_max(running.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
                four.wait().await;
                running.fetch_sub(1, Ordering::SeqCst);
                attempt.succeeded().await.expect("a write");
            });
        }
        let all = tokio::time::timeout(PATIENCE, logins.join_all());
        assert_eq!(all.await.expect("all pass").len(), 64);
        assert_eq!(most.load(Ordering::SeqCst), 4);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn attempts_of_many_accounts_from_many_addresses_never_wait_in_a_circle() {
    on_each_database(async |database| {
        let house = House::with_owner(database).await;
        let throttle = Arc::new(house.throttle());
        let mut attempts = JoinSet::new();
        for number in 0..400_usize {
            let throttle = Arc::clone(&throttle);
            attempts.spawn(async move {
                let (account, address) = (number % 5, number % 7);
                let buckets = of(&format!("person{account}@example.com"), None, &format!("192.0.2.{address}"));
                if let Ok(attempt) = throttle.admit(buckets).await {
                    yield_now().await;
                    match number % 3 {
                        0 => attempt.failed().await.expect("a write"),
                        1 => attempt.succeeded().await.expect("a write"),
                        _ => drop(attempt),
                    }
                }
            });
        }
        let all = tokio::time::timeout(PATIENCE, attempts.join_all());
        assert_eq!(all.await.expect("all end").len(), 400);
    })
    .await;
}
