//! The files of `/etc` that a box has for itself, in which nothing of the host is told.

use super::tree::Tree;
use std::io;
use std::path::Path;

/// The user and the group that a program is inside of its box.
pub(super) const USER: u32 = 1000;

/// Writes them.
pub(super) fn write(tree: &Tree, hostname: &str) -> io::Result<()> {
    tree.file(
        "/etc/passwd",
        &format!("site:x:{USER}:{USER}::/tmp:/bin/sh\nnobody:x:65534:65534::/nonexistent:/usr/sbin/nologin\n"),
    )?;
    tree.file("/etc/group", &format!("site:x:{USER}:\nnogroup:x:65534:\n"))?;
    tree.file("/etc/hosts", &format!("127.0.0.1 localhost {hostname}\n::1 localhost\n"))?;
    tree.file("/etc/hostname", &format!("{hostname}\n"))?;
    // There is nobody to ask for names: whoever goes out does so through a proxy, which resolves them.
    tree.file("/etc/resolv.conf", "")?;
    tree.file("/etc/nsswitch.conf", "passwd: files\ngroup: files\nhosts: files\nservices: files\nprotocols: files\n")?;
    for directory in ["/home", "/run", "/var"] {
        tree.directory(Path::new(directory))?;
    }
    tree.link("/var/tmp", Path::new("/tmp"))
}
