//! How the program of a box is found and started.

use crate::message::Event;
use crate::spec::Spec;
use std::io;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

/// Where programs are looked for when the environment does not say.
const USUAL_PATH: &str = "/usr/local/bin:/usr/bin:/bin";

/// Starts it with what this process prints to, and nothing to read.
pub(super) fn start(spec: &Spec) -> Result<Child, Event> {
    // Told apart from a program that is not there, for which the system has the same number.
    match spec.cwd.metadata() {
        Ok(cwd) if cwd.is_dir() => {}
        Ok(_) => return Err(not_at(&io::ErrorKind::NotADirectory.into())),
        Err(fault) => return Err(not_at(&fault)),
    }
    let program = find(spec).ok_or_else(|| not_started(&io::Error::from_raw_os_error(libc::ENOENT)))?;
    let mut command = Command::new(program);
    command.args(&spec.args).env_clear().envs(&spec.env).current_dir(&spec.cwd).stdin(Stdio::null());
    rustix::process::umask(rustix::fs::Mode::from_raw_mode(spec.umask));
    command.spawn().map_err(|fault| not_started(&fault))
}

fn not_at(fault: &io::Error) -> Event {
    Event::NotStarted { reason: format!("its working directory: {fault}"), errno: fault.raw_os_error() }
}

fn not_started(fault: &io::Error) -> Event {
    Event::NotStarted { reason: fault.to_string(), errno: fault.raw_os_error() }
}

/// Where it is. A name is looked for in the environment's `PATH`, as a shell does.
fn find(spec: &Spec) -> Option<PathBuf> {
    if spec.program.components().count() > 1 || spec.program.is_absolute() {
        return Some(spec.cwd.join(&spec.program));
    }
    let path = spec.env.get("PATH").map_or(USUAL_PATH, String::as_str);
    std::env::split_paths(path).map(|directory| directory.join(&spec.program)).find(|path| is_executable(path))
}

fn is_executable(path: &Path) -> bool {
    path.metadata().is_ok_and(|file| file.is_file() && file.permissions().mode() & 0o111 != 0)
}
