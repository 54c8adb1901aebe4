//! Whoever rolls hits up, on each node; one at a time does it.

use super::lexicon::Lexicon;
use super::store::{Tell, VisitStore};
use crate::error::TrackingError;
use crate::intake::Inbox;
use mainstay_kernel::{Clock, Ids};
use mainstay_store::StoreResult;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{Mutex, Notify, watch};
use tokio::task::JoinHandle;

/// How often it is looked, when nobody has rung: what another node took in and did not live to roll up.
const LOOK: Duration = Duration::from_secs(1);
/// How long hits may gather before they are rolled up together.
const GATHER: Duration = Duration::from_millis(150);
/// How long it waits after the database failed.
const AGAIN: Duration = Duration::from_secs(1);
/// How long a report waits for what was told of before it.
const PATIENCE: Duration = Duration::from_secs(2);
/// How many words are remembered.
const MOST_WORDS: usize = 100_000;

/// Rolls hits up.
pub(crate) struct Roller {
    store: Arc<dyn VisitStore>,
    inbox: Arc<Inbox>,
    tell: Tell,
    /// The words that are known; held by whoever rolls up.
    lexicon: Mutex<Lexicon>,
    /// Told each time something was rolled up.
    rolled: Notify,
}

impl Roller {
    pub(crate) fn new(
        store: Arc<dyn VisitStore>,
        inbox: Arc<Inbox>,
        (clock, ids): (Arc<dyn Clock>, Arc<dyn Ids>),
    ) -> Self {
        let tell: Tell = Arc::new(move |reached| reached.event(&*ids, clock.now()));
        Self { store, inbox, tell, lexicon: Mutex::default(), rolled: Notify::new() }
    }

    /// Rolls up some hits; says whether there may be more.
    pub(crate) async fn roll(&self) -> StoreResult<bool> {
        let mut lexicon = self.lexicon.lock().await;
        let known = std::mem::take(&mut *lexicon);
        // Where it fails, what was learned in vain is forgotten with the rest.
        let (rolled, known) = self.store.roll(known, Arc::clone(&self.tell)).await?;
        if known.len() <= MOST_WORDS {
            *lexicon = known;
        }
        self.inbox.note_taken(rolled.bytes);
        self.rolled.notify_waiters();
        Ok(rolled.is_more)
    }

    /// Returns when what was in the inbox before is rolled up, by whichever node, or after two seconds; says whether it is.
    pub(crate) async fn catch_up(&self) -> Result<bool, TrackingError> {
        let Some((newest, _)) = self.store.waiting().await? else { return Ok(true) };
        let caught_up = async {
            loop {
                let rolled = self.rolled.notified();
                match self.store.waiting().await? {
                    Some((_, oldest)) if oldest <= newest => {}
                    _ => return Ok(true),
                }
                if !self.roll().await? {
                    // Another node is at it.
                    let _ = tokio::time::timeout(GATHER, rolled).await;
                }
            }
        };
        tokio::time::timeout(PATIENCE, caught_up).await.unwrap_or(Ok(false))
    }

    /// Rolls up until it is stopped.
    async fn serve(self: Arc<Self>, mut stopping: watch::Receiver<bool>) {
        while !*stopping.borrow() {
            tokio::select! {
                () = self.inbox.heard() => { let _ = tokio::time::timeout(GATHER, stopping.changed()).await; }
                () = tokio::time::sleep(LOOK) => {}
                _ = stopping.changed() => {}
            }
            if self.inbox.is_doubtful()
                && let Err(cause) = self.inbox.measure().await
            {
                tracing::warn!(%cause, "it is not known how much waits to be rolled up");
            }
            while !*stopping.borrow() {
                match self.roll().await {
                    Ok(true) => {}
                    Ok(false) => break,
                    Err(cause) => {
                        tracing::warn!(%cause, "hits cannot be rolled up yet");
                        let _ = tokio::time::timeout(AGAIN, stopping.changed()).await;
                    }
                }
            }
        }
    }
}

/// Rolling up in the background.
pub struct Rolling {
    stop: watch::Sender<bool>,
    task: JoinHandle<()>,
}

impl Rolling {
    /// Starts it on this runtime.
    pub(crate) fn start(roller: &Arc<Roller>) -> Self {
        let (stop, stopping) = watch::channel(false);
        Self { stop, task: tokio::spawn(Arc::clone(roller).serve(stopping)) }
    }

    /// Ends it after the transaction that it is at. What waits in the inbox is rolled up after the next start.
    pub async fn drain(self) {
        self.stop.send_replace(true);
        drop(self.task.await);
    }
}
