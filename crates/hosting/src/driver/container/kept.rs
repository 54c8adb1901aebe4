//! A program in a container, that is kept.

use super::engine::Engine;
use super::marker::Marker;
use super::network::Network;
use super::output::Output;
use super::process::{Process, Seen};
use crate::driver::{DriverFault, Kept, Pulse, Usage};
use async_trait::async_trait;
use std::io::{self, ErrorKind};
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::net::{TcpListener, TcpStream};
use tokio::task::spawn_blocking;

/// A container with a program.
pub(super) struct Container {
    engine: Arc<Engine>,
    id: String,
    /// Its first process; none if that had ended before anybody could look.
    inside: Option<Inside>,
    output: Output,
}

struct Inside {
    process: Process,
    network: Network,
    door: Option<std::net::TcpListener>,
}

/// How long it is waited whether an engine refuses to end a container; that it has ended it is not waited for.
const HEARD: Duration = Duration::from_millis(500);

impl Container {
    /// Takes on a container that was started, and sees whether it is as it should be.
    ///
    /// # Errors
    /// [`DriverFault`] when it is not, or nobody can tell.
    pub(super) async fn take_up(
        engine: Arc<Engine>,
        (id, marker): (String, Marker),
        own: &Path,
        seen: &Mutex<Option<Seen>>,
    ) -> Result<Arc<dyn Kept>, DriverFault> {
        let process = process(&engine, &id, &marker).await?;
        let inside = match process {
            Some(process) => Inside::of(process, marker.door, seen).await?,
            None => None,
        };
        let instance = own.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        let logs = marker.logs.clone();
        let marker = Marker { process: inside.as_ref().map(|inside| inside.process.clone()), ..marker };
        let own = own.to_owned();
        spawn_blocking(move || marker.write(&own)).await.map_err(DriverFault::of)?.map_err(DriverFault::of)?;
        let output = Output::follow(Arc::clone(&engine), id.clone(), (logs, instance));
        Ok(Arc::new(Self { engine, id, inside, output }))
    }

    fn network(&self) -> io::Result<&Network> {
        self.inside.as_ref().map(|inside| &inside.network).ok_or_else(|| ErrorKind::ConnectionRefused.into())
    }
}

impl Inside {
    /// What is inside of a container with this process, unless that ends meanwhile.
    async fn of(process: Process, door: Option<u16>, seen: &Mutex<Option<Seen>>) -> Result<Option<Self>, DriverFault> {
        let Ok(network) = process.network() else { return Ok(None) };
        // Before anything else: programs ask their databases as soon as they begin.
        let door = match door {
            Some(port) => Some(network.listen(port).await.map_err(DriverFault::of)?),
            None => None,
        };
        let Some(now) = process.seen().await? else { return Ok(None) };
        seen.lock().unwrap_or_else(PoisonError::into_inner).replace(now);
        Ok(Some(Self { process, network, door }))
    }
}

/// The first process of a container, if it runs.
async fn process(engine: &Engine, id: &str, marker: &Marker) -> Result<Option<Process>, DriverFault> {
    let number = match engine.look(id).await {
        Ok(Some(looked)) if looked.runs => looked.state.pid.unwrap_or_default(),
        Ok(_) => return Ok(None),
        Err(cause) => {
            let known = marker.process.clone().filter(|known| known.container == id && known.lives());
            return known.map(Some).ok_or(cause);
        }
    };
    match Process::of(id, number) {
        Ok(process) => Ok(Some(process)),
        // It ended meanwhile.
        Err(cause) if cause.kind() == ErrorKind::NotFound => Ok(None),
        Err(cause) => Err(DriverFault::of(cause)),
    }
}

#[async_trait]
impl Kept for Container {
    async fn connect(&self, port: u16) -> io::Result<TcpStream> {
        self.network()?.connect(port).await
    }

    async fn door(&self) -> io::Result<Option<TcpListener>> {
        let door = self.inside.as_ref().and_then(|inside| inside.door.as_ref());
        door.map(|door| door.try_clone().and_then(TcpListener::from_std)).transpose()
    }

    async fn pulse(&self) -> Pulse {
        // Looked up here, it costs nothing, and holds while the engine is being replaced.
        if self.inside.as_ref().is_some_and(|inside| inside.process.lives()) {
            return Pulse::Runs;
        }
        let looked = match self.engine.look(&self.id).await {
            Ok(Some(looked)) if looked.runs => return Pulse::Unknown,
            Ok(Some(looked)) => looked,
            Ok(None) => return Pulse::Gone,
            Err(_) => return Pulse::Unknown,
        };
        self.output.whole().await;
        Pulse::Ended(self.engine.ended(&looked).await)
    }

    fn usage(&self) -> Option<Usage> {
        self.inside.as_ref().and_then(|inside| inside.process.usage())
    }

    async fn stop(&self, grace: Duration) -> io::Result<()> {
        let (engine, id) = (Arc::clone(&self.engine), self.id.clone());
        let stopping = tokio::spawn(async move { engine.stop(&id, grace).await });
        match tokio::time::timeout(HEARD, stopping).await {
            Ok(stopped) => stopped.map_err(io::Error::other)?.map_err(io::Error::other),
            Err(_) => Ok(()),
        }
    }

    async fn forget(&self) {
        self.engine.remove(&self.id).await;
    }
}
