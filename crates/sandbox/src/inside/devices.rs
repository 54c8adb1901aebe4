//! The devices of a box: those that hold nothing. There is no terminal.

use super::root::SAFE;
use super::tree::{Tree, open_source};
use rustix::mount::MountFlags;
use std::io;
use std::os::fd::OwnedFd;
use std::path::Path;

const DEVICES: [&str; 5] = ["/dev/null", "/dev/zero", "/dev/full", "/dev/random", "/dev/urandom"];
const LINKS: [(&str, &str); 4] = [
    ("/dev/fd", "/proc/self/fd"),
    ("/dev/stdin", "/proc/self/fd/0"),
    ("/dev/stdout", "/proc/self/fd/1"),
    ("/dev/stderr", "/proc/self/fd/2"),
];

/// Opens the host's: a namespace of users has no right to make any.
pub(super) fn open() -> io::Result<Vec<(&'static str, OwnedFd)>> {
    DEVICES.into_iter().map(|device| Ok((device, open_source(Path::new(device))?))).collect()
}

/// Shows them, with memory to share of so many bytes.
pub(super) fn fill(tree: &Tree, devices: &[(&str, OwnedFd)], shared_bytes: u64) -> io::Result<()> {
    for (path, device) in devices {
        tree.bind(device, Path::new(path), MountFlags::NOSUID | MountFlags::NOEXEC)?;
    }
    for (path, target) in LINKS {
        tree.link(path, Path::new(target))?;
    }
    tree.memory("/dev/shm", shared_bytes, SAFE | MountFlags::NOEXEC)
}
