//! The rules of sites.

use super::actions;
use super::cause::Reason;
use super::doing::Doing;
use super::events;
use super::label;
use super::model::{Actor, NewSite, Site, SiteChange, SiteQuery, StopReason};
use super::page::{Cursor, Slice};
use super::service::{Action, Outcome, SiteService};
use super::settings::SourceKind;
use super::terms::{self, Complaints};
use crate::bell::Bell;
use crate::deployments::{CancelReason, Deployment};
use crate::error::{HostingError, SITES};
use crate::ids::{DeploymentId, SiteId};
use crate::metering::{Gate, Metered};
use crate::repository::{Allowed, is_same_server};
use crate::store::{Amend, Amended, Born, SiteStore};
use crate::variables::{self, Vault};
use async_trait::async_trait;
use mainstay_kernel::{Clock, Ids, Plan, WorkspaceId};
use mainstay_store::StoreError;
use mainstay_store::limits::Limits;
use std::sync::Arc;
use std::time::Duration;

/// The sites of an installation.
pub struct Sites {
    pub(crate) store: Arc<dyn SiteStore>,
    pub(crate) vault: Vault,
    pub(crate) limits: Arc<dyn Limits>,
    pub(crate) gate: Gate,
    pub(crate) bell: Arc<Bell>,
    pub(crate) allowed: Allowed,
    pub(crate) has_containers: bool,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) ids: Arc<dyn Ids>,
}

/// How long a deleted site can be restored.
const GRACE: Duration = Duration::from_hours(72);
/// How often a site is looked at that somebody waits for.
const LOOK: Duration = Duration::from_secs(1);

impl Sites {
    /// Deletes every site of a workspace that has ended, as somebody would who deletes each.
    ///
    /// # Errors
    /// [`HostingError::Store`].
    pub async fn end_all(&self, workspace: WorkspaceId) -> Result<(), HostingError> {
        loop {
            let living = self.store.sites(workspace, SiteQuery::default()).await?;
            if living.is_empty() {
                return Ok(());
            }
            for site in living {
                self.delete(workspace, &site.id, None).await?;
            }
        }
    }

    pub(super) fn doing(&self, actor: Option<Actor>) -> Doing {
        Doing { actor, ids: Arc::clone(&self.ids), now: self.clock.now() }
    }

    /// Changes a site, and lets workers and visitors know.
    pub(super) async fn amend(
        &self,
        workspace: WorkspaceId,
        id: &SiteId,
        amend: Amend,
    ) -> Result<Amended, HostingError> {
        let amended = self.store.amend(workspace, id.clone(), amend).await?.ok_or(HostingError::SiteNotFound)??;
        self.bell.ring(id).await;
        Ok(amended)
    }

    /// The deployment that a rollback brings back: this one, or the one that was live before the present one.
    async fn earlier(
        &self,
        workspace: WorkspaceId,
        site: &Site,
        asked: Option<DeploymentId>,
    ) -> Result<Deployment, HostingError> {
        let once_live = self.store.once_live(workspace, site.id.clone()).await?;
        let present = once_live.iter().find(|own| Some(&own.id) == site.current.as_ref());
        let release = present.and_then(|own| own.release.clone());
        let Some(asked) = asked else {
            let before = once_live.into_iter().find(|own| own.release.is_some() && own.release != release);
            return before.ok_or(HostingError::NothingToRollBackTo);
        };
        let known = self.store.deployment(workspace, site.id.clone(), asked).await?;
        let known = known.ok_or(HostingError::DeploymentNotFound)?;
        let is_kept = known.live_at.is_some() && known.release.is_some();
        if is_kept { Ok(known) } else { Err(HostingError::NothingToRollBackTo) }
    }
}

/// That a name is taken is the caller's affair.
fn named(cause: StoreError, name: &str) -> HostingError {
    match cause {
        StoreError::NotUnique(key) if key.contains("workspace_id_name") => HostingError::NameTaken(name.to_owned()),
        other => other.into(),
    }
}

