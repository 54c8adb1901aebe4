//! Sites that are to be.

use mainstay_edge::Rejection;
use mainstay_hosting::sites::{HealthCheck, HealthKind, NewSite, Resources, SiteChange, SourceKind};
use mainstay_kernel::{FieldError, Patch, Secret};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use validator::Validate;

/// A site that is to be.
#[derive(Deserialize, JsonSchema, Validate)]
#[serde(rename_all = "camelCase")]
#[schemars(example = "create_example")]
pub(super) struct CreateSiteRequest {
    /// What people call it, and the first part of its host unless another has that: small letters, digits, hyphens.
    #[validate(length(min = 1, max = 63))]
    name: String,
    /// Where it comes from: `github`, `git`, `gitlab`, `bitbucket`, `gitea`; with `static`, its files are served as they are;
    /// with `image`, an image is run as it is, where this installation has a container engine.
    #[serde(rename = "type")]
    kind: String,
    /// The address of its repository, such as `github.com/user/app`; absent with `image`.
    #[validate(length(min = 1, max = 500))]
    repository: Option<String>,
    /// What opens a repository that is not public: a token of its git server that may read it, or `user:token` where that
    /// wants to know the user. It is kept sealed, shown to that server alone, and in no answer.
    repository_token: Option<String>,
    /// With the type `image`: its name, such as `docker.io/library/nginx:1.27`.
    #[validate(length(min = 1, max = 255))]
    image: Option<String>,
    /// A branch or tag; the one that the repository itself puts first, if absent.
    branch: Option<String>,
    /// A commit to keep to: 40 hexadecimal digits.
    commit: Option<String>,
    /// Where it listens: 1024 to 65535; 3000 if absent.
    port: Option<u16>,
    /// What fetches what it needs.
    install_command: Option<String>,
    /// What builds it.
    build_command: Option<String>,
    /// What runs it.
    start_command: Option<String>,
    /// Where in the repository it is.
    root_directory: Option<String>,
    /// Where its files are.
    output_directory: Option<String>,
    /// What a push must touch to be deployed.
    watch_paths: Option<Vec<String>>,
    /// Variables: names and values. They are kept sealed, and no answer shows a value.
    env: Option<BTreeMap<String, String>>,
    /// How it is found out whether it is well.
    health_check: Option<HealthCheckRequest>,
    /// What it may use.
    resources: Option<ResourcesRequest>,
    /// Hosts that its program reaches by https and http: names such as `api.example.com` or `*.example.com`, or a single
    /// `*`. It reaches none if absent.
    egress_hosts: Option<Vec<String>>,
    /// Whether a push deploys it; it does if absent.
    auto_deploy: Option<bool>,
    /// After how many minutes without a visitor its program is ended, until the next one comes: 5 to 1440; never if absent.
    sleep_after_minutes: Option<u16>,
    /// What runs it: `container` with the type `image`, and `process` with all others. It need not be said.
    driver: Option<String>,
}

fn create_example() -> Value {
    json!({
        "name": "my-nextjs-app",
        "type": "github",
        "repository": "github.com/user/my-app",
        "branch": "main",
        "port": 3000,
        "buildCommand": "npm run build",
        "startCommand": "npm start",
    })
}

/// How it is found out whether a site is well; what is absent is as usual.
#[derive(Deserialize, JsonSchema, Clone)]
#[serde(rename_all = "camelCase")]
pub(super) struct HealthCheckRequest {
    /// `http` or `tcp`.
    #[serde(rename = "type")]
    kind: Option<HealthType>,
    /// What is asked for: `/` if absent.
    path: Option<String>,
    /// How long an answer may take: 1 to 60; 5 if absent.
    timeout_seconds: Option<u16>,
    /// How long until it is asked again: 1 to 300; 1 if absent.
    interval_seconds: Option<u16>,
    /// How long it may take to come up: 1 to 900; 60 if absent.
    startup_seconds: Option<u16>,
}

/// How a site is asked whether it is well.
#[derive(Deserialize, JsonSchema, Clone, Copy)]
#[serde(rename_all = "lowercase")]
enum HealthType {
    Http,
    Tcp,
}

/// What a site may use; what is absent is as usual.
#[derive(Deserialize, JsonSchema, Clone)]
#[serde(rename_all = "camelCase")]
pub(super) struct ResourcesRequest {
    /// Memory, in MiB: 512 if absent.
    memory_mb: Option<u32>,
    /// Cores: 0.5 if absent.
    cpu: Option<f64>,
    /// Files, in MiB: 1024 if absent.
    disk_mb: Option<u32>,
    /// Processes and threads: 128 if absent.
    processes: Option<u32>,
}

