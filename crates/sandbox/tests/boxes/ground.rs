//! What a test stands on: a launcher of one kind, and directories of its own.

use mainstay_sandbox::{Control, Ended, Identity, Launcher, Report, SandboxError, Spec};
use std::fs::{self, Permissions};
use std::os::unix::fs::{PermissionsExt as _, chown};
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};
use tempfile::TempDir;

/// Who runs the launcher.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mode {
    /// Root, which gives each box a user of its own.
    Root,
    /// Somebody without any right.
    Ordinary,
}

/// The ordinary user, when the tests are run by root.
const SOMEBODY: u32 = 12345;
static NEXT_IDENTITY: AtomicU32 = AtomicU32::new(210_000);

/// Makes two tests of each of these functions: one for each mode.
macro_rules! in_each_mode {
    ($($name:ident),* $(,)?) => {$(
        mod $name {
            use crate::ground::{Mode, with};
            #[test]
            fn as_root() {
                with(Mode::Root, super::$name);
            }
            #[test]
            fn as_an_ordinary_user() {
                with(Mode::Ordinary, super::$name);
            }
        }
    )*};
}
pub(crate) use in_each_mode;

/// Runs a test in a mode, unless whoever runs the tests cannot.
pub(crate) fn with(mode: Mode, check: impl Fn(&Ground)) {
    if mode == Mode::Root && !is_root() {
        eprintln!("left out: it takes root");
        return;
    }
    check(&Ground::new(mode));
}

fn is_root() -> bool {
    rustix::process::geteuid().is_root()
}

/// A launcher, and directories.
pub(crate) struct Ground {
    pub(crate) mode: Mode,
    pub(crate) directory: TempDir,
    identity: Option<Identity>,
}

/// How a box ended, and what its program said.
#[derive(Debug)]
pub(crate) struct Outcome {
    pub(crate) report: Report,
    pub(crate) status: i32,
    pub(crate) said: String,
    pub(crate) complained: String,
}

impl Ground {
    fn new(mode: Mode) -> Self {
        let directory = TempDir::new().unwrap();
        fs::set_permissions(directory.path(), Permissions::from_mode(0o711)).unwrap();
        let number = NEXT_IDENTITY.fetch_add(1, Ordering::Relaxed);
        let identity = (mode == Mode::Root).then_some(Identity { uid: number, gid: number });
        Self { mode, directory, identity }
    }

    /// A directory of the box's user.
    pub(crate) fn owned_directory(&self, name: &str) -> PathBuf {
        let path = self.directory.path().join(name);
        fs::create_dir(&path).unwrap();
        self.own(&path);
        path
    }

    /// A directory of whoever runs the launcher.
    pub(crate) fn launchers_directory(&self, name: &str) -> PathBuf {
        let path = self.directory.path().join(name);
        fs::create_dir(&path).unwrap();
        if is_root() && self.mode == Mode::Ordinary {
            chown(&path, Some(SOMEBODY), Some(SOMEBODY)).unwrap();
        }
        path
    }

    /// Gives this file to the box's user.
    pub(crate) fn own(&self, path: &Path) {
        if is_root() {
            let user = self.identity.map_or(SOMEBODY, |identity| identity.uid);
            chown(path, Some(user), Some(user)).unwrap();
        }
    }

    pub(crate) fn spec(&self, program: &str, args: &[&str]) -> Spec {
        let args = args.iter().map(ToString::to_string).collect();
        Spec { args, identity: self.identity, ..Spec::new(program) }
    }

    pub(crate) fn python(&self, code: &str) -> Spec {
        self.spec("/usr/bin/python3", &["-c", &format!("{}\n{code}", include_str!("attack.py"))])
    }

    pub(crate) fn shell(&self, code: &str) -> Spec {
        self.spec("/bin/sh", &["-c", code])
    }

    pub(crate) fn launcher() -> Launcher {
        Launcher::at(executable())
    }

    /// A launcher's command as this mode's user.
    pub(crate) fn command(&self) -> (Command, Control) {
        let (mut command, control) = Self::launcher().command().unwrap();
        self.become_user(&mut command);
        (command, control)
    }

    pub(crate) fn become_user(&self, command: &mut Command) {
        if self.mode == Mode::Ordinary && is_root() {
            command.uid(SOMEBODY).gid(SOMEBODY);
        }
    }

    /// Starts a box, whose output is piped.
    pub(crate) fn start(&self, spec: &Spec) -> Result<(Child, Control), SandboxError> {
        let (mut command, mut control) = self.command();
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn()?;
        drop(command);
        match control.start(spec) {
            Ok(_) => Ok((child, control)),
            Err(fault) => {
                child.wait()?;
                Err(fault)
            }
        }
    }

    /// Runs a box to its end.
    pub(crate) fn run(&self, spec: &Spec) -> Outcome {
        let (child, mut control) = self.start(spec).unwrap();
        let output = child.wait_with_output().unwrap();
        let text = |bytes: Vec<u8>| String::from_utf8_lossy(&bytes).trim().to_owned();
        let report = control.report().unwrap();
        let status = output.status.code().unwrap();
        Outcome { report, status, said: text(output.stdout), complained: text(output.stderr) }
    }

    /// What a piece of Python in a box says.
    pub(crate) fn says(&self, code: &str) -> String {
        let outcome = self.run(&self.python(code));
        assert_eq!(outcome.report.ended, Ended::Code(0), "{}", outcome.complained);
        outcome.said
    }
}

/// The executable that makes boxes, where everybody can read it.
pub(crate) fn executable() -> &'static Path {
    static EXECUTABLE: OnceLock<PathBuf> = OnceLock::new();
    EXECUTABLE.get_or_init(|| {
        let target = Path::new(env!("CARGO_TARGET_TMPDIR"));
        let is_open = |path: &Path| path.metadata().is_ok_and(|data| data.permissions().mode() & 0o001 != 0);
        let place = if target.ancestors().all(is_open) { target.to_owned() } else { std::env::temp_dir() };
        let (made, kept) = (place.join(format!("mainstay-box-{}", std::process::id())), place.join("mainstay-box"));
        fs::copy(env!("CARGO_BIN_EXE_mainstay-box"), &made).unwrap();
        fs::set_permissions(&made, Permissions::from_mode(0o755)).unwrap();
        // At once, as another run of the tests may be using it.
        fs::rename(made, &kept).unwrap();
        kept
    })
}
