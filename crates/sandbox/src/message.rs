//! What the processes of a box tell each other.
//!
//! The caller speaks to the launcher and the launcher to the box's first process, over a stream of frames each
//! ([`crate::wire`]): what is to be done comes first, then orders one way and events the other way.

use crate::error::{Failure, SandboxError};
use crate::report::{Applied, Mechanism, Report};
use crate::spec::Spec;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::path::PathBuf;

/// Bytes of a spec with all its environment.
pub(crate) const MOST_SPEC: usize = 8 << 20;
/// Bytes of any other frame.
pub(crate) const MOST_FRAME: usize = 64 << 10;

/// What the first process of a box has to do.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Instructions {
    pub(crate) spec: Spec,
    /// The launcher is privileged on the host.
    pub(crate) is_privileged: bool,
    pub(crate) mechanism: Mechanism,
    /// The control groups that it has to enter by itself.
    pub(crate) groups: Vec<PathBuf>,
    /// The namespaces of the host, by name.
    pub(crate) host: BTreeMap<String, String>,
}

/// What is asked of a box that runs.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Order {
    /// Its limits are set: the program may begin. Comes once, and first.
    Begin,
    /// Send this signal to the program.
    Signal(i32),
    /// Hand out a connection to this port of its loopback.
    Connect(u16),
    /// Say what it uses.
    Usage,
}

/// What a box tells.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Event {
    /// The program runs. With the listening socket, when it has a proxy.
    Started(Applied),
    /// The box was not made.
    NotMade { step: String, reason: String },
    /// The program was not started.
    NotStarted { reason: String, errno: Option<i32> },
    /// With the connection.
    Connected,
    /// There is no connection to this port.
    Refused(u16),
    /// What it uses.
    Usage(Usage),
    /// It is over.
    Ended(Report),
}

/// What a box uses at a moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Usage {
    /// Bytes of memory that its processes hold, files that they share not counted.
    pub rss_bytes: u64,
    /// Microseconds of a processor that its processes took so far, ended ones included.
    pub cpu_micros: u64,
    /// Its processes, the one that holds the box not counted.
    pub processes: u32,
}

impl From<Failure> for Event {
    fn from(failure: Failure) -> Self {
        Self::NotMade { step: failure.step, reason: failure.fault.to_string() }
    }
}

impl Event {
    /// The fault that this event tells of, if it does.
    pub(crate) fn fault(&self) -> Option<SandboxError> {
        match self {
            Self::NotMade { step, reason } => {
                Some(SandboxError::NotMade { step: step.clone(), reason: reason.clone() })
            }
            Self::NotStarted { reason, errno } => {
                Some(SandboxError::NotStarted { reason: reason.clone(), errno: *errno })
            }
            Self::Refused(port) => Some(SandboxError::Refused { port: *port }),
            Self::Ended(_) => Some(SandboxError::Ended),
            _ => None,
        }
    }
}
