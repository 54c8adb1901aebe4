//! The root of a box: all that its program sees of files.

use super::tree::{Tree, open_source};
use super::{devices, files, proc, runtime};
use crate::error::{Failure, Step as _};
use crate::spec::{Access, Bind, Spec};
use rustix::mount::{MountFlags, MountPropagationFlags, UnmountFlags, mount_change, mount_remount, unmount};
use rustix::process::{chdir, fchdir, pivot_root};
use std::io;
use std::os::fd::OwnedFd;
use std::path::PathBuf;

/// What nothing of a box may do: gain another user's rights by a file, or be a device.
pub(super) const SAFE: MountFlags = MountFlags::NOSUID.union(MountFlags::NODEV);

/// Makes the root and goes into it. Gives a tree of the kernel's settings, which the root does not show.
pub(super) fn build(spec: &Spec) -> Result<OwnedFd, Failure> {
    // What is mounted here is to be seen nowhere else.
    mount_change("/", MountPropagationFlags::PRIVATE | MountPropagationFlags::REC).step("keep mounts to itself")?;
    let umask = rustix::process::umask(rustix::fs::Mode::empty());
    // Opened before anything is covered.
    let sources = Sources::open(spec)?;
    let tree = Tree::new().step("make a root")?;
    for (path, source) in &sources.runtime {
        let to = path.display();
        tree.bind(source, path, SAFE | MountFlags::RDONLY).step(&format!("show {to}"))?;
    }
    runtime::link(&tree).step("link the runtime")?;
    files::write(&tree, &spec.hostname).step("write the files of /etc")?;
    devices::fill(&tree, &sources.devices, spec.tmp_bytes).step("fill /dev")?;
    tree.memory("/tmp", spec.tmp_bytes, SAFE).step("make /tmp")?;
    let knobs = proc::mount(&tree, &sources.nothing).step("mount /proc")?;
    for (bind, source) in &sources.binds {
        let flags = if bind.access == Access::ReadOnly { SAFE | MountFlags::RDONLY } else { SAFE };
        tree.bind(source, &bind.to, flags).step(&format!("show {}", bind.to.display()))?;
    }
    enter(&tree).step("go into the root")?;
    rustix::process::umask(umask);
    Ok(knobs)
}

/// Makes the tree the root, of which nothing leads out.
fn enter(tree: &Tree) -> io::Result<()> {
    fchdir(tree.root())?;
    // The old root is put over the new one, where it is taken off at once (pivot_root(2), "pivot_root(".", ".")").
    pivot_root(".", ".")?;
    unmount(".", UnmountFlags::DETACH)?;
    chdir("/")?;
    Ok(mount_remount("/", MountFlags::BIND | MountFlags::RDONLY | SAFE, c"")?)
}

/// What is shown of the host, opened.
struct Sources {
    runtime: Vec<(PathBuf, OwnedFd)>,
    devices: Vec<(&'static str, OwnedFd)>,
    binds: Vec<(Bind, OwnedFd)>,
    /// A file in which there is nothing, to be put over others.
    nothing: OwnedFd,
}

impl Sources {
    fn open(spec: &Spec) -> Result<Self, Failure> {
        let open = |bind: &Bind| {
            let source = open_source(&bind.from).step(&format!("open {}", bind.from.display()))?;
            Ok((bind.clone(), source))
        };
        Ok(Self {
            runtime: runtime::open(&spec.runtime)?,
            devices: devices::open().step("open the devices")?,
            binds: spec.binds.iter().map(open).collect::<Result<_, Failure>>()?,
            nothing: open_source(std::path::Path::new("/dev/null")).step("open /dev/null")?,
        })
    }
}
