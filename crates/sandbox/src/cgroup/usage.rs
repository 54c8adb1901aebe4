//! What all processes of a control group use together, whoever made the group.

use super::place;
use crate::message::Usage;
use std::fs;
use std::path::{Path, PathBuf};

/// What the control group of a process uses, if its kernel counts that.
pub fn usage_of(pid: u32) -> Option<Usage> {
    let groups = fs::read_to_string(format!("/proc/{pid}/cgroup")).ok()?;
    read(&place::mounts(), &groups)
}

fn read(mounts: &str, groups: &str) -> Option<Usage> {
    let directory = |controller| directory(mounts, groups, controller);
    let (cpu, memory, pids) = (directory("cpuacct")?, directory("memory")?, directory("pids")?);
    Some(Usage {
        cpu_micros: cpu_micros(&cpu)?,
        rss_bytes: held_bytes(&memory)?,
        processes: number(&pids.join("pids.current")).and_then(|count| u32::try_from(count).ok())?,
    })
}

/// The directory of the group that counts this: of the controller's own hierarchy, or else of the unified one.
fn directory(mounts: &str, groups: &str, controller: &str) -> Option<PathBuf> {
    let own = groups.lines().find_map(|line| {
        let (controllers, path) = line.split_once(':')?.1.split_once(':')?;
        controllers.split(',').any(|one| one == controller).then_some(path)
    });
    match own {
        Some(path) => below(&place::of_v1(mounts, controller)?, path),
        None => below(&place::root_of_v2(mounts)?, groups.lines().find_map(|line| line.strip_prefix("0::"))?),
    }
}

fn below(mount: &Path, path: &str) -> Option<PathBuf> {
    Some(mount.join(path.strip_prefix('/')?))
}

pub(super) fn cpu_micros(group: &Path) -> Option<u64> {
    let of_v1 = || Some(number(&group.join("cpuacct.usage"))? / 1000);
    field(&group.join("cpu.stat"), "usage_usec").or_else(of_v1)
}

/// Without what the kernel only keeps of files because nobody else needs the room.
fn held_bytes(group: &Path) -> Option<u64> {
    let statistics = group.join("memory.stat");
    let of_v2 = || Some((number(&group.join("memory.current"))?, field(&statistics, "inactive_file")?));
    let of_v1 = || Some((number(&group.join("memory.usage_in_bytes"))?, field(&statistics, "total_inactive_file")?));
    let (all, unneeded) = of_v2().or_else(of_v1)?;
    Some(all.saturating_sub(unneeded))
}

fn number(file: &Path) -> Option<u64> {
    fs::read_to_string(file).ok()?.trim().parse().ok()
}

/// A figure of a file that has a name and a figure in each line.
pub(super) fn field(file: &Path, name: &str) -> Option<u64> {
    let text = fs::read_to_string(file).ok()?;
    text.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(' ')?.trim().parse().ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A place with these files.
    fn place(files: &[(&str, &str)]) -> tempfile::TempDir {
        let place = tempfile::tempdir().unwrap();
        for (file, text) in files {
            let file = place.path().join(file);
            fs::create_dir_all(file.parent().unwrap()).unwrap();
            fs::write(file, text).unwrap();
        }
        place
    }

    const USED: Usage = Usage { cpu_micros: 1_500, rss_bytes: 60, processes: 3 };

    #[test]
    fn it_is_read_of_the_unified_hierarchy() {
        let place = place(&[
            ("a/cpu.stat", "usage_usec 1500\nuser_usec 9\n"),
            ("a/memory.current", "100\n"),
            ("a/memory.stat", "anon 5\ninactive_file 40\n"),
            ("a/pids.current", "3\n"),
        ]);
        let mounts = format!("30 25 0:27 / {} rw - cgroup2 cgroup2 rw\n", place.path().display());
        assert_eq!(read(&mounts, "0::/a\n"), Some(USED));
        assert_eq!(read(&mounts, "0::/b\n"), None);
    }

    #[test]
    fn it_is_read_of_a_hierarchy_for_each_controller() {
        let place = place(&[
            ("cpu/a/cpuacct.usage", "1500000\n"),
            ("memory/a/memory.usage_in_bytes", "100\n"),
            ("memory/a/memory.stat", "inactive_file 7\ntotal_inactive_file 40\n"),
            ("pids/a/pids.current", "3\n"),
        ]);
        let mount = |name: &str, controllers: &str| {
            format!("30 25 0:27 / {} rw - cgroup cgroup rw,{controllers}\n", place.path().join(name).display())
        };
        let mounts = mount("cpu", "cpu,cpuacct") + &mount("memory", "memory") + &mount("pids", "pids");
        assert_eq!(read(&mounts, "3:cpu,cpuacct:/a\n2:memory:/a\n1:pids:/a\n0::/\n"), Some(USED));
        assert_eq!(read(&mounts, "3:cpu,cpuacct:/a\n1:pids:/a\n"), None);
    }
}
