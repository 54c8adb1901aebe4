//! Boxes of this machine: no container engine is needed.

mod keeping;

use super::{Charge, Driver, DriverFault, Ended, Found, Kept, Lines, Offer, Order};
use async_trait::async_trait;
use mainstay_sandbox::{Applied, Bind, Capabilities, Control, Identity, Launcher, Level, Limits, Mechanism, Spec};
use std::collections::BTreeMap;
use std::io;
use std::os::unix::fs::chown;
use std::path::Path;
use std::process::Stdio;
use std::sync::Arc;
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncReadExt as _};
use tokio::process::{Child, Command};
use tokio::runtime::Handle;
use tokio::sync::OnceCell;
use tokio::task::spawn_blocking;

/// Runs programs in boxes of the sandbox.
pub struct ProcessDriver {
    launcher: Launcher,
    offer: OnceCell<Offer>,
}

/// Users of the host that nobody else is; each seat has one.
const FIRST_USER: u32 = 200_000;
/// How many there are.
const MOST_USERS: u32 = 1_000_000;
/// Where a box shows the folder that its program may change.
const APP: &str = "/app";
/// Where programs are looked for.
const PATH: &str = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
/// Longest line, in bytes; a longer one is told in several.
const LONGEST_LINE: usize = 16 * 1024;
const MIB: u64 = 1 << 20;

impl ProcessDriver {
    /// Boxes that this launcher makes.
    pub fn new(launcher: Launcher) -> Self {
        Self { launcher, offer: OnceCell::new() }
    }

    async fn try_out(&self) -> Offer {
        let launcher = self.launcher.clone();
        let probed = spawn_blocking(move || {
            mainstay_sandbox::sweep();
            Capabilities::probe(&launcher, identity(u32::MAX))
        });
        let probed = probed.await;
        match probed {
            Ok(Capabilities { level, applied, reason }) => told(level, applied, reason),
            Err(cause) => told(Level::None, None, Some(cause.to_string())),
        }
    }
}

/// A user for a seat, if there are users to give.
fn identity(seat: u32) -> Option<Identity> {
    let user = FIRST_USER + seat % MOST_USERS;
    rustix::process::geteuid().is_root().then_some(Identity { uid: user, gid: user })
}

fn told(level: Level, applied: Option<Applied>, reason: Option<String>) -> Offer {
    let level = match level {
        Level::Strict => "STRICT",
        Level::Basic => "BASIC",
        Level::None => "NONE",
    };
    let limits = applied.as_ref().map(|applied| match applied.mechanism {
        Mechanism::CgroupV2 => "CGROUP_V2",
        Mechanism::CgroupV1 => "CGROUP_V1",
        Mechanism::Rlimits => "RLIMITS",
    });
    Offer {
        name: "process",
        level,
        limits,
        landlock_abi: applied.as_ref().and_then(|applied| applied.landlock_abi),
        seccomp: applied.as_ref().is_some_and(|applied| applied.seccomp),
        namespaces: applied.map(|applied| applied.namespaces).unwrap_or_default(),
        reason,
    }
}

#[async_trait]
impl Driver for ProcessDriver {
    async fn offer(&self) -> Offer {
        self.offer.get_or_init(|| self.try_out()).await.clone()
    }

    async fn run(&self, order: Order, lines: &(dyn Lines + Sync)) -> Result<Ended, DriverFault> {
        let failed = |cause: io::Error| DriverFault(format!("The box cannot be made: {cause}"));
        let (spec, folder, owner) = (spec(&order), order.folder, identity(order.seat));
        if let Some(owner) = owner {
            let given = spawn_blocking(move || give_to(&folder, owner));
            given.await.map_err(io::Error::other).flatten().map_err(failed)?;
        }
        let (command, control) = self.launcher.command().map_err(failed)?;
        let mut command = Command::from(command);
        let mut killed = SweptWhenKilled(true);
        // With its launcher a box ends: so it does when nobody waits for it any longer.
        command.stdout(Stdio::piped()).stderr(Stdio::piped()).kill_on_drop(true);
        let child = command.spawn().map_err(failed)?;
        drop(command);
        let ended = follow(child, control, spec, lines).await;
        killed.0 = ended.is_err();
        ended
    }

    async fn start(&self, charge: Charge) -> Result<Arc<dyn Kept>, DriverFault> {
        keeping::start(&self.launcher, charge).await
    }

