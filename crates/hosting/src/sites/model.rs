//! What a site is.

use super::page::Wanted;
use super::settings::{HealthCheck, Resources, Settings, SourceKind};
use super::status::{Condition, DesiredState, SiteStatus};
use super::token::SealedToken;
use crate::deployments::Deployment;
use crate::driver::Exit;
use crate::ids::{DeploymentId, SiteId};
use crate::words::words;
use mainstay_kernel::{Patch, Secret, Timestamp, WorkspaceId};
use std::collections::BTreeMap;

/// A site.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Site {
    /// What it is called in addresses.
    pub id: SiteId,
    /// Whose it is.
    pub workspace: WorkspaceId,
    /// What people call it; unique in its workspace.
    pub name: String,
    /// The first part of its host's name; unique in the installation.
    pub label: String,
    /// What its next deployment is made with.
    pub settings: Settings,
    /// Whether a push deploys it.
    pub auto_deploy: bool,
    /// How it is meant to be.
    pub desired: DesiredState,
    /// How it fares.
    pub status: SiteStatus,
    /// Why it is stopped.
    pub stop_reason: Option<StopReason>,
    /// The deployment whose release answers.
    pub current: Option<DeploymentId>,
    /// Whether something was changed that its release does not have.
    pub is_stale: bool,
    /// How its program fares; none if there is none, or it is not meant to run.
    pub condition: Option<Condition>,
    /// Counts how often it was to be started anew, so that what runs can be told from what is to run.
    pub generation: i64,
    /// How often its program ended by itself and was started again.
    pub restart_count: i64,
    /// How its program last ended by itself.
    pub last_exit: Option<Exit>,
    /// After how many minutes without a visitor its program is ended, until the next one comes; never if none.
    pub sleep_after: Option<u16>,
    /// What opens its repository, if that is not public.
    pub repository_token: Option<SealedToken>,
    /// Counts its changes, from 1.
    pub version: i64,
    /// When it was deleted.
    pub deleted_at: Option<Timestamp>,
    /// When nothing of it will be left.
    pub purge_at: Option<Timestamp>,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
    /// Its newest deployment; one that was skipped does not count.
    pub latest: Option<Deployment>,
    /// The domain that it is known by.
    pub domain: Option<OwnDomain>,
}

/// The domain that a site is known by: the first of its own at which it answers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OwnDomain {
    /// What it is called.
    pub name: String,
    /// Whether it has a certificate.
    pub has_certificate: bool,
}

impl Site {
    /// Whether a release answers visitors, be it that its program is started for the first of them.
    pub fn is_serving(&self) -> bool {
        let is_meant_to = self.desired == DesiredState::Running && self.deleted_at.is_none();
        is_meant_to
            && self.current.is_some()
            && self.condition.is_none_or(|own| own.answers() || own == Condition::Asleep)
    }
}

words! {
    /// Why a site or a database is stopped.
    StopReason {
        /// Somebody stopped it.
        User = "USER",
        /// Its workspace could not pay for it.
        InsufficientCredits = "INSUFFICIENT_CREDITS",
    }
}

/// Who does something, as far as records keep it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Actor(pub String);

/// A site that is to be; what is none is as usual.
#[derive(Debug, Clone)]
pub struct NewSite {
    /// See [`Site::name`].
    pub name: String,
    /// Where it comes from.
    pub kind: SourceKind,
    /// See [`Settings::repository`].
    pub repository: String,
    /// Whether a push deploys it; it does unless said otherwise.
    pub auto_deploy: bool,
    /// All else that can be set.
    pub change: SiteChange,
    /// Its variables.
    pub variables: BTreeMap<String, Secret<String>>,
}

/// What is to change of a site; what is `None` or kept stays.
#[derive(Debug, Clone, Default)]
pub struct SiteChange {
    /// See [`Site::name`].
    pub name: Option<String>,
    /// See [`Settings::repository`].
    pub repository: Option<String>,
    /// See [`Settings::image`].
    pub image: Option<String>,
    /// See [`Settings::branch`].
    pub branch: Patch<String>,
    /// See [`Settings::commit`].
    pub commit: Patch<String>,
    /// See [`Settings::port`].
    pub port: Option<u16>,
    /// See [`Settings::install_command`].
    pub install_command: Patch<String>,
    /// See [`Settings::build_command`].
    pub build_command: Patch<String>,
    /// See [`Settings::start_command`].
    pub start_command: Patch<String>,
    /// See [`Settings::root_directory`].
    pub root_directory: Patch<String>,
    /// See [`Settings::output_directory`].
    pub output_directory: Patch<String>,
    /// See [`Settings::watch_paths`].
    pub watch_paths: Patch<Vec<String>>,
    /// See [`Settings::health_check`].
    pub health_check: Patch<HealthCheck>,
    /// See [`Settings::resources`].
    pub resources: Patch<Resources>,
    /// See [`Settings::egress_hosts`].
    pub egress_hosts: Patch<Vec<String>>,
    /// See [`Site::auto_deploy`].
    pub auto_deploy: Option<bool>,
    /// See [`Site::sleep_after`].
    pub sleep_after: Patch<u16>,
    /// What opens its repository: a token, or a user's name, a colon and a token. It goes with where the repository is: a
    /// change of that alone forgets it.
    pub repository_token: Patch<Secret<String>>,
}

/// Which sites are wanted.
#[derive(Debug, Clone, Default)]
pub struct SiteQuery {
    /// Which part of the list.
    pub wanted: Wanted,
    /// Only those that fare so; those that are being deleted are left out unless they are asked for.
    pub status: Option<SiteStatus>,
    /// Only the one of this name.
    pub name: Option<String>,
    /// Only those whose name contains this.
    pub search: Option<String>,
}
