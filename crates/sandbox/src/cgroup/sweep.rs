//! Groups whose box is over, but whose launcher or keeper was killed before it could remove them.

use super::name::Name;
use super::{place, remove};
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use std::fs;
use std::path::Path;

/// Removes the control groups of boxes whose launcher or keeper is gone, and ends what may be left in them. Gives how
/// many it removed. To be called once in a while, and when a launcher ended by a signal.
pub fn sweep() -> usize {
    let groups = place::of_all().into_iter().filter_map(|all| fs::read_dir(all).ok()).flatten().flatten();
    let left = groups.filter(|group| group.file_name().to_str().is_some_and(is_left));
    left.filter(|group| clear(&group.path())).count()
}

/// Whether a group of this name has lost who made it.
fn is_left(name: &str) -> bool {
    Name::parse(name).is_some_and(Name::is_left)
}

fn clear(group: &Path) -> bool {
    let processes = fs::read_to_string(group.join("cgroup.procs")).unwrap_or_default();
    for process in processes.lines().filter_map(|process| process.parse().ok()) {
        // It ends by itself soon; whoever is gone already is as good.
        let _ = kill(Pid::from_raw(process), Signal::SIGKILL);
    }
    remove(group).is_ok()
}
