//! Sites that must be paid for, and those that are not.

use super::actions;
use super::model::StopReason;
use super::rules::Sites;
use super::service::{Action, SiteService as _};
use super::status::DesiredState;
use crate::error::HostingError;
use crate::ids::SiteId;
use crate::metering::Metered;
use mainstay_kernel::WorkspaceId;

impl Sites {
    /// What an action lets begin to run must be paid for.
    pub(super) async fn must_admit(
        &self,
        workspace: WorkspaceId,
        id: &SiteId,
        action: &Action,
    ) -> Result<(), HostingError> {
        if matches!(action, Action::Stop) {
            return Ok(());
        }
        if matches!(action, Action::Deploy(_)) {
            self.gate.must_admit(workspace, Metered::Build).await?;
        }
        let is_stopped = self.get(workspace, id).await?.desired == DesiredState::Stopped;
        if is_stopped { self.gate.must_admit(workspace, Metered::Site).await } else { Ok(()) }
    }

    /// Stops a site whose workspace cannot pay for it.
    pub(crate) async fn stop_unpaid(&self, workspace: WorkspaceId, id: &SiteId) -> Result<(), HostingError> {
        let stop = actions::stop(self.doing(None), StopReason::InsufficientCredits);
        self.amend(workspace, id, stop).await.map(drop)
    }

    /// Starts a site that was stopped since its workspace could not pay, and is still.
    pub(crate) async fn start_paid(&self, workspace: WorkspaceId, id: &SiteId) -> Result<(), HostingError> {
        let start = actions::start_paid(self.doing(None));
        self.amend(workspace, id, start).await.map(drop)
    }
}
