//! How a site fares, and how it is meant to.

use crate::words::words;

words! {
    /// How a site is meant to be; it survives restarts of the gateway.
    DesiredState {
        /// It is to answer.
        Running = "RUNNING",
        /// It is not.
        Stopped = "STOPPED",
    }
}

words! {
    /// How a site fares.
    SiteStatus {
        /// A deployment waits or runs.
        Deploying = "DEPLOYING",
        /// A release answers.
        Running = "RUNNING",
        /// It is not meant to answer.
        Stopped = "STOPPED",
        /// No release was ever ready.
        Failed = "FAILED",
        /// It is stopped and waits for its end.
        Deleting = "DELETING",
    }
}

impl SiteStatus {
    /// How a site fares that is meant to be so, when a deployment is under way or not, and a release is there or not.
    pub(crate) const fn of(desired: DesiredState, is_deploying: bool, has_release: bool) -> Self {
        match (desired, is_deploying, has_release) {
            (_, true, _) => Self::Deploying,
            (DesiredState::Stopped, ..) => Self::Stopped,
            (DesiredState::Running, _, true) => Self::Running,
            (DesiredState::Running, _, false) => Self::Failed,
        }
    }

    /// Whether it stays so until somebody does something.
    pub const fn is_settled(self) -> bool {
        !matches!(self, Self::Deploying)
    }
}
