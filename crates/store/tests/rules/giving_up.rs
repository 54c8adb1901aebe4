//! Callers who give up in the middle of a transaction.

use diesel_async::SimpleAsyncConnection as _;
use futures_util::FutureExt as _;
use mainstay_store::{Database, PgDb};
use mainstay_testkit::TestDatabase;
use std::future::pending;
use std::time::Duration;
use tokio::sync::oneshot;

const LOCK: &str = "SELECT pg_advisory_xact_lock(7)";

/// Takes the lock, tells of it, and then waits for ever.
async fn begin(db: PgDb, begun: oneshot::Sender<()>) {
    let write = db.write(move |conn| {
        async move {
            conn.batch_execute(LOCK).await?;
            begun.send(()).expect("somebody listens");
            pending::<()>().await;
            Ok(())
        }
        .boxed()
    });
    write.await.expect("it never ends");
}

/// On SQLite whoever gives up has no connection: the thread that writes goes on.
#[tokio::test(flavor = "multi_thread")]
async fn whoever_gives_up_holds_nobody_up() {
    let Some(test) = TestDatabase::postgres().await else { return };
    let Database::Postgres(db) = test.database else { return };
    let (begun, has_begun) = oneshot::channel();
    let gives_up = tokio::spawn(begin(db.clone(), begun));
    has_begun.await.expect("begun");
    // This one has a connection by then, so that it cannot be the one that is given up.
    let waits = db.write(|conn| async move { Ok(conn.batch_execute(LOCK).await?) }.boxed());
    let ((), waited) = tokio::join!(
        async {
            tokio::time::sleep(Duration::from_millis(50)).await;
            gives_up.abort();
        },
        tokio::time::timeout(Duration::from_secs(10), waits)
    );
    waited.expect("in time").expect("the lock is free");
}
