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
        /// Its program is started.
        Starting = "STARTING",
        /// Its program is started anew; until it is well, the one before answers.
        Restarting = "RESTARTING",
        /// A release answers.
        Running = "RUNNING",
        /// Its program was ended since nobody came, and is started for the next visitor.
        Sleeping = "SLEEPING",
        /// Its program ended too often; it is tried again every few minutes.
        Crashed = "CRASHED",
        /// Its program is being ended.
        Stopping = "STOPPING",
        /// It is not meant to answer.
        Stopped = "STOPPED",
        /// No release was ever ready.
        Failed = "FAILED",
        /// It is stopped and waits for its end.
        Deleting = "DELETING",
    }
}

words! {
    /// How the program of a site fares.
    Condition {
        /// It is being started; nobody answers.
        Starting = "STARTING",
        /// It is being started anew, while the one before answers.
        Restarting = "RESTARTING",
        /// It answers.
        Running = "RUNNING",
        /// It is being ended.
        Stopping = "STOPPING",
        /// It ended too often.
        Crashed = "CRASHED",
        /// It is started for the next visitor.
        Asleep = "SLEEPING",
    }
}

impl Condition {
    /// Whether visitors are answered.
    pub(crate) const fn answers(self) -> bool {
        matches!(self, Self::Running | Self::Restarting)
    }
}

impl SiteStatus {
    /// How a site fares on which no deployment is under way: meant to be so, with a program that fares so, if it has one.
    pub(crate) const fn of(desired: DesiredState, has_release: bool, condition: Option<Condition>) -> Self {
        match (desired, has_release, condition) {
            (DesiredState::Stopped, _, Some(Condition::Stopping)) => Self::Stopping,
            (DesiredState::Stopped, ..) => Self::Stopped,
            (DesiredState::Running, false, _) => Self::Failed,
            (DesiredState::Running, true, Some(Condition::Starting | Condition::Stopping)) => Self::Starting,
            (DesiredState::Running, true, Some(Condition::Restarting)) => Self::Restarting,
            (DesiredState::Running, true, Some(Condition::Crashed)) => Self::Crashed,
            (DesiredState::Running, true, Some(Condition::Asleep)) => Self::Sleeping,
            (DesiredState::Running, true, Some(Condition::Running) | None) => Self::Running,
        }
    }

    /// Whether it stays so until somebody does something.
    pub const fn is_settled(self) -> bool {
        !matches!(self, Self::Deploying | Self::Starting | Self::Restarting | Self::Stopping)
    }
}
