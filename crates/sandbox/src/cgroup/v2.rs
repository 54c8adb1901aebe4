//! Control groups, version 2: one hierarchy, in which a part may be delegated to a user.

use super::share::{self, PERIOD, Share};
use super::{CONTROLLERS, Cgroup, INIT, place, write_if_there};
use crate::report::Mechanism;
use crate::spec::Limits;
use std::fs;
use std::io;
use std::path::Path;

/// Makes a group of this name at the first place that has the controllers and is ours to use.
pub(super) fn make(name: &str, limits: &Limits) -> Option<Cgroup> {
    let places = place::of_v2(&place::mounts());
    places.iter().find_map(|place| make_below(place, name, limits))
}

fn make_below(place: &Path, name: &str, limits: &Limits) -> Option<Cgroup> {
    enable(place)?;
    Cgroup::set_up(Mechanism::CgroupV2, vec![place.join(name)], |directory| set(directory, limits))
}

/// Has groups below this one use the controllers. A group with processes of its own cannot, unless it is the root.
fn enable(group: &Path) -> Option<()> {
    let has = |file: &str| {
        let have = fs::read_to_string(group.join(file)).unwrap_or_default();
        CONTROLLERS.iter().all(|controller| have.split_whitespace().any(|one| one == *controller))
    };
    if has("cgroup.subtree_control") {
        return Some(());
    }
    if !has("cgroup.controllers") {
        return None;
    }
    fs::write(group.join("cgroup.subtree_control"), "+memory +pids +cpu").ok()
}

fn set(directory: &Path, limits: &Limits) -> io::Result<()> {
    fs::write(directory.join("memory.max"), limits.memory_bytes.to_string())?;
    write_if_there(&directory.join("memory.swap.max"), "0")?;
    // All of a box or nothing: half a program is of no use.
    write_if_there(&directory.join("memory.oom.group"), "1")?;
    fs::write(directory.join("pids.max"), (limits.processes + INIT).to_string())?;
    share::weigh(directory)?;
    share::set(directory, Share::of(limits.cpu, PERIOD))
}

#[cfg(test)]
mod tests {
    use super::make_below;
    use crate::spec::Limits;
    use std::fs;

    #[test]
    fn a_place_without_the_controllers_is_left_alone() {
        let place = tempfile::tempdir().unwrap();
        fs::write(place.path().join("cgroup.controllers"), "hugetlb memory\n").unwrap();
        assert!(make_below(place.path(), "box-1-2", &Limits::default()).is_none());
        assert!(!place.path().join("box-1-2").exists());
    }

    #[test]
    fn limits_are_written_in_the_words_of_version_2() {
        let place = tempfile::tempdir().unwrap();
        fs::write(place.path().join("cgroup.subtree_control"), "cpu memory pids\n").unwrap();
        let limits = Limits { cpu: 250, processes: 20, memory_bytes: 64 << 20, ..Limits::default() };
        let cgroup = make_below(place.path(), "box-1-2", &limits).unwrap();
        let read = |file: &str| fs::read_to_string(cgroup.directories[0].join(file)).unwrap();
        assert_eq!(read("memory.max"), "67108864");
        assert_eq!(read("pids.max"), "21", "the first process is counted too");
        assert_eq!(read("cpu.max"), "25000 100000");
    }
}
