//! What one node changes, the others forget.

use crate::raw::{another_node, connection_to, url_of};
use async_trait::async_trait;
use diesel_async::SimpleAsyncConnection as _;
use futures_util::FutureExt as _;
use mainstay_kernel::{Clock as _, Timestamp};
use mainstay_store::changes::{Announce as _, purge};
use mainstay_store::{Changes, Database, StoreError, StoreResult, each_backend};
use mainstay_testkit::{ManualClock, on_each_database};
use std::sync::{Arc, Mutex};
use std::time::Duration;

#[async_trait]
trait Announcing {
    async fn announce(&self, topic: &'static str, subject: &str, now: Timestamp, well: bool) -> StoreResult<()>;
}

#[each_backend]
#[async_trait]
impl Announcing for Db {
    async fn announce(&self, topic: &'static str, subject: &str, now: Timestamp, well: bool) -> StoreResult<()> {
        let subject = subject.to_owned();
        self.write(move |conn| {
            async move {
                conn.announce(topic, subject, now).await?;
                if well { Ok(()) } else { Err(StoreError::Damaged("on purpose".to_owned())) }
            }
            .boxed()
        })
        .await
    }
}

async fn announce(database: &Database, topic: &'static str, subject: &str, well: bool) {
    let now = ManualClock::new().now();
    let announced = match database {
        Database::Sqlite(db) => db.announce(topic, subject, now, well).await,
        Database::Postgres(db) => db.announce(topic, subject, now, well).await,
    };
    assert_eq!(announced.is_ok(), well);
}

type Forgotten = Arc<Mutex<Vec<String>>>;

/// A node that listens to `keys`, and what it forgot.
async fn listening(database: &Database) -> (Changes, Forgotten) {
    let (mut changes, forgotten) = (Changes::default(), Forgotten::default());
    let note = Arc::clone(&forgotten);
    changes.listen("keys", Arc::new(move |subject| note.lock().expect("a list").push(subject.to_owned())));
    changes.begin(database).await.expect("it begins");
    (changes, forgotten)
}

fn taken(forgotten: &Forgotten) -> Vec<String> {
    std::mem::take(&mut *forgotten.lock().expect("a list"))
}

#[tokio::test(flavor = "multi_thread")]
async fn what_one_node_announces_another_forgets_once() {
    on_each_database(|database| async move {
        announce(&database, "keys", "before", true).await;
        let other = another_node(&database).await;
        let (mut changes, forgotten) = listening(&other).await;
        announce(&database, "keys", "1", true).await;
        announce(&database, "roles", "2", true).await;
        announce(&database, "keys", "3", true).await;
        announce(&database, "keys", "undone", false).await;
        assert_eq!(changes.catch_up(&other).await.expect("read"), 3);
        assert_eq!(taken(&forgotten), ["1", "3"], "its topic alone, and nothing from before it began");
        assert_eq!(changes.catch_up(&other).await.expect("read"), 0);
        announce(&database, "keys", "1", true).await;
        changes.catch_up(&other).await.expect("read");
        assert_eq!(taken(&forgotten), ["1"], "a new change of the same subject is another one");
        other.close().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_that_appears_behind_a_newer_one_is_not_missed() {
    on_each_database(|database| async move {
        let Database::Postgres(_) = database else { return };
        let url = url_of(&database).await;
        let (mut slow, mut quick) = (connection_to(&url).await, connection_to(&url).await);
        let insert = |subject| format!("INSERT INTO changes (topic, subject, at) VALUES ('keys', '{subject}', now())");
        let begin = format!("BEGIN; {}", insert("before it began"));
        slow.batch_execute(&begin).await.expect("a lower id");
        quick.batch_execute(&insert("higher")).await.expect("a higher id");
        let (mut changes, forgotten) = listening(&database).await;
        slow.batch_execute(&format!("{}; COMMIT", insert("last"))).await.expect("committed later");
        assert_eq!(changes.catch_up(&database).await.expect("read"), 2);
        assert_eq!(taken(&forgotten), ["before it began", "last"]);

        slow.batch_execute(&format!("BEGIN; {}", insert("lower"))).await.expect("a lower id");
        quick.batch_execute(&insert("higher")).await.expect("a higher id");
        assert_eq!(changes.catch_up(&database).await.expect("read"), 1);
        slow.batch_execute("COMMIT").await.expect("committed later");
        assert_eq!(changes.catch_up(&database).await.expect("read"), 1);
        assert_eq!(taken(&forgotten), ["higher", "lower"]);
        assert_eq!(changes.catch_up(&database).await.expect("read"), 0);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn more_changes_than_one_look_spans_are_each_forgotten_once() {
    on_each_database(|database| async move {
        let (mut changes, forgotten) = listening(&database).await;
        let rows = (0..1500).map(|n| format!("('keys', '{n}', {})", at(&database))).collect::<Vec<_>>().join(", ");
        let insert = format!("INSERT INTO changes (topic, subject, at) VALUES {rows}");
        crate::raw::raw(&database).run(&insert).await.expect("written");
        assert_eq!(changes.catch_up(&database).await.expect("read"), 1500);
        assert_eq!(changes.catch_up(&database).await.expect("read"), 0);
        assert_eq!(taken(&forgotten), (0..1500).map(|n| n.to_string()).collect::<Vec<_>>());
    })
    .await;
}

fn at(database: &Database) -> &'static str {
    if let Database::Sqlite(_) = database { "0" } else { "now()" }
}

#[tokio::test(flavor = "multi_thread")]
async fn old_announcements_go_and_nothing_is_forgotten_again() {
    on_each_database(|database| async move {
        let (mut changes, forgotten) = listening(&database).await;
        announce(&database, "keys", "1", true).await;
        changes.catch_up(&database).await.expect("read");
        let announced_at = ManualClock::new().now();
        assert_eq!(purge(&database, announced_at).await.expect("purged"), 0);
        assert_eq!(purge(&database, announced_at.plus(Duration::from_secs(1))).await.expect("purged"), 1);
        assert_eq!(changes.catch_up(&database).await.expect("read"), 0);
        announce(&database, "keys", "2", true).await;
        changes.catch_up(&database).await.expect("read");
        assert_eq!(taken(&forgotten), ["1", "2"]);
    })
    .await;
}
