//! Limits that the kernel keeps for each process.

use crate::report::Mechanism;
use crate::spec::Limits;
use rustix::process::{Resource, Rlimit, getrlimit, nice, setrlimit};
use std::io;

/// Locked memory, as much as systems usually allow: some runtimes and key stores use a little.
const LOCKED_BYTES: u64 = 64 << 10;
/// How far a box without control groups runs behind other processes (nice(2)).
const BEHIND: i32 = 10;

/// Imposes them on this process and all that it starts. What is lower already stays.
pub(super) fn impose(limits: &Limits, mechanism: Mechanism) -> io::Result<()> {
    // Counted within the namespace of users, this process included.
    limit(Resource::Nproc, u64::from(limits.processes) + 1)?;
    limit(Resource::Nofile, limits.open_files)?;
    limit(Resource::Fsize, limits.file_size_bytes)?;
    limit(Resource::Memlock, LOCKED_BYTES)?;
    // A dump of its memory would lie in its directory, with its secrets.
    limit(Resource::Core, 0)?;
    if mechanism == Mechanism::Rlimits {
        // Not the address space, of which some runtimes reserve many times what they use.
        limit(Resource::Data, limits.memory_bytes)?;
        nice(BEHIND)?;
    }
    Ok(())
}

fn limit(resource: Resource, most: u64) -> io::Result<()> {
    let most = getrlimit(resource).maximum.map_or(most, |hard| hard.min(most));
    Ok(setrlimit(resource, Rlimit { current: Some(most), maximum: Some(most) })?)
}
