//! How a site is built and run: what a deployment is made with, and keeps a copy of.

use crate::folder::Folder;
use crate::words::words;
use serde::{Deserialize, Serialize};

words! {
    /// Where a site comes from. All but the last of them are git; the name tells whose hooks it hears.
    SourceKind {
        /// GitHub.
        GitHub = "github",
        /// Any git server.
        Git = "git",
        /// GitLab.
        GitLab = "gitlab",
        /// Bitbucket.
        Bitbucket = "bitbucket",
        /// Gitea or Forgejo.
        Gitea = "gitea",
        /// Any git server; its files are served as they are.
        Static = "static",
        /// A container registry; an image is run as it is.
        Image = "image",
    }
}

/// What a deployment is made with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Settings {
    /// Where it comes from, by name.
    pub kind: String,
    /// The address of its repository; empty if it comes as an image.
    pub repository: String,
    /// The name of its image, whole, if it comes as one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub image: Option<String>,
    /// A branch or tag; none means the one that the repository itself puts first.
    pub branch: Option<String>,
    /// A commit that is kept to.
    pub commit: Option<String>,
    /// Where it listens.
    pub port: u16,
    /// What fetches what it needs; none means that it is found out.
    pub install_command: Option<String>,
    /// What builds it; none means that it is found out.
    pub build_command: Option<String>,
    /// What runs it; none means that it is found out.
    pub start_command: Option<String>,
    /// Where in the repository it is.
    pub root_directory: Folder,
    /// Where its files are once built; none means that it is found out.
    pub output_directory: Option<Folder>,
    /// What a push must touch to be deployed; nothing means anything.
    pub watch_paths: Vec<String>,
    /// How it is found out whether it is well.
    pub health_check: HealthCheck,
    /// What it may use.
    pub resources: Resources,
    /// Hosts that its program reaches, as [`Hosts::parse`](crate::egress::Hosts::parse) takes them; without any, it reaches
    /// nobody but its databases.
    #[serde(default)]
    pub egress_hosts: Vec<String>,
}

/// How it is found out whether a site is well.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HealthCheck {
    /// How it is asked.
    pub kind: HealthKind,
    /// What is asked for, with HTTP.
    pub path: String,
    /// How long an answer may take, in seconds.
    pub timeout_seconds: u16,
    /// How long until it is asked again, in seconds.
    pub interval_seconds: u16,
    /// How long it may take to come up, in seconds.
    pub startup_seconds: u16,
}

/// How a site is asked whether it is well.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum HealthKind {
    /// By a request, which it must answer with 2xx or 3xx.
    Http,
    /// By a connection, which it must take.
    Tcp,
}

/// What a site may use.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Resources {
    /// Memory, in MiB.
    pub memory_mb: u32,
    /// Processor time, in thousandths of a core.
    pub cpu_milli: u32,
    /// Files, in MiB.
    pub disk_mb: u32,
    /// Processes and threads.
    pub processes: u32,
}

impl Default for HealthCheck {
    fn default() -> Self {
        Self {
            kind: HealthKind::Http,
            path: "/".to_owned(),
            timeout_seconds: 5,
            interval_seconds: 1,
            startup_seconds: 60,
        }
    }
}

impl Default for Resources {
    fn default() -> Self {
        Self { memory_mb: 512, cpu_milli: 500, disk_mb: 1024, processes: 128 }
    }
}
