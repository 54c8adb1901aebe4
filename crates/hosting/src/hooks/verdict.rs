//! What a push means for a site: to be decided of the two alone.

use super::address::canonical;
use super::model::Reason;
use super::push::Push;
use super::watch::touches;
use crate::deployments::{DeploymentStatus, SkipReason};
use crate::sites::{DesiredState, Site, State};

/// What is to be done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Verdict {
    /// It is deployed.
    Deploy,
    /// It is noted in the history of the site, and nothing is made of it.
    Skip(SkipReason),
    /// It is none of the site's affairs.
    Ignore(Reason),
}

/// In the message of a commit that is not to be deployed, in any case.
const SKIPS: [&str; 2] = ["[skip ci]", "[ci skip]"];

/// What is to be done with a push.
pub(super) fn decide(state: &State, push: &Push) -> Verdict {
    if let Some(reason) = is_deaf(&state.site).or_else(|| is_foreign(&state.site, push)) {
        return Verdict::Ignore(reason);
    }
    if is_known(state, &push.after) {
        return Verdict::Skip(SkipReason::SameCommit);
    }
    let watched = &state.site.settings.watch_paths;
    // Whoever does not know what was touched does not know that it makes no difference.
    let is_touched = watched.is_empty() || push.changed.as_ref().is_none_or(|paths| touches(watched, paths));
    if is_touched { Verdict::Deploy } else { Verdict::Skip(SkipReason::WatchPaths) }
}

/// Of what was pushed at once, that which is of the branch that the site follows; else anything.
pub(super) fn concerned(site: &Site, pushes: Vec<Push>) -> Option<Push> {
    let place = pushes.iter().position(|push| is_foreign(site, push).is_none()).unwrap_or(0);
    pushes.into_iter().nth(place)
}

/// Why no push at all deploys a site, if so.
fn is_deaf(site: &Site) -> Option<Reason> {
    if site.deleted_at.is_some() {
        Some(Reason::SiteDeleted)
    } else if site.desired == DesiredState::Stopped {
        Some(Reason::SiteStopped)
    } else if !site.auto_deploy {
        Some(Reason::AutoDeployOff)
    } else if site.settings.commit.is_some() {
        Some(Reason::CommitPinned)
    } else {
        None
    }
}

/// Why a push is not of what a site follows, if so.
fn is_foreign(site: &Site, push: &Push) -> Option<Reason> {
    let own = canonical(&site.settings.repository);
    if own.is_none() || !push.repositories.iter().any(|address| canonical(address) == own) {
        return Some(Reason::OtherRepository);
    }
    if push.is_tag {
        return Some(Reason::Tag);
    }
    let Some(followed) = site.settings.branch.as_ref().or(push.default_branch.as_ref()) else {
        return Some(Reason::DefaultBranchUnknown);
    };
    if push.branch.as_ref() != Some(followed) {
        return Some(Reason::OtherBranch);
    }
    if push.is_deleted {
        return Some(Reason::BranchDeleted);
    }
    let message = push.message.as_deref().unwrap_or_default().to_ascii_lowercase();
    SKIPS.iter().any(|mark| message.contains(mark)).then_some(Reason::SkipCi)
}

/// Whether a commit is what the site will be at once all is done that is under way.
fn is_known(state: &State, commit: &str) -> bool {
    let of = |is: &dyn Fn(DeploymentStatus) -> bool| state.deployments.iter().find(|own| is(own.status));
    let waiting = of(&|status| status == DeploymentStatus::Queued);
    let last = waiting.or_else(|| of(&|status| status.is_active())).or_else(|| state.current());
    last.and_then(|own| own.commit.as_deref()) == Some(commit)
}

#[cfg(test)]
mod tests;
