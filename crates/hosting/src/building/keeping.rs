//! What is kept, and what goes: old releases, what deployments left behind, and deleted sites when their time has come.

use crate::bell::Bell;
use crate::folders::{Folders, names};
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
use std::path::Path;
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
    /// Drops what deployments were worked at with whose builders died: whoever begins is the only one at its site.
    pub(crate) async fn clear(&self, site: &SiteId) {
        let works = self.folders.works(site);
        let cleared = tokio::task::spawn_blocking(move || remove(&works));
        if let Ok(Err(cause)) = cleared.await {
            tracing::warn!(%site, %cause, "what earlier deployments left behind could not be removed");
        }
    }

    /// Drops what a deployment was worked at with, and releases that are too old.
    pub(crate) async fn tidy(&self, site: &SiteId, deployment: &DeploymentId) {
        let kept = self.store.kept_releases(site.clone()).await;
        let worked = [self.folders.work(site, deployment), self.folders.home(site, deployment)];
        let releases = self.folders.releases(site);
        let tidied = tokio::task::spawn_blocking(move || {
            worked.iter().try_for_each(|folder| remove(folder))?;
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

fn remove(folder: &Path) -> io::Result<()> {
    match std::fs::remove_dir_all(folder) {
        Err(cause) if cause.kind() != ErrorKind::NotFound => Err(cause),
        _ => Ok(()),
    }
}

/// Drops all but the newest releases.
fn prune(releases: &Path, newest_first: Vec<DeploymentId>) -> io::Result<()> {
    let mut kept = HashSet::new();
    for release in newest_first {
        if kept.len() < RELEASES {
            kept.insert(release.0);
        }
    }
    for name in names(releases)?.into_iter().filter(|name| !kept.contains(name)) {
        remove(&releases.join(name))?;
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

/// Lies in the folder of a site whose end has begun. Without it no folder is dropped: that the database does not know a site
/// may as well mean that it is the wrong database.
const ENDED: &str = "ended";

impl Purge {
    /// Ends those whose time has come, with their files.
    ///
    /// # Errors
    /// When the database cannot be read or written.
    pub async fn purge(&self) -> StoreResult<()> {
        let now = self.clock.now();
        for site in self.store.purgeable(now).await? {
            let mark = self.folders.site(&site.id).join(ENDED);
            // A site that never had a file has no folder.
            let _ = tokio::fs::write(&mark, "").await;
            let event = events::of(&site, events::PURGED, None, &*self.ids, now);
            if !self.store.purge(site.id.clone(), now, event).await? {
                // It has come back meanwhile, and stays.
                let _ = tokio::fs::remove_file(&mark).await;
            }
            self.bell.ring(&site.id).await;
        }
        self.drop_files().await
    }

    /// Drops the files of sites that have ended: whoever died in between, it is done all the same.
    async fn drop_files(&self) -> StoreResult<()> {
        let root = self.folders.sites();
        let ended = tokio::task::spawn_blocking(move || {
            let names = names(&root)?.into_iter();
            io::Result::Ok(names.filter(|name| root.join(name).join(ENDED).exists()).collect::<Vec<_>>())
        });
        let Ok(Ok(ended)) = ended.await else { return Ok(()) };
        for site in ended.into_iter().map(SiteId) {
            if !self.store.shelf(Some(site.clone())).await?.is_empty() {
                continue;
            }
            let folder = self.folders.site(&site);
            let removed = tokio::task::spawn_blocking(move || remove(&folder)).await;
            if let Ok(Err(cause)) = removed {
                tracing::warn!(%site, %cause, "the files of a site that has ended could not be removed");
            }
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
