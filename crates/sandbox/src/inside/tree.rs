//! The tree of files that becomes the root of a box. It is filled from outside, step by step without following
//! symbolic links: what is bound into it may hold some that a tenant made.

use rustix::fs::{AtFlags, FileType, Mode, OFlags, StatVfsMountFlags};
use rustix::mount::{MountFlags, mount, mount_bind, mount_remount};
use std::ffi::{CString, OsStr};
use std::fs::File;
use std::io::{self, Write as _};
use std::os::fd::{AsRawFd as _, OwnedFd};
use std::path::{Component, Path};

/// Directories of the host of which one is covered by the tree until it becomes the root.
const PLACES: [&str; 4] = ["/tmp", "/run", "/mnt", "/var"];
/// Enough for mount points and a few small files.
const ROOT_OPTIONS: &str = "size=4m,nr_inodes=4096,mode=755";

const DIRECTORY: OFlags = OFlags::PATH.union(OFlags::DIRECTORY).union(OFlags::NOFOLLOW).union(OFlags::CLOEXEC);
const ANYTHING: OFlags = OFlags::PATH.union(OFlags::NOFOLLOW).union(OFlags::CLOEXEC);

/// The tree, while it is filled.
pub(super) struct Tree {
    root: OwnedFd,
}

impl Tree {
    /// An empty one, in memory. What the host has at its place can be reached by descriptors opened before.
    pub(super) fn new() -> io::Result<Self> {
        let place = PLACES.into_iter().find(|place| Path::new(place).is_dir()).ok_or(io::ErrorKind::NotFound)?;
        let options = CString::new(ROOT_OPTIONS)?;
        mount("tmpfs", place, "tmpfs", MountFlags::NOSUID | MountFlags::NODEV, options.as_c_str())?;
        Ok(Self { root: rustix::fs::open(place, DIRECTORY, Mode::empty())? })
    }

    /// The tree's root.
    pub(super) fn root(&self) -> &OwnedFd {
        &self.root
    }

    /// The directory at this path, made if it is not there.
    pub(super) fn directory(&self, path: &Path) -> io::Result<OwnedFd> {
        let mut at = self.root.try_clone()?;
        for name in names(path)? {
            match rustix::fs::mkdirat(&at, name, Mode::from_raw_mode(0o755)) {
                // A directory in what is read-only may be there as well.
                Ok(()) | Err(rustix::io::Errno::EXIST | rustix::io::Errno::ROFS) => {}
                Err(fault) => return Err(fault.into()),
            }
            at = rustix::fs::openat(&at, name, DIRECTORY, Mode::empty())?;
        }
        Ok(at)
    }

    /// A small file with this content, to be read by everybody.
    pub(super) fn file(&self, path: &str, content: &str) -> io::Result<()> {
        let (directory, name) = self.place(Path::new(path))?;
        let flags = OFlags::WRONLY | OFlags::CREATE | OFlags::EXCL | OFlags::CLOEXEC;
        let file = rustix::fs::openat(&directory, name, flags, Mode::from_raw_mode(0o644))?;
        File::from(file).write_all(content.as_bytes())
    }

    /// A symbolic link to this target.
    pub(super) fn link(&self, path: &str, target: &Path) -> io::Result<()> {
        let (directory, name) = self.place(Path::new(path))?;
        Ok(rustix::fs::symlinkat(target, &directory, name)?)
    }

    /// Shows what was opened here, with these flags and those that it has already.
    pub(super) fn bind(&self, source: &OwnedFd, to: &Path, flags: MountFlags) -> io::Result<()> {
        if names(to)?.is_empty() {
            return Err(io::Error::other("nothing is shown in place of the root"));
        }
        let target = match kind(source)? {
            FileType::Directory => self.directory(to)?,
            FileType::Symlink => return Err(io::Error::other("it is a symbolic link")),
            _ => self.node(to)?,
        };
        mount_bind(by_descriptor(source), by_descriptor(&target))?;
        self.restrict(to, flags)
    }

    /// A directory in memory of so many bytes.
    pub(super) fn memory(&self, to: &str, bytes: u64, flags: MountFlags) -> io::Result<()> {
        let target = self.directory(Path::new(to))?;
        // A file without content costs memory too.
        let options = CString::new(format!("size={bytes},nr_inodes={},mode=1777", bytes / 4096 + 64))?;
        mount("tmpfs", by_descriptor(&target), "tmpfs", flags, options.as_c_str())?;
        Ok(())
    }