    async fn find(&self, own: &Path) -> Result<Found, DriverFault> {
        keeping::find(own).await
    }
}

/// Removes the control groups that a launcher leaves behind when it is killed, which is how builds are called off.
struct SweptWhenKilled(bool);

/// How long a killed launcher may take to be gone.
const GOING: Duration = Duration::from_secs(1);

impl Drop for SweptWhenKilled {
    fn drop(&mut self) {
        let Some(runtime) = Handle::try_current().ok().filter(|_| self.0) else { return };
        runtime.spawn(async {
            tokio::time::sleep(GOING).await;
            let _ = spawn_blocking(mainstay_sandbox::sweep).await;
        });
    }
}

fn spec(order: &Order) -> Spec {
    let usual = [("PATH", PATH), ("HOME", "/tmp"), ("LANG", "C.UTF-8"), ("CI", "true")];
    let usual = usual.into_iter().map(|(name, value)| (name.to_owned(), value.to_owned()));
    let own = order.variables.iter().map(|(name, value)| (name.clone(), value.expose().clone()));
    let resources = &order.resources;
    Spec {
        args: vec!["-c".to_owned(), order.command.clone()],
        env: usual.chain(own).collect::<BTreeMap<_, _>>(),
        cwd: Path::new(APP).join(order.inner.as_str()),
        identity: identity(order.seat),
        binds: vec![Bind::writable(&order.folder, APP)],
        tmp_bytes: u64::from(resources.memory_mb) * MIB / 4,
        hostname: "build".to_owned(),
        umask: 0o022,
        limits: Limits {
            memory_bytes: u64::from(resources.memory_mb) * MIB,
            cpu: resources.cpu_milli,
            processes: resources.processes,
            file_size_bytes: u64::from(resources.disk_mb) * MIB,
            ..Limits::default()
        },
        ..Spec::new("/bin/sh")
    }
}

/// Gives a folder and all in it to somebody, links themselves and not what they lead to. The folder itself comes last: whose
/// it is, all in it is.
fn give_to(folder: &Path, owner: Identity) -> io::Result<()> {
    for entry in std::fs::read_dir(folder)? {
        let entry = entry?;
        if entry.file_type()?.is_dir() {
            give_to(&entry.path(), owner)?;
        } else {
            std::os::unix::fs::lchown(entry.path(), Some(owner.uid), Some(owner.gid))?;
        }
    }
    chown(folder, Some(owner.uid), Some(owner.gid))
}

async fn follow(
    mut child: Child,
    mut control: Control,
    spec: Spec,
    lines: &(dyn Lines + Sync),
) -> Result<Ended, DriverFault> {
    let (stdout, stderr) = (child.stdout.take(), child.stderr.take());
    let ending = async {
        let ended = spawn_blocking(move || control.start(&spec).and_then(|_| control.report()));
        let report = ended.await.map_err(io::Error::other)?.map_err(io::Error::other)?;
        child.wait().await?;
        Ok(Ended { code: report.ended.shell_status(), ran_out_of_memory: report.oom_killed })
    };
    let followed = tokio::try_join!(ending, hear(stdout, false, lines), hear(stderr, true, lines));
    followed.map(|(ended, (), ())| ended).map_err(|cause: io::Error| DriverFault(cause.to_string()))
}

/// Hands on what a program writes, line by line; a line without an end is told in pieces.
async fn hear(written: Option<impl AsyncRead + Unpin>, is_error: bool, lines: &(dyn Lines + Sync)) -> io::Result<()> {
    let Some(mut written) = written else { return Ok(()) };
    let (mut piece, mut line) = (vec![0; LONGEST_LINE], Vec::new());
    loop {
        let count = written.read(&mut piece).await?;
        for byte in &piece[..count] {
            match byte {
                b'\n' => tell(&mut line, is_error, lines),
                _ => line.push(*byte),
            }
            if line.len() >= LONGEST_LINE {
                tell(&mut line, is_error, lines);
            }
        }
        if count == 0 {
            if !line.is_empty() {
                tell(&mut line, is_error, lines);
            }
            return Ok(());
        }
    }
}

fn tell(line: &mut Vec<u8>, is_error: bool, lines: &(dyn Lines + Sync)) {
    lines.line(is_error, String::from_utf8_lossy(line).trim_end());
    line.clear();
}
