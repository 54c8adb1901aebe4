//! How the program of a deployment is started, before it takes the place of the one before.

use super::builder::{Halt, Work};
use super::steps;
use crate::deployments::{Deployment, DeploymentStatus, Failure, FailureReason};
use crate::error::HostingError;
use crate::running::{Instance, Unwell, Wanted};
use crate::store::Claimed;
use std::sync::Arc;

impl Work<'_> {
    /// The program of a deployment, once it is well.
    pub(super) async fn instance(&self, deployment: &Deployment) -> Result<Option<Arc<Instance>>, Halt> {
        let Claimed { workspace, site, .. } = self.claimed.clone();
        let found = self.builder.stores.sites.site(workspace, site).await.map_err(HostingError::from)?;
        let generation = found.ok_or(Halt::CalledOff)?.generation;
        let Some(wanted) = Wanted::next(deployment, generation) else { return Ok(None) };
        if deployment.status == DeploymentStatus::Switching {
            self.builder.amend(self.claimed, steps::goes_on(self.step(), DeploymentStatus::Starting)).await?;
        }
        if !wanted.program.command.is_empty() {
            self.log.say(format!("$ {}", wanted.program.command));
        }
        let launch = &self.builder.running.launch;
        let started = launch.start(&wanted).await;
        let started = self.must_be(started, &wanted, DeploymentStatus::Starting).await?;
        self.builder.amend(self.claimed, steps::goes_on(self.step(), DeploymentStatus::HealthCheck)).await?;
        let well = started.become_well(&wanted).await;
        let instance = self.must_be(well, &wanted, DeploymentStatus::HealthCheck).await?;
        let step = steps::goes_on(self.step(), DeploymentStatus::Switching);
        if let Err(halt) = self.builder.amend(self.claimed, step).await {
            tokio::spawn(instance.retire());
            return Err(halt);
        }
        Ok(Some(instance))
    }

    /// What came of starting a program; that it is not well is told with what it wrote.
    async fn must_be<T>(&self, came: Result<T, Unwell>, wanted: &Wanted, phase: DeploymentStatus) -> Result<T, Halt> {
        let unwell = match came {
            Ok(came) => return Ok(came),
            Err(unwell) => unwell,
        };
        let (reason, exit_code) = match &unwell {
            Unwell::NoBoxes(_) => (FailureReason::NotSupported, None),
            Unwell::NotStarted(_) => (FailureReason::StartFailed, None),
            Unwell::Ended(exit) => (FailureReason::StartFailed, exit.code),
            Unwell::Late(_) => (FailureReason::Unhealthy, None),
        };
        let message = format!("The program {}", unwell.told());
        self.log.say(format!("Failed: {message}"));
        let last_lines = self.builder.running.launch.last_lines(wanted).await;
        let failure = Failure::of(phase, reason, message);
        Err(Halt::Failed(Failure { exit_code, last_lines, ..failure }))
    }
}
