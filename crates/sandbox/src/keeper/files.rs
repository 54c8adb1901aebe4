//! The files by which a keeper is found.

use super::message::Exit;
use crate::process;
use rustix::fs::{Mode, OFlags};
use rustix::time::{ClockId, clock_gettime};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{self, Write as _};
use std::os::fd::{AsRawFd as _, OwnedFd};
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::{Path, PathBuf};

const INSTANCE: &str = "instance.json";
const EXIT: &str = "exit.json";
const CONTROL: &str = "control.sock";

/// Which process a keeper is. A number alone is given to another one later.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Instance {
    pub(super) pid: u32,
    /// In ticks since the machine was started.
    pub(super) start_time: u64,
    pub(super) boot_id: String,
}

impl Instance {
    /// This process.
    pub(super) fn this() -> io::Result<Self> {
        let pid = std::process::id();
        Ok(Self { pid, start_time: process::start_time(pid)?, boot_id: process::boot_id()? })
    }

    /// Whether that very process is there.
    pub(super) fn is_alive(&self) -> bool {
        let is_this_boot = process::boot_id().is_ok_and(|boot| boot == self.boot_id);
        is_this_boot && process::start_time(self.pid).is_ok_and(|start| start == self.start_time)
    }
}

/// The directory of a keeper.
#[derive(Debug, Clone)]
pub(super) struct Directory(PathBuf);

impl Directory {
    /// This one, of an absolute path.
    pub(super) fn at(path: &Path) -> Self {
        Self(path.to_owned())
    }

    /// Makes it for a new keeper, nobody else's, without what another one left.
    pub(super) fn make(&self) -> io::Result<()> {
        DirBuilder::new().recursive(true).mode(0o700).create(&self.0)?;
        [INSTANCE, EXIT, CONTROL].into_iter().try_for_each(|name| self.remove(name))
    }

    pub(super) fn instance(&self) -> io::Result<Option<Instance>> {
        self.read(INSTANCE)
    }

    pub(super) fn exit(&self) -> io::Result<Option<Exit>> {
        self.read(EXIT)
    }

    /// Where this keeper is asked; nobody else of the host may.
    pub(super) fn listen(&self) -> io::Result<UnixListener> {
        let (directory, address) = self.control()?;
        let listener = UnixListener::bind(address)?;
        rustix::fs::chmodat(&directory, CONTROL, Mode::from_raw_mode(0o600), rustix::fs::AtFlags::empty())?;
        Ok(listener)
    }

    pub(super) fn connect(&self) -> io::Result<UnixStream> {
        UnixStream::connect(self.control()?.1)
    }

    /// Tells who keeps the box.
    pub(super) fn tell_instance(&self) -> io::Result<()> {
        self.write(INSTANCE, &Instance::this()?)
    }

    /// Tells how the box ended; nobody keeps it from now on.
    pub(super) fn tell_exit(&self, exit: &Exit) -> io::Result<()> {
        self.write(EXIT, exit)?;
        self.forget()
    }

    /// Nobody keeps a box here any more.
    pub(super) fn forget(&self) -> io::Result<()> {
        self.remove(CONTROL)?;
        self.remove(INSTANCE)
    }

    /// The address of the control socket, short however long the directory's path is (unix(7) has 107 bytes for it),
    /// and what has to stay open as long as it is used.
    fn control(&self) -> io::Result<(OwnedFd, PathBuf)> {
        let flags = OFlags::PATH | OFlags::DIRECTORY | OFlags::CLOEXEC;
        let directory = rustix::fs::open(&self.0, flags, Mode::empty())?;
        let address = Path::new("/proc/self/fd").join(directory.as_raw_fd().to_string()).join(CONTROL);
        Ok((directory, address))
    }

    fn read<T: DeserializeOwned>(&self, name: &str) -> io::Result<Option<T>> {
        match fs::read(self.0.join(name)) {
            Ok(content) => Ok(Some(serde_json::from_slice(&content)?)),
            Err(fault) if fault.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(fault) => Err(fault),
        }
    }

    /// Writes a file as a whole or not at all.
    fn write<T: Serialize>(&self, name: &str, content: &T) -> io::Result<()> {
        let unfinished = self.0.join(format!(".{name}"));
        let mut file = OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&unfinished)?;
        file.write_all(&serde_json::to_vec(content)?)?;
        file.sync_all()?;
        fs::rename(unfinished, self.0.join(name))?;
        File::open(&self.0)?.sync_all()
    }

    fn remove(&self, name: &str) -> io::Result<()> {
        match fs::remove_file(self.0.join(name)) {
            Err(fault) if fault.kind() != io::ErrorKind::NotFound => Err(fault),
            _ => Ok(()),
        }
    }
}

/// Microseconds since 1970.
pub(super) fn now() -> u64 {
    let now = clock_gettime(ClockId::Realtime);
    u64::try_from(now.tv_sec * 1_000_000 + now.tv_nsec / 1000).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::{Directory, Instance};

    #[test]
    fn a_reused_number_is_not_the_process_it_was() {
        let this = Instance::this().unwrap();
        assert!(this.is_alive());
        assert!(!Instance { start_time: this.start_time + 1, ..this.clone() }.is_alive());
        assert!(!Instance { boot_id: "another".to_owned(), ..this }.is_alive());
    }

    #[test]
    fn a_socket_is_reached_in_a_directory_of_a_long_path() {
        let place = tempfile::tempdir().unwrap();
        let directory = Directory::at(&place.path().join("d".repeat(200)));
        directory.make().unwrap();
        let _listener = directory.listen().unwrap();
        directory.connect().unwrap();
    }
}
