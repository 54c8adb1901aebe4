//! Those who tend the sites of this node.

use super::givens::Givens;
use super::instance::Instance;
use super::launch::{Launch, read_name};
use super::relay::{Doors, Relay};
use super::tender::{Ground, Tender, patience};
use super::upstream::{Upstreams, retire};
use super::users::Users;
use super::wanted::Wanted;
use crate::bell::Bell;
use crate::databases::Given;
use crate::driver::{Driver, Drivers, Found, Kept};
use crate::egress::Egress;
use crate::folders::{Folders, names};
use crate::ids::SiteId;
use crate::sites::Condition;
use crate::store::{Shelved, Stores};
use mainstay_kernel::{Clock, Ids};
use mainstay_store::{StoreError, StoreResult};
use std::collections::{HashMap, HashSet};
use std::io;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{Mutex, watch};
use tokio::task::JoinSet;

/// The programs of this node's sites.
pub struct Running {
    pub(crate) launch: Arc<Launch>,
    pub(crate) upstreams: Arc<Upstreams>,
    ground: Arc<Ground>,
    /// For those who do without [`Running::start`].
    tenders: Mutex<HashMap<SiteId, Tender>>,
}

/// What programs are run with.
pub(crate) struct RunningParts {
    pub(crate) stores: Stores,
    pub(crate) folders: Folders,
    pub(crate) drivers: Drivers,
    pub(crate) egress: Egress,
    pub(crate) givens: Givens,
    pub(crate) upstreams: Arc<Upstreams>,
    pub(crate) bell: Arc<Bell>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) ids: Arc<dyn Ids>,
}

/// Programs that are tended, until they are left to themselves.
pub struct Tending {
    stop: watch::Sender<bool>,
    tasks: JoinSet<()>,
}

/// How often a program is looked at though nobody called.
const LOOK: Duration = Duration::from_secs(1);
/// How often it is looked what boxes left behind.
const SWEEP: Duration = Duration::from_secs(30);

impl Running {
    /// Finds the programs that run already.
    pub(crate) async fn open(parts: RunningParts) -> StoreResult<Self> {
        let RunningParts { stores, folders, drivers, egress, givens, upstreams, bell, clock, ids } = parts;
        let unreadable = |cause: io::Error| StoreError::Unavailable(format!("the folder of sites: {cause}"));
        let users = Users::open(&folders.sites()).map_err(unreadable)?;
        let launch = Arc::new(Launch { drivers, egress, folders, givens, users, clock, ids });
        let ground = Arc::new(Ground { launch: Arc::clone(&launch), stores, bell });
        let running = Self { launch, upstreams, ground, tenders: Mutex::default() };
        for shelved in running.ground.stores.shelf.shelf(None).await? {
            running.adopt(&shelved).await;
        }
        Ok(running)
    }

    /// Takes on what was started for a site before this process was, and ends what is not to run.
    async fn adopt(&self, shelved: &Shelved) {
        let wanted = Wanted::of(shelved);
        let folder = self.launch.folders.instances(&shelved.site);
        let names = names(&folder).unwrap_or_default();
        for (name, (deployment, generation)) in names.iter().filter_map(|name| Some((name, read_name(name)?))) {
            let own = folder.join(name);
            let Ok(Found::Running(kept)) = self.launch.drivers.find(&own).await else {
                let _ = tokio::task::spawn_blocking(move || std::fs::remove_dir_all(own)).await;
                continue;
            };
            let relay = self.relay(&*kept, shelved).await;
            let port = wanted.as_ref().map_or(0, |wanted| wanted.settings.port);
            let instance = Arc::new(Instance::new((deployment, generation), port, (own, kept), relay));
            let upstream = self.upstreams.of(&shelved.site);
            let is_it = wanted.as_ref().is_some_and(|wanted| wanted.is(&instance)) && upstream.present().is_none();
            if is_it {
                upstream.exchange(None, Some(instance));
            } else {
                retire(Some(instance));
            }
        }
        let asleep = Wanted::awake(shelved).filter(|_| shelved.condition == Some(Condition::Asleep));
        if let Some(asleep) = asleep {
            self.upstreams.of(&shelved.site).lie_down(None, patience(&asleep));
        } else if wanted.is_some() || shelved.condition.is_some() {
            let upstream = self.upstreams.of(&shelved.site);
            upstream.expect(upstream.present().is_none());
        }
    }