    /// Adds flags to the mount that is at this path.
    pub(super) fn restrict(&self, to: &Path, flags: MountFlags) -> io::Result<()> {
        let mounted = self.open(to)?;
        // Flags that a mount has from the host cannot be taken away by an unprivileged user, and are not to be.
        let held = rustix::fs::fstatvfs(&mounted)?.f_flag;
        let pairs = [
            (StatVfsMountFlags::RDONLY, MountFlags::RDONLY),
            (StatVfsMountFlags::NOSUID, MountFlags::NOSUID),
            (StatVfsMountFlags::NODEV, MountFlags::NODEV),
            (StatVfsMountFlags::NOEXEC, MountFlags::NOEXEC),
        ];
        let kept = pairs.into_iter().filter(|(held_as, _)| held.contains(*held_as));
        let flags = kept.fold(flags, |flags, (_, flag)| flags | flag);
        Ok(mount_remount(by_descriptor(&mounted), flags | MountFlags::BIND, c"")?)
    }

    /// What is at this path.
    pub(super) fn open(&self, path: &Path) -> io::Result<OwnedFd> {
        let names = names(path)?;
        let mut at = self.root.try_clone()?;
        for (number, name) in names.iter().enumerate() {
            let flags = if number + 1 < names.len() { DIRECTORY } else { ANYTHING };
            at = rustix::fs::openat(&at, *name, flags, Mode::empty())?;
        }
        Ok(at)
    }

    /// A file to bind another one over, made if it is not there.
    fn node(&self, path: &Path) -> io::Result<OwnedFd> {
        let (directory, name) = self.place(path)?;
        if rustix::fs::statat(&directory, name, AtFlags::SYMLINK_NOFOLLOW).is_err() {
            let flags = OFlags::WRONLY | OFlags::CREATE | OFlags::EXCL | OFlags::CLOEXEC;
            drop(rustix::fs::openat(&directory, name, flags, Mode::from_raw_mode(0o644))?);
        }
        let node = rustix::fs::openat(&directory, name, ANYTHING, Mode::empty())?;
        if kind(&node)? == FileType::Symlink {
            return Err(io::Error::other("there is a symbolic link in its place"));
        }
        Ok(node)
    }

    /// The directory of this path, made if it is not there, and the name in it.
    fn place<'a>(&self, path: &'a Path) -> io::Result<(OwnedFd, &'a OsStr)> {
        let name = path.file_name().ok_or(io::ErrorKind::InvalidInput)?;
        let directory = self.directory(path.parent().ok_or(io::ErrorKind::InvalidInput)?)?;
        Ok((directory, name))
    }
}

/// Opens something of the host to be bound: not through a symbolic link at its end.
pub(super) fn open_source(path: &Path) -> io::Result<OwnedFd> {
    Ok(rustix::fs::open(path, ANYTHING, Mode::empty())?)
}

/// The path by which the kernel knows an open descriptor, also one of something that is covered by now.
pub(super) fn by_descriptor(descriptor: &OwnedFd) -> String {
    format!("/proc/self/fd/{}", descriptor.as_raw_fd())
}

fn kind(descriptor: &OwnedFd) -> io::Result<FileType> {
    Ok(FileType::from_raw_mode(rustix::fs::fstat(descriptor)?.st_mode))
}

/// The names of an absolute path.
fn names(path: &Path) -> io::Result<Vec<&OsStr>> {
    let mut names = Vec::new();
    for component in path.components() {
        match component {
            Component::Normal(name) => names.push(name),
            Component::RootDir | Component::CurDir => {}
            Component::ParentDir | Component::Prefix(_) => return Err(io::ErrorKind::InvalidInput.into()),
        }
    }
    if path.is_absolute() { Ok(names) } else { Err(io::ErrorKind::InvalidInput.into()) }
}

#[cfg(test)]
mod tests {
    use super::names;
    use std::path::Path;

    #[test]
    fn a_path_that_climbs_or_is_relative_is_no_place_in_a_box() {
        assert!(names(Path::new("/app/../etc")).is_err());
        assert!(names(Path::new("app")).is_err());
        assert_eq!(names(Path::new("/app//data")).unwrap(), ["app", "data"]);
    }
}
