//! SQLite's one writer, which commits whatever waits together.

use crate::raw::{Raw, add, numbers, raw, sqlite, things};
use diesel::connection::SimpleConnection as _;
use diesel::{Connection as _, SqliteConnection};
use futures_util::FutureExt as _;
use futures_util::future::{BoxFuture, join_all};
use mainstay_store::{Database, DatabaseOptions, SqliteDb, StoreError, StoreResult};
use mainstay_testkit::TestDatabase;
use std::sync::{Arc, mpsc};
use std::time::Duration;

/// Keeps the writer busy, so that what is queued meanwhile becomes one group, unless the machine
/// is so slow that the group's time is over: what is tested must hold then too.
struct Busy {
    write: BoxFuture<'static, StoreResult<()>>,
    go_on: mpsc::Sender<()>,
}

impl Busy {
    async fn keep(db: &SqliteDb) -> Self {
        let (go_on, wait) = mpsc::channel();
        let (entered, inside) = tokio::sync::oneshot::channel();
        let db = db.clone();
        let mut write = async move {
            db.write(move |_| {
                async move {
                    let _ = entered.send(());
                    let _ = wait.recv();
                    Ok(())
                }
                .boxed()
            })
            .await
        }
        .boxed();
        assert!((&mut write).now_or_never().is_none());
        inside.await.expect("the writer has begun");
        Self { write, go_on }
    }

    /// Queues these behind each other and lets the writer go on; gives their answers.
    async fn then(self, mut queued: Vec<BoxFuture<'_, StoreResult<()>>>) -> Vec<StoreResult<()>> {
        for write in &mut queued {
            assert!(write.now_or_never().is_none());
        }
        self.go_on.send(()).expect("the writer waits");
        // It did nothing, but may have been in the same group.
        let _ = self.write.await;
        join_all(queued).await
    }
}

async fn house() -> (TestDatabase, SqliteDb, Arc<dyn Raw>) {
    let test = TestDatabase::sqlite().await;
    let (db, things) = (sqlite(&test.database), things(&test.database).await);
    (test, db, things)
}

fn panicking(db: &SqliteDb) -> BoxFuture<'_, StoreResult<()>> {
    db.write(|_| async { panic!("on purpose") }.boxed()).boxed()
}

/// The places of those that were told that they are written.
fn answered(answers: &[StoreResult<()>]) -> Vec<i64> {
    (0..).zip(answers).filter(|(_, answer)| answer.is_ok()).map(|(place, _)| place).collect()
}

fn undone(answer: &StoreResult<()>) -> bool {
    matches!(answer, Err(StoreError::Unavailable(_)))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_failed_write_leaves_its_neighbours_in_the_group_alone() {
    let (_test, db, things) = house().await;
    let (first, second, third) = (add(1), add(2), add(3));
    let queued = vec![things.run(&first), things.run_and_fail(&second), things.run(&third)];
    let answers = Busy::keep(&db).await.then(queued).await;
    assert!(answers[0].is_ok() && answers[2].is_ok());
    assert!(matches!(answers[1], Err(StoreError::Damaged(_))));
    assert_eq!(numbers(&things).await, [1, 3]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_panic_undoes_its_group_and_no_other() {
    let (_test, db, things) = house().await;
    let (first, last) = (add(0), add(2));
    let queued = vec![things.run(&first), panicking(&db), things.run(&last)];
    let answers = Busy::keep(&db).await.then(queued).await;
    assert!(undone(&answers[1]) && answers[2].is_ok(), "what came behind is another group: {answers:?}");
    assert_eq!(numbers(&things).await, answered(&answers));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_commit_that_fails_undoes_the_group_and_the_next_one_works() {
    let (_test, db, things) = house().await;
    let late = "CREATE TABLE late (n bigint REFERENCES things (n) DEFERRABLE INITIALLY DEFERRED)";
    things.run(late).await.expect("a table");
    let first = add(0);
    let queued = vec![things.run(&first), things.run("INSERT INTO late VALUES (99)")];
    let answers = Busy::keep(&db).await.then(queued).await;
    assert!(undone(&answers[1]), "{answers:?}");
    assert_eq!(numbers(&things).await, answered(&answers));
    things.run(&add(9)).await.expect("the writer works");
}

/// SQLite itself rolls everything back then: whoever came behind in the group would commit alone.
#[tokio::test(flavor = "multi_thread")]
async fn a_full_disk_undoes_the_whole_group_and_the_next_one_works() {
    let (_test, db, things) = house().await;
    things.run("CREATE TABLE large (data BLOB NOT NULL)").await.expect("a table");
    let (first, last) = (add(0), add(2));
    let full = "PRAGMA max_page_count = 1; INSERT INTO large VALUES (zeroblob(4000000))";
    let queued = vec![things.run(&first), things.run(full), things.run(&last)];
    let answers = Busy::keep(&db).await.then(queued).await;
    assert!(undone(&answers[1]), "{answers:?}");
    assert_eq!(numbers(&things).await, answered(&answers), "what is there is what was answered: {answers:?}");
    things.run(&add(9)).await.expect("the writer works");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_end_comes_after_what_was_queued() {
    let (test, db, things) = house().await;
    let busy = Busy::keep(&db).await;
    let statements: Vec<_> = (0..10).map(add).collect();
    let mut queued: Vec<_> = statements.iter().map(|statement| things.run(statement)).collect();
    for write in &mut queued {
        assert!(write.now_or_never().is_none());
    }
    let mut closing = test.database.close().boxed();
    assert!((&mut closing).now_or_never().is_none());
    busy.go_on.send(()).expect("the writer waits");
    closing.await;
    assert!(join_all(queued).await.iter().all(Result::is_ok));
    assert!(!test.dir.path().join("mainstay.db-wal").exists(), "the log is folded into the file");
    let again = test.another_node().await;
    assert_eq!(numbers(&raw(&again)).await, (0..10).collect::<Vec<_>>());
}

#[tokio::test(flavor = "multi_thread")]
async fn readers_cannot_write() {
    let (_test, _db, things) = house().await;
    things.run_as_reader(&add(1)).await.expect_err("readers only read");
    assert_eq!(numbers(&things).await, Vec::<i64>::new());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_another_process_holds_is_unavailable_until_it_lets_go() {
    let (test, _db, things) = house().await;
    let impatient = DatabaseOptions { patience: Duration::from_millis(20), ..DatabaseOptions::default() };
    let ours = Database::open(&test.url, &impatient).await.expect("the database opens");
    let path = test.url.strip_prefix("sqlite://").expect("a file");
    let mut other = SqliteConnection::establish(path).expect("another process");
    other.batch_execute("BEGIN IMMEDIATE").expect("it holds the lock");
    assert!(undone(&raw(&ours).run(&add(1)).await));
    assert_eq!(numbers(&raw(&ours)).await, Vec::<i64>::new(), "reading goes on");
    other.batch_execute("ROLLBACK").expect("it lets go");
    raw(&ours).run(&add(2)).await.expect("written");
    assert_eq!(numbers(&things).await, [2]);
}
