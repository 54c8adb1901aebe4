//! Sites and deployments as both databases have them.

use crate::deployments::{
    CancelReason, Deployment, DeploymentStatus, Failure, PhaseTiming, Program, SkipReason, Trigger,
};
use crate::driver::Exit;
use crate::ids::{DeploymentId, SiteId};
use crate::schema::{hosting_deployments, hosting_sites};
use crate::sites::{Actor, Condition, DesiredState, SealedToken, Settings, Site, SiteStatus, StopReason};
use diesel::prelude::*;
use mainstay_kernel::WorkspaceId;
use mainstay_store::{Json, StoreError, Ts};

/// A site; what is none is written as none.
#[derive(Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = hosting_sites, treat_none_as_null = true, treat_none_as_default_value = false)]
pub(super) struct SiteRow {
    id: String,
    workspace_id: i64,
    name: String,
    label: String,
    settings: Json<Settings>,
    auto_deploy: bool,
    desired: String,
    status: String,
    stop_reason: Option<String>,
    current_id: Option<String>,
    pub(super) latest_id: Option<String>,
    is_stale: bool,
    condition: Option<String>,
    generation: i64,
    restart_count: i64,
    last_exit: Option<Json<Exit>>,
    sleep_after: Option<i64>,
    repository_token: Option<Vec<u8>>,
    version: i64,
    deleted_at: Option<Ts>,
    purge_at: Option<Ts>,
    created_at: Ts,
    updated_at: Ts,
}

/// A deployment without who works at it.
#[derive(Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = hosting_deployments, treat_none_as_null = true, treat_none_as_default_value = false)]
pub(super) struct DeploymentRow {
    id: String,
    site_id: String,
    workspace_id: i64,
    status: String,
    trigger: String,
    actor: Option<String>,
    settings: Json<Settings>,
    settings_hash: String,
    branch: Option<String>,
    commit_id: Option<String>,
    commit_message: Option<String>,
    restores_id: Option<String>,
    release_id: Option<String>,
    release_sha256: Option<String>,
    release_bytes: Option<i64>,
    failure: Option<Json<Failure>>,
    cancel_reason: Option<String>,
    skip_reason: Option<String>,
    timings: Json<Vec<PhaseTiming>>,
    program: Option<Json<Program>>,
    created_at: Ts,
    started_at: Option<Ts>,
    finished_at: Option<Ts>,
    live_at: Option<Ts>,
}

/// What a word in the database means; one that nobody knows was written by a later version.
fn known<T>(word: Option<T>, column: &str, text: &str) -> Result<T, StoreError> {
    word.ok_or_else(|| StoreError::Damaged(format!("{column} {text}")))
}

impl SiteRow {
    /// The site, with its newest deployment and without a domain.
    pub(super) fn site(self, latest: Option<Deployment>) -> Result<Site, StoreError> {
        let (stop_reason, condition) = (self.stop_reason.as_deref(), self.condition.as_deref());
        Ok(Site {
            id: SiteId(self.id),
            workspace: WorkspaceId(self.workspace_id),
            name: self.name,
            label: self.label,
            settings: self.settings.0,
            auto_deploy: self.auto_deploy,
            desired: known(DesiredState::named(&self.desired), "desired", &self.desired)?,
            status: known(SiteStatus::named(&self.status), "status", &self.status)?,
            stop_reason: stop_reason.map(|text| known(StopReason::named(text), "stop_reason", text)).transpose()?,
            current: self.current_id.map(DeploymentId),
            is_stale: self.is_stale,
            condition: condition.map(|text| known(Condition::named(text), "condition", text)).transpose()?,
            generation: self.generation,
            restart_count: self.restart_count,
            last_exit: self.last_exit.map(|exit| exit.0),
            sleep_after: self.sleep_after.and_then(|minutes| minutes.try_into().ok()),
            repository_token: self.repository_token.map(SealedToken),
            version: self.version,
            deleted_at: self.deleted_at.map(|at| at.0),
            purge_at: self.purge_at.map(|at| at.0),
            created_at: self.created_at.0,
            updated_at: self.updated_at.0,
            latest,
            domain: None,
        })
    }

    /// What it is called.
    pub(super) fn id(&self) -> &str {
        &self.id
    }
}

