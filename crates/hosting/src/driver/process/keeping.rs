//! Programs in boxes that outlive this process.

use super::fairness::Fairness;
use super::toolchains::Toolchains;
use super::{APP, MIB, environment, give_to, identity};
use crate::driver::{Charge, DriverFault, Exit, Found, Kept, Pulse, Usage};
use async_trait::async_trait;
use mainstay_sandbox::keeper::{self, Client, Logs, Status};
use mainstay_sandbox::{Bind, Identity, Launcher, Limits, Network, SandboxError, Spec};
use std::collections::BTreeMap;
use std::io::{self, ErrorKind};
use std::os::unix::fs::{MetadataExt as _, chown};
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::net::{TcpListener, TcpStream};
use tokio::task::spawn_blocking;

/// Users of sites, behind those of builds.
const FIRST_SITE: u32 = 10_000;
/// Where a box shows what its program may change.
const DATA: &str = "/data";

/// A box with its keeper.
struct Keeper {
    client: Client,
    /// What it used when it was last asked how it fares.
    usage: Mutex<Option<Usage>>,
    fairness: Fairness,
}

impl Keeper {
    fn of(client: Client, fairness: &Fairness) -> Arc<Self> {
        Arc::new(Self { client, usage: Mutex::default(), fairness: fairness.clone() })
    }
}

/// A box that is over.
struct Over(Pulse);

/// Starts a program, and leaves it to its keeper.
pub(super) async fn start(
    (launcher, fairness): (&Launcher, &Fairness),
    toolchains: &Toolchains,
    charge: Charge,
) -> Result<Arc<dyn Kept>, DriverFault> {
    let (launcher, fairness, spec) = (launcher.clone(), fairness.clone(), spec(&charge, toolchains));
    let started = spawn_blocking(move || {
        let owner = identity(FIRST_SITE + charge.user);
        let told = |cause: io::Error| DriverFault(format!("The folder of the program cannot be made: {cause}"));
        prepare(&charge, owner).map_err(told)?;
        let logs = Logs::new(&charge.logs);
        match keeper::start(&launcher, &charge.own, &logs, &spec) {
            Ok((client, _)) => Ok(Keeper::of(client, &fairness) as Arc<dyn Kept>),
            Err(SandboxError::Ended) => Ok(Arc::new(over(&charge.own)) as Arc<dyn Kept>),
            Err(cause) => Err(DriverFault::of(cause)),
        }
    });
    started.await.map_err(DriverFault::of)?
}

/// How a program ended that was over before it could be asked.
fn over(own: &Path) -> Over {
    match keeper::find(own) {
        Ok(keeper::Found::Ended(exit)) => Over(Pulse::Ended(exit.into())),
        _ => Over(Pulse::Gone),
    }
}

/// Looks for the keeper of a folder.
pub(super) async fn find(own: &Path, fairness: &Fairness) -> Result<Found, DriverFault> {
    let own = own.to_owned();
    let found = spawn_blocking(move || keeper::find(&own)).await.map_err(DriverFault::of)?;
    Ok(match found.map_err(DriverFault::of)? {
        keeper::Found::Running(client) => Found::Running(Keeper::of(client, fairness)),
        keeper::Found::Ended(_) | keeper::Found::Lost | keeper::Found::Nothing => Found::Gone,
    })
}

/// Makes what a box shows of its own, and gives it to whoever runs there.
fn prepare(charge: &Charge, owner: Option<Identity>) -> io::Result<()> {
    make_data(&charge.data, owner)?;
    give_release(&charge.release, owner)?;
    let Some(owner) = owner else { return Ok(()) };
    charge.folders.iter().try_for_each(|(folder, _)| give_to(folder, owner))
}

/// Makes what the program of a site may change, and gives it to the site's user, who is nobody else.
///
/// # Errors
/// When a folder cannot be written.
pub(in crate::driver) fn give_data(charge: &Charge) -> io::Result<Option<Identity>> {
    let owner = identity(FIRST_SITE + charge.user);
    make_data(&charge.data, owner)?;
    if let Some(owner) = owner {
        charge.folders.iter().try_for_each(|(folder, _)| give_to(folder, owner))?;
    }
    Ok(owner)
}

fn make_data(folder: &Path, owner: Option<Identity>) -> io::Result<()> {
    std::fs::create_dir_all(folder)?;
    owner.map_or(Ok(()), |owner| chown(folder, Some(owner.uid), Some(owner.gid)))
}

/// Lets the site's user read what the user of its build made, whatever that one let others do.
fn give_release(folder: &Path, owner: Option<Identity>) -> io::Result<()> {
    match owner {
        Some(owner) if std::fs::metadata(folder)?.uid() != owner.uid => give_to(folder, owner),
        _ => Ok(()),
    }
}

