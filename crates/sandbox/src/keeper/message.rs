//! What is said to a keeper, and what it says.

use super::logs::Logs;
use crate::message::{Order, Usage};
use crate::report::{Ended, Report};
use crate::spec::Spec;
use serde::{Deserialize, Serialize};
use std::path::PathBuf;
use std::time::Duration;

/// What a keeper is started for.
#[derive(Serialize, Deserialize)]
pub(crate) struct Charge {
    pub(crate) directory: PathBuf,
    pub(crate) logs: Logs,
    pub(crate) spec: Spec,
}

/// What is asked of a keeper, once a connection.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Request {
    Status,
    Connect { port: u16 },
    Proxy,
    Signal { signal: i32 },
    Stop { grace_seconds: u32 },
    Kill,
}

/// What it answers.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Answer {
    Status(Status),
    /// With a connection or a listening socket.
    Descriptor,
    /// There is no such thing to hand out.
    Refused,
    /// It will be done.
    Taken,
}

/// How a kept box is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Status {
    /// The program runs.
    pub running: bool,
    /// When it was started, in microseconds since 1970.
    pub started_at: u64,
    /// How it ended, if it has.
    pub exit: Option<Exit>,
    /// Bytes of memory that the box holds.
    pub rss_bytes: u64,
    /// Microseconds of a processor that it took so far.
    pub cpu_micros: u64,
    /// Its processes; keepers of earlier versions do not tell.
    #[serde(default)]
    pub processes: Option<u32>,
}

/// How the program of a kept box ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Exit {
    /// With this status, if it exited.
    pub code: Option<i32>,
    /// By this signal, if one ended it.
    pub signal: Option<i32>,
    /// A process of the box was killed because its memory was used up.
    pub oom_killed: bool,
    /// When the program was started, in microseconds since 1970.
    pub started_at: u64,
    /// When it ended, in microseconds since 1970.
    pub at: u64,
}

impl Exit {
    pub(super) fn of(report: &Report, started_at: u64, at: u64) -> Self {
        let (code, signal) = match report.ended {
            Ended::Code(code) => (Some(code), None),
            Ended::Signal(signal) => (None, Some(signal)),
        };
        Self { code, signal, oom_killed: report.oom_killed, started_at, at }
    }
}

impl Status {
    pub(super) fn running(started_at: u64, usage: Usage) -> Self {
        let Usage { rss_bytes, cpu_micros, processes } = usage;
        Self { running: true, started_at, exit: None, rss_bytes, cpu_micros, processes: Some(processes) }
    }

    pub(super) fn ended(exit: Exit) -> Self {
        Self {
            running: false,
            started_at: exit.started_at,
            exit: Some(exit),
            rss_bytes: 0,
            cpu_micros: 0,
            processes: None,
        }
    }
}

impl Request {
    /// What of it is the box's to do; the rest is the keeper's.
    pub(super) fn order(self) -> Option<Order> {
        match self {
            Self::Status => Some(Order::Usage),
            Self::Connect { port } => Some(Order::Connect(port)),
            Self::Signal { signal } => Some(Order::Signal(signal)),
            Self::Stop { .. } => Some(Order::Signal(libc::SIGTERM)),
            Self::Proxy | Self::Kill => None,
        }
    }

    /// How long the program may take to end after this.
    pub(super) fn grace(self) -> Option<Duration> {
        match self {
            Self::Stop { grace_seconds } => Some(Duration::from_secs(grace_seconds.into())),
            Self::Kill => Some(Duration::ZERO),
            _ => None,
        }
    }
}
