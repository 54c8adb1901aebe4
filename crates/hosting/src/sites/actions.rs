//! What is done with a site, as changes of its state.

use super::cause::Reason;
use super::doing::Doing;
use super::events;
use super::model::{Site, SiteChange, StopReason};
use super::rules::must_stay;
use super::service::Wish;
use super::state::State;
use super::status::{Condition, DesiredState};
use super::terms::{self, Complaints};
use crate::deployments::{
    CancelReason, Deployment, DeploymentStatus, SkipReason, Trigger, events as deployment_events, fresh,
};
use crate::error::HostingError;
use crate::ids::DeploymentId;
use crate::store::Amend;
use mainstay_kernel::{Event, FieldError, Patch};

impl Wish {
    /// Looks at what is wished, as at a site's settings.
    pub(super) fn check(&self) -> Result<(), Vec<FieldError>> {
        let set = |text: &Option<String>| text.clone().map_or(Patch::Keep, Patch::Set);
        let change = SiteChange { branch: set(&self.branch), commit: set(&self.commit), ..SiteChange::default() };
        let mut complaints = Complaints::default();
        terms::check_revision(&change, &mut complaints);
        complaints.end()
    }
}

impl Wish {
    /// An image has neither branches nor commits.
    fn must_suit(&self, site: &Site) -> Result<(), HostingError> {
        let wished = [("branch", self.branch.is_some()), ("commit", self.commit.is_some())];
        let wrong = wished.into_iter().filter(|(_, is_wished)| *is_wished && site.settings.image.is_some());
        let wrong: Vec<_> = wrong.map(|(field, _)| terms::without_git(field)).collect();
        if wrong.is_empty() { Ok(()) } else { Err(HostingError::Invalid(wrong)) }
    }
}

pub(super) fn start(doing: Doing) -> Amend {
    Box::new(move |state| {
        must_stay(&state.site)?;
        must_have_release(state)?;
        let is_down = matches!(state.site.condition, Some(Condition::Crashed | Condition::Asleep));
        if state.site.desired == DesiredState::Running && !is_down {
            return Ok(Vec::new());
        }
        Ok(run(state, &doing, (Condition::Starting, Reason::Start), events::STARTED))
    })
}

/// To be as before it was stopped for want of credits, if that is why it is stopped.
pub(super) fn start_paid(doing: Doing) -> Amend {
    Box::new(move |state| {
        if state.site.deleted_at.is_some() || state.site.stop_reason != Some(StopReason::InsufficientCredits) {
            return Ok(Vec::new());
        }
        Ok(run(state, &doing, (Condition::Starting, Reason::Paid), events::STARTED))
    })
}

pub(super) fn restart(doing: Doing) -> Amend {
    Box::new(move |state| {
        must_stay(&state.site)?;
        must_have_release(state)?;
        let is_answered = state.site.condition.is_some_and(Condition::answers);
        let condition = if is_answered { Condition::Restarting } else { Condition::Starting };
        Ok(run(state, &doing, (condition, Reason::Restart), events::RESTARTED))
    })
}

pub(super) fn stop(doing: Doing, reason: StopReason) -> Amend {
    Box::new(move |state| {
        must_stay(&state.site)?;
        // What somebody stops does not start again when it is paid for.
        let is_stopped = state.site.desired == DesiredState::Stopped;
        if is_stopped && (reason != StopReason::User || state.site.stop_reason == Some(reason)) {
            return Ok(Vec::new());
        }
        state.cancel_all(CancelReason::Stopped, doing.now);
        state.site.desired = DesiredState::Stopped;
        state.site.stop_reason = Some(reason);
        state.wind_down();
        let is_unpaid = reason == StopReason::InsufficientCredits;
        state.settle(doing.cause(if is_unpaid { Reason::Unpaid } else { Reason::Stop }));
        Ok(vec![doing.told(&state.site, events::STOPPED)])
    })
}

pub(super) fn deploy(doing: Doing, wish: Wish) -> Amend {
    Box::new(move |state| {
        must_stay(&state.site)?;
        wish.must_suit(&state.site)?;
        let mut new = fresh(&state.site, Trigger::Api, doing.actor.clone(), &*doing.ids, doing.now);
        if wish.branch.is_some() {
            // A commit that the site keeps to is of another branch.
            (new.branch, new.commit) = (wish.branch, None);
        }
        new.commit = wish.commit.or(new.commit);
        Ok(queue(state, new, (&doing, Reason::Deploy)))
    })
}

