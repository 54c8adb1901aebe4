//! The one thread that writes, and the one that waits for the disk.
//!
//! The writing thread puts whatever waits into one transaction. When it has committed, another thread waits for the
//! disk and then answers, so that the next transaction fills up in the meantime: one sync is shared by all that was
//! written while the last one ran.

mod disk;
mod group;
mod log;

use super::{SqliteConn, unavailable};
use crate::error::{StoreError, StoreResult};
use diesel::SqliteConnection;
use disk::Disk;
use group::Group;
use log::WriteAheadLog;
use std::io;
use std::thread;
use std::time::Duration;
use tokio::sync::{mpsc, oneshot};

/// Callers that may wait before the next one is held back.
const QUEUE: usize = 1024;

/// Tells one caller how it went, when that is certain.
type Answer = Box<dyn FnOnce(&Result<(), String>) + Send>;
/// One caller's work; on `Err` there was no transaction to work in. Says whether it went well.
type Work = Box<dyn FnOnce(Result<&mut SqliteConn, String>) -> (bool, Answer) + Send>;

enum Message {
    Work(Work),
    /// The disk has taken what was committed, or never will.
    DiskIsFree,
    /// Folds the log into the file; says whether nothing of it is left.
    Fold(oneshot::Sender<bool>),
    Close(oneshot::Sender<()>),
}

/// The way to the writing thread.
#[derive(Clone)]
pub(super) struct Writer {
    queue: mpsc::Sender<Message>,
}

impl Writer {
    /// Begins to write on this connection to the file at `path`.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] when the file's log cannot be opened or a thread not be started.
    pub(super) fn spawn(connection: SqliteConnection, path: String, patience: Duration) -> StoreResult<Self> {
        Self::spawn_over(connection, path, patience, WriteAheadLog::sync)
    }

    /// As [`Writer::spawn`], where `sync` brings the log to the disk.
    fn spawn_over(
        connection: SqliteConnection,
        path: String,
        patience: Duration,
        sync: impl Fn(&WriteAheadLog) -> io::Result<()> + Send + 'static,
    ) -> StoreResult<Self> {
        let (queue, waiting) = mpsc::channel(QUEUE);
        let group = Group::on(connection, path, patience).map_err(unavailable)?;
        let disk = Disk::spawn(sync, queue.downgrade()).map_err(unavailable)?;
        let serve = move || serve(group, disk, waiting);
        thread::Builder::new().name("sqlite-writer".into()).spawn(serve).map_err(unavailable)?;
        Ok(Self { queue })
    }

    /// Runs `work` inside the next group; answers when it is on the disk. A caller that goes away loses
    /// the answer, not the write.
    pub(super) async fn run<R: Send + 'static>(
        &self,
        work: impl FnOnce(&mut SqliteConn) -> StoreResult<R> + Send + 'static,
    ) -> StoreResult<R> {
        let (answer, answered) = oneshot::channel();
        let work: Work = Box::new(move |connection| {
            let result = connection.map_err(StoreError::Unavailable).and_then(work);
            let well = result.is_ok();
            let answer: Answer = Box::new(move |kept| {
                let lost = |cause: &String| StoreError::Unavailable(cause.clone());
                let outcome = kept.as_ref().map_err(lost).and(result);
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

    /// Folds the log into the file, once what waits is written. Says whether nothing of it is left: whoever is just reading
    /// may need it still.
    pub(super) async fn fold(&self) -> bool {
        let (done, folded) = oneshot::channel();
        self.queue.send(Message::Fold(done)).await.is_ok() && folded.await.unwrap_or(false)
    }

    pub(super) async fn close(&self) {
        let (done, closed) = oneshot::channel();
        if self.queue.send(Message::Close(done)).await.is_ok() {
            let _ = closed.await;
        }
    }
}

/// Writes until it is told to close, or nobody is left to tell it anything.
fn serve(mut group: Group, disk: Disk, mut waiting: mpsc::Receiver<Message>) {
    let mut closing = None;
    while closing.is_none() {
        let Some(first) = waiting.blocking_recv() else { break };
        let mut next = Some(first);
        while let Some(message) = next.take() {
            match message {
                Message::Work(work) => group.add(work, disk.failure()),
                Message::DiskIsFree => {}
                Message::Fold(done) => {
                    group.commit_to(&disk);
                    // Whoever asked may have gone away.
                    let _ = done.send(group.fold());
                }
                Message::Close(done) => closing = Some(done),
            }
            if group.has_room() {
                next = waiting.try_recv().ok();
            }
        }
        // While the disk is busy, nothing is gained by a commit: whoever comes until then may come along.
        if !disk.is_busy() || group.is_over() {
            group.commit_to(&disk);
        }
    }
    group.commit_to(&disk);
    disk.finish();
    group.fold();
    // Before the sender of `Close` goes on, the file must no longer be held open.
    drop(group);
    let _ = closing.map(|done| done.send(()));
}

#[cfg(test)]
mod tests;