impl From<HealthCheckRequest> for HealthCheck {
    fn from(request: HealthCheckRequest) -> Self {
        let usual = Self::default();
        Self {
            kind: request.kind.map_or(usual.kind, |kind| match kind {
                HealthType::Http => HealthKind::Http,
                HealthType::Tcp => HealthKind::Tcp,
            }),
            path: request.path.unwrap_or(usual.path),
            timeout_seconds: request.timeout_seconds.unwrap_or(usual.timeout_seconds),
            interval_seconds: request.interval_seconds.unwrap_or(usual.interval_seconds),
            startup_seconds: request.startup_seconds.unwrap_or(usual.startup_seconds),
        }
    }
}

impl From<ResourcesRequest> for Resources {
    fn from(request: ResourcesRequest) -> Self {
        let usual = Self::default();
        Self {
            memory_mb: request.memory_mb.unwrap_or(usual.memory_mb),
            cpu_milli: request.cpu.map_or(usual.cpu_milli, thousandths),
            disk_mb: request.disk_mb.unwrap_or(usual.disk_mb),
            processes: request.processes.unwrap_or(usual.processes),
        }
    }
}

/// A number of cores in thousandths; what is out of all range stays so.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped before")]
fn thousandths(cores: f64) -> u32 {
    (cores * 1000.0).round().clamp(0.0, f64::from(u32::MAX)) as u32
}

impl TryFrom<CreateSiteRequest> for NewSite {
    type Error = Rejection;

    fn try_from(request: CreateSiteRequest) -> Result<Self, Rejection> {
        let mut wrong = Vec::new();
        let kind = SourceKind::named(&request.kind);
        if kind.is_none() {
            wrong.push(FieldError::new("type", "in", format!("type must be one of {}.", kinds().join(", "))));
        }
        if let Some(kind) = kind {
            wrong.extend(fault_of_driver(kind, request.driver.as_deref()));
            if kind != SourceKind::Image && request.repository.is_none() {
                wrong.push(FieldError::new("repository", "required", "repository is required."));
            }
        }
        let Some(kind) = kind.filter(|_| wrong.is_empty()) else { return Err(Rejection::Invalid(wrong)) };
        let change = SiteChange {
            image: request.image,
            branch: given(request.branch),
            commit: given(request.commit),
            port: request.port,
            install_command: given(request.install_command),
            build_command: given(request.build_command),
            start_command: given(request.start_command),
            root_directory: given(request.root_directory),
            output_directory: given(request.output_directory),
            watch_paths: given(request.watch_paths),
            health_check: given(request.health_check.map(Into::into)),
            resources: given(request.resources.map(Into::into)),
            sleep_after: given(request.sleep_after_minutes),
            repository_token: given(request.repository_token.map(Secret::new)),
            egress_hosts: given(request.egress_hosts),
            ..SiteChange::default()
        };
        let variables = request.env.unwrap_or_default();
        Ok(Self {
            name: request.name,
            kind,
            repository: request.repository.unwrap_or_default(),
            auto_deploy: request.auto_deploy.unwrap_or(true),
            change,
            variables: variables.into_iter().map(|(name, value)| (name, Secret::new(value))).collect(),
        })
    }
}

/// What was given is set; null and nothing are the same of what is new.
fn given<T>(value: Option<T>) -> Patch<T> {
    value.map_or(Patch::Keep, Patch::Set)
}

fn kinds() -> Vec<&'static str> {
    SourceKind::ALL.iter().map(|kind| kind.name()).collect()
}

/// What is wrong with the driver that is asked for.
fn fault_of_driver(kind: SourceKind, driver: Option<&str>) -> Option<FieldError> {
    let message = match (driver, kind) {
        (None, _) | (Some("container"), SourceKind::Image) => return None,
        (Some("process"), kind) if kind != SourceKind::Image => return None,
        (Some(_), SourceKind::Image) => "driver must be container for the type image.",
        (Some("container"), _) => {
            "driver must be process: container runs sites of the type image alone, where the setting \
            MAINSTAY_HOSTING_CONTAINER_ENGINE names an engine."
        }
        (Some(_), _) => "driver must be process.",
    };
    Some(FieldError::new("driver", "in", message))
}
