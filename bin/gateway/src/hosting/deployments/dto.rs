//! Deployments on the wire.

use mainstay_edge::IsoSeconds;
use mainstay_hosting::deployments::{CancelReason, Deployment, DeploymentStatus, Failure, SkipReason};
use schemars::JsonSchema;
use serde::Serialize;
use std::collections::BTreeMap;

/// A deployment.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct DeploymentResponse {
    /// What it is called in addresses.
    id: String,
    /// Of which site.
    site_id: String,
    /// How far it is: `QUEUED`, `CLONING`, `BUILDING`, `STARTING`, `HEALTH_CHECK`, `SWITCHING`, `LIVE`, `SUPERSEDED`, `FAILED`,
    /// `CANCELED` or `SKIPPED`.
    status: &'static str,
    /// At which phase it failed.
    failed_phase: Option<String>,
    /// What it was begun by: `CREATE`, `API`, `ROLLBACK` or `WEBHOOK`.
    trigger: &'static str,
    /// Who began it: a person, or a hook, such as `hook:github`.
    actor: Option<String>,
    /// The branch or tag that it was made of.
    branch: Option<String>,
    /// The commit that it was made of.
    commit: Option<String>,
    /// The first line of that commit's message.
    commit_message: Option<String>,
    /// The image that runs, by what it is (`sha256:…`) and not by a name that may lead elsewhere later.
    image: Option<String>,
    /// The deployment that it brings back.
    restored_deployment_id: Option<String>,
    /// Tells two sets of settings apart.
    config_hash: String,
    /// How long each phase took, in milliseconds.
    timings: BTreeMap<String, i64>,
    /// The SHA-256 over its files' names and contents, or of its image.
    artifact_sha256: Option<String>,
    /// How large they are.
    artifact_bytes: Option<i64>,
    /// Why it failed.
    error: Option<FailureBody>,
    /// Why it was called off: `USER`, `SUPERSEDED`, `SITE_STOPPED` or `SITE_DELETED`.
    cancel_reason: Option<&'static str>,
    /// Why it was skipped: `WATCH_PATHS` (the push touched nothing that is watched) or `SAME_COMMIT` (as is live, or deployed,
    /// already).
    skip_reason: Option<&'static str>,
    /// Where its log is.
    logs_url: String,
    /// When it was asked for.
    created_at: IsoSeconds,
    /// When it was begun.
    started_at: Option<IsoSeconds>,
    /// When it was over.
    finished_at: Option<IsoSeconds>,
}

/// Why a deployment failed.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct FailureBody {
    /// Why, as a word: `CLONE_FAILED`, `REVISION_NOT_FOUND`, `HOST_NOT_ALLOWED`, `FOLDER_NOT_FOUND`, `IMAGE_NOT_FOUND`,
    /// `NOTHING_DETECTED`,
    /// `BUILD_FAILED`, `START_FAILED`, `UNHEALTHY`, `NOT_SUPPORTED`, `LINK_ESCAPES`, `TOO_LARGE`, `TIMED_OUT`, `WORKER_LOST` or `INTERNAL`.
    reason: String,
    /// Why, in a sentence.
    message: String,
    /// How the program ended that failed.
    exit_code: Option<i32>,
    /// The last lines that it wrote.
    last_lines: Vec<String>,
}

/// A site's newest deployment.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct LastDeployment {
    /// What it is called in addresses.
    id: String,
    /// How far it is.
    status: &'static str,
    /// The commit that it was made of.
    commit: Option<String>,
    /// When it was asked for.
    created_at: IsoSeconds,
}

impl From<Deployment> for DeploymentResponse {
    fn from(own: Deployment) -> Self {
        Self {
            logs_url: format!("/api/sites/{}/deployments/{}/logs", own.site, own.id),
            status: own.status.name(),
            failed_phase: own.failure.as_ref().map(|failure| failure.phase.clone()),
            trigger: own.trigger.name(),
            actor: own.actor.map(|actor| actor.0),
            branch: own.branch,
            commit: own.commit,
            commit_message: own.commit_message,
            image: own.program.and_then(|program| program.image).map(|sha256| format!("sha256:{sha256}")),
            restored_deployment_id: own.restores.map(|id| id.0),
            config_hash: own.settings_hash,
            timings: own.timings.into_iter().map(|timing| (timing.phase.to_lowercase(), timing.ms)).collect(),
            artifact_sha256: own.release_sha256,
            artifact_bytes: own.release_bytes,
            error: own.failure.map(Into::into),
            cancel_reason: own.cancel_reason.map(CancelReason::name),
            skip_reason: own.skip_reason.map(SkipReason::name),
            created_at: own.created_at.into(),
            started_at: own.started_at.map(Into::into),
            finished_at: own.finished_at.map(Into::into),
            site_id: own.site.0,
            id: own.id.0,
        }
    }
}

impl From<Failure> for FailureBody {
    fn from(failure: Failure) -> Self {
        let Failure { reason, message, exit_code, last_lines, .. } = failure;
        Self { reason, message, exit_code, last_lines }
    }
}

impl From<&Deployment> for LastDeployment {
    fn from(own: &Deployment) -> Self {
        let status = DeploymentStatus::name(own.status);
        Self { id: own.id.0.clone(), status, commit: own.commit.clone(), created_at: own.created_at.into() }
    }
}
