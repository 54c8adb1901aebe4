//! Control groups, version 1: a hierarchy for each controller.

use super::share::{self, PERIOD, Share};
use super::{CONTROLLERS, COUNTER, Cgroup, INIT, place, write_if_there};
use crate::report::Mechanism;
use crate::spec::Limits;
use std::io;
use std::path::{Path, PathBuf};

/// Makes a group of this name; `None` if a controller is missing or not ours to use.
pub(super) fn make(name: &str, limits: &Limits) -> Option<Cgroup> {
    let mounts = place::mounts();
    let places = CONTROLLERS.iter().map(|controller| place::of_v1(&mounts, controller));
    let mut directories = places.map(|place| Some(place?.join(name))).collect::<Option<Vec<PathBuf>>>()?;
    directories.extend(place::of_v1(&mounts, COUNTER).map(|place| place.join(name)));
    // Controllers may share a hierarchy.
    directories.sort();
    directories.dedup();
    Cgroup::set_up(Mechanism::CgroupV1, directories, |directory| set(directory, limits))
}

/// Sets what there is to set in this hierarchy.
fn set(directory: &Path, limits: &Limits) -> io::Result<()> {
    let memory = limits.memory_bytes.to_string();
    write_if_there(&directory.join("memory.limit_in_bytes"), &memory)?;
    // Memory and swap together; not there when the kernel does not count swap.
    write_if_there(&directory.join("memory.memsw.limit_in_bytes"), &memory)?;
    write_if_there(&directory.join("pids.max"), &(limits.processes + INIT).to_string())?;
    if directory.join("cpu.cfs_quota_us").exists() {
        share::weigh(directory)?;
        share::set(directory, Share::of(limits.cpu, PERIOD))?;
    }
    Ok(())
}
