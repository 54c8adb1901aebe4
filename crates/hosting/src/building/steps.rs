//! The steps of a deployment, as changes of its site's state. Each holds only while the deployment goes on: one that was
//! called off is not gone on with.

use super::git::Fetched;
use super::release::Made;
use crate::deployments::{Deployment, DeploymentStatus, Failure, PhaseTiming, Program, events};
use crate::error::HostingError;
use crate::ids::DeploymentId;
use crate::sites::{Cause, Reason, State};
use crate::store::Amend;
use mainstay_kernel::{Event, Ids, Timestamp};
use std::sync::Arc;

/// Which deployment takes a step, and when.
#[derive(Clone)]
pub(super) struct Step {
    pub(super) id: DeploymentId,
    pub(super) ids: Arc<dyn Ids>,
    pub(super) now: Timestamp,
}

impl Step {
    /// The deployment, if it goes on, with the time noted that its phase took: what is left of all the time since it began.
    fn active<'s>(&self, state: &'s mut State) -> Result<&'s mut Deployment, HostingError> {
        let found = state.deployment(&self.id).filter(|own| own.status.is_active());
        let own = found.ok_or(HostingError::DeploymentNotFound)?;
        let before = own.timings.iter().map(|timing| timing.ms).sum();
        let all = self.now.since(own.started_at.unwrap_or(self.now)).as_millis();
        let ms = i64::try_from(all).unwrap_or(i64::MAX).saturating_sub(before);
        own.timings.push(PhaseTiming { phase: own.status.name().to_owned(), ms });
        Ok(own)
    }

    fn cause(&self, reason: Reason) -> Cause {
        Cause::own(reason, self.now)
    }

    fn told(&self, state: &mut State, name: &str) -> Vec<Event> {
        let Some(own) = state.deployment(&self.id).map(|own| own.clone()) else { return Vec::new() };
        vec![events::of(&state.site, &own, name, &*self.ids, self.now)]
    }
}

/// The source is there.
pub(super) fn fetched(step: Step, fetched: Fetched) -> Amend {
    Box::new(move |state| {
        let own = step.active(state)?;
        own.commit = Some(fetched.commit);
        own.commit_message = Some(fetched.message).filter(|message| !message.is_empty());
        own.status = DeploymentStatus::Building;
        state.settle(step.cause(Reason::Progress));
        Ok(Vec::new())
    })
}

/// The release is there.
pub(super) fn made(step: Step, made: Made, program: Option<Program>) -> Amend {
    Box::new(move |state| {
        let own = step.active(state)?;
        own.release = Some(own.id.clone());
        own.release_sha256 = Some(made.sha256);
        own.release_bytes = i64::try_from(made.bytes).ok();
        own.status = if program.is_some() { DeploymentStatus::Starting } else { DeploymentStatus::Switching };
        own.program = program;
        state.settle(step.cause(Reason::Progress));
        Ok(Vec::new())
    })
}

/// It goes on with its next phase.
pub(super) fn goes_on(step: Step, phase: DeploymentStatus) -> Amend {
    Box::new(move |state| {
        step.active(state)?.status = phase;
        state.settle(step.cause(Reason::Progress));
        Ok(Vec::new())
    })
}

/// It takes the place of the one before.
pub(super) fn live(step: Step) -> Amend {
    Box::new(move |state| {
        let settings = step.active(state)?.settings.clone();
        state.go_live(&step.id, step.now);
        // Variables that changed meanwhile are not told apart from those that it was made with: only settings are.
        state.site.is_stale = settings != state.site.settings;
        state.settle(step.cause(Reason::Live));
        Ok(step.told(state, events::LIVE))
    })
}

/// It ends without having gone live.
pub(super) fn failed(step: Step, failure: Failure) -> Amend {
    Box::new(move |state| {
        let own = step.active(state)?;
        own.status = DeploymentStatus::Failed;
        own.finished_at = Some(step.now);
        own.failure = Some(failure);
        state.settle(step.cause(Reason::Failed));
        Ok(step.told(state, events::FAILED))
    })
}
