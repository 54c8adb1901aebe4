//! How a program is started in a box.

use crate::control::Control;
use crate::modes;
use std::io;
use std::os::fd::OwnedFd;
use std::os::unix::net::UnixStream;
use std::os::unix::process::CommandExt as _;
use std::path::PathBuf;
use std::process::Command;

/// Starts boxes, by an executable that calls [`run_if_asked`](crate::run_if_asked) first in its `main`.
#[derive(Debug, Clone)]
pub struct Launcher {
    executable: PathBuf,
}

impl Launcher {
    /// By the executable of this process, also when another version has been put in its place since.
    pub fn this_executable() -> Self {
        Self::at("/proc/self/exe")
    }

    /// By this executable.
    pub fn at(executable: impl Into<PathBuf>) -> Self {
        Self { executable: executable.into() }
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
