//! Uses that are too frequent to be written one by one: they are counted in memory, and written together now and then.

use crate::entitlements::Entitlements;
use crate::error::EntitlementError;
use crate::service::{EntitlementService as _, Holder, NewUse};
use crate::verdict::{Reason, Verdict};
use mainstay_kernel::{Plan, Timestamp, WorkspaceId};
use mainstay_store::StoreError;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock};
use std::time::Duration;

/// After how long a workspace that uses nothing is forgotten.
const IDLE: Duration = Duration::from_mins(10);

/// Counts uses of one feature. What one node counts is exact; what others count it sees when it writes. Uses that are not
/// written yet are lost when the process dies.
pub struct Ticker {
    entitlements: Arc<Entitlements>,
    feature: &'static str,
    counts: RwLock<HashMap<WorkspaceId, Arc<Mutex<Count>>>>,
}

/// What is known of a workspace.
#[derive(Debug)]
struct Count {
    plan: Arc<Plan>,
    /// Uses that are not written yet.
    pending: u64,
    /// How many more there may be; none where there is no limit.
    left: Option<u64>,
    /// Whether one was refused since it was last looked how many are left.
    was_refused: bool,
    /// When there was last a use.
    used_at: Timestamp,
}

impl Count {
    /// Takes so many, if there are as many left.
    fn take(&mut self, uses: u64, now: Timestamp) -> bool {
        self.used_at = now;
        match self.left.map(|left| left.checked_sub(uses)) {
            Some(None) => {
                self.was_refused = true;
                return false;
            }
            Some(left) => self.left = left,
            None => {}
        }
        self.pending += uses;
        true
    }

    /// Learns how things stand; what is pending is not in that yet.
    fn learn(&mut self, verdict: &Verdict) {
        let left = match verdict.reason {
            Some(Reason::NotInPlan) => Some(0),
            _ => verdict.available,
        };
        self.left = left.map(|left| left.saturating_sub(self.pending));
        self.was_refused = false;
    }
}

/// Uses of a workspace that are being written.
struct Batch {
    workspace: WorkspaceId,
    plan: Arc<Plan>,
    count: Arc<Mutex<Count>>,
    uses: u64,
}

impl Ticker {
    /// Counts uses of this feature.
    pub fn new(entitlements: Arc<Entitlements>, feature: &'static str) -> Self {
        Self { entitlements, feature, counts: RwLock::default() }
    }

