//! Reads and writes, as every store uses them.

use crate::raw::{add, another_node, numbers, things};
use futures_util::FutureExt as _;
use futures_util::future::join_all;
use mainstay_store::{Database, StoreError};
use mainstay_testkit::on_each_database;
use std::sync::Arc;
use tokio::runtime::Handle;
use tokio::task::block_in_place;

#[tokio::test(flavor = "multi_thread")]
async fn a_failed_write_leaves_nothing() {
    on_each_database(|database| async move {
        let things = things(&database).await;
        let failed = things.run_and_fail(&add(1)).await;
        assert!(matches!(failed, Err(StoreError::Damaged(why)) if why == "on purpose"), "its own error comes back");
        let half = things.run(&format!("{}; {}", add(2), "INSERT INTO nowhere VALUES (1)")).await;
        assert!(matches!(half, Err(StoreError::Refused(_))));
        things.run(&add(3)).await.expect("the next one is written");
        assert_eq!(numbers(&things).await, [3]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_read_sees_what_was_answered_before_on_any_node() {
    on_each_database(|database| async move {
        let things = things(&database).await;
        let other = another_node(&database).await;
        for n in 0..20 {
            things.run(&add(n)).await.expect("written");
            assert_eq!(numbers(&things).await.last(), Some(&n));
            assert_eq!(numbers(&crate::raw::raw(&other)).await.last(), Some(&n));
        }
        other.close().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_scan_sees_one_instant_whatever_is_written_beside_it() {
    on_each_database(|database| async move {
        let things = things(&database).await;
        let beside = Arc::clone(&things);
        let written = move || block_in_place(|| Handle::current().block_on(beside.run(&add(1)))).expect("written");
        let all = "SELECT CAST(n AS text) AS line FROM things";
        let seen = things.lines_around(all, Box::new(written)).await.expect("a scan");
        assert_eq!(seen, [Vec::<String>::new(), Vec::new()]);
        assert_eq!(numbers(&things).await, [1]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn two_hundred_writers_at_once_each_get_their_own_answer() {
    on_each_database(|database| async move {
        let things = things(&database).await;
        let writers = (0..200).map(|n| {
            let things = Arc::clone(&things);
            // Every fourth fails, in the middle of the others.
            tokio::spawn(async move {
                if n % 4 == 0 { (n, things.run_and_fail(&add(n)).await) } else { (n, things.run(&add(n)).await) }
            })
        });
        for answer in join_all(writers).await {
            let (n, answer) = answer.expect("no panic");
            assert_eq!(answer.is_err(), n % 4 == 0, "{n}: {answer:?}");
        }
        let kept: Vec<i64> = (0..200).filter(|n| n % 4 != 0).collect();
        assert_eq!(numbers(&things).await, kept);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_caller_who_hangs_up_disturbs_nobody() {
    on_each_database(|database| async move {
        let things = things(&database).await;
        for n in 0..40 {
            // Polled once: on SQLite it is queued by then, on PostgreSQL it has just begun.
            let _ = things.run(&add(n)).now_or_never();
        }
        let others = (100..140).map(|n| {
            let things = Arc::clone(&things);
            async move { things.run(&add(n)).await }
        });
        for answer in join_all(others).await {
            answer.expect("the others are written");
        }
        let (left, others): (Vec<i64>, Vec<i64>) = numbers(&things).await.into_iter().partition(|n| *n < 100);
        assert_eq!(others, (100..140).collect::<Vec<_>>());
        if let Database::Sqlite(_) = database {
            assert_eq!(left, (0..40).collect::<Vec<_>>(), "what was queued is written all the same");
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_caller_who_hangs_up_on_a_read_leaves_a_pool_that_works() {
    on_each_database(|database| async move {
        let things = things(&database).await;
        for _ in 0..40 {
            let _ = things.lines("SELECT 'x' AS line").now_or_never();
        }
        assert_eq!(things.lines("SELECT 'y' AS line").await.expect("an answer"), ["y"]);
        database.ping().await.expect("it answers");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_writes_after_the_end() {
    on_each_database(|database| async move {
        let things = things(&database).await;
        database.close().await;
        assert!(matches!(things.run(&add(1)).await, Err(StoreError::Unavailable(_))));
        assert!(matches!(things.lines("SELECT 'x' AS line").await, Err(StoreError::Unavailable(_))));
        database.close().await;
    })
    .await;
}