    /// Goes on to relay what a program asks of its databases and of hosts.
    async fn relay(&self, kept: &dyn Kept, shelved: &Shelved) -> Option<Relay> {
        let given = self.launch.givens.of(shelved.workspace, &shelved.site).await;
        let doors = |given: Given| match &shelved.current {
            Some(own) => self.launch.doors((&shelved.site, &own.deployment), &own.settings, given.doors),
            None => Doors { servers: given.doors, way_out: None },
        };
        let begun = match given {
            Ok(given) => Relay::begin(kept, doors(given)).await.map_err(|cause| cause.to_string()),
            Err(cause) => Err(cause.to_string()),
        };
        begun.unwrap_or_else(|cause| {
            tracing::warn!(site = %shelved.site, %cause, "a program reaches neither its databases nor hosts");
            None
        })
    }

    fn tender(&self, site: &SiteId) -> Tender {
        Tender::new(Arc::clone(&self.ground), site.clone(), self.upstreams.of(site))
    }

    /// Begins to tend.
    pub fn start(self: &Arc<Self>) -> Tending {
        let (stop, stopping) = watch::channel(false);
        let mut tasks = JoinSet::new();
        tasks.spawn(sweep(self.launch.drivers.clone(), stopping.clone()));
        tasks.spawn(arbitrate(Arc::clone(&self.launch.drivers.boxes), stopping.clone()));
        tasks.spawn(tend_all(Arc::clone(self), stopping));
        Tending { stop, tasks }
    }

    /// Looks after every program once, for those who do without [`Running::start`].
    ///
    /// # Errors
    /// When the database cannot be read or written.
    pub async fn look(&self) -> StoreResult<()> {
        let mut tenders = self.tenders.lock().await;
        for site in self.upstreams.sites() {
            let tender = tenders.entry(site.clone()).or_insert_with(|| self.tender(&site));
            tender.wait(Duration::ZERO).await;
            tender.tend().await?;
        }
        Ok(())
    }
}

impl Tending {
    /// Leaves programs to themselves: they go on, and are found again.
    pub async fn drain(mut self) {
        self.stop.send_replace(true);
        while self.tasks.join_next().await.is_some() {}
    }
}

/// Has removed, again and again, what boxes left behind whose end nobody saw.
async fn sweep(drivers: Drivers, mut stopping: watch::Receiver<bool>) {
    while !*stopping.borrow() {
        drivers.sweep().await;
        let _ = tokio::time::timeout(SWEEP, stopping.changed()).await;
    }
}

/// Has programs give way, again and again, that take more than others can spare.
async fn arbitrate(boxes: Arc<dyn Driver>, mut stopping: watch::Receiver<bool>) {
    while let Some(pause) = boxes.arbitrate().await {
        if tokio::time::timeout(pause, stopping.changed()).await.is_ok() {
            return;
        }
    }
}

/// Gives every site that has a program somebody who tends it.
async fn tend_all(running: Arc<Running>, mut stopping: watch::Receiver<bool>) {
    let (mut tended, mut tenders) = (HashSet::new(), JoinSet::new());
    while !*stopping.borrow() {
        let new = running.upstreams.newcomer();
        for site in running.upstreams.sites() {
            if tended.insert(site.clone()) {
                tenders.spawn(serve(running.tender(&site), stopping.clone()));
            }
        }
        tokio::select! {
            () = new => {}
            _ = stopping.changed() => {}
        }
    }
    while tenders.join_next().await.is_some() {}
}

async fn serve(mut tender: Tender, mut stopping: watch::Receiver<bool>) {
    while !*stopping.borrow() {
        tokio::select! {
            done = tender.tend() => if let Err(cause) = done {
                tracing::warn!(%cause, "a program cannot be tended");
            },
            // What was being started ends with this, and is started by whoever comes next.
            _ = stopping.changed() => return,
        }
        tokio::select! {
            () = tender.wait(LOOK) => {}
            _ = stopping.changed() => {}
        }
    }
}
