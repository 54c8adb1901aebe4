//! The boxes that servers run in: started, found again, ended.

use super::client::Client;
use super::config::PORT;
use crate::databases::DatabaseFolders;
use crate::databases::credentials;
use crate::databases::engine::EngineFault;
use crate::driver::{Charge, Driver, Found, Kept, Pulse};
use crate::folder::Folder;
use crate::folders::names;
use crate::ids::{DatabaseId, letters};
use crate::running::Users;
use crate::sites::Resources;
use mainstay_kernel::{Ids, Secret};
use std::collections::{BTreeMap, HashMap};
use std::fs::OpenOptions;
use std::io::{self, ErrorKind, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex as StdMutex, PoisonError};
use std::time::Duration;
use tokio::net::TcpStream;
use tokio::sync::Mutex;

/// The server of a seat, if it was found or started; whoever starts or ends one holds this.
type Slot = Arc<Mutex<Option<Arc<dyn Kept>>>>;

/// The boxes of this machine.
pub(super) struct Boxes {
    pub(super) driver: Arc<dyn Driver>,
    ids: Arc<dyn Ids>,
    pub(super) folders: DatabaseFolders,
    program: PathBuf,
    users: Users,
    slots: StdMutex<HashMap<PathBuf, Slot>>,
}

/// What a server may use: what it keeps in memory, and as much again while it writes that down.
const RESOURCES: Resources = Resources { memory_mb: 320, cpu_milli: 1000, disk_mb: 1024, processes: 32 };
/// Users of servers, behind those of sites.
const FIRST_SERVER: u32 = 500_000;
/// How long a server may take to read what it has.
const STARTING: Duration = Duration::from_mins(1);
/// How long it may take to write down what it has.
const GRACE: Duration = Duration::from_secs(20);
/// How often it is looked at meanwhile.
const LOOK: Duration = Duration::from_millis(10);
/// Says that a server is to be kept running.
const OPEN: &str = "open";
/// What a server is started with.
const CONFIG: &str = "redis.conf";

/// Where a server has its files: that of a database, or one on trial.
#[derive(Debug, Clone)]
pub(super) struct Seat {
    root: PathBuf,
}

impl Seat {
    pub(super) fn files(&self) -> PathBuf {
        self.root.join("files")
    }

    pub(super) fn root(&self) -> &Path {
        &self.root
    }

    fn instances(&self) -> PathBuf {
        self.root.join("instances")
    }
}

impl Boxes {
    pub(super) fn open(
        (driver, ids): (Arc<dyn Driver>, Arc<dyn Ids>),
        folders: DatabaseFolders,
        program: PathBuf,
    ) -> io::Result<Self> {
        let users = Users::open(&folders.all())?;
        Ok(Self { driver, ids, folders, program, users, slots: StdMutex::default() })
    }

    /// Where the server of a database has its files.
    pub(super) fn seat(&self, id: &DatabaseId) -> Seat {
        Seat { root: self.folders.own(id) }
    }

    /// Where one is that reads a backup on trial.
    pub(super) fn trial(&self, id: &DatabaseId) -> Seat {
        Seat { root: self.folders.own(id).join("trial") }
    }

    fn slot(&self, seat: &Seat) -> Slot {
        let mut slots = self.slots.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(slots.entry(seat.root.clone()).or_default())
    }

    /// What the platform comes in with. It lies where no box sees it.
    pub(super) fn platform(&self, id: &DatabaseId) -> Result<Secret<String>, EngineFault> {
        let file = self.folders.own(id).join("platform");
        match std::fs::read_to_string(&file) {
            Ok(text) => return Ok(Secret::new(text)),
            Err(cause) if cause.kind() == ErrorKind::NotFound => {}
            Err(cause) => return Err(cause.into()),
        }
        let drawn = credentials::draw(&*self.ids);
        write(&file, drawn.expose())?;
        Ok(drawn)
    }

    /// Remembers what the server of a database is to be started with.
    pub(super) fn write_config(&self, id: &DatabaseId, text: &str) -> io::Result<()> {
        write(&self.folders.own(id).join(CONFIG), text)
    }