impl From<&Site> for SiteRow {
    fn from(site: &Site) -> Self {
        Self {
            id: site.id.0.clone(),
            workspace_id: site.workspace.0,
            name: site.name.clone(),
            label: site.label.clone(),
            settings: Json(site.settings.clone()),
            auto_deploy: site.auto_deploy,
            desired: site.desired.name().to_owned(),
            status: site.status.name().to_owned(),
            stop_reason: site.stop_reason.map(|reason| reason.name().to_owned()),
            current_id: site.current.as_ref().map(|id| id.0.clone()),
            latest_id: site.latest.as_ref().map(|latest| latest.id.0.clone()),
            is_stale: site.is_stale,
            condition: site.condition.map(|condition| condition.name().to_owned()),
            generation: site.generation,
            restart_count: site.restart_count,
            last_exit: site.last_exit.map(Json),
            sleep_after: site.sleep_after.map(i64::from),
            repository_token: site.repository_token.as_ref().map(|token| token.0.clone()),
            version: site.version,
            deleted_at: site.deleted_at.map(Ts),
            purge_at: site.purge_at.map(Ts),
            created_at: Ts(site.created_at),
            updated_at: Ts(site.updated_at),
        }
    }
}

impl TryFrom<DeploymentRow> for Deployment {
    type Error = StoreError;

    fn try_from(row: DeploymentRow) -> Result<Self, StoreError> {
        let (cancel_reason, skip_reason) = (row.cancel_reason.as_deref(), row.skip_reason.as_deref());
        Ok(Self {
            id: DeploymentId(row.id),
            site: SiteId(row.site_id),
            workspace: WorkspaceId(row.workspace_id),
            status: known(DeploymentStatus::named(&row.status), "status", &row.status)?,
            trigger: known(Trigger::named(&row.trigger), "trigger", &row.trigger)?,
            actor: row.actor.map(Actor),
            settings: row.settings.0,
            settings_hash: row.settings_hash,
            branch: row.branch,
            commit: row.commit_id,
            commit_message: row.commit_message,
            restores: row.restores_id.map(DeploymentId),
            release: row.release_id.map(DeploymentId),
            release_sha256: row.release_sha256,
            release_bytes: row.release_bytes,
            failure: row.failure.map(|failure| failure.0),
            cancel_reason: cancel_reason
                .map(|text| known(CancelReason::named(text), "cancel_reason", text))
                .transpose()?,
            skip_reason: skip_reason.map(|text| known(SkipReason::named(text), "skip_reason", text)).transpose()?,
            timings: row.timings.0,
            program: row.program.map(|program| program.0),
            created_at: row.created_at.0,
            started_at: row.started_at.map(|at| at.0),
            finished_at: row.finished_at.map(|at| at.0),
            live_at: row.live_at.map(|at| at.0),
        })
    }
}

impl From<&Deployment> for DeploymentRow {
    fn from(deployment: &Deployment) -> Self {
        let text = |id: &Option<DeploymentId>| id.as_ref().map(|id| id.0.clone());
        Self {
            id: deployment.id.0.clone(),
            site_id: deployment.site.0.clone(),
            workspace_id: deployment.workspace.0,
            status: deployment.status.name().to_owned(),
            trigger: deployment.trigger.name().to_owned(),
            actor: deployment.actor.as_ref().map(|actor| actor.0.clone()),
            settings: Json(deployment.settings.clone()),
            settings_hash: deployment.settings_hash.clone(),
            branch: deployment.branch.clone(),
            commit_id: deployment.commit.clone(),
            commit_message: deployment.commit_message.clone(),
            restores_id: text(&deployment.restores),
            release_id: text(&deployment.release),
            release_sha256: deployment.release_sha256.clone(),
            release_bytes: deployment.release_bytes,
            failure: deployment.failure.clone().map(Json),
            cancel_reason: deployment.cancel_reason.map(|reason| reason.name().to_owned()),
            skip_reason: deployment.skip_reason.map(|reason| reason.name().to_owned()),
            timings: Json(deployment.timings.clone()),
            program: deployment.program.clone().map(Json),
            created_at: Ts(deployment.created_at),
            started_at: deployment.started_at.map(Ts),
            finished_at: deployment.finished_at.map(Ts),
            live_at: deployment.live_at.map(Ts),
        }
    }
}
