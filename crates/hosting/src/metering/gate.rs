//! Whether something may begin to run.

use super::model::Metered;
use super::port::{Leave, Meter};
use super::store::DebtStore;
use crate::error::HostingError;
use mainstay_kernel::WorkspaceId;
use std::sync::Arc;

/// Keeps out what nobody would pay for.
#[derive(Clone)]
pub(crate) struct Gate {
    pub(crate) debts: Arc<dyn DebtStore>,
    pub(crate) meter: Arc<dyn Meter>,
}

impl Gate {
    /// A workspace may let more of this run.
    ///
    /// # Errors
    /// [`HostingError::Unpaid`], [`HostingError::UsedUp`].
    pub(crate) async fn must_admit(&self, workspace: WorkspaceId, what: Metered) -> Result<(), HostingError> {
        if self.debts.debt(workspace).await?.is_some() {
            return Err(HostingError::Unpaid);
        }
        match self.meter.leave(workspace, what).await? {
            Leave::Given => Ok(()),
            Leave::Unpaid => Err(HostingError::Unpaid),
            Leave::LimitReached => Err(HostingError::UsedUp(what)),
        }
    }
}
