//! A site together with those of its deployments that matter, as one thing that changes in one step.

use super::cause::Cause;
use super::model::Site;
use super::status::{Condition, DesiredState, SiteStatus};
use crate::deployments::{CancelReason, Deployment, DeploymentStatus};
use crate::ids::DeploymentId;
use mainstay_kernel::Timestamp;

/// A site, with the deployments that wait, run or answer, and those that a change adds.
#[derive(Debug, Clone)]
pub(crate) struct State {
    pub(crate) site: Site,
    pub(crate) deployments: Vec<Deployment>,
    /// Why it is no longer as it was read.
    pub(crate) cause: Option<Cause>,
}

/// Two are the same whatever made them so.
impl PartialEq for State {
    fn eq(&self, other: &Self) -> bool {
        self.site == other.site && self.deployments == other.deployments
    }
}

impl State {
    fn found(&mut self, is_it: impl Fn(&Deployment) -> bool) -> Option<&mut Deployment> {
        self.deployments.iter_mut().find(|deployment| is_it(deployment))
    }

    /// A deployment by its id.
    pub(crate) fn deployment(&mut self, id: &DeploymentId) -> Option<&mut Deployment> {
        self.found(|deployment| deployment.id == *id)
    }

    /// The deployment whose release answers.
    pub(crate) fn current(&self) -> Option<&Deployment> {
        let current = self.site.current.as_ref()?;
        self.deployments.iter().find(|deployment| deployment.id == *current)
    }

    fn is_deploying(&self) -> bool {
        self.deployments.iter().any(|deployment| !deployment.status.is_over())
    }

    /// Puts a deployment into the queue. There is one place: who waits there goes.
    pub(crate) fn queue(&mut self, new: Deployment) {
        let now = new.created_at;
        if let Some(waiting) = self.found(|deployment| deployment.status == DeploymentStatus::Queued) {
            waiting.cancel(CancelReason::Superseded, now);
        }
        self.site.latest = Some(new.clone());
        self.deployments.push(new);
    }

    /// Calls off what waits and what runs.
    pub(crate) fn cancel_all(&mut self, reason: CancelReason, now: Timestamp) {
        for deployment in self.deployments.iter_mut().filter(|deployment| !deployment.status.is_over()) {
            deployment.cancel(reason, now);
        }
    }

    /// Lets a deployment take the place of the one before.
    pub(crate) fn go_live(&mut self, id: &DeploymentId, now: Timestamp) {
        let before = self.site.current.replace(id.clone());
        if let Some(before) = before.filter(|before| before != id).and_then(|before| self.deployment(&before)) {
            before.status = DeploymentStatus::Superseded;
        }
        if let Some(deployment) = self.deployment(id) {
            deployment.status = DeploymentStatus::Live;
            deployment.live_at = Some(now);
            deployment.finished_at = Some(now);
        }
        // Whoever goes live with a program has one that is well.
        self.site.condition = self.has_program().then_some(Condition::Running);
    }

    fn has_program(&self) -> bool {
        self.current().is_some_and(|own| own.program.is_some())
    }

    /// Lets the site's program end, if it has one that may still run: nobody looks after one that has ended already.
    pub(crate) fn wind_down(&mut self) {
        let may_run = self.has_program() && self.site.condition.is_some();
        self.site.condition = may_run.then_some(Condition::Stopping);
    }

    /// Lets the site's program be started, if it has one and is meant to answer.
    pub(crate) fn wind_up(&mut self, condition: Condition) {
        let is_meant_to = self.site.desired == DesiredState::Running;
        self.site.condition = (is_meant_to && self.has_program()).then_some(condition);
    }

    /// Brings the site's status in line with the rest, and counts the change.
    pub(crate) fn settle(&mut self, cause: Cause) {
        self.site.version += 1;
        self.site.updated_at = cause.at;
        self.observe(cause);
    }

    /// Brings the site's status in line with the rest, when nobody changed it: a program fares otherwise than before.
    pub(crate) fn observe(&mut self, cause: Cause) {
        self.cause = Some(cause);
        let site = &self.site;
        self.site.status = if site.deleted_at.is_some() {
            SiteStatus::Deleting
        } else if self.is_deploying() {
            SiteStatus::Deploying
        } else {
            SiteStatus::of(site.desired, site.current.is_some(), site.condition)
        };
        if let Some(latest) = self.site.latest.take() {
            let present = self.deployments.iter().find(|deployment| deployment.id == latest.id);
            self.site.latest = Some(present.cloned().unwrap_or(latest));
        }
    }
}

impl Deployment {
    /// Calls it off, unless it is over.
    pub(crate) fn cancel(&mut self, reason: CancelReason, now: Timestamp) {
        if !self.status.is_over() {
            self.status = DeploymentStatus::Canceled;
            self.cancel_reason = Some(reason);
            self.finished_at = Some(now);
        }
    }
}