#[async_trait]
impl SiteService for Sites {
    async fn list(&self, workspace: WorkspaceId, query: SiteQuery) -> Result<Slice<Site>, HostingError> {
        let limit = query.wanted.limit();
        let sites = self.store.sites(workspace, query).await?;
        for site in &sites {
            self.bell.keep_word(&site.id).await;
        }
        Ok(Slice::of(sites, limit, |site| Cursor { at: site.created_at, id: site.id.0.clone() }))
    }

    async fn get(&self, workspace: WorkspaceId, id: &SiteId) -> Result<Site, HostingError> {
        let site = self.store.site(workspace, id.clone()).await?.ok_or(HostingError::SiteNotFound)?;
        self.bell.keep_word(id).await;
        Ok(site)
    }

    async fn settled(&self, workspace: WorkspaceId, id: &SiteId, patience: Duration) -> Result<Site, HostingError> {
        let settled = async {
            loop {
                let changed = self.bell.change();
                let site = self.get(workspace, id).await?;
                if site.status.is_settled() || self.bell.is_hushed() {
                    // Whoever waited for it goes there next.
                    self.bell.catch_up(id).await;
                    return Ok(site);
                }
                // Other nodes ring no bell here.
                let _ = tokio::time::timeout(LOOK, changed).await;
            }
        };
        match tokio::time::timeout(patience, settled).await {
            Ok(site) => site,
            Err(_) => self.get(workspace, id).await,
        }
    }

    async fn create(
        &self,
        workspace: WorkspaceId,
        plan: &Plan,
        actor: Option<Actor>,
        mut new: NewSite,
    ) -> Result<Site, HostingError> {
        let mut complaints = Complaints::default();
        new.change.name = Some(new.name.clone());
        if new.kind != SourceKind::Image || !new.repository.is_empty() {
            new.change.repository = Some(new.repository.clone());
        }
        terms::check(&mut new.change, self.allowed, &mut complaints);
        terms::check_source(new.kind, &new.change, &mut complaints);
        terms::check_engine(new.kind, self.has_containers, &mut complaints);
        let pairs = new.variables.iter().map(|(name, value)| (name.as_str(), value.expose().as_str()));
        complaints.extend(variables::check_all("env", pairs));
        complaints.end().map_err(HostingError::Invalid)?;
        for what in [Metered::Site, Metered::Build] {
            self.gate.must_admit(workspace, what).await?;
        }
        let most = self.limits.most(workspace, plan, SITES).await?;
        let doing = self.doing(actor);
        let mut is_taken = self.store.is_label_taken(new.name.clone()).await?;
        loop {
            let label = label::of(&new.name, is_taken, &*self.ids);
            let born = Born { most, ..self.born(workspace, new.clone(), label, &doing) };
            let site = born.state.site.clone();
            match self.store.insert(born).await {
                Ok(true) => {
                    self.bell.ring(&site.id).await;
                    return Ok(site);
                }
                Ok(false) => return Err(HostingError::LimitReached),
                // Somebody was faster; of those that are drawn, none is likely to be taken.
                Err(StoreError::NotUnique(key)) if key.contains("label") => is_taken = true,
                Err(cause) => return Err(named(cause, &new.name)),
            }
        }
    }

    async fn change(
        &self,
        workspace: WorkspaceId,
        id: &SiteId,
        (actor, version): (Option<Actor>, Option<i64>),
        mut change: SiteChange,
    ) -> Result<Site, HostingError> {
        let mut complaints = Complaints::default();
        terms::check(&mut change, self.allowed, &mut complaints);
        complaints.end().map_err(HostingError::Invalid)?;
        let doing = self.doing(actor);
        let (wanted, vault) = (change.name.clone().unwrap_or_default(), self.vault.clone());
        let amend: Amend = Box::new(move |state| {
            must_stay(&state.site)?;
            if version.is_some_and(|version| version != state.site.version) {
                return Err(HostingError::Changed);
            }
            let before = state.site.clone();
            must_suit(&before, &change)?;
            state.site.name = change.name.take().unwrap_or(before.name.clone());
            state.site.auto_deploy = change.auto_deploy.unwrap_or(before.auto_deploy);
            if let Some(sleep_after) = std::mem::take(&mut change.sleep_after).into_change() {
                state.site.sleep_after = sleep_after;
            }
            let new_token = std::mem::take(&mut change.repository_token).into_change();
            state.site.settings.apply(change);
            if let Some(token) = new_token {
                state.site.repository_token = token.map(|token| vault.seal_token(&before.id, &token));
            } else if !is_same_server(&before.settings.repository, &state.site.settings.repository) {
                // It was given for another server, and is shown to no other.
                state.site.repository_token = None;
            }
            state.site.is_stale |= state.site.settings != before.settings;
            if state.site == before {
                return Ok(Vec::new());
            }
            state.settle(doing.cause(Reason::Change));
            Ok(vec![doing.told(&state.site, events::UPDATED)])
        });
        let amended = self.store.amend(workspace, id.clone(), amend).await.map_err(|cause| named(cause, &wanted))?;
        Ok(amended.ok_or(HostingError::SiteNotFound)??.after.site)
    }

