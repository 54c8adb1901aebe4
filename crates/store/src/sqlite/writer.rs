//! The one thread that writes: it commits whatever waits together, and answers after the commit.

use super::connect::{self, Role};
use super::{SqliteConn, at_once, unavailable};
use crate::error::{StoreError, StoreResult};
use diesel::connection::{AnsiTransactionManager, SimpleConnection as _, TransactionManager as _};
use diesel::result::QueryResult;
use diesel_async::sync_connection_wrapper::SyncConnectionWrapper;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::thread;
use std::time::{Duration, Instant};
use tokio::sync::{mpsc, oneshot};

/// Most writes in one commit, and longest time a group stays open: the first caller waits for the last. More in one
/// would save little of a commit's cost, while nothing is left to begin the next group with as this one commits.
const MAX_GROUP: usize = 64;
const MAX_OPEN: Duration = Duration::from_millis(20);
/// Callers that may wait before the next one is held back.
const QUEUE: usize = 1024;

/// Tells one caller how the commit went.
type Answer = Box<dyn FnOnce(&Result<(), String>) + Send>;
/// One caller's work; on `Err` there was no transaction to work in. Says whether it went well.
type Work = Box<dyn FnOnce(Result<&mut SqliteConn, String>) -> (bool, Answer) + Send>;

enum Message {
    Work(Work),
    Close(oneshot::Sender<()>),
}

/// The way to the writing thread.
#[derive(Clone)]
pub(super) struct Writer {
    queue: mpsc::Sender<Message>,
}

impl Writer {
    pub(super) fn spawn(connection: SqliteConn, path: String, patience: Duration) -> StoreResult<Self> {
        let (queue, waiting) = mpsc::channel(QUEUE);
        let group = Group { connection, path, patience };
        thread::Builder::new().name("sqlite-writer".into()).spawn(move || group.serve(waiting)).map_err(unavailable)?;
        Ok(Self { queue })
    }

    /// Runs `work` inside the next group; answers after the commit. A caller that goes away loses
    /// the answer, not the write.
    pub(super) async fn run<R: Send + 'static>(
        &self,
        work: impl FnOnce(&mut SqliteConn) -> StoreResult<R> + Send + 'static,
    ) -> StoreResult<R> {
        let (answer, answered) = oneshot::channel();
        let work: Work = Box::new(move |connection| {
            let result = connection.map_err(StoreError::Unavailable).and_then(work);
            let well = result.is_ok();
            let answer: Answer = Box::new(move |commit| {
                let lost = |cause: &String| StoreError::Unavailable(cause.clone());
                let outcome = commit.as_ref().map_err(lost).and(result);
                // The caller may have gone away; the write stands all the same.
                let _ = answer.send(outcome);
            });
            (well, answer)
        });
        let stopped = || unavailable("the writer has stopped");
        self.queue.send(Message::Work(work)).await.map_err(|_| stopped())?;
        // Without an answer, the work panicked or the writer closed before it.
        answered.await.map_err(|_| unavailable("the write could not be done"))?
    }

    pub(super) async fn close(&self) {
        let (done, closed) = oneshot::channel();
        if self.queue.send(Message::Close(done)).await.is_ok() {
            let _ = closed.await;
        }
    }
}

struct Group {
    connection: SqliteConn,
    path: String,
    patience: Duration,
}

impl Group {
    fn serve(mut self, mut waiting: mpsc::Receiver<Message>) {
        let mut answers = Vec::with_capacity(MAX_GROUP);
        let mut closing = None;
        while closing.is_none() {
            match waiting.blocking_recv() {
                None => return,
                Some(Message::Close(done)) => closing = Some(done),
                Some(Message::Work(first)) => {
                    let (committed, close) = self.commit_together(first, &mut waiting, &mut answers);
                    answers.drain(..).for_each(|answer: Answer| answer(&committed));
                    closing = close;
                }
            }
        }
        let folded = self.plainly(|c| c.batch_execute("PRAGMA wal_checkpoint(TRUNCATE);"));
        if let Err(cause) = folded {
            tracing::debug!(%cause, "the write-ahead log stays as it is");
        }
        // Before the sender of `Close` goes on, the file must no longer be held open.
        drop(self.connection);
        let _ = closing.map(|done| done.send(()));
    }

    /// Runs the first piece of work and whatever else waits in one transaction.
    fn commit_together(
        &mut self,
        first: Work,
        waiting: &mut mpsc::Receiver<Message>,
        answers: &mut Vec<Answer>,
    ) -> (Result<(), String>, Option<oneshot::Sender<()>>) {
        let opened = Instant::now();
        let begun = self.plainly(|c| AnsiTransactionManager::begin_transaction_sql(c, "BEGIN IMMEDIATE"));
        let begun = begun.map_err(|cause| cause.to_string());
        let (mut next, mut close) = (Some(first), None);
        while let Some(work) = next.take() {
            let connection = begun.as_ref().map(|()| &mut self.connection).map_err(Clone::clone);
            match catch_unwind(AssertUnwindSafe(|| work(connection))) {
                Ok((well, answer)) => {
                    answers.push(answer);
                    if !well && begun.is_ok() && !self.is_open() {
                        return (self.start_over("the database gave the transaction up"), close);
                    }
                }
                Err(_) => return (self.start_over("a write panicked"), close),
            }
            if answers.len() < MAX_GROUP && opened.elapsed() < MAX_OPEN {
                match waiting.try_recv() {
                    Ok(Message::Work(work)) => next = Some(work),
                    Ok(Message::Close(done)) => close = Some(done),
                    Err(_) => {}
                }
            }
        }
        (begun.and_then(|()| self.commit()), close)
    }

    fn commit(&mut self) -> Result<(), String> {
        match self.plainly(AnsiTransactionManager::commit_transaction) {
            Ok(()) => Ok(()),
            Err(cause) => self.start_over(&format!("commit: {cause}")),
        }
    }

    /// Whether the group's transaction is still there after a piece of work failed: a full disk,
    /// for one, makes SQLite undo all of it, and what follows would commit by itself.
    fn is_open(&mut self) -> bool {
        let begun_inside = self.plainly(|c| c.batch_execute("BEGIN"));
        begun_inside.is_err_and(|cause| cause.to_string().contains("within a transaction"))
    }

    /// When a group cannot be ended as it should, nothing of it may stay, and the connection's own
    /// idea of its transaction is not to be trusted: a new one takes over.
    fn start_over(&mut self, why: &str) -> Result<(), String> {
        tracing::error!(why, "the writes of one group are undone");
        loop {
            match connect::open(&self.path, Role::Writer, self.patience) {
                Ok(connection) => {
                    self.connection = SyncConnectionWrapper::new(connection);
                    return Err(format!("{why}; what was written beside it is undone"));
                }
                Err(cause) => {
                    tracing::error!(%cause, "the database file cannot be opened again yet");
                    thread::sleep(Duration::from_millis(100));
                }
            }
        }
    }

    fn plainly<R: Send + 'static>(
        &mut self,
        run: impl FnOnce(&mut diesel::SqliteConnection) -> QueryResult<R> + Send + 'static,
    ) -> QueryResult<R> {
        at_once(self.connection.spawn_blocking(run))
    }
}
