//! Why a site fares otherwise than before.

use super::model::Actor;
use crate::words::words;
use mainstay_kernel::Timestamp;

words! {
    /// What brought a change about.
    Reason {
        /// The site was made.
        Create = "CREATE",
        /// Somebody had it deployed.
        Deploy = "DEPLOY",
        /// Somebody wished it back as it was.
        Rollback = "ROLLBACK",
        /// A push.
        Push = "PUSH",
        /// Somebody called a deployment off.
        Cancel = "CANCEL",
        /// A deployment went on.
        Progress = "DEPLOYMENT_PROGRESS",
        /// A deployment took the place of the one before.
        Live = "DEPLOYMENT_LIVE",
        /// A deployment failed.
        Failed = "DEPLOYMENT_FAILED",
        /// Somebody started it.
        Start = "START",
        /// Somebody stopped it.
        Stop = "STOP",
        /// Somebody had it started anew.
        Restart = "RESTART",
        /// Its workspace could not pay for it.
        Unpaid = "INSUFFICIENT_CREDITS",
        /// Its workspace can pay for it again.
        Paid = "PAID",
        /// Somebody deleted it.
        Delete = "DELETE",
        /// Somebody took its deletion back.
        Restore = "RESTORE",
        /// Somebody changed what it is made or run with.
        Change = "CHANGE",
        /// Its program is well.
        Well = "PROGRAM_WELL",
        /// Its program ended by itself, or was not well any more.
        Ended = "PROGRAM_ENDED",
        /// Its program has ended as it was told to.
        Gone = "PROGRAM_STOPPED",
        /// Nobody had visited it for long.
        Idle = "IDLE",
        /// Somebody visits it.
        Visit = "VISIT",
    }
}

/// Why a site fares otherwise than before, since when, and who brought that about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Cause {
    pub(crate) reason: Reason,
    /// Nobody: the installation itself.
    pub(crate) actor: Option<Actor>,
    pub(crate) at: Timestamp,
}

impl Cause {
    /// The installation itself brought it about.
    pub(crate) const fn own(reason: Reason, at: Timestamp) -> Self {
        Self { reason, actor: None, at }
    }
}
