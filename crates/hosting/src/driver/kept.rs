//! Programs that are kept running, also while nobody of this process is there.

use super::DriverFault;
use crate::folder::Folder;
use crate::sites::Resources;
use async_trait::async_trait;
use mainstay_kernel::{Secret, Timestamp};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::io;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::{TcpListener, TcpStream};

/// A program that is to be kept running.
pub struct Charge {
    /// What a shell in the box is given.
    pub command: String,
    /// The SHA-256 of the image that runs in place of the release, if one does; without a command, the image's own is run.
    pub image: Option<String>,
    /// Where the program's keeper has its files; nobody else's.
    pub own: PathBuf,
    /// The release, which it finds at `/app` and cannot change.
    pub release: PathBuf,
    /// Where in the release it begins.
    pub inner: Folder,
    /// What it may change, which it finds at `/data`.
    pub data: PathBuf,
    /// Further folders that it may change, and where it finds them.
    pub folders: Vec<(PathBuf, PathBuf)>,
    /// A port of its own loopback, at all its addresses, whose connections are taken outside; see [`Kept::door`].
    pub door: Option<u16>,
    /// Whether it reaches hosts by its door, as its variables say.
    pub goes_out: bool,
    /// Where what it writes goes.
    pub logs: PathBuf,
    /// Where it listens.
    pub port: u16,
    /// What it is given beside the usual.
    pub variables: BTreeMap<String, Secret<String>>,
    /// What it may use.
    pub resources: Resources,
    /// Tells its site from every other of this machine.
    pub user: u32,
}

/// A program that is kept.
#[async_trait]
pub trait Kept: Send + Sync {
    /// A connection to this port of it.
    ///
    /// # Errors
    /// [`io::ErrorKind::ConnectionRefused`] when nobody listens there, or no longer.
    async fn connect(&self, port: u16) -> io::Result<TcpStream>;

    /// Who takes the connections of its door, if it has one.
    ///
    /// # Errors
    /// When that cannot be told now.
    async fn door(&self) -> io::Result<Option<TcpListener>>;

    /// How it fares.
    async fn pulse(&self) -> Pulse;

    /// What it uses, as it was last looked at when asked how it fares; none if that cannot be told.
    fn usage(&self) -> Option<Usage> {
        None
    }

    /// Whether it is slowed down for what it does to the others of its machine.
    fn is_slowed(&self) -> bool {
        false
    }

    /// Tells it to end, and ends all of it when it has not after this time. Does not wait for that.
    ///
    /// # Errors
    /// When it may not have heard, or is gone.
    async fn stop(&self, grace: Duration) -> io::Result<()>;

    /// Removes what is left of it once it has ended, beside the folder that is its own.
    async fn forget(&self) {}
}

/// What a program uses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Usage {
    /// Processor time since it was started, in microseconds.
    pub cpu_micros: u64,
    /// Memory, in bytes.
    pub memory_bytes: u64,
    /// Processes; none if whoever keeps it does not tell.
    pub processes: Option<u32>,
}

/// How a program fares.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Pulse {
    /// It runs.
    Runs,
    /// It has ended.
    Ended(Exit),
    /// It is gone, and nobody knows how.
    Gone,
    /// That cannot be told now.
    Unknown,
}

/// What has become of a program.
pub enum Found {
    /// It runs.
    Running(Arc<dyn Kept>),
    /// It ended, or was never started.
    Gone,
}

/// How a program ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Exit {
    /// With this status, if it ended by itself.
    pub code: Option<i32>,
    /// By this signal, if one ended it; without either it is not known how.
    pub signal: Option<i32>,
    /// Whether something of it was killed because its memory was used up.
    pub oom_killed: bool,
    /// When, in microseconds since 1970.
    pub at: i64,
}

impl Exit {
    /// Nobody knows how.
    pub fn unknown(at: Timestamp) -> Self {
        Self { code: None, signal: None, oom_killed: false, at: at.micros() }
    }

    /// How, in a sentence's end.
    pub(crate) fn told(&self) -> String {
        match (self.code, self.signal) {
            _ if self.oom_killed => "was ended since its memory was used up".to_owned(),
            (Some(code), _) => format!("ended with the status {code}"),
            (None, Some(signal)) => format!("was ended by the signal {signal}"),
            (None, None) => "is gone".to_owned(),
        }
    }
}

impl DriverFault {
    /// From whatever went wrong below.
    pub(super) fn of(cause: impl std::fmt::Display) -> Self {
        Self(cause.to_string())
    }
}
