//! Where the hierarchies of control groups are mounted.

use super::{CONTROLLERS, COUNTER};
use std::fs;
use std::path::{Path, PathBuf};

/// The mount of the hierarchy of version 1 that has this controller.
pub(super) fn of_v1(mounts: &str, controller: &str) -> Option<PathBuf> {
    let has = |options: &str| options.split(',').any(|option| option == controller);
    mounts.lines().filter_map(mount).find(|(_, kind, options)| *kind == "cgroup" && has(options)).map(|(at, ..)| at)
}

/// The mount of the hierarchy of version 2.
pub(super) fn root_of_v2(mounts: &str) -> Option<PathBuf> {
    mounts.lines().filter_map(mount).find(|(_, kind, _)| *kind == "cgroup2").map(|(root, ..)| root)
}

/// Where in the hierarchy of version 2 a group may be made below: beside or under that of this process, or anywhere.
pub(super) fn of_v2(mounts: &str) -> Vec<PathBuf> {
    let Some(root) = root_of_v2(mounts) else { return Vec::new() };
    let own = fs::read_to_string("/proc/self/cgroup").unwrap_or_default();
    let own = own.lines().find_map(|line| line.strip_prefix("0::/")).map(|path| root.join(path));
    let above = own.as_deref().and_then(Path::parent).filter(|above| above.starts_with(&root)).map(Path::to_owned);
    own.into_iter().chain(above).chain([root]).collect()
}

/// Where groups of boxes may be.
pub(super) fn of_all() -> Vec<PathBuf> {
    let mounts = mounts();
    let first = CONTROLLERS.iter().chain([&COUNTER]).filter_map(|controller| of_v1(&mounts, controller));
    let mut all: Vec<PathBuf> = first.chain(of_v2(&mounts)).collect();
    all.sort();
    all.dedup();
    all
}

/// The mounts of this process (`proc_pid_mountinfo(5)`).
pub(super) fn mounts() -> String {
    fs::read_to_string("/proc/self/mountinfo").unwrap_or_default()
}

/// Where a line's mount is, its file system and that one's options.
fn mount(line: &str) -> Option<(PathBuf, &str, &str)> {
    let (before, after) = line.split_once(" - ")?;
    let mut after = after.split(' ');
    let (kind, options) = (after.next()?, after.nth(1)?);
    Some((PathBuf::from(before.split(' ').nth(4)?), kind, options))
}

#[cfg(test)]
mod tests {
    use super::{of_v1, of_v2};
    use std::path::PathBuf;

    const HYBRID: &str = "30 25 0:27 / /sys/fs/cgroup/cpu,cpuacct rw,nosuid - cgroup cgroup rw,cpu,cpuacct\n\
                          31 25 0:28 / /sys/fs/cgroup/memory rw shared:9 - cgroup cgroup rw,memory\n\
                          32 25 0:29 / /sys/fs/cgroup/unified rw - cgroup2 cgroup2 rw,nsdelegate\n";

    #[test]
    fn a_controller_is_found_also_where_it_shares_its_hierarchy() {
        assert_eq!(of_v1(HYBRID, "cpu"), Some(PathBuf::from("/sys/fs/cgroup/cpu,cpuacct")));
        assert_eq!(of_v1(HYBRID, "memory"), Some(PathBuf::from("/sys/fs/cgroup/memory")));
        assert_eq!(of_v1(HYBRID, "pids"), None);
    }

    #[test]
    fn the_unified_hierarchy_is_found_beside_the_others() {
        assert_eq!(of_v2(HYBRID).last(), Some(&PathBuf::from("/sys/fs/cgroup/unified")));
        assert!(of_v2("").is_empty());
    }
}
