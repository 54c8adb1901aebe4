//! What is kept, and what goes: old releases, what deployments left behind, and deleted sites when their time has come.

use crate::bell::Bell;
use crate::folders::Folders;
use crate::ids::{DeploymentId, SiteId};
use crate::sites::events;
use crate::store::ShelfStore;
use async_trait::async_trait;
use mainstay_kernel::{Clock, Ids};
use mainstay_store::StoreResult;
use mainstay_store::jobs::{Done, Handler};
use serde_json::{Value, json};
use std::collections::HashSet;
use std::io::{self, ErrorKind};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

/// How many releases of a site are kept to go back to, with the one that answers.
const RELEASES: usize = 5;

/// Tidies up behind deployments.
pub(crate) struct Keeping {
    pub(crate) store: Arc<dyn ShelfStore>,
    pub(crate) folders: Folders,
}

impl Keeping {
    /// Drops what a deployment was worked at with, and releases that are too old.
    pub(crate) async fn tidy(&self, site: &SiteId, deployment: &DeploymentId) {
        let kept = self.store.kept_releases(site.clone()).await;
        let work = self.folders.work(site, deployment);
        let releases = self.folders.releases(site);
        let tidied = tokio::task::spawn_blocking(move || {
            remove(&work)?;
            match kept {
                Ok(kept) => prune(&releases, kept),
                // Whoever does not know what to keep keeps all.
                Err(_) => Ok(()),
            }
        });
        if let Ok(Err(cause)) = tidied.await {
            tracing::warn!(%site, %cause, "what a deployment left behind could not be removed");
        }
    }
}

fn remove(folder: &PathBuf) -> io::Result<()> {
    match std::fs::remove_dir_all(folder) {
        Err(cause) if cause.kind() != ErrorKind::NotFound => Err(cause),
        _ => Ok(()),
    }
}

/// Drops all but the newest releases.
fn prune(releases: &PathBuf, newest_first: Vec<DeploymentId>) -> io::Result<()> {
    let mut kept = HashSet::new();
    for release in newest_first {
        if kept.len() < RELEASES {
            kept.insert(release.0);
        }
    }
    let entries = match std::fs::read_dir(releases) {
        Err(cause) if cause.kind() == ErrorKind::NotFound => return Ok(()),
        entries => entries?,
    };
    for entry in entries {
        let entry = entry?;
        if !entry.file_name().to_str().is_some_and(|name| kept.contains(name)) {
            remove(&entry.path())?;
        }
    }
    Ok(())
}

/// Ends deleted sites when their time has come.
pub struct Purge {
    pub(crate) store: Arc<dyn ShelfStore>,
    pub(crate) folders: Folders,
    pub(crate) bell: Arc<Bell>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) ids: Arc<dyn Ids>,
}

impl Purge {
    /// Ends those whose time has come.
    ///
    /// # Errors
    /// When the database cannot be read or written.
    pub async fn purge(&self) -> StoreResult<()> {
        let now = self.clock.now();
        for site in self.store.purgeable(now).await? {
            // Files first: whoever dies in between does it again.
            let folder = self.folders.site(&site.id);
            let removed = tokio::task::spawn_blocking(move || remove(&folder)).await;
            if let Ok(Err(cause)) = removed {
                tracing::warn!(site = %site.id, %cause, "the files of a deleted site could not be removed");
                continue;
            }
            let event = events::of(&site, events::PURGED, None, &*self.ids, now);
            self.store.purge(site.id.clone(), now, event).await?;
            self.bell.ring(&site.id).await;
        }
        Ok(())
    }
}

#[async_trait]
impl Handler for Purge {
    fn queue(&self) -> &'static str {
        "hosting.purge"
    }

    async fn run(&self, _: &Value) -> Result<Done, String> {
        self.purge().await.map_err(|cause| cause.to_string())?;
        Ok(Done::RunAgainAfter(Duration::from_mins(10)))
    }

    fn standing_job(&self) -> Option<Value> {
        Some(json!({}))
    }
}