    /// Has the server of a database run from now on; says whether it is a new one.
    pub(super) async fn keep_open(&self, id: &DatabaseId) -> Result<bool, EngineFault> {
        let slot = self.slot(&self.seat(id));
        let mut known = slot.lock().await;
        write(&self.folders.own(id).join(OPEN), "")?;
        self.ensure(&mut known, id).await
    }

    /// Has it run, if it does not; says whether it is a new one.
    async fn ensure(&self, known: &mut Option<Arc<dyn Kept>>, id: &DatabaseId) -> Result<bool, EngineFault> {
        let seat = self.seat(id);
        if self.find(known, &seat).await?.is_some() {
            return Ok(false);
        }
        let config = std::fs::read_to_string(self.folders.own(id).join(CONFIG))?;
        self.start(known, (id, &seat), &config).await?;
        Ok(true)
    }

    /// Starts a server that nobody keeps running.
    pub(super) async fn start_once(&self, (id, seat): (&DatabaseId, &Seat), config: &str) -> Result<(), EngineFault> {
        let slot = self.slot(seat);
        let mut known = slot.lock().await;
        self.end_in(&mut known, seat).await?;
        self.start(&mut known, (id, seat), config).await
    }

    async fn start(
        &self,
        known: &mut Option<Arc<dyn Kept>>,
        (id, seat): (&DatabaseId, &Seat),
        config: &str,
    ) -> Result<(), EngineFault> {
        // A box sees of it what it is started with, and cannot change that.
        let release = seat.root.join("config");
        remove(&release)?;
        make(&release)?;
        write(&release.join(CONFIG), config)?;
        let user = self.users.of(&self.folders.own(id))?;
        let charge = Charge {
            command: format!("exec {} /app/{CONFIG}", self.program.display()),
            image: None,
            own: seat.instances().join(letters(&*self.ids, 8)),
            release,
            inner: Folder::default(),
            data: seat.files(),
            folders: Vec::new(),
            door: None,
            goes_out: false,
            logs: seat.root.join("logs"),
            port: PORT,
            variables: BTreeMap::new(),
            resources: RESOURCES,
            user: FIRST_SERVER + user,
        };
        make(&charge.own)?;
        let kept = self.driver.start(charge).await.map_err(|cause| EngineFault(cause.to_string()))?;
        *known = Some(kept);
        Ok(())
    }

    /// The server of a seat, if it runs: started by this process, or by one before.
    async fn find(&self, known: &mut Option<Arc<dyn Kept>>, seat: &Seat) -> Result<Option<Arc<dyn Kept>>, EngineFault> {
        if let Some(kept) = known.take()
            && matches!(kept.pulse().await, Pulse::Runs | Pulse::Unknown)
        {
            return Ok(known.insert(kept).clone().into());
        }
        let folder = seat.instances();
        for name in names(&folder)? {
            let own = folder.join(name);
            match self.driver.find(&own).await.map_err(|cause| EngineFault(cause.to_string()))? {
                Found::Running(kept) => {
                    return Ok(known.insert(kept).clone().into());
                }
                Found::Gone => remove(&own)?,
            }
        }
        Ok(None)
    }

    /// Waits until a server of a seat answers the platform.
    pub(super) async fn ready_in(&self, id: &DatabaseId, seat: &Seat) -> Result<Client, EngineFault> {
        let password = self.platform(id)?;
        let trying = async {
            loop {
                let kept = self.find(&mut *self.slot(seat).lock().await, seat).await?;
                let kept = kept.ok_or_else(|| EngineFault("the server has ended".to_owned()))?;
                if let Ok(stream) = kept.connect(PORT).await
                    && let Ok(mut client) = Client::open(stream, &password).await
                    && client.ask(&["PING"]).await.is_ok()
                {
                    return Ok(client);
                }
                tokio::time::sleep(LOOK).await;
            }
        };
        let tried = tokio::time::timeout(STARTING, trying).await;
        tried.map_err(|_| EngineFault("the server does not begin to answer".to_owned()))?
    }

    /// Waits until the server of a database answers the platform.
    pub(super) async fn ready(&self, id: &DatabaseId) -> Result<Client, EngineFault> {
        self.ready_in(id, &self.seat(id)).await
    }

