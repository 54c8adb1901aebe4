//! Writes that share a transaction.

use super::disk::{Committed, Disk};
use super::log::WriteAheadLog;
use super::{Answer, Work};
use crate::sqlite::SqliteConn;
use crate::sqlite::connect::{self, Role};
use diesel::connection::{AnsiTransactionManager, SimpleConnection as _, TransactionManager as _};
use diesel::result::QueryResult;
use diesel::sql_types::Integer;
use diesel::{ConnectionResult, QueryableByName, RunQueryDsl as _, SqliteConnection};
use std::mem;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::thread;
use std::time::{Duration, Instant};

/// Most writes in one commit, and longest time a group takes more in: the first caller waits for the last. Groups are
/// small, since the disk takes several at once, and callers who are answered early ask again while others are written.
const MAX_GROUP: usize = 24;
const MAX_OPEN: Duration = Duration::from_millis(20);

/// What SQLite says of a checkpoint.
#[derive(QueryableByName)]
struct Folded {
    /// Not zero where somebody needs the log still.
    #[diesel(sql_type = Integer)]
    busy: i32,
}

/// The connection that writes, and the group that is open on it, if any.
pub(super) struct Group {
    connection: SqliteConn,
    log: WriteAheadLog,
    path: String,
    patience: Duration,
    /// How the group began.
    begun: Result<(), String>,
    opened: Instant,
    /// Of all in the group; without any there is none.
    answers: Vec<Answer>,
}

impl Group {
    pub(super) fn on(mut connection: SqliteConnection, path: String, patience: Duration) -> ConnectionResult<Self> {
        let log = WriteAheadLog::take_over(&mut connection, &path)?;
        let connection = SqliteConn::new(connection);
        Ok(Self { connection, log, path, patience, begun: Ok(()), opened: Instant::now(), answers: Vec::new() })
    }

    /// Runs one piece of work in the group, which begins with it where there is none. After a `failure` of the disk
    /// nothing more is written.
    pub(super) fn add(&mut self, work: Work, failure: Option<&str>) {
        if self.answers.is_empty() {
            self.opened = Instant::now();
            self.begun = failure.map_or_else(|| self.begin(), |cause| Err(cause.to_owned()));
        }
        let connection = self.begun.as_ref().map(|()| &mut self.connection).map_err(Clone::clone);
        match catch_unwind(AssertUnwindSafe(|| work(connection))) {
            Ok((well, answer)) => {
                self.answers.push(answer);
                if !well && self.begun.is_ok() && !self.is_open() {
                    self.undo("the database gave the transaction up");
                }
            }
            Err(_) => self.undo("a write panicked"),
        }
    }

    /// Whether one more may come in before the commit.
    pub(super) fn has_room(&self) -> bool {
        self.answers.is_empty() || self.answers.len() < MAX_GROUP && self.opened.elapsed() < MAX_OPEN
    }

    /// Whether it need not wait for the disk: it is as large as it may be, or has nothing for it.
    pub(super) fn is_over(&self) -> bool {
        self.begun.is_err() || self.answers.len() >= MAX_GROUP
    }

    /// Commits the group and leaves its answers to the disk's thread.
    pub(super) fn commit_to(&mut self, disk: &Disk) {
        if self.answers.is_empty() {
            return;
        }
        if let Err(cause) = mem::replace(&mut self.begun, Ok(())) {
            return self.answer_all(&Err(cause));
        }
        // What the group builds on may be lost.
        if let Some(cause) = disk.failure() {
            return self.undo(cause);
        }
        match self.plainly(AnsiTransactionManager::commit_transaction) {
            Ok(()) => disk.hand_over(Committed { log: self.log.clone(), answers: mem::take(&mut self.answers) }),
            Err(cause) => self.undo(&format!("commit: {cause}")),
        }
    }

    /// Folds the write-ahead log into the file; says whether nothing of it is left.
    pub(super) fn fold(&mut self) -> bool {
        let folded = self.plainly(|c| diesel::sql_query("PRAGMA wal_checkpoint(TRUNCATE)").get_result::<Folded>(c));
        match folded {
            Ok(folded) => folded.busy == 0,
            Err(cause) => {
                tracing::debug!(%cause, "the write-ahead log stays as it is");
                false
            }
        }
    }

    fn begin(&mut self) -> Result<(), String> {
        let begun = self.plainly(|c| AnsiTransactionManager::begin_transaction_sql(c, "BEGIN IMMEDIATE"));
        begun.map_err(|cause| cause.to_string())
    }

    /// Whether the group's transaction is still there after a piece of work failed: a full disk,
    /// for one, makes SQLite undo all of it, and what follows would commit by itself.
    fn is_open(&mut self) -> bool {
        let begun_inside = self.plainly(|c| c.batch_execute("BEGIN"));
        begun_inside.is_err_and(|cause| cause.to_string().contains("within a transaction"))
    }

    /// When a group cannot be ended as it should, nothing of it may stay, and the connection's own
    /// idea of its transaction is not to be trusted: a new one takes over.
    fn undo(&mut self, why: &str) {
        tracing::error!(why, "the writes of one group are undone");
        while let Err(cause) = self.connect_anew() {
            tracing::error!(%cause, "the database file cannot be opened again yet");
            thread::sleep(Duration::from_millis(100));
        }
        self.answer_all(&Err(format!("{why}; what was written beside it is undone")));
    }

    fn connect_anew(&mut self) -> ConnectionResult<()> {
        let mut connection = connect::open(&self.path, Role::Writer, self.patience)?;
        self.log = WriteAheadLog::take_over(&mut connection, &self.path)?;
        self.connection = SqliteConn::new(connection);
        Ok(())
    }

    fn answer_all(&mut self, outcome: &Result<(), String>) {
        self.answers.drain(..).for_each(|answer| answer(outcome));
    }

    fn plainly<R>(&mut self, run: impl FnOnce(&mut SqliteConnection) -> QueryResult<R>) -> QueryResult<R> {
        run(self.connection.plain())
    }
}
