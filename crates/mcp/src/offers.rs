//! What each server offers to each workspace, at hand in memory, and how each server fares.
//!
//! A server is asked when somebody first wants to know, once for all who wait. What it said serves for ten minutes; after
//! that it is asked anew while the old answer still serves. One that does not answer keeps what it had.

mod health;
mod known;
mod slot;

pub use health::Health;
pub(crate) use known::complaints;
pub use known::{Known, KnownTool};

use crate::caller::Caller;
use crate::model::ServerName;
use crate::news::{Follower, Lists, News};
use crate::upstream::{Upstream, UpstreamFault};
use mainstay_kernel::{Clock, WorkspaceId};
use slot::Slot;
use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

/// How long an answer serves before it is asked for anew.
pub(crate) const LIFE: Duration = Duration::from_mins(10);
/// How long one that did not answer is left alone.
pub(crate) const REST: Duration = Duration::from_secs(5);
/// How long a server may take to say what it offers.
const PATIENCE: Duration = Duration::from_secs(10);
/// After how long nobody asked it is forgotten.
const IDLE: Duration = Duration::from_hours(1);

/// What who asks does about a server that did not answer when it was last asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Asking {
    /// Needs it, and waits while it is asked once more.
    Insists,
    /// Would like to list it, and waits for no one that is known to fail.
    Looks,
}

type Key = (WorkspaceId, ServerName);

/// The offers of all servers to all workspaces.
pub(crate) struct Offers {
    slots: RwLock<HashMap<Key, Arc<Slot>>>,
    news: Arc<News>,
    clock: Arc<dyn Clock>,
}

impl Offers {
    pub(crate) fn new(clock: Arc<dyn Clock>) -> Self {
        Self { slots: RwLock::default(), news: Arc::new(News::new()), clock }
    }

    /// What a server offers, from memory where that is fresh.
    ///
    /// # Errors
    /// Why the server did not say, when nothing is known of it.
    pub(crate) async fn of(
        &self,
        workspace: WorkspaceId,
        server: &ServerName,
        upstream: &Arc<dyn Upstream>,
        asking: Asking,
    ) -> Result<Arc<Known>, UpstreamFault> {
        self.of_slot(&self.slot(workspace, server), (workspace, server), upstream, asking).await
    }

    /// The same, where nothing is known if it does not say, with how the server fares.
    pub(crate) async fn look(
        &self,
        workspace: WorkspaceId,
        server: &ServerName,
        upstream: &Arc<dyn Upstream>,
    ) -> (Option<Arc<Known>>, Health) {
        // One slot for both: what it said may be forgotten meanwhile.
        let slot = self.slot(workspace, server);
        let known = self.of_slot(&slot, (workspace, server), upstream, Asking::Looks).await.ok();
        (known, slot.health())
    }

    async fn of_slot(
        &self,
        slot: &Arc<Slot>,
        of: (WorkspaceId, &ServerName),
        upstream: &Arc<dyn Upstream>,
        asking: Asking,
    ) -> Result<Arc<Known>, UpstreamFault> {
        let now = self.clock.now();
        slot.mark_asked(now);
        match slot.at_hand(now) {
            slot::AtHand::Fresh(known) => Ok(known),
            slot::AtHand::Stale(known) => {
                self.refresh(of, slot, upstream);
                Ok(known)
            }
            // Who was told that a list changed is to see what it is now.
            slot::AtHand::Outdated(known) => Ok(slot.ask(&**upstream, PATIENCE, &*self.clock).await.unwrap_or(known)),
            slot::AtHand::Resting(fault) => Err(fault),
            slot::AtHand::Failed(fault) if asking == Asking::Looks => {
                self.refresh(of, slot, upstream);
                Err(fault)
            }
            slot::AtHand::Failed(_) | slot::AtHand::Nothing => slot.ask(&**upstream, PATIENCE, &*self.clock).await,
        }
    }

