//! The rules of hooks.

use super::model::{Delivery, HookOutcome, Opened, Provider, Reason, Shown};
use super::payload::{self, Told};
use super::posted::Posted;
use super::push::Push;
use super::secrets::{HookVault, hash};
use super::service::HookService;
use super::signature::is_signed;
use super::store::{Arrival, FoundHook, Hear, HookStore, Judged};
use super::verdict::{Verdict, concerned, decide};
use crate::bell::Bell;
use crate::deployments::SkipReason;
use crate::error::HostingError;
use crate::ids::{DeliveryId, SiteId};
use crate::metering::{Gate, Metered};
use crate::sites::{Actor, Doing, Pushed, State, deploy_push, events, skip_push};
use crate::store::SiteStore;
use async_trait::async_trait;
use mainstay_kernel::{Clock, Event, Ids, Timestamp, WorkspaceId};
use serde_json::json;
use std::sync::Arc;

/// The hooks of an installation.
pub struct Hooks {
    pub(crate) store: Arc<dyn HookStore>,
    pub(crate) sites: Arc<dyn SiteStore>,
    pub(crate) gate: Gate,
    pub(crate) vault: HookVault,
    pub(crate) bell: Arc<Bell>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) ids: Arc<dyn Ids>,
}

/// How many deliveries are shown.
const SHOWN: i64 = 20;

impl Hooks {
    /// The hook of a token, if what was posted is signed with its secret. As much is done where there is none, so that
    /// neither the answer nor its time tells which tokens there are.
    async fn believed(
        &self,
        token: &str,
        posted: &Posted,
        now: Timestamp,
    ) -> Result<(FoundHook, Provider, String), HostingError> {
        let found = self.store.hook_of(hash(token)).await?;
        let opened = found.as_ref().map(|own| self.vault.open(&own.site, &own.hook)).transpose();
        let opened = opened.unwrap_or_else(|cause| {
            tracing::error!(%cause, "nobody can be believed who calls this hook: rotate it");
            None
        });
        let opened = opened.unwrap_or_else(|| self.vault.draw(now));
        let event = posted.event();
        let provider = event.as_ref().map_or(Provider::GitHub, |(provider, _)| *provider);
        let is_signed = is_signed(posted, provider, opened.secret.expose(), now);
        match (found, event) {
            (Some(found), Some((provider, event))) if is_signed => Ok((found, provider, event)),
            _ => Err(HostingError::HookRefused),
        }
    }

    /// Why the builds of a workspace are not paid for, if so. That is no failure of whoever pushed: git servers give up hooks
    /// that fail.
    async fn unpaid(&self, workspace: WorkspaceId) -> Result<Option<Reason>, HostingError> {
        match self.gate.must_admit(workspace, Metered::Build).await {
            Ok(()) => Ok(None),
            Err(HostingError::Unpaid) => Ok(Some(Reason::InsufficientCredits)),
            Err(HostingError::UsedUp(_)) => Ok(Some(Reason::QuotaExceeded)),
            Err(other) => Err(other),
        }
    }

    /// Who deploys what a provider told.
    fn doing(&self, provider: Provider, now: Timestamp) -> Doing {
        let actor = Some(Actor(format!("hook:{}", provider.name())));
        Doing { actor, ids: Arc::clone(&self.ids), now }
    }
}

#[async_trait]
impl HookService for Hooks {
    async fn get(&self, workspace: WorkspaceId, site: &SiteId) -> Result<Shown, HostingError> {
        let found = self.store.hook(workspace, site.clone(), SHOWN).await?;
        let (hook, deliveries) = found.ok_or(HostingError::SiteNotFound)?;
        let opened = hook.map(|hook| self.vault.open(site, &hook)).transpose()?;
        let (token, created_at) = opened.map(|own| (own.token, own.created_at)).unzip();
        Ok(Shown { token, created_at, deliveries })
    }

    async fn rotate(
        &self,
        workspace: WorkspaceId,
        site: &SiteId,
        actor: Option<Actor>,
    ) -> Result<Opened, HostingError> {
        let now = self.clock.now();
        let opened = self.vault.draw(now);
        let data = json!({ "id": site.0, "actor": actor.map(|own| own.0) });
        let event = Event::of(workspace, events::HOOK_ROTATED, data, &*self.ids, now);
        let set = self.store.set_hook(workspace, site.clone(), self.vault.seal(site, &opened), event).await?;
        set.ok_or(HostingError::SiteNotFound)??;
        Ok(opened)
    }

    async fn hear(&self, token: &str, posted: Posted) -> Result<Delivery, HostingError> {
        let now = self.clock.now();
        let (found, provider, event) = self.believed(token, &posted, now).await?;
        let told = payload::read(provider, &event, &posted).map_err(HostingError::UnreadablePush)?;
        let site = self.sites.site(found.workspace, found.site.clone()).await?.ok_or(HostingError::HookRefused)?;
        let push = match told {
            Told::Ping => Err(Reason::Ping),
            Told::Other => Err(Reason::OtherEvent),
            Told::Pushes(pushes) => concerned(&site, pushes).ok_or(Reason::OtherEvent),
        };
        let arrival = Arrival {
            id: DeliveryId::draw(&*self.ids),
            provider,
            event,
            key_hash: posted.key(provider),
            body_hash: posted.body_key(provider),
            branch: push.as_ref().ok().and_then(|push| push.branch.clone()),
            commit: push.as_ref().ok().filter(|push| !push.is_deleted).map(|push| push.after.clone()),
            at: now,
        };
        let (doing, unpaid) = (self.doing(provider, now), self.unpaid(found.workspace).await?);
        let hear: Hear = Box::new(move |state| match push {
            Ok(push) => judge(state, push, (unpaid, doing)),
            Err(reason) => Judged::ignored(reason),
        });
        let id = arrival.id.clone();
        let heard = self.store.hear(found, arrival, hear).await?.ok_or(HostingError::HookRefused)?;
        if heard.id == id && heard.outcome == HookOutcome::Accepted {
            self.bell.ring(&site.id).await;
        }
        Ok(heard)
    }
}

/// Does with a site what a push means for it.
fn judge(state: &mut State, push: Push, (unpaid, doing): (Option<Reason>, Doing)) -> Judged {
    let verdict = decide(state, &push);
    let pushed = Pushed { title: push.title(), branch: push.branch, commit: push.after };
    let (outcome, reason, (deployment, events)) = match verdict {
        Verdict::Ignore(reason) => return Judged::ignored(reason),
        Verdict::Deploy if unpaid.is_some() => return Judged::ignored(unpaid),
        Verdict::Deploy => (HookOutcome::Accepted, None, deploy_push(state, pushed, &doing)),
        Verdict::Skip(why) => (HookOutcome::Skipped, Some(why.into()), skip_push(state, pushed, (why, &doing))),
    };
    Judged { outcome, reason, deployment: Some(deployment), events }
}

impl Judged {
    fn ignored(reason: impl Into<Option<Reason>>) -> Self {
        Self { outcome: HookOutcome::Ignored, reason: reason.into(), deployment: None, events: Vec::new() }
    }
}

impl From<SkipReason> for Reason {
    fn from(reason: SkipReason) -> Self {
        match reason {
            SkipReason::WatchPaths => Self::WatchPaths,
            SkipReason::SameCommit => Self::SameCommit,
        }
    }
}
