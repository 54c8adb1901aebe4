//! Sites on the wire.

use crate::hosting::deployments::{DeploymentResponse, LastDeployment};
use crate::hosting::live_url::LiveUrls;
use mainstay_edge::IsoSeconds;
use mainstay_hosting::driver::Exit;
use mainstay_hosting::sites::{Condition, HealthCheck, HealthKind, Resources, Site, StopReason};
use mainstay_kernel::Timestamp;
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Value, json};

/// A site.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(example = "site_example")]
#[expect(clippy::struct_excessive_bools, reason = "each is a field of its own on the wire")]
pub(in crate::hosting) struct SiteResponse {
    /// What it is called in addresses.
    id: String,
    /// What people call it.
    name: String,
    /// Where it comes from: `github`, `git`, `gitlab`, `bitbucket`, `gitea`, `static` or `image`.
    #[serde(rename = "type")]
    kind: String,
    /// How it fares: `DEPLOYING`, `STARTING`, `RESTARTING`, `RUNNING`, `SLEEPING`, `CRASHED`, `STOPPING`, `STOPPED`, `FAILED`
    /// or `DELETING`.
    status: &'static str,
    /// How it is meant to be: `RUNNING` or `STOPPED`.
    desired_state: &'static str,
    /// `HEALTHY` while it answers, `UNHEALTHY` while its program does not although it should, `UNKNOWN` otherwise.
    health: &'static str,
    /// Whether a release answers visitors, also while another is made, or after its program was started for the first of them.
    serving: bool,
    /// The first of its own domains at which it answers.
    domain: Option<String>,
    /// Where it is in this API.
    url: String,
    /// Where visitors find it.
    live_url: String,
    /// What runs it: `process`, or `container` if it comes as an image.
    driver: &'static str,
    /// The address of its repository; null if it comes as an image.
    repository: Option<String>,
    /// Whether it has a token that opens its repository.
    has_repository_token: bool,
    /// The name of its image, whole, if it comes as one.
    image: Option<String>,
    /// The branch or tag; null for the one that the repository itself puts first.
    branch: Option<String>,
    /// The commit that it keeps to.
    commit: Option<String>,
    /// Where it listens.
    port: u16,
    /// What fetches what it needs; null means that it is found out.
    install_command: Option<String>,
    /// What builds it; null means that it is found out.
    build_command: Option<String>,
    /// What runs it; null means that it is found out.
    start_command: Option<String>,
    /// Where in the repository it is.
    root_directory: String,
    /// Where its files are once built; null means that it is found out.
    output_directory: Option<String>,
    /// What a push must touch to be deployed; nothing means anything.
    watch_paths: Vec<String>,
    /// How it is found out whether it is well.
    health_check: HealthCheckBody,
    /// What it may use.
    resources: ResourcesBody,
    /// Hosts that its program reaches.
    egress_hosts: Vec<String>,
    /// Whether a push deploys it.
    auto_deploy: bool,
    /// After how many minutes without a visitor its program is ended, until the next one comes; null for never.
    sleep_after_minutes: Option<u16>,
    /// The deployment whose release answers.
    current_deployment_id: Option<String>,
    /// Its newest deployment that was not skipped.
    last_deployment: Option<LastDeployment>,
    /// How often its program ended by itself and was started again.
    restart_count: i64,
    /// How its program last ended by itself.
    last_exit: Option<ExitBody>,
    /// Why it is stopped: `USER`, or `INSUFFICIENT_CREDITS` until there are credits again.
    stop_reason: Option<&'static str>,
    /// Whether something was changed that only the next deployment takes on.
    pending_restart: bool,
    /// When nothing of it will be left, if it is being deleted.
    purge_after: Option<IsoSeconds>,
    /// When it was made.
    created_at: IsoSeconds,
    /// When it last changed.
    updated_at: IsoSeconds,
    /// Counts its changes; the `ETag`.
    version: i64,
}

fn site_example() -> Value {
    json!({
        "id": "cm1234abcd",
        "name": "my-nextjs-app",
        "type": "github",
        "status": "DEPLOYING",
        "desiredState": "RUNNING",
        "health": "UNKNOWN",
        "serving": false,
        "domain": null,
        "url": "https://mainstay.example.com/api/sites/cm1234abcd",
        "liveUrl": "https://my-nextjs-app.sites.example.net",
        "driver": "process",
        "repository": "github.com/user/my-app",
        "hasRepositoryToken": false,
        "image": null,
        "branch": "main",
        "commit": null,
        "port": 3000,
        "installCommand": null,
        "buildCommand": "npm run build",
        "startCommand": null,
        "rootDirectory": "",
        "outputDirectory": "out",
        "watchPaths": [],
        "healthCheck":
            { "type": "http", "path": "/", "timeoutSeconds": 5, "intervalSeconds": 1, "startupSeconds": 60 },
        "resources": { "memoryMb": 512, "cpu": 0.5, "diskMb": 1024, "processes": 128 },
        "egressHosts": ["api.example.com"],
        "autoDeploy": true,
        "sleepAfterMinutes": null,
        "currentDeploymentId": null,
        "lastDeployment":
            { "id": "cd1234abcd", "status": "QUEUED", "commit": null, "createdAt": "2026-05-20T10:30:00Z" },
        "restartCount": 0,
        "lastExit": null,
        "stopReason": null,
        "pendingRestart": false,
        "purgeAfter": null,
        "createdAt": "2026-05-20T10:30:00Z",
        "updatedAt": "2026-05-20T10:30:00Z",
        "version": 1,
    })
}

