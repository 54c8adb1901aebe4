//! Containers of an engine that runs on this machine: Docker, Podman, or another that speaks Docker's API.

mod engine;
mod house;
mod images;
mod kept;
mod marker;
mod network;
mod output;
mod process;
mod spec;
mod state;
mod sweeping;

use self::engine::Engine;
use self::house::House;
use self::kept::Container;
use self::marker::Marker;
use self::process::Seen;
use super::process::give_data;
use super::{Charge, Containers, Driver, DriverFault, Ended, Found, Image, Kept, Lines, NoImage, Offer, Order};
use crate::ids::{DeploymentId, SiteId};
use crate::image::ImageName;
use async_trait::async_trait;
use mainstay_kernel::Clock;
use mainstay_outbound::{Names, Reach};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use tokio::task::spawn_blocking;

/// What a [`ContainerDriver`] stands on.
pub struct ContainerParts {
    /// The socket at which the engine answers.
    pub socket: PathBuf,
    /// Where hosting keeps its files.
    pub folder: PathBuf,
    /// Who knows the addresses of registries.
    pub names: Arc<dyn Names>,
    /// Which addresses may be reached.
    pub reach: Reach,
    /// What time it is.
    pub clock: Arc<dyn Clock>,
}

/// Runs images in containers.
pub struct ContainerDriver {
    engine: Arc<Engine>,
    house: House,
    names: Arc<dyn Names>,
    reach: Reach,
    /// What was seen of the last program that was started.
    seen: Mutex<Option<Seen>>,
}

const NOT_ROOT: &str = "the gateway does not run as root, so it reaches no program in a container";

impl ContainerDriver {
    /// Containers of the engine at a socket, which need not answer yet.
    ///
    /// # Errors
    /// When the folder cannot be written.
    pub fn open(parts: ContainerParts) -> io::Result<Self> {
        let ContainerParts { socket, folder, names, reach, clock } = parts;
        let (engine, house) = (Arc::new(Engine::new(socket, clock)), House::open(&folder)?);
        Ok(Self { engine, house, names, reach, seen: Mutex::default() })
    }

    fn seen(&self) -> Option<Seen> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Makes a container and starts it.
    async fn begin(&self, charge: Charge, marker: Marker) -> Result<Arc<dyn Kept>, DriverFault> {
        let unwritable = |cause: io::Error| DriverFault(format!("The folder of the program cannot be made: {cause}"));
        let (charge, owner, marker) = spawn_blocking(move || {
            marker.write(&charge.own)?;
            let owner = give_data(&charge)?;
            io::Result::Ok((charge, owner, marker))
        })
        .await
        .map_err(DriverFault::of)?
        .map_err(unwritable)?;
        let owner = owner.ok_or_else(|| DriverFault(NOT_ROOT.to_owned()))?;
        let image = charge.image.as_deref().ok_or_else(|| DriverFault("There is no image to run".to_owned()))?;
        let volumes = self.engine.volumes(&by_id(image)).await?;
        let body = spec::of(&charge, owner, (self.house.labels(&charge.own), &volumes));
        self.engine.create(&marker.name, body).await?;
        let id = self.engine.start(&marker.name).await?;
        Container::take_up(Arc::clone(&self.engine), (id, marker), &charge.own, &self.seen).await
    }
}

/// How an engine is told which image, whatever names there are.
fn by_id(sha256: &str) -> String {
    format!("sha256:{sha256}")
}

#[async_trait]
impl Driver for ContainerDriver {
    async fn offer(&self) -> Offer {
        let facts = self.engine.facts().await;
        let seen = self.seen();
        let reason = match &facts {
            _ if !rustix::process::geteuid().is_root() => Some(NOT_ROOT.to_owned()),
            Err(cause) => Some(cause.to_string()),
            Ok(facts) if facts.limits.is_none() => {
                Some("the container engine limits no memory, processors or processes".to_owned())
            }
            Ok(_) => None,
        };
        Offer {
            name: "container",
            builds: false,
            // All share the kernel, and nobody here but the engine says what else parts them.
            level: if reason.is_none() { "BASIC" } else { "NONE" },
            limits: facts.ok().and_then(|facts| facts.limits),
            namespaces: seen.as_ref().map(|seen| seen.namespaces.clone()).unwrap_or_default(),
            landlock_abi: None,
            seccomp: seen.is_some_and(|seen| seen.has_seccomp),
            network: false,
            reason,
        }
    }

    async fn run(&self, _: Order, _: &(dyn Lines + Sync)) -> Result<Ended, DriverFault> {
        Err(DriverFault("Commands of builds are run in no container".to_owned()))
    }

    async fn start(&self, charge: Charge) -> Result<Arc<dyn Kept>, DriverFault> {
        let name = self.house.name(&charge.own);
        let marker = Marker { name: name.clone(), logs: charge.logs.clone(), door: charge.door, process: None };
        let begun = self.begin(charge, marker).await;
        if begun.is_err() {
            self.engine.remove(&name).await;
        }
        begun
    }

    async fn find(&self, own: &Path) -> Result<Found, DriverFault> {
        let folder = own.to_owned();
        let read = spawn_blocking(move || Marker::read(&folder)).await.map_err(DriverFault::of)?;
        let Some(marker) = read.map_err(DriverFault::of)? else { return Ok(Found::Gone) };
        let id = match self.engine.look(&marker.name).await {
            Ok(Some(looked)) if looked.runs => looked.id,
            Ok(_) => return Ok(Found::Gone),
            // What runs goes on though nobody can be asked of it.
            Err(cause) => match marker.process.as_ref().filter(|process| process.lives()) {
                Some(process) => process.container.clone(),
                None => return Err(cause),
            },
        };
        let taken = Container::take_up(Arc::clone(&self.engine), (id, marker), own, &self.seen).await;
        taken.map(Found::Running)
    }

    async fn sweep(&self) {
        if let Err(cause) = sweeping::sweep(&self.engine, &self.house).await {
            tracing::debug!(%cause, "what containers left behind is not removed now");
        }
    }
}

#[async_trait]
impl Containers for ContainerDriver {
    fn has(&self, own: &Path) -> bool {
        Marker::is_in(own)
    }

    async fn fetch(&self, name: &ImageName, lines: &(dyn Lines + Sync)) -> Result<Image, NoImage> {
        images::fetch(&self.engine, (&*self.names, &self.reach), name, lines).await
    }

    async fn keep(&self, image: &Image, site: &SiteId, deployment: &DeploymentId) -> Result<(), DriverFault> {
        let (name, tag) = self.house.image(site, deployment);
        self.engine.tag(&by_id(&image.sha256), (&name, &tag)).await
    }
}