    /// What a server said last.
    pub(crate) fn known(&self, workspace: WorkspaceId, server: &ServerName) -> Option<Arc<Known>> {
        self.slot(workspace, server).known()
    }

    /// How a server fares, as far as anybody asked.
    pub(crate) fn health(&self, workspace: WorkspaceId, server: &ServerName) -> Health {
        self.slot(workspace, server).health()
    }

    /// Notes that a request to a server failed or not, beside those for what it offers.
    pub(crate) fn note(&self, workspace: WorkspaceId, server: &ServerName, fault: Option<&UpstreamFault>) {
        self.slot(workspace, server).note(fault, self.clock.now());
    }

    /// What a server said is no longer so: it is asked anew when somebody next wants to know.
    pub(crate) fn outdate(&self, workspace: WorkspaceId, server: &ServerName, lists: Lists) {
        if let Some(slot) = self.read().get(&(workspace, server.clone())) {
            slot.outdate();
        }
        self.news.tell(workspace, Some(server), lists);
    }

    /// Forgets what a workspace was offered by one server.
    pub(crate) fn forget_one(&self, workspace: WorkspaceId, server: &ServerName) {
        self.write().remove(&(workspace, server.clone()));
        self.news.tell(workspace, Some(server), Lists::ALL);
    }

    /// Forgets what a workspace was offered.
    pub(crate) fn forget(&self, workspace: WorkspaceId) {
        self.write().retain(|(of, _), _| *of != workspace);
        self.news.tell(workspace, None, Lists::ALL);
    }

    /// What a workspace may use has changed, though not what servers offer.
    pub(crate) fn tell(&self, workspace: WorkspaceId, server: &ServerName) {
        self.news.tell(workspace, Some(server), Lists::ALL);
    }

    /// Follows changes of what a caller sees: of one server, or of all.
    pub(crate) fn follow(&self, caller: &Caller, only: Option<&ServerName>) -> Follower {
        self.news.follow(caller, only)
    }

    /// Ends all following.
    pub(crate) fn end_following(&self) {
        self.news.end();
    }

    /// Forgets what nobody has asked for in an hour.
    pub(crate) fn sweep(&self) {
        let now = self.clock.now();
        self.write().retain(|_, slot| slot.was_asked_since(now.minus(IDLE)));
    }

    /// Asks a server anew while what it said before serves on, and tells what is another now.
    fn refresh(&self, (workspace, server): (WorkspaceId, &ServerName), slot: &Arc<Slot>, upstream: &Arc<dyn Upstream>) {
        if !slot.begin_refresh() {
            return;
        }
        let (slot, upstream, clock) = (Arc::clone(slot), Arc::clone(upstream), Arc::clone(&self.clock));
        let (news, server) = (Arc::clone(&self.news), server.clone());
        tokio::spawn(async move {
            let before = slot.known();
            // What became of it is in the slot.
            if let Ok(now) = slot.ask(&*upstream, PATIENCE, &*clock).await {
                let lists = before.map_or(Lists::ALL, |before| Lists::that_differ(&before.offer, &now.offer));
                news.tell(workspace, Some(&server), lists);
            }
            slot.end_refresh();
        });
    }

    fn slot(&self, workspace: WorkspaceId, server: &ServerName) -> Arc<Slot> {
        let key = (workspace, server.clone());
        if let Some(slot) = self.read().get(&key) {
            return Arc::clone(slot);
        }
        let now = self.clock.now();
        Arc::clone(self.write().entry(key).or_insert_with(|| Arc::new(Slot::new(now))))
    }

    fn read(&self) -> std::sync::RwLockReadGuard<'_, HashMap<Key, Arc<Slot>>> {
        self.slots.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn write(&self) -> std::sync::RwLockWriteGuard<'_, HashMap<Key, Arc<Slot>>> {
        self.slots.write().unwrap_or_else(PoisonError::into_inner)
    }
}
