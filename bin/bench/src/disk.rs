//! Which disk is measured.

use std::fs;
use std::path::Path;

/// The type of the file system that holds `dir`, as proc(5) has it in /proc/mounts; `unknown` when it cannot be told.
pub(crate) fn file_system(dir: &Path) -> String {
    let mounts = fs::read_to_string("/proc/mounts").unwrap_or_default();
    let dir = dir.canonicalize().unwrap_or_else(|_| dir.to_owned());
    type_of(&mounts, &dir).unwrap_or("unknown").to_owned()
}

/// Whether files on such a file system are kept in memory only, where a commit costs nothing.
pub(crate) fn is_memory(file_system: &str) -> bool {
    matches!(file_system, "tmpfs" | "ramfs")
}

fn type_of<'a>(mounts: &'a str, dir: &Path) -> Option<&'a str> {
    let fields = mounts.lines().map(|line| line.split(' ').collect::<Vec<_>>());
    let holding = fields.filter(|fields| fields.len() > 2 && dir.starts_with(fields[1]));
    // Of two mounts at one place the later covers the earlier, and max_by_key gives the later.
    holding.max_by_key(|fields| fields[1].len()).map(|fields| fields[2])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_innermost_and_latest_mount_counts() {
        let mounts =
            "/dev/a / ext4 rw 0 0\ntmpfs /tmp tmpfs rw 0 0\n/dev/b /tmp/x xfs rw 0 0\n/dev/c /tmp/x btrfs rw 0 0\n";
        for (dir, expected) in [("/home", "ext4"), ("/tmp", "tmpfs"), ("/tmp/xy", "tmpfs"), ("/tmp/x/y", "btrfs")] {
            assert_eq!(type_of(mounts, Path::new(dir)), Some(expected), "{dir}");
        }
        assert_eq!(type_of("", Path::new("/")), None);
    }
}
