//! The front door to sites.

use super::model::{Actor, NewSite, Site, SiteChange, SiteQuery};
use super::page::Slice;
use crate::deployments::Deployment;
use crate::error::HostingError;
use crate::ids::{DeploymentId, SiteId};
use async_trait::async_trait;
use mainstay_kernel::{Plan, WorkspaceId};
use std::time::Duration;

/// What is to be done with a site.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Action {
    /// To answer again.
    Start,
    /// To answer no more, until it is started; what is being deployed is called off.
    Stop,
    /// To be started anew.
    Restart,
    /// To be made anew of its source.
    Deploy(Wish),
    /// To be again as it was after an earlier deployment; none means the one before.
    RollBack(Option<DeploymentId>),
}

/// Of what a single deployment is made, where that differs from the settings.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Wish {
    /// A branch or tag.
    pub branch: Option<String>,
    /// A commit.
    pub commit: Option<String>,
}

/// What came of an action.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outcome {
    /// The site afterwards.
    pub site: Site,
    /// Whether anything changed.
    pub changed: bool,
    /// The deployment that was begun.
    pub deployment: Option<Deployment>,
    /// What the caller may not expect, in a sentence.
    pub notice: Option<&'static str>,
}

/// All that can be done with sites. Every method may fail with [`HostingError::Store`], and those that name a site with
/// [`HostingError::SiteNotFound`], also for another workspace's and for one that was purged.
#[async_trait]
pub trait SiteService: Send + Sync {
    /// The sites of a workspace, the newest first.
    ///
    /// # Errors
    /// None of its own.
    async fn list(&self, workspace: WorkspaceId, query: SiteQuery) -> Result<Slice<Site>, HostingError>;

    /// One of them.
    ///
    /// # Errors
    /// None of its own.
    async fn get(&self, workspace: WorkspaceId, id: &SiteId) -> Result<Site, HostingError>;

    /// The site as it is once it is settled, or once the time is up.
    ///
    /// # Errors
    /// None of its own.
    async fn settled(&self, workspace: WorkspaceId, id: &SiteId, patience: Duration) -> Result<Site, HostingError>;

    /// Makes a site and asks for its first deployment.
    ///
    /// # Errors
    /// [`HostingError::Invalid`] naming each wrong field; [`HostingError::NameTaken`]; [`HostingError::LimitReached`].
    async fn create(
        &self,
        workspace: WorkspaceId,
        plan: &Plan,
        actor: Option<Actor>,
        new: NewSite,
    ) -> Result<Site, HostingError>;

    /// Changes a site's settings, which its next deployment takes on. With a version, only if it is still that one.
    ///
    /// # Errors
    /// As [`SiteService::create`]; [`HostingError::Changed`]; [`HostingError::Deleting`].
    async fn change(
        &self,
        workspace: WorkspaceId,
        id: &SiteId,
        (actor, version): (Option<Actor>, Option<i64>),
        change: SiteChange,
    ) -> Result<Site, HostingError>;

    /// Does something with a site. What is so already is no failure: then nothing changes and nobody is told.
    ///
    /// # Errors
    /// [`HostingError::Deleting`]; [`HostingError::NothingToRun`] for start and restart;
    /// [`HostingError::NothingToRollBackTo`]; [`HostingError::DeploymentNotFound`]; [`HostingError::Invalid`].
    async fn act(
        &self,
        workspace: WorkspaceId,
        id: &SiteId,
        actor: Option<Actor>,
        action: Action,
    ) -> Result<Outcome, HostingError>;

    /// Deletes a site: it answers no more at once, and nothing of it is left after three days.
    ///
    /// # Errors
    /// None of its own: one that is being deleted stays as it is.
    async fn delete(&self, workspace: WorkspaceId, id: &SiteId, actor: Option<Actor>) -> Result<Site, HostingError>;

    /// Takes a deletion back; the site answers as before.
    ///
    /// # Errors
    /// [`HostingError::NotDeleting`]; [`HostingError::NameTaken`] when another has its name meanwhile.
    async fn restore(&self, workspace: WorkspaceId, id: &SiteId, actor: Option<Actor>) -> Result<Site, HostingError>;
}