    async fn act(
        &self,
        workspace: WorkspaceId,
        id: &SiteId,
        actor: Option<Actor>,
        action: Action,
    ) -> Result<Outcome, HostingError> {
        let doing = self.doing(actor);
        self.must_admit(workspace, id, &action).await?;
        let amend = match action {
            Action::Start => actions::start(doing),
            Action::Stop => actions::stop(doing, StopReason::User),
            Action::Restart => actions::restart(doing),
            Action::Deploy(wish) => {
                wish.check().map_err(HostingError::Invalid)?;
                actions::deploy(doing, wish)
            }
            Action::RollBack(asked) => {
                let site = self.get(workspace, id).await?;
                actions::roll_back(doing, self.earlier(workspace, &site, asked).await?)
            }
        };
        let Amended { before, after } = self.amend(workspace, id, amend).await?;
        let changed = before != after;
        let is_new = |own: &&Deployment| before.deployments.iter().all(|known| known.id != own.id);
        let deployment = after.deployments.iter().find(is_new).cloned();
        let is_held = before.site.auto_deploy && !after.site.auto_deploy;
        let notice = is_held.then_some("autoDeploy is off now: a push would undo the rollback");
        Ok(Outcome { site: after.site, changed, deployment, notice })
    }

    async fn delete(&self, workspace: WorkspaceId, id: &SiteId, actor: Option<Actor>) -> Result<Site, HostingError> {
        let doing = self.doing(actor);
        let amend: Amend = Box::new(move |state| {
            if state.site.deleted_at.is_some() {
                return Ok(Vec::new());
            }
            state.cancel_all(CancelReason::Deleted, doing.now);
            state.site.deleted_at = Some(doing.now);
            state.wind_down();
            state.site.purge_at = Some(doing.now.plus(GRACE));
            state.settle(doing.cause(Reason::Delete));
            Ok(vec![doing.told(&state.site, events::DELETED)])
        });
        Ok(self.amend(workspace, id, amend).await?.after.site)
    }

    async fn restore(&self, workspace: WorkspaceId, id: &SiteId, actor: Option<Actor>) -> Result<Site, HostingError> {
        let name = self.get(workspace, id).await?.name;
        loop {
            let amend = actions::restore(self.doing(actor.clone()));
            match self.store.amend(workspace, id.clone(), amend).await {
                // Another site took a domain of it at the same instant: next time it is seen that they have it.
                Err(StoreError::NotUnique(key)) if key.contains("held_name") => {}
                Err(cause) => return Err(named(cause, &name)),
                Ok(amended) => {
                    let amended = amended.ok_or(HostingError::SiteNotFound)??;
                    self.bell.ring(id).await;
                    return Ok(amended.after.site);
                }
            }
        }
    }
}

/// What comes as an image has no branch, and what does not has no image.
fn must_suit(site: &Site, change: &SiteChange) -> Result<(), HostingError> {
    let mut complaints = Complaints::default();
    let kind = if site.settings.image.is_some() { SourceKind::Image } else { SourceKind::Git };
    terms::check_change(kind, change, &mut complaints);
    complaints.end().map_err(HostingError::Invalid)
}

/// A site that goes is not changed.
pub(super) fn must_stay(site: &Site) -> Result<(), HostingError> {
    if site.deleted_at.is_some() { Err(HostingError::Deleting) } else { Ok(()) }
}
