//! What a deployment is.

use crate::ids::{DeploymentId, SiteId};
use crate::sites::{Actor, Settings};
use crate::words::words;
use mainstay_kernel::{Timestamp, WorkspaceId};
use serde::{Deserialize, Serialize};

/// A deployment: an immutable record once it is over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Deployment {
    /// What it is called in addresses.
    pub id: DeploymentId,
    /// Of which site.
    pub site: SiteId,
    /// Whose it is.
    pub workspace: WorkspaceId,
    /// How far it is.
    pub status: DeploymentStatus,
    /// What it was begun by.
    pub trigger: Trigger,
    /// Who began it.
    pub actor: Option<Actor>,
    /// What it was made with.
    pub settings: Settings,
    /// Tells two sets of settings apart.
    pub settings_hash: String,
    /// The branch or tag that it was made of.
    pub branch: Option<String>,
    /// The commit that it was made of, once that is known.
    pub commit: Option<String>,
    /// The first line of that commit's message.
    pub commit_message: Option<String>,
    /// The deployment that it brings back.
    pub restores: Option<DeploymentId>,
    /// The deployment whose files it serves: itself, or the one that it brings back.
    pub release: Option<DeploymentId>,
    /// The SHA-256 of those files, in hexadecimal.
    pub release_sha256: Option<String>,
    /// How large they are, in bytes.
    pub release_bytes: Option<i64>,
    /// Why it failed.
    pub failure: Option<Failure>,
    /// Why it was called off.
    pub cancel_reason: Option<CancelReason>,
    /// Why nothing was made of it.
    pub skip_reason: Option<SkipReason>,
    /// How long each phase took.
    pub timings: Vec<PhaseTiming>,
    /// What answers visitors, if its files do not by themselves.
    pub program: Option<Program>,
    /// When it was asked for.
    pub created_at: Timestamp,
    /// When it was begun.
    pub started_at: Option<Timestamp>,
    /// When it was over: live, failed, called off or skipped.
    pub finished_at: Option<Timestamp>,
    /// When it went live.
    pub live_at: Option<Timestamp>,
}

words! {
    /// How far a deployment is.
    DeploymentStatus {
        /// It waits.
        Queued = "QUEUED",
        /// Its source is fetched.
        Cloning = "CLONING",
        /// Its files are made.
        Building = "BUILDING",
        /// Its program is started.
        Starting = "STARTING",
        /// Its program runs, and is asked whether it is well.
        HealthCheck = "HEALTH_CHECK",
        /// It takes the place of the one before.
        Switching = "SWITCHING",
        /// It answers visitors, or would if the site were not stopped.
        Live = "LIVE",
        /// It was live, and another took its place.
        Superseded = "SUPERSEDED",
        /// It failed.
        Failed = "FAILED",
        /// It was called off.
        Canceled = "CANCELED",
        /// It was never begun: a push that makes no difference.
        Skipped = "SKIPPED",
    }
}

impl DeploymentStatus {
    /// Those at which somebody works.
    pub(crate) const ACTIVE: [Self; 5] =
        [Self::Cloning, Self::Building, Self::Starting, Self::HealthCheck, Self::Switching];

    /// Whether somebody works at it.
    pub fn is_active(self) -> bool {
        Self::ACTIVE.contains(&self)
    }

    /// Whether it is over.
    pub fn is_over(self) -> bool {
        self != Self::Queued && !self.is_active()
    }
}

words! {
    /// What a deployment was begun by.
    Trigger {
        /// The creation of its site.
        Create = "CREATE",
        /// A request.
        Api = "API",
        /// A wish to go back.
        Rollback = "ROLLBACK",
        /// A push that a git server told of.
        Webhook = "WEBHOOK",
    }
}

words! {
    /// Why a deployment was called off.
    CancelReason {
        /// Somebody wished so.
        User = "USER",
        /// A newer one took its place.
        Superseded = "SUPERSEDED",
        /// The site was stopped.
        Stopped = "SITE_STOPPED",
        /// The site was deleted.
        Deleted = "SITE_DELETED",
    }
}

words! {
    /// Why a deployment was skipped.
    SkipReason {
        /// The push touched nothing that is watched.
        WatchPaths = "WATCH_PATHS",
        /// Its commit is live, or being deployed, already.
        SameCommit = "SAME_COMMIT",
    }
}

/// Why a deployment failed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Failure {
    /// At which phase.
    pub phase: String,
    /// Why, as a word.
    pub reason: String,
    /// Why, in a sentence.
    pub message: String,
    /// How the program ended that failed.
    pub exit_code: Option<i32>,
    /// The last lines that it wrote.
    pub last_lines: Vec<String>,
}

words! {
    /// Why a deployment failed, as a word.
    FailureReason {
        /// The repository cannot be reached, or not be read.
        CloneFailed = "CLONE_FAILED",
        /// The repository has no such branch or commit.
        RevisionNotFound = "REVISION_NOT_FOUND",
        /// The repository is on a host that may not be reached.
        HostNotAllowed = "HOST_NOT_ALLOWED",
        /// A folder that the settings name is not there.
        FolderNotFound = "FOLDER_NOT_FOUND",
        /// The image is not where its name says, or cannot be had from there.
        ImageNotFound = "IMAGE_NOT_FOUND",
        /// Nothing says how the repository is to be served.
        NothingDetected = "NOTHING_DETECTED",
        /// A command of its build failed.
        BuildFailed = "BUILD_FAILED",
        /// Its program cannot be started, or ended before it was well.
        StartFailed = "START_FAILED",
        /// Its program did not become well in time.
        Unhealthy = "UNHEALTHY",
        /// It needs what this installation does not have.
        NotSupported = "NOT_SUPPORTED",
        /// A link leads out of the site.
        LinkEscapes = "LINK_ESCAPES",
        /// It is larger than it may be.
        TooLarge = "TOO_LARGE",
        /// It took longer than it may.
        TimedOut = "TIMED_OUT",
        /// The one that worked at it is gone.
        WorkerLost = "WORKER_LOST",
        /// Something here failed; the log of the installation says what.
        Internal = "INTERNAL",
    }
}

/// A program that answers visitors.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Program {
    /// What a shell is given to run it; of an image, nothing means the image's own.
    pub command: String,
    /// The SHA-256 of the image that it is, in hexadecimal, if it is none of the release.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub image: Option<String>,
}

/// How long a phase took.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PhaseTiming {
    /// Which phase, by its name.
    pub phase: String,
    /// In milliseconds.
    pub ms: i64,
}

impl Failure {
    /// A failure that no program's end explains.
    pub(crate) fn of(phase: DeploymentStatus, reason: FailureReason, message: impl Into<String>) -> Self {
        Self {
            phase: phase.name().to_owned(),
            reason: reason.name().to_owned(),
            message: message.into(),
            exit_code: None,
            last_lines: Vec::new(),
        }
    }
}
