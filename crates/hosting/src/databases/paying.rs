//! Databases that must be paid for, and those that are not.

use super::actions;
use super::rules::Databases;
use super::settling::Task;
use crate::error::HostingError;
use crate::ids::DatabaseId;
use crate::metering::Metered;
use crate::sites::{DesiredState, StopReason};
use mainstay_kernel::WorkspaceId;

impl Databases {
    /// What is to begin to run must be paid for; says whether it runs already.
    pub(super) async fn must_admit_if_stopped(
        &self,
        workspace: WorkspaceId,
        id: &DatabaseId,
    ) -> Result<bool, HostingError> {
        let is_running = self.found(workspace, id).await?.desired == DesiredState::Running;
        if !is_running {
            self.gate.must_admit(workspace, Metered::Database).await?;
        }
        Ok(is_running)
    }

    /// Stops a database whose workspace cannot pay for it.
    pub(crate) async fn stop_unpaid(&self, workspace: WorkspaceId, id: &DatabaseId) -> Result<(), HostingError> {
        let stop = actions::stop(self.doing(None), StopReason::InsufficientCredits);
        self.do_with((workspace, id), stop, Task::Apply).await.map(drop)
    }

    /// Starts a database that was stopped since its workspace could not pay, and is still.
    pub(crate) async fn start_paid(&self, workspace: WorkspaceId, id: &DatabaseId) -> Result<(), HostingError> {
        self.do_with((workspace, id), actions::start_paid(self.doing(None)), Task::Apply).await.map(drop)
    }
}