/// How it is found out whether a site is well.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct HealthCheckBody {
    /// `http` or `tcp`.
    #[serde(rename = "type")]
    kind: &'static str,
    /// What is asked for.
    path: String,
    /// How long an answer may take.
    timeout_seconds: u16,
    /// How long until it is asked again.
    interval_seconds: u16,
    /// How long it may take to come up.
    startup_seconds: u16,
}

/// How a program ended.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct ExitBody {
    /// With this status.
    code: Option<i32>,
    /// By this signal.
    signal: Option<i32>,
    /// Whether something of it was killed because its memory was used up.
    oom_killed: bool,
    /// When.
    at: IsoSeconds,
}

/// What a site may use.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct ResourcesBody {
    /// Memory, in MiB.
    memory_mb: u32,
    /// Cores.
    cpu: f64,
    /// Files, in MiB.
    disk_mb: u32,
    /// Processes and threads.
    processes: u32,
}

/// A site, and what was done with it.
#[derive(Serialize, JsonSchema)]
pub(super) struct ActedResponse {
    #[serde(flatten)]
    pub(super) site: SiteResponse,
    /// What was asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) action: Option<&'static str>,
    /// Whether anything changed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) changed: Option<bool>,
    /// The deployment that was begun.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) deployment: Option<DeploymentResponse>,
    /// What you may not expect.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) notice: Option<&'static str>,
}

/// A site that goes.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct GoingResponse {
    /// What it is called in addresses.
    id: String,
    /// What people call it.
    name: String,
    /// `DELETING`.
    status: &'static str,
    /// Until then it can be restored.
    purge_after: Option<IsoSeconds>,
}

impl ActedResponse {
    pub(super) const fn of(site: SiteResponse) -> Self {
        Self { site, action: None, changed: None, deployment: None, notice: None }
    }
}

impl SiteResponse {
    pub(in crate::hosting) fn new(site: Site, urls: &LiveUrls) -> Self {
        let (is_serving, health) = (site.is_serving(), health(&site));
        let live_url = urls.of_site(&site);
        let settings = site.settings;
        Self {
            url: urls.of_api(&format!("/api/sites/{}", site.id)),
            live_url,
            id: site.id.0,
            name: site.name,
            kind: settings.kind,
            status: site.status.name(),
            desired_state: site.desired.name(),
            health,
            serving: is_serving,
            domain: site.domain.map(|own| own.name),
            driver: if settings.image.is_some() { "container" } else { "process" },
            repository: settings.image.is_none().then_some(settings.repository),
            has_repository_token: site.repository_token.is_some(),
            image: settings.image,
            branch: settings.branch,
            commit: settings.commit,
            port: settings.port,
            install_command: settings.install_command,
            build_command: settings.build_command,
            start_command: settings.start_command,
            root_directory: settings.root_directory.as_str().to_owned(),
            output_directory: settings.output_directory.map(|folder| folder.as_str().to_owned()),
            watch_paths: settings.watch_paths,
            health_check: settings.health_check.into(),
            resources: settings.resources.into(),
            egress_hosts: settings.egress_hosts,
            auto_deploy: site.auto_deploy,
            sleep_after_minutes: site.sleep_after,
            current_deployment_id: site.current.map(|id| id.0),
            last_deployment: site.latest.as_ref().map(Into::into),
            restart_count: site.restart_count,
            last_exit: site.last_exit.map(Into::into),
            stop_reason: site.stop_reason.map(StopReason::name),
            pending_restart: site.is_stale,
            purge_after: site.purge_at.map(Into::into),
            created_at: site.created_at.into(),
            updated_at: site.updated_at.into(),
            version: site.version,
        }
    }

    pub(super) fn url(&self) -> &str {
        &self.url
    }

    pub(super) fn etag(&self) -> String {
        format!("\"{}\"", self.version)
    }
}

fn health(site: &Site) -> &'static str {
    match site.condition {
        Some(Condition::Starting | Condition::Crashed) => "UNHEALTHY",
        Some(Condition::Asleep) => "UNKNOWN",
        _ if site.is_serving() => "HEALTHY",
        _ => "UNKNOWN",
    }
}

impl From<Exit> for ExitBody {
    fn from(exit: Exit) -> Self {
        let Exit { code, signal, oom_killed, at } = exit;
        Self { code, signal, oom_killed, at: Timestamp::from_micros(at).into() }
    }
}

impl From<HealthCheck> for HealthCheckBody {
    fn from(check: HealthCheck) -> Self {
        let HealthCheck { kind, path, timeout_seconds, interval_seconds, startup_seconds } = check;
        let kind = match kind {
            HealthKind::Http => "http",
            HealthKind::Tcp => "tcp",
        };
        Self { kind, path, timeout_seconds, interval_seconds, startup_seconds }
    }
}

impl From<Resources> for ResourcesBody {
    fn from(resources: Resources) -> Self {
        let Resources { memory_mb, cpu_milli, disk_mb, processes } = resources;
        Self { memory_mb, cpu: f64::from(cpu_milli) / 1000.0, disk_mb, processes }
    }
}

impl From<Site> for GoingResponse {
    fn from(site: Site) -> Self {
        let purge_after = site.purge_at.map(Into::into);
        Self { id: site.id.0, name: site.name, status: site.status.name(), purge_after }
    }
}
