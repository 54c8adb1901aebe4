//! What a process may use of this machine.

use rustix::process::{Pid, Resource, Rlimit, prlimit};
use std::io;

/// What a process, and each process that it starts, may use of this machine; `None` is no bound of ours. The defaults
/// are in the fields' words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ceilings {
    /// Bytes of memory that it may write to: 2 GiB. Addresses alone are not counted, of which some runtimes reserve
    /// many times what they use.
    pub memory: Option<u64>,
    /// Open files: 1 024.
    pub files: Option<u64>,
    /// Processes and threads of the operating system's user that it runs as, all together: 4 096. It does not bind a
    /// privileged user.
    pub processes: Option<u64>,
    /// Bytes of a file that it writes: 1 GiB.
    pub file_bytes: Option<u64>,
    /// Seconds of the processor that it may take in all its life: no bound.
    pub processor_seconds: Option<u64>,
}

impl Default for Ceilings {
    fn default() -> Self {
        Self {
            memory: Some(2 << 30),
            files: Some(1024),
            processes: Some(4096),
            file_bytes: Some(1 << 30),
            processor_seconds: None,
        }
    }
}

impl Ceilings {
    /// Sets them for a process of ours, which hands them on to what it starts. What it has to go without already is not
    /// raised.
    pub(super) fn impose(&self, process: Pid) -> io::Result<()> {
        let all = [
            (Resource::Data, self.memory),
            (Resource::Nofile, self.files),
            (Resource::Nproc, self.processes),
            (Resource::Fsize, self.file_bytes),
            (Resource::Cpu, self.processor_seconds),
            // A dump of its memory would lie in its folder, with what it was told in secret.
            (Resource::Core, Some(0)),
        ];
        for (resource, most) in all {
            let Some(most) = most else { continue };
            let hard = rustix::process::getrlimit(resource).maximum;
            let most = hard.map_or(most, |hard| hard.min(most));
            prlimit(Some(process), resource, Rlimit { current: Some(most), maximum: Some(most) })?;
        }
        Ok(())
    }
}
