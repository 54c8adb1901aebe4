//! What became of a box, and what it was made of.

use serde::{Deserialize, Serialize};

/// How the program of a box ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Report {
    /// With what its first process ended.
    pub ended: Ended,
    /// A process of the box was killed because its memory was used up. The program may have ended by itself after that.
    pub oom_killed: bool,
}

impl Report {
    /// Whether it ended as a program does that has done its work.
    pub fn is_success(&self) -> bool {
        self.ended == Ended::Code(0)
    }
}

/// With what a process ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Ended {
    /// It exited with this status.
    Code(i32),
    /// This signal ended it.
    Signal(i32),
}

impl Ended {
    /// The status by which a shell tells of it: a signal is 128 and its number.
    pub fn shell_status(self) -> i32 {
        match self {
            Self::Code(code) => code,
            Self::Signal(signal) => 128 + signal,
        }
    }
}

/// What holds a box together, as it was really set up.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Applied {
    /// The namespaces that are not those of the host: `mnt`, `pid`, `net`, `ipc`, `uts`, `cgroup`, `user`.
    pub namespaces: Vec<String>,
    /// The ABI of Landlock by which files are guarded once more; `None` where the kernel has none.
    pub landlock_abi: Option<u32>,
    /// System calls are filtered.
    pub seccomp: bool,
    /// What keeps the limits.
    pub mechanism: Mechanism,
    /// The box has a user of the host to itself.
    pub own_identity: bool,
}

/// What keeps the limits of a box.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Mechanism {
    /// Control groups, version 2.
    CgroupV2,
    /// Control groups, version 1.
    CgroupV1,
    /// Resource limits of processes, a look at their memory twice a second, and a low priority.
    Rlimits,
}

/// How far boxes of a machine part tenants from each other and from the host. All of them share its kernel.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Level {
    /// There are no boxes.
    None,
    /// Boxes, with less than all of the below.
    Basic,
    /// All namespaces, a user of the host for each, filtered system calls, Landlock, and limits by control groups.
    Strict,
}

/// The namespaces that a box has of its own, by their names under `/proc/self/ns`.
pub(crate) const NAMESPACES: [&str; 7] = ["cgroup", "ipc", "mnt", "net", "pid", "user", "uts"];

impl Applied {
    /// How far it goes.
    pub fn level(&self) -> Level {
        let parts = NAMESPACES.iter().all(|name| self.namespaces.iter().any(|own| own == name));
        let limits = self.mechanism != Mechanism::Rlimits;
        if parts && limits && self.own_identity && self.seccomp && self.landlock_abi.is_some() {
            return Level::Strict;
        }
        Level::Basic
    }
}