pub(super) fn roll_back(doing: Doing, earlier: Deployment) -> Amend {
    Box::new(move |state| {
        must_stay(&state.site)?;
        let new = Deployment {
            settings: earlier.settings,
            settings_hash: earlier.settings_hash,
            branch: earlier.branch,
            commit: earlier.commit,
            commit_message: earlier.commit_message,
            restores: Some(earlier.id),
            release: earlier.release,
            release_sha256: earlier.release_sha256,
            release_bytes: earlier.release_bytes,
            program: earlier.program,
            ..fresh(&state.site, Trigger::Rollback, doing.actor.clone(), &*doing.ids, doing.now)
        };
        state.site.auto_deploy = false;
        Ok(queue(state, new, (&doing, Reason::Rollback)))
    })
}

/// What a git server told of a branch that a site follows.
pub(crate) struct Pushed {
    pub(crate) branch: Option<String>,
    pub(crate) commit: String,
    pub(crate) title: Option<String>,
}

/// Deploys a push: its commit, whatever is pushed meanwhile.
pub(crate) fn deploy_push(state: &mut State, pushed: Pushed, doing: &Doing) -> (DeploymentId, Vec<Event>) {
    let new = of_push(state, pushed, doing);
    (new.id.clone(), queue(state, new, (doing, Reason::Push)))
}

/// Notes a push that makes no difference; the site stays as it is.
pub(crate) fn skip_push(
    state: &mut State,
    pushed: Pushed,
    (reason, doing): (SkipReason, &Doing),
) -> (DeploymentId, Vec<Event>) {
    let (status, skip_reason) = (DeploymentStatus::Skipped, Some(reason));
    let skipped = Deployment { status, skip_reason, finished_at: Some(doing.now), ..of_push(state, pushed, doing) };
    let event = deployment_events::of(&state.site, &skipped, deployment_events::SKIPPED, &*doing.ids, doing.now);
    let id = skipped.id.clone();
    state.deployments.push(skipped);
    state.cause = Some(doing.cause(Reason::Push));
    (id, vec![event])
}

fn of_push(state: &State, pushed: Pushed, doing: &Doing) -> Deployment {
    let new = fresh(&state.site, Trigger::Webhook, doing.actor.clone(), &*doing.ids, doing.now);
    let Pushed { branch, commit, title } = pushed;
    Deployment { branch, commit: Some(commit), commit_message: title, ..new }
}

pub(super) fn restore(doing: Doing) -> Amend {
    Box::new(move |state| {
        if state.site.deleted_at.is_none() {
            return Err(HostingError::NotDeleting);
        }
        state.site.deleted_at = None;
        state.site.purge_at = None;
        state.wind_up(Condition::Starting);
        state.settle(doing.cause(Reason::Restore));
        Ok(vec![doing.told(&state.site, events::RESTORED)])
    })
}

/// A site that is deployed is meant to answer.
fn queue(state: &mut State, new: Deployment, (doing, reason): (&Doing, Reason)) -> Vec<Event> {
    if state.site.desired == DesiredState::Stopped {
        state.site.desired = DesiredState::Running;
        state.site.stop_reason = None;
        // Until the new one is there, the one before answers.
        state.wind_up(Condition::Starting);
    }
    let event = deployment_events::of(&state.site, &new, deployment_events::CREATED, &*doing.ids, doing.now);
    state.queue(new);
    state.settle(doing.cause(reason));
    vec![event]
}

fn run(state: &mut State, doing: &Doing, (condition, reason): (Condition, Reason), told: &str) -> Vec<Event> {
    state.site.desired = DesiredState::Running;
    state.site.stop_reason = None;
    state.site.generation += 1;
    state.wind_up(condition);
    state.settle(doing.cause(reason));
    vec![doing.told(&state.site, told)]
}

fn must_have_release(state: &State) -> Result<(), HostingError> {
    if state.current().is_some() { Ok(()) } else { Err(HostingError::NothingToRun) }
}
