use super::*;
use crate::sqlite::connect::{self, Role};
use diesel::connection::SimpleConnection as _;
use diesel::prelude::*;
use futures_util::FutureExt as _;
use futures_util::future::BoxFuture;
use std::sync::{Arc, Mutex, mpsc as channel};
use tempfile::TempDir;

const PATIENCE: Duration = Duration::from_secs(5);

diesel::table! {
    things (n) {
        n -> BigInt,
    }
}

/// A file with one table, whose disk is played by the test.
struct House {
    dir: TempDir,
    writer: Writer,
}

impl House {
    fn with_disk(sync: impl Fn() -> io::Result<()> + Send + 'static) -> Self {
        let dir = tempfile::tempdir().expect("a directory");
        let mut connection = connect::open(&path(&dir), Role::Writer, PATIENCE).expect("a file");
        connection.batch_execute("CREATE TABLE things (n INTEGER PRIMARY KEY)").expect("a table");
        let writer = Writer::spawn_over(connection, path(&dir), PATIENCE, move |_| sync()).expect("threads");
        Self { dir, writer }
    }

    fn write(&self, n: i64) -> BoxFuture<'_, StoreResult<()>> {
        let insert = move |connection: &mut SqliteConn| {
            let inserted = diesel_async::RunQueryDsl::execute(
                diesel::insert_into(things::table).values(things::n.eq(n)),
                connection,
            );
            crate::sqlite::at_once(inserted)?;
            Ok(())
        };
        self.writer.run(insert).boxed()
    }

    /// A write that is on its way, while the disk keeps everybody waiting.
    fn queued(&self, n: i64) -> BoxFuture<'_, StoreResult<()>> {
        let mut write = self.write(n);
        assert!((&mut write).now_or_never().is_none(), "nothing is answered before the disk has it");
        write
    }

    /// What another connection sees.
    fn committed(&self) -> Vec<i64> {
        let mut reader = connect::open(&path(&self.dir), Role::Reader, PATIENCE).expect("a file");
        things::table.select(things::n).load(&mut reader).expect("numbers")
    }

    fn wait_until_committed(&self, n: i64) {
        while !self.committed().contains(&n) {
            thread::yield_now();
        }
    }
}

fn path(dir: &TempDir) -> String {
    dir.path().join("things.db").display().to_string()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_waits_for_the_disk_and_whoever_comes_meanwhile_shares_the_next_sync() {
    let (go_on, disk) = channel::channel::<()>();
    let syncs = Arc::new(Mutex::new(0));
    let counted = Arc::clone(&syncs);
    let house = House::with_disk(move || {
        *counted.lock().expect("no panic") += 1;
        disk.recv().map_err(io::Error::other)
    });
    let mut first = house.queued(1);
    house.wait_until_committed(1);
    assert!((&mut first).now_or_never().is_none(), "committed is not answered");
    let meanwhile: Vec<_> = (2..10).map(|n| house.queued(n)).collect();
    go_on.send(()).expect("the disk waits");
    first.await.expect("written");
    go_on.send(()).expect("the disk waits");
    for write in meanwhile {
        write.await.expect("written");
    }
    assert_eq!(*syncs.lock().expect("no panic"), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn after_a_commit_that_the_disk_did_not_take_nothing_is_written_any_more() {
    let failing = Mutex::new(true);
    let house = House::with_disk(move || {
        let fails = std::mem::take(&mut *failing.lock().expect("no panic"));
        if fails { Err(io::Error::other("a broken disk")) } else { Ok(()) }
    });
    let lost = house.write(1).await;
    assert!(matches!(&lost, Err(StoreError::Unavailable(why)) if why.contains("a broken disk")), "{lost:?}");
    let later = house.write(2).await;
    assert!(matches!(later, Err(StoreError::Unavailable(_))), "a sync that goes well proves nothing: {later:?}");
    assert!(!house.committed().contains(&2));
}

#[tokio::test(flavor = "multi_thread")]
async fn closing_waits_for_the_disk() {
    let (go_on, disk) = channel::channel::<()>();
    let house = House::with_disk(move || disk.recv().map_err(io::Error::other));
    let write = house.queued(1);
    house.wait_until_committed(1);
    let mut closing = house.writer.close().boxed();
    assert!((&mut closing).now_or_never().is_none());
    go_on.send(()).expect("the disk waits");
    closing.await;
    assert_eq!(write.now_or_never().map(|answer| answer.is_ok()), Some(true), "answered before the end");
    assert!(!house.dir.path().join("things.db-wal").exists(), "the log is folded into the file");
}

/// The test above plays the disk; here it is real.
#[tokio::test(flavor = "multi_thread")]
async fn the_log_that_is_synced_is_the_one_that_sqlite_appends_to() {
    use std::os::unix::fs::MetadataExt as _;
    let dir = tempfile::tempdir().expect("a directory");
    let mut connection = connect::open(&path(&dir), Role::Writer, PATIENCE).expect("a file");
    let log = WriteAheadLog::take_over(&mut connection, &path(&dir)).expect("a log");
    connection.batch_execute("CREATE TABLE things (n INTEGER PRIMARY KEY)").expect("a table");
    let appended_to = std::fs::metadata(format!("{}-wal", path(&dir))).expect("a log");
    assert!(appended_to.len() > 0);
    assert_eq!(log.0.metadata().expect("open").ino(), appended_to.ino());
    log.sync().expect("synced");
}
