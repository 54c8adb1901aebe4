//! The thread that waits for the disk, and then answers.

use super::log::WriteAheadLog;
use super::{Answer, Message};
use std::io;
use std::iter;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, OnceLock, mpsc};
use std::thread::{self, JoinHandle};
use tokio::sync::mpsc::WeakSender;

/// A transaction that is committed, but not yet known to be on the disk.
pub(super) struct Committed {
    pub(super) log: WriteAheadLog,
    pub(super) answers: Vec<Answer>,
}

/// The way to the thread.
pub(super) struct Disk {
    committed: mpsc::Sender<Committed>,
    progress: Arc<Progress>,
    thread: JoinHandle<()>,
}

#[derive(Debug, Default)]
struct Progress {
    /// Transactions handed over and not yet on the disk.
    pending: AtomicUsize,
    /// Why the disk could not take one of them.
    failure: OnceLock<String>,
}

impl Disk {
    /// Starts the thread, which tells the `writer` each time it is through.
    pub(super) fn spawn(
        sync: impl Fn(&WriteAheadLog) -> io::Result<()> + Send + 'static,
        writer: WeakSender<Message>,
    ) -> io::Result<Self> {
        let (committed, handed_over) = mpsc::channel();
        let progress = Arc::new(Progress::default());
        let seen = Arc::clone(&progress);
        let serve = move || {
            while let Ok(first) = handed_over.recv() {
                // What was committed while the last sync ran shares the next.
                let all: Vec<Committed> = iter::once(first).chain(handed_over.try_iter()).collect();
                let synced = all.last().map_or(Ok(()), |last| sync(&last.log));
                seen.settle(synced, all, &writer);
            }
        };
        let thread = thread::Builder::new().name("sqlite-disk".into()).spawn(serve)?;
        Ok(Self { committed, progress, thread })
    }

    /// Answers these callers when what they wrote is on the disk.
    pub(super) fn hand_over(&self, committed: Committed) {
        self.progress.pending.fetch_add(1, Ordering::Relaxed);
        // The thread ends after the last handle of it, and this is one.
        let _ = self.committed.send(committed);
    }

    /// Whether something was handed over that is not yet on the disk.
    pub(super) fn is_busy(&self) -> bool {
        self.progress.pending.load(Ordering::Acquire) > 0
    }

    /// Why a commit is lost. The disk is not to be trusted from then on: what it reports as written later may stand on
    /// what it never wrote.
    pub(super) fn failure(&self) -> Option<&str> {
        self.progress.failure.get().map(String::as_str)
    }

    /// Returns when all is answered.
    pub(super) fn finish(self) {
        drop(self.committed);
        let _ = self.thread.join();
    }
}

impl Progress {
    fn settle(&self, synced: io::Result<()>, all: Vec<Committed>, writer: &WeakSender<Message>) {
        let outcome = self.judge(synced);
        self.pending.fetch_sub(all.len(), Ordering::Release);
        // A writer whose queue is full is awake, and looks for itself.
        let _ = writer.upgrade().map(|writer| writer.try_send(Message::DiskIsFree));
        all.into_iter().flat_map(|one| one.answers).for_each(|answer| answer(&outcome));
    }

    /// A sync that goes well after one that did not proves nothing: the system reports a page that it could not write
    /// once, and then takes it for written.
    fn judge(&self, synced: io::Result<()>) -> Result<(), String> {
        if let Err(cause) = synced {
            tracing::error!(%cause, "the disk did not take a commit: nothing more is written until a restart");
            let _ = self.failure.set(format!("the disk did not take a commit ({cause}); a restart is needed"));
        }
        self.failure.get().map_or(Ok(()), |cause| Err(cause.clone()))
    }
}
