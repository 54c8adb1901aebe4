//! The program, running.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};

/// Lines of the log that a failed test shows.
const TAIL: usize = 40;

/// A running gateway, and where it writes.
pub(super) struct Process {
    child: Child,
    leash: Child,
    log: PathBuf,
}

/// The `mainstay` that cargo built beside this test.
///
/// # Panics
/// When it is not there.
pub(super) fn program() -> PathBuf {
    let test = std::env::current_exe().expect("a test knows its own path");
    let profile = test.ancestors().nth(2).expect("tests lie in target/<profile>/deps");
    let program = profile.join("mainstay");
    assert!(program.exists(), "{} is missing: build it with `cargo build -p mainstay-gateway`", program.display());
    program
}

/// The program with these settings and no others, in a working directory without a settings file.
pub(super) fn command<'a>(directory: &Path, settings: impl IntoIterator<Item = (&'a str, &'a str)>) -> Command {
    let mut command = Command::new(program());
    for (name, _) in std::env::vars_os() {
        if name.to_string_lossy().starts_with("MAINSTAY_") {
            command.env_remove(name);
        }
    }
    command.current_dir(directory).stdin(Stdio::null());
    command.envs(settings.into_iter().map(|(name, value)| (format!("MAINSTAY_{name}"), value)));
    command
}

impl Process {
    pub(super) fn start(mut command: Command, log: &Path) -> io::Result<Self> {
        let file = File::options().create(true).append(true).open(log)?;
        let child = command.stdout(file.try_clone()?).stderr(file).spawn()?;
        let leash = leash(&child, log.parent().expect("the log lies in a directory"))?;
        Ok(Self { child, leash, log: log.to_owned() })
    }

    pub(super) fn pid(&self) -> u32 {
        self.child.id()
    }

    /// How it ended, if it has.
    pub(super) fn ended(&mut self) -> Option<ExitStatus> {
        self.child.try_wait().expect("a child can be asked")
    }

    /// `SIGTERM`: it may finish what it is at.
    pub(super) fn terminate(&self) {
        let done = Command::new("kill").arg(self.child.id().to_string()).status();
        assert!(done.is_ok_and(|status| status.success()), "the gateway takes no signal");
    }

    /// `SIGKILL`: it dies where it stands.
    pub(super) fn kill(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }

    /// The end of its log.
    pub(super) fn tail(&self) -> String {
        let text = fs::read_to_string(&self.log).unwrap_or_default();
        let lines: Vec<_> = text.lines().collect();
        lines[lines.len().saturating_sub(TAIL)..].join("\n")
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // The leash first: once the gateway is reaped its number may be another process's.
        let _ = self.leash.kill();
        let _ = self.leash.wait();
        self.kill();
    }
}

/// Ends the programs of sites below a directory, which outlive their gateway: each with its keeper.
const END_PROGRAMS: &str =
    "find \"$1\" -name instance.json -exec sed -n 's/.*\"pid\":\\([0-9]*\\).*/\\1/p' {} + | xargs -r kill -9";

/// Ends the programs of a gateway's sites.
pub(super) fn end_programs(directory: &Path) {
    let ended = Command::new("sh").args(["-c", END_PROGRAMS, "sh"]).arg(directory).status();
    assert!(ended.is_ok(), "programs of sites cannot be ended");
}

/// Kills the gateway and removes its directory when this test's process ends, however it ends:
/// nothing else would for one that all tests share, since what is static is never dropped.
fn leash(child: &Child, directory: &Path) -> io::Result<Child> {
    let script = format!("read -r _; kill -9 \"$0\"; {END_PROGRAMS}; rm -rf -- \"$1\"");
    Command::new("sh")
        .args(["-c", &script, &child.id().to_string()])
        .arg(directory)
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
}
