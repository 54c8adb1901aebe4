//! How a program is started in a box.

use crate::control::Control;
use crate::{launching, modes};
use rustix::fs::{MemfdFlags, SealFlags, fcntl_add_seals, memfd_create};
use rustix::io::Errno;
use std::fs::File;
use std::io::{self, Write as _};
use std::os::fd::{AsRawFd as _, OwnedFd};
use std::os::unix::net::UnixStream;
use std::os::unix::process::CommandExt as _;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::sync::Arc;

/// Starts boxes, by an executable that calls [`run_if_asked`](crate::run_if_asked) first in its `main`.
#[derive(Debug, Clone)]
pub struct Launcher {
    executable: PathBuf,
    /// Keeps what is run from memory.
    _carried: Option<Arc<OwnedFd>>,
}

impl Launcher {
    /// By the executable of this process, also when another version has been put in its place since.
    pub fn this_executable() -> Self {
        Self::at("/proc/self/exe")
    }

    /// By this executable.
    pub fn at(executable: impl Into<PathBuf>) -> Self {
        Self { executable: executable.into(), _carried: None }
    }

    /// By the executable that these bytes are. It is run from memory, where nothing can change it any more.
    ///
    /// # Errors
    /// When it is none, or the system lets nothing be run from memory.
    pub fn carried(bytes: &[u8]) -> io::Result<Self> {
        let mut memory = File::from(memory()?);
        memory.write_all(bytes)?;
        fcntl_add_seals(&memory, SealFlags::WRITE | SealFlags::SHRINK | SealFlags::GROW | SealFlags::SEAL)?;
        let executable = PathBuf::from(format!("/proc/self/fd/{}", memory.as_raw_fd()));
        let launcher = Self { executable, _carried: Some(Arc::new(memory.into())) };
        launcher.try_out()?;
        Ok(launcher)
    }

    /// Has a launcher begin that is told nothing, and goes.
    fn try_out(&self) -> io::Result<()> {
        let (mut command, stream) = self.mode(modes::LAUNCH)?;
        drop(stream);
        let status = command.stdout(Stdio::null()).stderr(Stdio::null()).status()?;
        let is_launcher = status.code() == Some(launching::NOT_STARTED);
        if is_launcher { Ok(()) } else { Err(io::Error::other(format!("it ended at once: {status}"))) }
    }

    /// A command that makes a box, and what it is to be told through. The box inherits standard output and error of the
    /// command; its standard input is taken. Once the command is spawned, drop it and call [`Control::start`].
    ///
    /// The box ends when its control is dropped, or with this process.
    ///
    /// # Errors
    ///
    /// When there are no more descriptors to be had.
    pub fn command(&self) -> io::Result<(Command, Control)> {
        let (command, stream) = self.mode(modes::LAUNCH)?;
        Ok((command, Control::new(stream)))
    }

    /// A command of this hidden mode, and the stream that it is spoken to on.
    pub(crate) fn mode(&self, mode: &str) -> io::Result<(Command, UnixStream)> {
        let (here, there) = UnixStream::pair()?;
        let mut command = Command::new(&self.executable);
        // Nothing of the environment concerns it, and there may be secrets in there.
        command.arg0(modes::NAME).arg(mode).env_clear().current_dir("/").stdin(OwnedFd::from(there));
        Ok((command, here))
    }
}

/// Memory that programs may be run from, which older kernels need not be told.
fn memory() -> io::Result<OwnedFd> {
    let flags = MemfdFlags::CLOEXEC | MemfdFlags::ALLOW_SEALING;
    let told = memfd_create(modes::NAME, flags | MemfdFlags::EXEC);
    Ok(told.or_else(|fault| if fault == Errno::INVAL { memfd_create(modes::NAME, flags) } else { Err(fault) })?)
}