fn spec(charge: &Charge, toolchains: &Toolchains) -> Spec {
    let path = toolchains.path();
    let port = charge.port.to_string();
    let usual = [
        ("PATH", path.as_str()),
        ("HOME", DATA),
        ("LANG", "C.UTF-8"),
        ("PORT", &port),
        ("DATA_DIR", DATA),
        ("NODE_ENV", "production"),
        ("PYTHONUNBUFFERED", "1"),
    ];
    let usual = usual.into_iter().map(|(name, value)| (name.to_owned(), value.to_owned()));
    let trust = charge.goes_out.then(environment::trust).into_iter().flatten();
    let variables = charge.variables.iter().map(|(name, value)| (name.clone(), value.expose().clone()));
    let resources = &charge.resources;
    let own = [Bind::read_only(&charge.release, APP), Bind::writable(&charge.data, DATA)];
    let further = charge.folders.iter().map(|(folder, place)| Bind::writable(folder, place));
    Spec {
        args: vec!["-c".to_owned(), charge.command.clone()],
        env: usual.chain(trust).chain(variables).collect::<BTreeMap<_, _>>(),
        cwd: Path::new(APP).join(charge.inner.as_str()),
        identity: identity(FIRST_SITE + charge.user),
        binds: own.into_iter().chain(further).collect(),
        network: charge.door.map_or(Network::None, |port| Network::Proxy { port }),
        runtime: toolchains.runtime(),
        tmp_bytes: u64::from(resources.memory_mb) * MIB / 4,
        hostname: "site".to_owned(),
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

/// Asks a keeper, which blocks.
async fn ask<T: Send + 'static>(
    client: &Client,
    question: impl FnOnce(&Client) -> Result<T, SandboxError> + Send + 'static,
) -> Result<T, SandboxError> {
    let client = client.clone();
    spawn_blocking(move || question(&client)).await.map_err(io::Error::other)?
}

#[async_trait]
impl Kept for Keeper {
    async fn connect(&self, port: u16) -> io::Result<TcpStream> {
        let connected = ask(&self.client, move |client| client.connect(port)).await;
        let stream = connected.map_err(|cause| match cause {
            SandboxError::Io(cause) => cause,
            other => io::Error::new(ErrorKind::ConnectionRefused, other),
        })?;
        stream.set_nonblocking(true)?;
        stream.set_nodelay(true)?;
        TcpStream::from_std(stream)
    }

    async fn door(&self) -> io::Result<Option<TcpListener>> {
        let door = ask(&self.client, Client::proxy).await.map_err(io::Error::other)?;
        let Some(listener) = door else { return Ok(None) };
        listener.set_nonblocking(true)?;
        TcpListener::from_std(listener).map(Some)
    }

    async fn pulse(&self) -> Pulse {
        match ask(&self.client, Client::status).await {
            Ok(Status { exit: Some(exit), .. }) => Pulse::Ended(exit.into()),
            Ok(status) => {
                let Status { cpu_micros, rss_bytes: memory_bytes, processes, .. } = status;
                let usage = Usage { cpu_micros, memory_bytes, processes };
                *self.usage.lock().unwrap_or_else(PoisonError::into_inner) = Some(usage);
                Pulse::Runs
            }
            Err(SandboxError::NoKeeper) => Pulse::Gone,
            Err(_) => Pulse::Unknown,
        }
    }

    fn usage(&self) -> Option<Usage> {
        *self.usage.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn is_slowed(&self) -> bool {
        self.fairness.slows(&self.client)
    }

    async fn stop(&self, grace: Duration) -> io::Result<()> {
        let seconds = u32::try_from(grace.as_secs()).unwrap_or(u32::MAX);
        ask(&self.client, move |client| client.stop(seconds)).await.map_err(io::Error::other)
    }
}

#[async_trait]
impl Kept for Over {
    async fn connect(&self, _: u16) -> io::Result<TcpStream> {
        Err(ErrorKind::ConnectionRefused.into())
    }

    async fn door(&self) -> io::Result<Option<TcpListener>> {
        Ok(None)
    }

    async fn pulse(&self) -> Pulse {
        self.0.clone()
    }

    async fn stop(&self, _: Duration) -> io::Result<()> {
        Ok(())
    }
}

impl From<keeper::Exit> for Exit {
    fn from(exit: keeper::Exit) -> Self {
        let at = i64::try_from(exit.at).unwrap_or(i64::MAX);
        Self { code: exit.code, signal: exit.signal, oom_killed: exit.oom_killed, at }
    }
}
