//! What a hook is, and what it was told.

use crate::ids::{DeliveryId, DeploymentId};
use crate::words::words;
use mainstay_kernel::{Secret, Timestamp};

/// A hook, as it is shown; what it is checked with is not.
#[derive(Debug, Clone)]
pub struct Shown {
    /// The last part of its address; none while the site has no hook yet.
    pub token: Option<Secret<String>>,
    /// When it was given its address.
    pub created_at: Option<Timestamp>,
    /// What it was told last, the newest first.
    pub deliveries: Vec<Delivery>,
}

/// A hook with what it is checked with: shown once.
#[derive(Debug, Clone)]
pub struct Opened {
    /// The last part of its address.
    pub token: Secret<String>,
    /// What git servers sign with. Of the form that the newest of them ask for (Standard Webhooks), and good as a text for all
    /// others.
    pub secret: Secret<String>,
    /// When it was made.
    pub created_at: Timestamp,
}

words! {
    /// Who tells of pushes.
    Provider {
        /// GitHub.
        GitHub = "github",
        /// GitLab.
        GitLab = "gitlab",
        /// Gitea, Forgejo or Gogs' other descendants.
        Gitea = "gitea",
        /// Bitbucket.
        Bitbucket = "bitbucket",
    }
}

/// Something that a git server told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Delivery {
    /// What it is called.
    pub id: DeliveryId,
    /// Who told it.
    pub provider: Provider,
    /// What it calls what happened.
    pub event: String,
    /// What came of it.
    pub outcome: HookOutcome,
    /// Why nothing was deployed.
    pub reason: Option<Reason>,
    /// The branch that was pushed to.
    pub branch: Option<String>,
    /// The commit that it has since.
    pub commit: Option<String>,
    /// The deployment that was begun, or skipped.
    pub deployment: Option<DeploymentId>,
    /// When it was told.
    pub at: Timestamp,
}

words! {
    /// What came of what was told.
    HookOutcome {
        /// It is being deployed.
        Accepted = "ACCEPTED",
        /// It makes no difference to the site; the history of its deployments says so.
        Skipped = "SKIPPED",
        /// It is none of the site's affairs.
        Ignored = "IGNORED",
    }
}

words! {
    /// Why nothing was deployed.
    Reason {
        /// The git server only asked whether anybody is there.
        Ping = "PING",
        /// It told of something other than a push.
        OtherEvent = "OTHER_EVENT",
        /// The site is being deleted.
        SiteDeleted = "SITE_DELETED",
        /// Somebody stopped the site.
        SiteStopped = "SITE_STOPPED",
        /// Pushes are not to deploy the site.
        AutoDeployOff = "AUTO_DEPLOY_OFF",
        /// The site keeps to a commit.
        CommitPinned = "COMMIT_PINNED",
        /// The site comes from another repository.
        OtherRepository = "OTHER_REPOSITORY",
        /// A tag was pushed.
        Tag = "TAG",
        /// The site follows another branch.
        OtherBranch = "OTHER_BRANCH",
        /// The site follows the branch that its repository puts first, and the git server does not say which that is.
        DefaultBranchUnknown = "DEFAULT_BRANCH_UNKNOWN",
        /// The branch is gone.
        BranchDeleted = "BRANCH_DELETED",
        /// The message of the commit says so.
        SkipCi = "SKIP_CI",
        /// It takes credits, and there are too few.
        InsufficientCredits = "INSUFFICIENT_CREDITS",
        /// The plan includes no more builds.
        QuotaExceeded = "QUOTA_EXCEEDED",
        /// The push touched nothing that is watched.
        WatchPaths = "WATCH_PATHS",
        /// The commit is live, or being deployed, already.
        SameCommit = "SAME_COMMIT",
    }
}

impl Reason {
    /// The same in a sentence, for whoever looks into the log of their git server.
    pub const fn sentence(self) -> &'static str {
        match self {
            Self::Ping => "The hook works.",
            Self::OtherEvent => "Only pushes are deployed.",
            Self::SiteDeleted => "The site is being deleted.",
            Self::SiteStopped => "The site is stopped, and a push does not start it.",
            Self::AutoDeployOff => "autoDeploy of the site is off.",
            Self::CommitPinned => "The site keeps to one commit.",
            Self::OtherRepository => "The site comes from another repository.",
            Self::Tag => "Tags are not deployed by a push.",
            Self::OtherBranch => "The site follows another branch.",
            Self::DefaultBranchUnknown => {
                "The git server does not say which branch comes first: set the branch of the site."
            }
            Self::BranchDeleted => "The branch was deleted.",
            Self::SkipCi => "The message of the commit asks for no deployment.",
            Self::InsufficientCredits => "There are not enough credits for this: buy some, then deploy.",
            Self::QuotaExceeded => "The build minutes of the plan are used up.",
            Self::WatchPaths => "The push touched nothing that the site watches.",
            Self::SameCommit => "This commit is live, or being deployed, already.",
        }
    }
}
