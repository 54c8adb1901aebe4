//! What other nodes must forget.
//!
//! Whoever changes something that nodes remember announces it in the same transaction. Every node
//! follows the announcements and forgets; the one that made the change has forgotten already.

use crate::column::Ts;
use crate::database::Database;
use crate::each_backend;
use crate::error::StoreResult;
use crate::schema::changes;
use async_trait::async_trait;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use futures_util::FutureExt as _;
use mainstay_kernel::Timestamp;
use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;
use std::time::Duration;

/// Announces a change on a store's own connection, inside its transaction.
#[async_trait]
pub trait Announce {
    /// Tells every node to forget `subject` of `topic`.
    async fn announce(&mut self, topic: &'static str, subject: String, now: Timestamp) -> StoreResult<()>;
}

#[each_backend]
#[async_trait]
impl Announce for Conn {
    async fn announce(&mut self, topic: &'static str, subject: String, now: Timestamp) -> StoreResult<()> {
        let row = (changes::topic.eq(topic), changes::subject.eq(subject), changes::at.eq(Ts(now)));
        diesel::insert_into(changes::table).values(row).execute(self).await?;
        Ok(())
    }
}

/// Forgets a subject.
pub type Forget = Arc<dyn Fn(&str) + Send + Sync>;

/// How often the announcements are read: well within the second that a revocation may take.
const POLL: Duration = Duration::from_millis(250);

/// How far back each look goes. Ids are given out before commits, so a lower one may appear after
/// a higher one; more than this many transactions never overlap.
const OVERLAP: i64 = 512;

/// The announcements, and who listens to which topic.
#[derive(Default)]
pub struct Changes {
    listeners: HashMap<&'static str, Vec<Forget>>,
    seen: BTreeSet<i64>,
    newest: i64,
}

impl Changes {
    /// Calls `forget` for every change of this topic.
    pub fn listen(&mut self, topic: &'static str, forget: Forget) {
        self.listeners.entry(topic).or_default().push(forget);
    }

    /// Starts at the newest announcement: a cache that is empty has nothing to forget.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn begin(&mut self, database: &Database) -> StoreResult<()> {
        let recent = after(database, None).await?;
        self.newest = recent.iter().map(|change| change.id).max().unwrap_or(0);
        self.seen = recent.into_iter().map(|change| change.id).collect();
        Ok(())
    }

    /// Reads what was announced since the last time and forgets it; gives how much that was.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn catch_up(&mut self, database: &Database) -> StoreResult<usize> {
        let mut count = 0;
        for change in after(database, Some(self.newest - OVERLAP)).await? {
            if self.seen.insert(change.id) {
                self.newest = self.newest.max(change.id);
                self.forget(&change);
                count += 1;
            }
        }
        self.seen = self.seen.split_off(&(self.newest - OVERLAP));
        Ok(count)
    }

    /// Catches up for ever. While the database is away, nothing can change in it either.
    pub async fn follow(mut self, database: Database) {
        loop {
            tokio::time::sleep(POLL).await;
            if let Err(cause) = self.catch_up(&database).await {
                tracing::warn!(%cause, "announced changes cannot be read");
            }
        }
    }

    fn forget(&self, change: &Change) {
        for listener in self.listeners.get(change.topic.as_str()).into_iter().flatten() {
            listener(&change.subject);
        }
    }
}

async fn after(database: &Database, id: Option<i64>) -> StoreResult<Vec<Change>> {
    match database {
        Database::Sqlite(db) => db.announced_after(id).await,
        Database::Postgres(db) => db.announced_after(id).await,
    }
}

/// Drops announcements made before `before`, which every node has read; gives how many.
///
/// # Errors
/// When the database cannot be written.
pub async fn purge(database: &Database, before: Timestamp) -> StoreResult<usize> {
    match database {
        Database::Sqlite(db) => db.drop_before(before).await,
        Database::Postgres(db) => db.drop_before(before).await,
    }
}

#[derive(Queryable)]
struct Change {
    id: i64,
    topic: String,
    subject: String,
}

#[async_trait]
trait ChangeStore {
    /// Those with a greater id; with none, the newest few.
    async fn announced_after(&self, id: Option<i64>) -> StoreResult<Vec<Change>>;
    async fn drop_before(&self, before: Timestamp) -> StoreResult<usize>;
}

#[each_backend]
#[async_trait]
impl ChangeStore for Db {
    async fn announced_after(&self, id: Option<i64>) -> StoreResult<Vec<Change>> {
        self.read(move |conn| {
            async move {
                let columns = (changes::id, changes::topic, changes::subject);
                let found = match id {
                    Some(id) => {
                        changes::table.filter(changes::id.gt(id)).order(changes::id).select(columns).load(conn).await?
                    }
                    None => changes::table.order(changes::id.desc()).limit(OVERLAP).select(columns).load(conn).await?,
                };
                Ok(found)
            }
            .boxed()
        })
        .await
    }

    async fn drop_before(&self, before: Timestamp) -> StoreResult<usize> {
        self.write(move |conn| {
            async move { Ok(diesel::delete(changes::table.filter(changes::at.lt(Ts(before)))).execute(conn).await?) }
                .boxed()
        })
        .await
    }
}
