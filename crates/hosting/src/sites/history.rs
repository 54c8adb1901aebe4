//! What became of sites: a record for each change of a status, written in the step that makes it.

use super::model::Actor;
use super::page::{Cursor, Slice, Wanted};
use crate::error::HostingError;
use crate::ids::{DeploymentId, SiteId};
use crate::words::words;
use async_trait::async_trait;
use mainstay_kernel::{Timestamp, WorkspaceId};
use mainstay_store::StoreResult;
use std::sync::Arc;

words! {
    /// Whose status changed.
    Subject {
        /// The site's own.
        Site = "SITE",
        /// That of one of its deployments.
        Deployment = "DEPLOYMENT",
    }
}

/// That a status changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Transition {
    /// What it is called; the greater, the later.
    pub id: i64,
    /// Whose status it is.
    pub subject: Subject,
    /// The deployment that it is about, or that brought it about.
    pub deployment: Option<DeploymentId>,
    /// How it was; none of what is new.
    pub from: Option<String>,
    /// How it is from then on.
    pub to: String,
    /// Who brought it about; nobody means the installation itself.
    pub actor: Option<Actor>,
    /// Why, in a word.
    pub reason: Option<String>,
    /// Since when.
    pub at: Timestamp,
}

/// Where histories are kept.
#[async_trait]
pub(crate) trait HistoryStore: Send + Sync {
    /// Changes of a site, the newest first: so many behind the cursor; none if the workspace has no such site.
    async fn transitions(
        &self,
        workspace: WorkspaceId,
        site: SiteId,
        after: Option<Cursor>,
        limit: i64,
    ) -> StoreResult<Option<Vec<Transition>>>;
}

/// What became of sites.
#[async_trait]
pub trait HistoryService: Send + Sync {
    /// What became of a site and its deployments, the newest first. The newest thousand changes are kept.
    ///
    /// # Errors
    /// [`HostingError::SiteNotFound`], [`HostingError::Store`].
    async fn list(
        &self,
        workspace: WorkspaceId,
        site: &SiteId,
        wanted: Wanted,
    ) -> Result<Slice<Transition>, HostingError>;
}

/// The histories of an installation.
pub struct History {
    pub(crate) store: Arc<dyn HistoryStore>,
}

#[async_trait]
impl HistoryService for History {
    async fn list(
        &self,
        workspace: WorkspaceId,
        site: &SiteId,
        wanted: Wanted,
    ) -> Result<Slice<Transition>, HostingError> {
        let limit = wanted.limit();
        let found = self.store.transitions(workspace, site.clone(), wanted.after, i64::from(limit) + 1).await?;
        let found = found.ok_or(HostingError::SiteNotFound)?;
        Ok(Slice::of(found, limit, |own| Cursor { at: own.at, id: own.id.to_string() }))
    }
}
