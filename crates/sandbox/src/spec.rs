//! What runs in a box, and what the box gives it.

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fmt;
use std::path::PathBuf;

/// A program and the box it runs in. Paths are those of the box, unless a field says that they are the host's.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Spec {
    /// The program: an absolute path, or a name that is looked for in the `PATH` of `env`.
    pub program: PathBuf,
    /// Its arguments, without the program's own name.
    pub args: Vec<String>,
    /// All of its environment; nothing is inherited. It may hold secrets, and is kept out of `Debug` prints.
    pub env: BTreeMap<String, String>,
    /// Where it starts: an absolute path.
    pub cwd: PathBuf,
    /// Whom it runs as on the host. Needed by a privileged launcher, and of no use to another one, which has only
    /// itself to give.
    pub identity: Option<Identity>,
    /// Files and directories of the host that it sees, beside the system's runtime.
    pub binds: Vec<Bind>,
    /// Further directories of the host to be seen at the same path, read-only: a toolchain under `/opt`.
    pub runtime: Vec<PathBuf>,
    /// Bytes that `/tmp` may hold, and `/dev/shm` once more; they count as memory of the box.
    pub tmp_bytes: u64,
    /// The name of its host, as it sees it.
    pub hostname: String,
    /// The permission bits that its new files lack: `0o077` for a site, `0o022` for a build whose result others read.
    pub umask: u32,
    /// What it may use.
    pub limits: Limits,
    /// Whom it may reach.
    pub network: Network,
    /// The TCP ports that it may listen on.
    pub ports: Ports,
}

impl Spec {
    /// A box for this program with nothing but the system's runtime, no network and the usual limits.
    pub fn new(program: impl Into<PathBuf>) -> Self {
        Self {
            program: program.into(),
            args: Vec::new(),
            env: BTreeMap::new(),
            cwd: PathBuf::from("/"),
            identity: None,
            binds: Vec::new(),
            runtime: Vec::new(),
            tmp_bytes: 64 << 20,
            hostname: "box".to_owned(),
            umask: 0o077,
            limits: Limits::default(),
            network: Network::None,
            ports: Ports::Any,
        }
    }
}

impl fmt::Debug for Spec {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Spec").field("program", &self.program).field("cwd", &self.cwd).finish_non_exhaustive()
    }
}

/// A user and a group of the host that nobody else is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Identity {
    /// Its user; not 0.
    pub uid: u32,
    /// Its group; not 0.
    pub gid: u32,
}

/// Something of the host that the box shows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Bind {
    /// Where it is on the host: a directory, a file or a socket, not a symbolic link.
    pub from: PathBuf,
    /// Where the box shows it: an absolute path without `..`. What is not there yet of it is made, unless it lies in
    /// what was bound before and is read-only.
    pub to: PathBuf,
    /// What may be done with it.
    pub access: Access,
}

impl Bind {
    /// Shown, and not to be changed.
    pub fn read_only(from: impl Into<PathBuf>, to: impl Into<PathBuf>) -> Self {
        Self { from: from.into(), to: to.into(), access: Access::ReadOnly }
    }

    /// Shown, and to be changed as far as the files' own permissions go.
    pub fn writable(from: impl Into<PathBuf>, to: impl Into<PathBuf>) -> Self {
        Self { from: from.into(), to: to.into(), access: Access::Writable }
    }
}

/// What may be done with a bind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Access {
    /// Reading and executing.
    ReadOnly,
    /// Writing too.
    Writable,
}

/// What a box may use. How well each is kept depends on the [`Mechanism`](crate::Mechanism) that the machine offers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Limits {
    /// Bytes of memory of all its processes together: 512 MiB. At least 8 MiB.
    pub memory_bytes: u64,
    /// Thousandths of a processor: 1 000. Without control groups it only runs behind others.
    pub cpu: u32,
    /// Processes and threads at a time: 256.
    pub processes: u32,
    /// Open files of a process: 4 096.
    pub open_files: u64,
    /// Bytes of a file that it writes: 1 GiB.
    pub file_size_bytes: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self { memory_bytes: 512 << 20, cpu: 1000, processes: 256, open_files: 4096, file_size_bytes: 1 << 30 }
    }
}

/// Whom a box may reach. In any case it has a loopback interface of its own.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Network {
    /// Nobody outside.
    None,
    /// Whoever answers on this port of its loopback: its listening socket is handed out of the box.
    Proxy {
        /// The port on every address of `127.0.0.0/8`; not 0.
        port: u16,
    },
}

/// Which TCP ports a program may listen on. Its network is its own, so that no port of it is anybody else's.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Ports {
    /// All of them.
    Any,
    /// These, where the kernel's Landlock can tell (ABI 4); elsewhere all of them.
    Only(Vec<u16>),
}
