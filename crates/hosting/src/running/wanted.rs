//! What is to run, and why something does not.

use super::instance::Instance;
use crate::deployments::{Deployment, Program};
use crate::driver::Exit;
use crate::ids::{DeploymentId, SiteId};
use crate::sites::{Condition, Settings};
use crate::store::Shelved;
use mainstay_kernel::WorkspaceId;

/// What is to run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Wanted {
    pub(crate) workspace: WorkspaceId,
    pub(crate) site: SiteId,
    pub(crate) deployment: DeploymentId,
    pub(crate) generation: i64,
    pub(crate) release: DeploymentId,
    pub(crate) program: Program,
    pub(crate) settings: Settings,
}

impl Wanted {
    /// What a site on the shelf is to run, if that is a program.
    pub(super) fn of(shelved: &Shelved) -> Option<Self> {
        let sleeps = shelved.condition == Some(Condition::Asleep);
        Self::awake(shelved).filter(|_| !sleeps)
    }

    /// What a site on the shelf is to run when somebody comes, if that is a program.
    pub(super) fn awake(shelved: &Shelved) -> Option<Self> {
        let current = shelved.current.as_ref().filter(|_| !shelved.is_stopped)?;
        Some(Self {
            workspace: shelved.workspace,
            site: shelved.site.clone(),
            deployment: current.deployment.clone(),
            generation: shelved.generation,
            release: current.release.clone(),
            program: current.program.clone()?,
            settings: current.settings.clone(),
        })
    }

    /// What a deployment is to run that is not live yet.
    pub(crate) fn next(deployment: &Deployment, generation: i64) -> Option<Self> {
        Some(Self {
            workspace: deployment.workspace,
            site: deployment.site.clone(),
            deployment: deployment.id.clone(),
            generation,
            release: deployment.release.clone()?,
            program: deployment.program.clone()?,
            settings: deployment.settings.clone(),
        })
    }

    /// Whether this instance is it.
    pub(super) fn is(&self, instance: &Instance) -> bool {
        self.deployment == instance.deployment && self.generation == instance.generation
    }
}

/// Why a program is not well.
pub(crate) enum Unwell {
    /// Nothing can be kept running on this machine.
    NoBoxes(String),
    /// It could not be started at all.
    NotStarted(String),
    /// It has ended.
    Ended(Exit),
    /// It was not well in time; why, in a sentence's end.
    Late(String),
}

impl Unwell {
    /// Why, in a sentence's end.
    pub(crate) fn told(&self) -> String {
        match self {
            Self::NoBoxes(cause) => format!("cannot be run on this machine: {cause}"),
            Self::NotStarted(cause) => format!("cannot be started: {cause}"),
            Self::Ended(exit) => exit.told(),
            Self::Late(why) => why.clone(),
        }
    }
}
