//! Hooks on the wire.

use crate::hosting::live_url::LiveUrls;
use mainstay_edge::IsoSeconds;
use mainstay_hosting::hooks::{Delivery, HookOutcome, Opened, Reason, Shown};
use mainstay_kernel::Secret;
use schemars::JsonSchema;
use serde::Serialize;

/// A hook for pushes.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct HookResponse {
    /// What the git server is to call; null while there is no hook.
    url: Option<String>,
    /// When it was made.
    created_at: Option<IsoSeconds>,
    /// What it was told last, the newest first.
    deliveries: Vec<DeliveryResponse>,
}

/// A hook for pushes, with its secret.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct OpenedHookResponse {
    /// What the git server is to call.
    url: String,
    /// What it signs with. It is not shown again.
    secret: String,
    /// When it was made.
    created_at: IsoSeconds,
}

/// Something that a git server told.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct DeliveryResponse {
    /// What it is called.
    id: String,
    /// Who told it: `github`, `gitlab`, `gitea` (Forgejo, too) or `bitbucket`.
    provider: &'static str,
    /// What the provider calls what happened.
    event: String,
    /// What came of it: `ACCEPTED`, `SKIPPED` (see the deployment) or `IGNORED`.
    outcome: &'static str,
    /// Why nothing was deployed: `PING`, `OTHER_EVENT`, `SITE_DELETED`, `SITE_STOPPED`, `AUTO_DEPLOY_OFF`, `COMMIT_PINNED`,
    /// `OTHER_REPOSITORY`, `TAG`, `OTHER_BRANCH`, `DEFAULT_BRANCH_UNKNOWN`, `BRANCH_DELETED`, `SKIP_CI`, `INSUFFICIENT_CREDITS`,
    /// `QUOTA_EXCEEDED`, `WATCH_PATHS` or `SAME_COMMIT`.
    reason: Option<&'static str>,
    /// The same in a sentence.
    message: Option<&'static str>,
    /// The branch that was pushed to.
    branch: Option<String>,
    /// The commit that was pushed.
    commit: Option<String>,
    /// The deployment that was begun, or skipped.
    deployment_id: Option<String>,
    /// When it was told.
    created_at: IsoSeconds,
}

/// What came of what was told.
#[derive(Serialize, JsonSchema)]
pub(super) struct HeardResponse {
    /// `accepted` or `ignored`.
    status: &'static str,
    /// Whether nothing is deployed.
    ignored: bool,
    /// Why, as a word: see the deliveries of the hook.
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<&'static str>,
    /// Why, in a sentence.
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<&'static str>,
    /// The deployment that was begun, or skipped.
    #[serde(skip_serializing_if = "Option::is_none")]
    deployment: Option<PushedDeployment>,
}

/// A deployment that a push asked for.
#[derive(Serialize, JsonSchema)]
struct PushedDeployment {
    /// What it is called in addresses.
    id: String,
    /// The branch that was pushed to.
    branch: Option<String>,
    /// The commit that was pushed.
    commit: Option<String>,
}

impl HookResponse {
    pub(super) fn new(shown: Shown, urls: &LiveUrls) -> Self {
        Self {
            url: shown.token.map(|token| url(&token, urls)),
            created_at: shown.created_at.map(Into::into),
            deliveries: shown.deliveries.into_iter().map(Into::into).collect(),
        }
    }
}

impl OpenedHookResponse {
    pub(super) fn new(opened: &Opened, urls: &LiveUrls) -> Self {
        let secret = opened.secret.expose().clone();
        Self { url: url(&opened.token, urls), secret, created_at: opened.created_at.into() }
    }
}

fn url(token: &Secret<String>, urls: &LiveUrls) -> String {
    urls.of_api(&format!("/api/hooks/git/{}", token.expose()))
}

impl HeardResponse {
    pub(super) const fn is_ignored(&self) -> bool {
        self.ignored
    }
}

impl From<Delivery> for DeliveryResponse {
    fn from(own: Delivery) -> Self {
        Self {
            id: own.id.0,
            provider: own.provider.name(),
            event: own.event,
            outcome: own.outcome.name(),
            reason: own.reason.map(Reason::name),
            message: own.reason.map(Reason::sentence),
            branch: own.branch,
            commit: own.commit,
            deployment_id: own.deployment.map(|id| id.0),
            created_at: own.at.into(),
        }
    }
}

impl From<Delivery> for HeardResponse {
    fn from(own: Delivery) -> Self {
        let ignored = own.outcome != HookOutcome::Accepted;
        let (branch, commit) = (own.branch, own.commit);
        Self {
            status: if ignored { "ignored" } else { "accepted" },
            ignored,
            reason: own.reason.map(Reason::name),
            message: own.reason.map(Reason::sentence),
            deployment: own.deployment.map(|id| PushedDeployment { id: id.0, branch, commit }),
        }
    }
}