    /// A connection to the server of a database.
    pub(super) async fn connect(&self, id: &DatabaseId) -> io::Result<TcpStream> {
        let seat = self.seat(id);
        let found = self.find(&mut *self.slot(&seat).lock().await, &seat).await;
        let kept = found.map_err(io::Error::other)?.ok_or(ErrorKind::ConnectionRefused)?;
        kept.connect(PORT).await
    }

    /// How many come in beside the platform, if the server says so.
    pub(super) async fn connections(&self, id: &DatabaseId) -> Option<i64> {
        let asked = async {
            let stream = self.connect(id).await?;
            Client::open(stream, &self.platform(id)?).await?.told("clients", "connected_clients").await
        };
        let told: i64 = asked.await.ok()?.parse().ok()?;
        Some(told - 1)
    }

    /// Has the server of a database run no longer.
    pub(super) async fn shut(&self, id: &DatabaseId) -> Result<(), EngineFault> {
        self.end_seat(&self.trial(id)).await?;
        let seat = self.seat(id);
        let slot = self.slot(&seat);
        let mut known = slot.lock().await;
        match std::fs::remove_file(self.folders.own(id).join(OPEN)) {
            Err(cause) if cause.kind() != ErrorKind::NotFound => return Err(cause.into()),
            _ => {}
        }
        self.end_in(&mut known, &seat).await
    }

    /// Ends the server of a seat, if there is one, and waits for its end.
    pub(super) async fn end_seat(&self, seat: &Seat) -> Result<(), EngineFault> {
        self.end_in(&mut *self.slot(seat).lock().await, seat).await
    }

    async fn end_in(&self, known: &mut Option<Arc<dyn Kept>>, seat: &Seat) -> Result<(), EngineFault> {
        while let Some(kept) = self.find(known, seat).await? {
            let ending = async {
                while matches!(kept.pulse().await, Pulse::Runs | Pulse::Unknown) {
                    // It may not have heard, and is told once more.
                    let _ = kept.stop(GRACE).await;
                    tokio::time::sleep(LOOK).await;
                }
            };
            let ended = tokio::time::timeout(GRACE * 2, ending).await;
            ended.map_err(|_| EngineFault("the server does not end".to_owned()))?;
        }
        Ok(())
    }

    /// Ends all there is of a database.
    pub(super) async fn end(&self, id: &DatabaseId) -> Result<(), EngineFault> {
        self.shut(id).await?;
        let mut slots = self.slots.lock().unwrap_or_else(PoisonError::into_inner);
        slots.retain(|seat, _| !seat.starts_with(self.folders.own(id)));
        drop(slots);
        Ok(remove(&self.folders.own(id))?)
    }

    /// Starts servers anew that are to run and do not: they fell, or the machine was restarted.
    pub(super) async fn tend(&self) {
        for name in names(&self.folders.all()).unwrap_or_default() {
            let id = DatabaseId(name);
            let slot = self.slot(&self.seat(&id));
            let mut known = slot.lock().await;
            if !self.folders.own(&id).join(OPEN).exists() {
                continue;
            }
            match self.ensure(&mut known, &id).await {
                Ok(false) => {}
                Ok(true) => tracing::warn!(database = %id, "a server of Redis had ended and was started anew"),
                Err(cause) => tracing::warn!(database = %id, %cause, "a server of Redis cannot be started"),
            }
        }
    }
}

/// A folder that nobody else looks into.
pub(super) fn make(folder: &Path) -> io::Result<()> {
    std::fs::DirBuilder::new().recursive(true).mode(0o700).create(folder)
}

/// Writes a file as a whole or not at all, for nobody else to read.
fn write(file: &Path, text: &str) -> io::Result<()> {
    make(file.parent().unwrap_or(file))?;
    let unfinished = file.with_extension("unfinished");
    let mut written = OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&unfinished)?;
    written.write_all(text.as_bytes())?;
    written.sync_all()?;
    std::fs::rename(unfinished, file)
}

pub(super) fn remove(folder: &Path) -> io::Result<()> {
    match std::fs::remove_dir_all(folder) {
        Err(cause) if cause.kind() != ErrorKind::NotFound => Err(cause),
        _ => Ok(()),
    }
}
