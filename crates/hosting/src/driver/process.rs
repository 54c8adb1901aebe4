//! Boxes of this machine: no container engine is needed.

mod environment;
mod fairness;
mod keeping;
mod toolchains;

use self::fairness::Fairness;
pub(super) use self::keeping::give_data;
use self::toolchains::Toolchains;
use super::{Charge, Driver, DriverFault, Ended, Found, Kept, Lines, Offer, Order};
use crate::egress::Egress;
use async_trait::async_trait;
use mainstay_sandbox::{
    Applied, Bind, Capabilities, Control, Identity, Launcher, Level, Limits, Mechanism, Network, Spec,
};
use std::io;
use std::os::unix::fs::chown;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::sync::Arc;
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncReadExt as _};
use tokio::process::{Child, Command};
use tokio::runtime::Handle;
use tokio::sync::{OnceCell, mpsc};
use tokio::task::spawn_blocking;

/// Runs programs in boxes of the sandbox.
pub struct ProcessDriver {
    launcher: Launcher,
    egress: Option<Egress>,
    toolchains: Toolchains,
    fairness: Fairness,
    offer: OnceCell<Offer>,
}

/// Users of the host that nobody else is; each seat has one.
const FIRST_USER: u32 = 200_000;
/// How many there are.
const MOST_USERS: u32 = 1_000_000;
/// Where a box shows the folder that its program may change.
const APP: &str = "/app";
/// Longest line, in bytes; a longer one is told in several.
const LONGEST_LINE: usize = 16 * 1024;
const MIB: u64 = 1 << 20;
/// Refusals of the network that wait to be told.
const MOST_REFUSALS: usize = 64;

impl ProcessDriver {
    /// Boxes that this launcher makes, from which builds reach the network by this way or not at all, and that show these
    /// folders of the host, in whose `bin` programs are looked for first.
    pub fn new(launcher: Launcher, egress: Option<Egress>, toolchains: Vec<PathBuf>) -> Self {
        let (toolchains, fairness) = (Toolchains { folders: toolchains }, Fairness::default());
        Self { launcher, egress, toolchains, fairness, offer: OnceCell::new() }
    }

    async fn try_out(&self) -> Offer {
        let launcher = self.launcher.clone();
        let probed = spawn_blocking(move || {
            mainstay_sandbox::sweep();
            Capabilities::probe(&launcher, identity(u32::MAX))
        });
        let probed = probed.await;
        match probed {
            Ok(Capabilities { level, applied, reason }) => self.told(level, applied, reason),
            Err(cause) => self.told(Level::None, None, Some(cause.to_string())),
        }
    }

