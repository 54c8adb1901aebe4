//! Who runs programs of sites.

mod container;
mod containers;
mod drivers;
mod kept;
mod process;

use crate::folder::Folder;
use crate::sites::Resources;
use async_trait::async_trait;
pub use container::{ContainerDriver, ContainerParts};
pub use containers::{Containers, Image, NoImage};
pub use drivers::Drivers;
pub use kept::{Charge, Exit, Found, Kept, Pulse, Usage};
use mainstay_kernel::Secret;
pub use process::ProcessDriver;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

/// Runs programs that somebody else wrote, and lets them near nothing but what they are given.
#[async_trait]
pub trait Driver: Send + Sync {
    /// What it offers on this machine, found by trying.
    async fn offer(&self) -> Offer;

    /// Runs a command to its end, and hands each line that it writes on. Dropped before that, all that it started ends.
    ///
    /// # Errors
    /// [`DriverFault`] when it could not be run at all.
    async fn run(&self, order: Order, lines: &(dyn Lines + Sync)) -> Result<Ended, DriverFault>;

    /// Starts a program that outlives this process.
    ///
    /// # Errors
    /// [`DriverFault`] when it could not be started at all.
    async fn start(&self, charge: Charge) -> Result<Arc<dyn Kept>, DriverFault>;

    /// What has become of the program that was started with this folder as its own.
    ///
    /// # Errors
    /// [`DriverFault`] when that cannot be found out.
    async fn find(&self, own: &Path) -> Result<Found, DriverFault>;

    /// Removes what is left of those whose end nobody saw.
    async fn sweep(&self) {}

    /// Has programs that take more than others can spare give way to them. Gives how long to wait until that is to be
    /// done again, if ever.
    async fn arbitrate(&self) -> Option<Duration> {
        None
    }
}

/// What a driver offers on a machine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Offer {
    /// What it is called.
    pub name: &'static str,
    /// How far it parts tenants: `STRICT`, `BASIC` or `NONE`.
    pub level: &'static str,
    /// Whether it runs the commands of builds.
    pub builds: bool,
    /// What keeps limits: `CGROUP_V2`, `CGROUP_V1` or `RLIMITS`; none where there are no boxes.
    pub limits: Option<&'static str>,
    /// The namespaces that a box has to itself.
    pub namespaces: Vec<String>,
    /// The ABI of Landlock, where the kernel has it.
    pub landlock_abi: Option<u32>,
    /// Whether system calls are filtered.
    pub seccomp: bool,
    /// Whether commands reach hosts of the network, as far as they may.
    pub network: bool,
    /// Why nothing can be run, if so.
    pub reason: Option<String>,
}

impl Offer {
    /// Whether anything can be run.
    pub fn is_usable(&self) -> bool {
        self.reason.is_none()
    }
}

/// A command that is to be run.
pub struct Order {
    /// What a shell in the box is given.
    pub command: String,
    /// The folder that it may change, which it finds at `/app`.
    pub folder: PathBuf,
    /// The folder that its tools keep their own files in, found at its `HOME` and made where it is missing. What one
    /// command leaves there, the next one finds.
    pub home: PathBuf,
    /// Where in the first the command begins.
    pub inner: Folder,
    /// What it is given beside the usual.
    pub variables: BTreeMap<String, Secret<String>>,
    /// What it may use.
    pub resources: Resources,
    /// Tells it from those that run at the same time on this machine.
    pub seat: u32,
}

/// How a command ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ended {
    /// With which status; of a signal, 128 and its number.
    pub code: i32,
    /// Whether something of it was killed because its memory was used up.
    pub ran_out_of_memory: bool,
}

/// Why a command could not be run.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct DriverFault(pub String);

/// Who hears what a command writes.
pub trait Lines {
    /// A line of standard output, or of standard error.
    fn line(&self, is_error: bool, text: &str);
}
