//! What sites tell: lines in files, kept from one deployment to the next, bounded for each.

mod file;
mod model;
mod service;
mod writer;

use crate::bell::Bell;
use crate::error::HostingError;
use crate::folders::Folders;
use crate::ids::SiteId;
use crate::running::Givens;
use crate::store::SiteStore;
use async_trait::async_trait;
pub(crate) use file::read;
use mainstay_kernel::WorkspaceId;
pub use model::{Line, LogQuery, Source, Stream};
pub use service::LogService;
use std::sync::Arc;
pub(crate) use writer::LogWriter;

/// The logs of an installation.
pub struct Logs {
    pub(crate) store: Arc<dyn SiteStore>,
    pub(crate) folders: Folders,
    pub(crate) givens: Givens,
    pub(crate) bell: Arc<Bell>,
}

impl Logs {
    /// Hides variables in what programs wrote. What a build writes is hidden as it is written; a program's keeper knows no
    /// more of variables than the program does.
    async fn hide(&self, workspace: WorkspaceId, site: &SiteId, lines: &mut [Line]) -> Result<(), HostingError> {
        if lines.iter().all(|line| line.source != Source::Runtime) {
            return Ok(());
        }
        let mask = self.givens.mask(workspace, site).await?;
        for line in lines.iter_mut().filter(|line| line.source == Source::Runtime) {
            line.message = mask.hide(&line.message);
        }
        Ok(())
    }
}

#[async_trait]
impl LogService for Logs {
    async fn lines(&self, workspace: WorkspaceId, site: &SiteId, query: LogQuery) -> Result<Vec<Line>, HostingError> {
        let own = self.store.site(workspace, site.clone()).await?;
        own.ok_or(HostingError::SiteNotFound)?;
        if let Some(deployment) = query.deployment.clone() {
            let known = self.store.deployment(workspace, site.clone(), deployment).await?;
            known.ok_or(HostingError::DeploymentNotFound)?;
        }
        let folder = self.folders.logs(site);
        let read = tokio::task::spawn_blocking(move || file::read(&folder, &query));
        let mut lines = read.await.map_err(std::io::Error::other)??;
        self.hide(workspace, site, &mut lines).await?;
        Ok(lines)
    }

    fn is_hushed(&self) -> bool {
        self.bell.is_hushed()
    }
}