    fn told(&self, level: Level, applied: Option<Applied>, reason: Option<String>) -> Offer {
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
            builds: reason.is_none(),
            level,
            limits,
            landlock_abi: applied.as_ref().and_then(|applied| applied.landlock_abi),
            seccomp: applied.as_ref().is_some_and(|applied| applied.seccomp),
            namespaces: applied.map(|applied| applied.namespaces).unwrap_or_default(),
            network: self.egress.is_some() && reason.is_none(),
            reason,
        }
    }

    fn spec(&self, order: &Order) -> Spec {
        let network = self.egress.as_ref().map(|_| environment::network());
        let usual = environment::usual(&self.toolchains).into_iter().chain(network.into_iter().flatten());
        let own = order.variables.iter().map(|(name, value)| (name.clone(), value.expose().clone()));
        let resources = &order.resources;
        let port = environment::PROXY_PORT;
        Spec {
            args: vec!["-c".to_owned(), order.command.clone()],
            env: usual.chain(own).collect(),
            cwd: Path::new(APP).join(order.inner.as_str()),
            identity: identity(order.seat),
            binds: vec![Bind::writable(&order.folder, APP), Bind::writable(&order.home, environment::HOME)],
            runtime: self.toolchains.runtime(),
            network: self.egress.as_ref().map_or(Network::None, |_| Network::Proxy { port }),
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
}

/// A user for a seat, if there are users to give.
fn identity(seat: u32) -> Option<Identity> {
    let user = FIRST_USER + seat % MOST_USERS;
    rustix::process::geteuid().is_root().then_some(Identity { uid: user, gid: user })
}

#[async_trait]
impl Driver for ProcessDriver {
    async fn offer(&self) -> Offer {
        self.offer.get_or_init(|| self.try_out()).await.clone()
    }

    async fn run(&self, order: Order, lines: &(dyn Lines + Sync)) -> Result<Ended, DriverFault> {
        let failed = |cause: io::Error| DriverFault(format!("The box cannot be made: {cause}"));
        let (spec, owner) = (self.spec(&order), identity(order.seat));
        let prepared = spawn_blocking(move || prepare(&order, owner));
        prepared.await.map_err(io::Error::other).flatten().map_err(failed)?;
        let (command, control) = self.launcher.command().map_err(failed)?;
        let mut command = Command::from(command);
        let mut killed = SweptWhenKilled(true);
        // With its launcher a box ends: so it does when nobody waits for it any longer.
        command.stdout(Stdio::piped()).stderr(Stdio::piped()).kill_on_drop(true);
        let child = command.spawn().map_err(failed)?;
        drop(command);
        let ended = follow(child, control, spec, self.egress.clone(), lines).await;
        killed.0 = ended.is_err();
        ended
    }

    async fn start(&self, charge: Charge) -> Result<Arc<dyn Kept>, DriverFault> {
        keeping::start((&self.launcher, &self.fairness), &self.toolchains, charge).await
    }

    async fn find(&self, own: &Path) -> Result<Found, DriverFault> {
        keeping::find(own, &self.fairness).await
    }

    async fn sweep(&self) {
        let _ = spawn_blocking(mainstay_sandbox::sweep).await;
    }

    async fn arbitrate(&self) -> Option<Duration> {
        Some(self.fairness.look().await)
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

/// Makes what a box shows of its own, and gives it to whoever runs there.
fn prepare(order: &Order, owner: Option<Identity>) -> io::Result<()> {
    std::fs::create_dir_all(&order.home)?;
    let Some(owner) = owner else { return Ok(()) };
    give_to(&order.folder, owner)?;
    give_to(&order.home, owner)
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
    egress: Option<Egress>,
    lines: &(dyn Lines + Sync),
) -> Result<Ended, DriverFault> {
    let (stdout, stderr) = (child.stdout.take(), child.stderr.take());
    let (refusals, refused) = mpsc::channel(MOST_REFUSALS);
    let ending = async move {
        let started = spawn_blocking(move || control.start(&spec).map(|started| (started.proxy, control))).await;
        let (proxy, mut control) = started.map_err(io::Error::other)?.map_err(io::Error::other)?;
        let way_out = egress.zip(proxy).map(|(egress, proxy)| egress.serve(proxy, Arc::new(refusals)));
        let way_out = way_out.transpose()?;
        let ended = spawn_blocking(move || control.report()).await;
        let report = ended.map_err(io::Error::other)?.map_err(io::Error::other)?;
        if let Some(traffic) = way_out.map(|served| served.traffic()) {
            tracing::debug!(sent = traffic.sent, received = traffic.received, "a build used the network");
        }
        child.wait().await?;
        Ok(Ended { code: report.ended.shell_status(), ran_out_of_memory: report.oom_killed })
    };
    let (heard, complaints) = (hear(stdout, false, lines), hear(stderr, true, lines));
    let followed = tokio::try_join!(ending, heard, complaints, tell_refused(refused, lines));
    followed.map(|(ended, (), (), ())| ended).map_err(|cause: io::Error| DriverFault(cause.to_string()))
}

/// Tells what the network refused, until nobody can be refused any longer.
async fn tell_refused(mut refused: mpsc::Receiver<String>, lines: &(dyn Lines + Sync)) -> io::Result<()> {
    while let Some(sentence) = refused.recv().await {
        lines.line(true, &format!("network: {sentence}"));
    }
    Ok(())
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
