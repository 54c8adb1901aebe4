//! `/proc` of a box: its own processes, and little of the host's kernel.

use super::root::SAFE;
use super::tree::{Tree, by_descriptor};
use rustix::mount::{FsMountFlags, FsOpenFlags, MountAttrFlags, MountFlags, fsconfig_create, fsmount, fsopen};
use std::io;
use std::os::fd::OwnedFd;
use std::path::Path;

/// What is shown, and not to be written whoever asks.
const READ_ONLY: [&str; 5] = ["/proc/sys", "/proc/irq", "/proc/bus", "/proc/fs", "/proc/sysrq-trigger"];
/// Files in which nothing is to be read: memory, keys, and where the kernel's parts lie.
const HIDDEN: [&str; 7] = [
    "/proc/kcore",
    "/proc/kmsg",
    "/proc/keys",
    "/proc/key-users",
    "/proc/kallsyms",
    "/proc/timer_list",
    "/proc/sched_debug",
];

/// Mounts it. Gives it once more as nobody else sees it, with the settings to be written.
pub(super) fn mount(tree: &Tree, nothing: &OwnedFd) -> io::Result<OwnedFd> {
    let flags = SAFE | MountFlags::NOEXEC;
    let target = tree.directory(Path::new("/proc"))?;
    rustix::mount::mount("proc", by_descriptor(&target), "proc", flags, c"")?;
    for path in READ_ONLY.into_iter().map(Path::new) {
        let Ok(source) = tree.open(path) else { continue };
        tree.bind(&source, path, flags | MountFlags::RDONLY)?;
    }
    for path in HIDDEN.into_iter().map(Path::new) {
        if tree.open(path).is_ok() {
            tree.bind(nothing, path, flags | MountFlags::RDONLY)?;
        }
    }
    let context = fsopen("proc", FsOpenFlags::FSOPEN_CLOEXEC)?;
    fsconfig_create(&context)?;
    let attributes =
        MountAttrFlags::MOUNT_ATTR_NOSUID | MountAttrFlags::MOUNT_ATTR_NODEV | MountAttrFlags::MOUNT_ATTR_NOEXEC;
    Ok(fsmount(&context, FsMountFlags::FSMOUNT_CLOEXEC, attributes)?)
}
