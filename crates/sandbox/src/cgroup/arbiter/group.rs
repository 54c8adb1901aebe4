//! What a box's group tells of it, and what is written there.

use super::conduct::Treatment;
use crate::cgroup::name::Name;
use crate::cgroup::share::{self, PERIOD, Share};
use crate::cgroup::{COUNTER, place, usage};
use std::array;
use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// Microseconds in which the time of a processor is shared out to a box that others are to be spared. Each time that the
/// kernel stops and wakes a box, some neighbour waits for a tick: with longer periods fewer do.
const LONG_PERIOD: u64 = 5 * PERIOD;
/// What a slowed box may take, in thousandths of a processor: as much as it takes to write what it may for good.
const SLOWED: u32 = 20;

/// Where the groups of boxes are.
#[derive(Debug, Default)]
pub(super) struct Groups {
    pub(super) names: BTreeSet<String>,
    /// The groups above them, of the controller of processors and of the one that counts what is taken of those: with
    /// version 1 they may have a hierarchy each.
    above: Vec<[PathBuf; 2]>,
}

impl Groups {
    pub(super) fn find(mounts: &str) -> Self {
        let second = place::of_v2(mounts).into_iter().map(|place| array::from_fn(|_| place.clone()));
        let above: Vec<_> = of_v1(mounts).into_iter().chain(second).collect();
        let entries = above.iter().filter_map(|[cpu, ..]| fs::read_dir(cpu).ok()).flatten().flatten();
        let names = entries.filter_map(|entry| entry.file_name().into_string().ok());
        Self { names: names.filter(|name| Name::parse(name).is_some()).collect(), above }
    }

    /// The group of a box, if it can be treated.
    pub(super) fn group(&self, name: &str) -> Option<Group> {
        let below = |above: &[PathBuf; 2]| above.each_ref().map(|place| place.join(name));
        let own = self.above.iter().map(below).find(|[cpu, ..]| share::has_idle(cpu));
        let [cpu, counted] = own?;
        Some(Group { name: Name::parse(name)?, cpu, counted })
    }
}

/// The groups above those of boxes, if there is a hierarchy for each controller.
fn of_v1(mounts: &str) -> Option<[PathBuf; 2]> {
    let of = |controller| place::of_v1(mounts, controller);
    Some([of("cpu")?, of(COUNTER)?])
}

/// The group of a box.
#[derive(Debug)]
pub(super) struct Group {
    name: Name,
    cpu: PathBuf,
    counted: PathBuf,
}

impl Group {
    /// The process that made it.
    pub(super) fn keeper(&self) -> u32 {
        self.name.keeper
    }

    /// What the box may take, in thousandths of a processor.
    pub(super) fn allowance(&self) -> u32 {
        self.name.cpu
    }

    /// What it has taken of the processors so far, in microseconds.
    pub(super) fn cpu_micros(&self) -> Option<u64> {
        usage::cpu_micros(&self.counted)
    }

    /// What its processes have written to disks so far, in bytes, and those that they waited for (`proc_pid_io(5)`).
    pub(super) fn written_bytes(&self) -> u64 {
        let processes = fs::read_to_string(self.cpu.join("cgroup.procs")).unwrap_or_default();
        let written = |process| usage::field(&Path::new("/proc").join(process).join("io"), "write_bytes:");
        processes.lines().filter_map(written).sum()
    }

    /// How it is treated.
    pub(super) fn treatment(&self) -> io::Result<Treatment> {
        if share::is_idle(&self.cpu)? {
            return Ok(Treatment::GivesWay);
        }
        let is_slowed = share::get(&self.cpu)? == self.slowed();
        Ok(if is_slowed { Treatment::Slowed } else { Treatment::Ordinary })
    }

    /// Treats it like this from now on.
    pub(super) fn treat(&self, treatment: Treatment) -> io::Result<()> {
        let share = match treatment {
            Treatment::Ordinary => Share::of(self.name.cpu, PERIOD),
            Treatment::GivesWay => Share::of(self.name.cpu, LONG_PERIOD),
            Treatment::Slowed => self.slowed(),
        };
        share::set(&self.cpu, share)?;
        share::set_idle(&self.cpu, treatment == Treatment::GivesWay)
    }

    fn slowed(&self) -> Share {
        Share::of(self.name.cpu.min(SLOWED), LONG_PERIOD)
    }
}
