//! The rules of deployments.

use super::events;
use super::model::{CancelReason, Deployment, DeploymentStatus, Trigger};
use super::service::DeploymentService;
use crate::bell::Bell;
use crate::error::HostingError;
use crate::ids::{DeploymentId, SiteId};
use crate::sites::{Actor, Cause, Cursor, Reason, Settings, Site, Slice, Wanted};
use crate::store::{Amend, SiteStore};
use async_trait::async_trait;
use mainstay_kernel::{Clock, Ids, Timestamp, WorkspaceId};
use sha2::{Digest as _, Sha256};
use std::sync::Arc;

/// The deployments of an installation.
pub struct Deployments {
    pub(crate) store: Arc<dyn SiteStore>,
    pub(crate) bell: Arc<Bell>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) ids: Arc<dyn Ids>,
}

/// A deployment of what a site's settings say now.
pub(crate) fn fresh(site: &Site, trigger: Trigger, actor: Option<Actor>, ids: &dyn Ids, now: Timestamp) -> Deployment {
    let settings = site.settings.clone();
    Deployment {
        id: DeploymentId::draw(ids),
        site: site.id.clone(),
        workspace: site.workspace,
        status: DeploymentStatus::Queued,
        trigger,
        actor,
        settings_hash: hash(&settings),
        branch: settings.branch.clone(),
        commit: settings.commit.clone(),
        settings,
        commit_message: None,
        restores: None,
        release: None,
        release_sha256: None,
        release_bytes: None,
        failure: None,
        cancel_reason: None,
        skip_reason: None,
        timings: Vec::new(),
        program: None,
        created_at: now,
        started_at: None,
        finished_at: None,
        live_at: None,
    }
}

/// Sixteen hexadecimal digits that tell two sets of settings apart.
fn hash(settings: &Settings) -> String {
    let text = serde_json::to_vec(settings).unwrap_or_default();
    hex::encode(&Sha256::digest(text)[..8])
}

impl Deployments {
    async fn must_have(&self, workspace: WorkspaceId, site: &SiteId) -> Result<(), HostingError> {
        self.store.site(workspace, site.clone()).await?.map(drop).ok_or(HostingError::SiteNotFound)
    }
}

#[async_trait]
impl DeploymentService for Deployments {
    async fn list(
        &self,
        workspace: WorkspaceId,
        site: &SiteId,
        wanted: Wanted,
    ) -> Result<Slice<Deployment>, HostingError> {
        self.must_have(workspace, site).await?;
        let limit = wanted.limit();
        let found = self.store.deployments(workspace, site.clone(), wanted.after, i64::from(limit) + 1).await?;
        self.bell.keep_word(site).await;
        Ok(Slice::of(found, limit, |own| Cursor { at: own.created_at, id: own.id.0.clone() }))
    }

    async fn get(&self, workspace: WorkspaceId, site: &SiteId, id: &DeploymentId) -> Result<Deployment, HostingError> {
        self.must_have(workspace, site).await?;
        let found = self.store.deployment(workspace, site.clone(), id.clone()).await?;
        let deployment = found.ok_or(HostingError::DeploymentNotFound)?;
        self.bell.keep_word(site).await;
        Ok(deployment)
    }

    async fn cancel(
        &self,
        workspace: WorkspaceId,
        site: &SiteId,
        id: &DeploymentId,
        actor: Option<Actor>,
    ) -> Result<Deployment, HostingError> {
        let (now, ids, wanted) = (self.clock.now(), Arc::clone(&self.ids), id.clone());
        let amend: Amend = Box::new(move |state| {
            let Some(own) = state.deployment(&wanted).filter(|own| !own.status.is_over()) else {
                return Ok(Vec::new());
            };
            own.cancel(CancelReason::User, now);
            let own = Deployment { actor, ..own.clone() };
            state.settle(Cause { reason: Reason::Cancel, actor: own.actor.clone(), at: now });
            Ok(vec![events::of(&state.site, &own, events::CANCELED, &*ids, now)])
        });
        self.store.amend(workspace, site.clone(), amend).await?.ok_or(HostingError::SiteNotFound)??;
        self.bell.ring(site).await;
        self.get(workspace, site, id).await
    }
}
