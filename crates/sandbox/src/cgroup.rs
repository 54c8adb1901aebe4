//! Control groups: limits of all processes of a box together.
//!
//! Each box has a group of its own, named after the process that made the box. It is beside those of everybody else of
//! the machine, not below one for all boxes: the kernel weighs a box against the gateway by the groups of theirs that are
//! side by side, and only one box may be meant when one is made to give way.

mod arbiter;
mod name;
mod place;
mod share;
mod sweep;
mod usage;
mod v1;
mod v2;

use crate::report::Mechanism;
use crate::spec::Limits;
use name::Name;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

pub use arbiter::Arbiter;
pub use sweep::sweep;
pub use usage::usage_of;

/// The controllers without which limits are not kept.
const CONTROLLERS: [&str; 3] = ["memory", "pids", "cpu"];
/// The one of version 1 that counts what is taken of processors. It limits nothing.
const COUNTER: &str = "cpuacct";
/// The first process of a box, which is counted with the others.
const INIT: u32 = 1;
/// How long it is waited at first, and at most, until a group is tried once more to be removed whose processes are just
/// ending; and how long in all.
const PAUSE: Duration = Duration::from_micros(100);
const LONGEST_PAUSE: Duration = Duration::from_millis(5);
const PATIENCE: Duration = Duration::from_millis(500);

/// The group of a box. Dropped, it is removed; nobody may be in it any more.
#[derive(Debug)]
pub(crate) struct Cgroup {
    mechanism: Mechanism,
    /// The group's directory, of each hierarchy that it is in.
    directories: Vec<PathBuf>,
}

impl Cgroup {
    /// Makes a group with these limits; `None` where none is to be had.
    pub(crate) fn make(limits: &Limits) -> Option<Self> {
        let name = Name::of_this_process(limits.cpu).ok()?.to_string();
        v2::make(&name, limits).or_else(|| v1::make(&name, limits))
    }

    /// Makes a group of these directories and sets it up; what was made of it is removed if that fails.
    fn set_up(mechanism: Mechanism, directories: Vec<PathBuf>, set: impl Fn(&Path) -> io::Result<()>) -> Option<Self> {
        let mut cgroup = Self { mechanism, directories: Vec::new() };
        for directory in directories {
            fs::create_dir(&directory).ok()?;
            cgroup.directories.push(directory);
            set(cgroup.directories.last()?).ok()?;
        }
        Some(cgroup)
    }

    /// What keeps the limits.
    pub(crate) fn mechanism(&self) -> Mechanism {
        self.mechanism
    }

    /// The directories that a process has to [`enter`] which is to be in it: those of version 1.
    pub(crate) fn to_be_entered(&self) -> &[PathBuf] {
        if self.mechanism == Mechanism::CgroupV1 { &self.directories } else { &[] }
    }

    /// Puts a process into it, with all that it will start, unless it is to be entered.
    pub(crate) fn add(&self, pid: u32) -> io::Result<()> {
        if !self.to_be_entered().is_empty() {
            return Ok(());
        }
        self.directories.iter().try_for_each(|directory| fs::write(directory.join("cgroup.procs"), pid.to_string()))
    }

    /// Whether the kernel killed a process of it because its memory was used up.
    pub(crate) fn was_out_of_memory(&self) -> bool {
        let told = |directory: &PathBuf| {
            let files = ["memory.events", "memory.oom_control"].map(|file| fs::read_to_string(directory.join(file)));
            files.into_iter().flatten().any(|events| kills(&events) > 0)
        };
        self.directories.iter().any(told)
    }
}

impl Drop for Cgroup {
    fn drop(&mut self) {
        // What cannot be removed is left for the next sweep.
        self.directories.iter().for_each(|directory| drop(remove(directory)));
    }
}

/// Puts this process, which has a single thread, into groups of version 1, with all that it will start. To put another one
/// there the kernel waits for milliseconds until no processor can be making or ending a thread; this it does at once.
pub(crate) fn enter(groups: &[PathBuf]) -> io::Result<()> {
    groups.iter().try_for_each(|group| fs::write(group.join("tasks"), "0"))
}

/// The processes killed, of a file of events.
fn kills(events: &str) -> u64 {
    let mut lines = events.lines().filter_map(|line| line.strip_prefix("oom_kill "));
    lines.find_map(|count| count.trim().parse().ok()).unwrap_or(0)
}

/// Removes a group as soon as nobody is in it.
fn remove(directory: &Path) -> io::Result<()> {
    let (begun, mut pause) = (Instant::now(), PAUSE);
    loop {
        match fs::remove_dir(directory) {
            Err(fault) if fault.kind() == io::ErrorKind::ResourceBusy && begun.elapsed() < PATIENCE => {}
            done => return done,
        }
        std::thread::sleep(pause);
        pause = LONGEST_PAUSE.min(pause * 2);
    }
}

/// Writes a setting that not every kernel has.
fn write_if_there(file: &Path, value: &str) -> io::Result<()> {
    if file.exists() { fs::write(file, value) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    #[test]
    fn kills_are_read_of_both_versions_files() {
        assert_eq!(super::kills("oom_kill_disable 0\nunder_oom 0\noom_kill 3\n"), 3);
        assert_eq!(super::kills("low 0\nhigh 0\nmax 9\noom 2\noom_kill 1\noom_group_kill 1\n"), 1);
        assert_eq!(super::kills(""), 0);
    }
}