    /// The feature.
    pub const fn feature(&self) -> &'static str {
        self.feature
    }

    /// Counts a use, and says whether it is allowed; one that is not is not counted. None when nothing is known of the
    /// workspace on this plan: then [`Ticker::learn`] must be asked first.
    pub fn count(&self, workspace: WorkspaceId, plan: &Plan) -> Option<bool> {
        self.count_some(workspace, plan, 1)
    }

    /// The same for several uses: all of them, or none.
    pub fn count_some(&self, workspace: WorkspaceId, plan: &Plan, uses: u64) -> Option<bool> {
        let count = self.known(workspace)?;
        let mut count = lock(&count);
        (count.plan.name == plan.name).then(|| count.take(uses, self.entitlements.clock.now()))
    }

    /// Learns how much the workspace has left.
    ///
    /// # Errors
    /// [`EntitlementError::Store`].
    pub async fn learn(&self, workspace: WorkspaceId, plan: &Arc<Plan>) -> Result<(), EntitlementError> {
        let verdict = self.entitlements.check(Holder { workspace, plan }, self.feature, 1).await?;
        let now = self.entitlements.clock.now();
        let new = || Count { plan: Arc::clone(plan), pending: 0, left: None, was_refused: false, used_at: now };
        let count = {
            let mut counts = self.counts.write().unwrap_or_else(PoisonError::into_inner);
            Arc::clone(counts.entry(workspace).or_insert_with(|| Arc::new(Mutex::new(new()))))
        };
        let mut count = lock(&count);
        count.plan = Arc::clone(plan);
        count.learn(&verdict);
        Ok(())
    }

    /// Writes what is pending in one transaction, and learns anew of those who were refused. When it fails, what is pending
    /// stays so.
    ///
    /// # Errors
    /// [`EntitlementError::Store`].
    pub async fn write(&self) -> Result<(), EntitlementError> {
        let now = self.entitlements.clock.now();
        self.forget_idle(now);
        let batches = self.take_pending();
        match self.record(&batches).await {
            // One of them is gone, and must not keep the others from being written.
            Err(cause) if is_gone(&cause) => self.record_singly(&batches).await?,
            written => written?,
        }
        for (workspace, plan) in self.refused() {
            self.learn(workspace, &plan).await?;
        }
        Ok(())
    }

    /// Records uses in one transaction. When that fails, they are pending again.
    async fn record(&self, batches: &[Batch]) -> Result<(), EntitlementError> {
        let told = |batch: &Batch| {
            let told = NewUse { feature: self.feature.to_owned(), quantity: batch.uses, ..NewUse::default() };
            (batch.workspace, Arc::clone(&batch.plan), told)
        };
        match self.entitlements.record_for(batches.iter().map(told).collect()).await {
            Ok(used) => {
                for (batch, used) in batches.iter().zip(used) {
                    lock(&batch.count).learn(&used.verdict);
                }
                Ok(())
            }
            Err(cause) => {
                for batch in batches.iter().filter(|_| !is_gone(&cause)) {
                    lock(&batch.count).pending += batch.uses;
                }
                Err(cause)
            }
        }
    }

    async fn record_singly(&self, batches: &[Batch]) -> Result<(), EntitlementError> {
        let mut failed = None;
        for batch in batches {
            let recorded = self.record(std::slice::from_ref(batch)).await;
            failed = recorded.err().filter(|cause| !is_gone(cause)).or(failed);
        }
        failed.map_or(Ok(()), Err)
    }

    fn known(&self, workspace: WorkspaceId) -> Option<Arc<Mutex<Count>>> {
        self.counts.read().unwrap_or_else(PoisonError::into_inner).get(&workspace).cloned()
    }

    /// What is pending, which from now on is being written.
    fn take_pending(&self) -> Vec<Batch> {
        let counts = self.counts.read().unwrap_or_else(PoisonError::into_inner);
        let batch = |(workspace, count): (&WorkspaceId, &Arc<Mutex<Count>>)| {
            let mut held = lock(count);
            let uses = std::mem::take(&mut held.pending);
            let (plan, count) = (Arc::clone(&held.plan), Arc::clone(count));
            (uses > 0).then_some(Batch { workspace: *workspace, plan, count, uses })
        };
        counts.iter().filter_map(batch).collect()
    }

    /// Who was refused since it was last looked.
    fn refused(&self) -> Vec<(WorkspaceId, Arc<Plan>)> {
        let counts = self.counts.read().unwrap_or_else(PoisonError::into_inner);
        let refused = |(workspace, count): (&WorkspaceId, &Arc<Mutex<Count>>)| {
            let count = lock(count);
            count.was_refused.then(|| (*workspace, Arc::clone(&count.plan)))
        };
        counts.iter().filter_map(refused).collect()
    }

    fn forget_idle(&self, now: Timestamp) {
        let mut counts = self.counts.write().unwrap_or_else(PoisonError::into_inner);
        counts.retain(|_, count| {
            // Whoever has a hold of it is about to count.
            let is_held = Arc::strong_count(count) > 1;
            let count = lock(count);
            is_held || count.pending > 0 || now < count.used_at.plus(IDLE)
        });
    }
}

/// Whether it failed because there is no such workspace any more.
fn is_gone(cause: &EntitlementError) -> bool {
    matches!(cause, EntitlementError::Store(StoreError::MissingReference))
}

fn lock(count: &Mutex<Count>) -> MutexGuard<'_, Count> {
    count.lock().unwrap_or_else(PoisonError::into_inner)
}
