//! How a program is started, until it is well.

use super::givens::Givens;
use super::health;
use super::instance::Instance;
use super::relay::{Doors, Relay};
use super::room::{self, HOPELESS, Room};
use super::users::Users;
use super::voice::Voice;
use super::wanted::{Unwell, Wanted};
use super::way_out;
use crate::databases::{DOOR_PORT, Door};
use crate::driver::{Charge, Driver, Drivers, Exit, Found, Pulse};
use crate::egress::Egress;
use crate::folders::Folders;
use crate::ids::{DeploymentId, SiteId, letters};
use crate::logs::{self, LogQuery, Source};
use crate::sites::Settings;
use mainstay_kernel::{Clock, Ids};
use std::iter;
use std::sync::Arc;
use std::time::Duration;

/// What starts programs.
pub(crate) struct Launch {
    pub(crate) drivers: Drivers,
    /// The hosts that programs reach at most.
    pub(crate) egress: Egress,
    pub(crate) folders: Folders,
    pub(crate) givens: Givens,
    pub(super) users: Users,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) ids: Arc<dyn Ids>,
}

/// A program that was started. Dropped before it is well, it is ended.
pub(crate) struct Launching {
    instance: Option<Arc<Instance>>,
    clock: Arc<dyn Clock>,
}

/// The first pause between two questions whether a program is well, while it starts.
const SHORTEST: Duration = Duration::from_millis(10);
/// The longest one.
const LONGEST: Duration = Duration::from_millis(250);
/// How many of the last lines a record keeps.
const LAST_LINES: usize = 20;

impl Launch {
    /// Starts a program.
    pub(crate) async fn start(&self, wanted: &Wanted) -> Result<Launching, Unwell> {
        let driver = self.drivers.of(wanted.program.image.is_some());
        let driver = driver.ok_or_else(|| Unwell::NoBoxes("there is no container engine".to_owned()))?;
        if let Some(reason) = driver.offer().await.reason {
            return Err(Unwell::NoBoxes(reason));
        }
        if let Some(room) = room::overfull(self.rooms(wanted).await, HOPELESS).await {
            let text = format!("it has more files than {HOPELESS} times the {} MiB of {}", room.most_mb, room.of);
            return Err(Unwell::NotStarted(text));
        }
        let starting = self.starting(wanted, driver).await.map_err(Unwell::NotStarted)?;
        let clock = Arc::clone(&self.clock);
        // Goes on though nobody waits for it any longer: what was started then is ended, and not forgotten.
        let started = tokio::spawn(async move {
            let instance = starting.start().await.map_err(Unwell::NotStarted)?;
            Ok(Launching { instance: Some(Arc::new(instance)), clock })
        });
        started.await.unwrap_or_else(|broken| Err(Unwell::NotStarted(broken.to_string())))
    }

    /// Where a program may keep files. What cannot be told now is told the next time.
    pub(super) async fn rooms(&self, wanted: &Wanted) -> Vec<Room> {
        let most_mb = wanted.settings.resources.disk_mb;
        let data = Room { folder: self.folders.data(&wanted.site), most_mb, of: "resources.diskMb".to_owned() };
        let further = self.givens.databases.rooms_of(wanted.workspace, &wanted.site).await.unwrap_or_else(|cause| {
            tracing::warn!(site = %wanted.site, %cause, "which files a program has of databases cannot be told");
            Vec::new()
        });
        iter::once(data).chain(further).collect()
    }

    /// All that it takes to start a program.
    async fn starting(&self, wanted: &Wanted, driver: Arc<dyn Driver>) -> Result<Starting, String> {
        let Wanted { site, deployment, generation, settings, .. } = wanted;
        let mut given = self.givens.of(wanted.workspace, site).await.map_err(|cause| {
            tracing::error!(%site, %cause, "what a program is given cannot be read");
            "its variables or databases cannot be read".to_owned()
        })?;
        let user = self
            .users
            .of(&self.folders.site(site))
            .map_err(|cause| format!("its folder cannot be written: {}", cause.kind()))?;
        let own = self.folders.instances(site).join(named(deployment, *generation, &letters(&*self.ids, 8)));
        let doors = self.doors((site, deployment), settings, given.doors);
        let goes_out = doors.way_out.is_some();
        if goes_out {
            // What the site itself says of a proxy goes before.
            for (name, value) in way_out::variables() {
                given.variables.entry(name).or_insert(value);
            }
        }
        let charge = Charge {
            command: wanted.program.command.clone(),
            image: wanted.program.image.clone(),
            own,
            release: self.folders.release(site, &wanted.release),
            inner: settings.root_directory.clone(),
            data: self.folders.data(site),
            folders: given.folders,
            door: doors.are_there().then_some(DOOR_PORT),
            goes_out,
            logs: self.folders.output(site, deployment),
            port: settings.port,
            variables: given.variables,
            resources: settings.resources.clone(),
            user,
        };
        let which = (deployment.clone(), *generation);
        Ok(Starting { driver, charge, doors, which })
    }

    /// What stands behind the doors of a deployment's program.
    pub(super) fn doors(
        &self,
        (site, deployment): (&SiteId, &DeploymentId),
        settings: &Settings,
        servers: Vec<Door>,
    ) -> Doors {
        let way_out = settings.egress().map(|hosts| way_out::open(&self.egress, hosts, self.voice(site, deployment)));
        Doors { servers, way_out }
    }

    /// Speaks in the log of a deployment's program.
    pub(super) fn voice(&self, site: &SiteId, deployment: &DeploymentId) -> Voice {
        let (folder, clock) = (self.folders.logs(site), Arc::clone(&self.clock));
        Voice { folder, deployment: deployment.clone(), clock }
    }

    /// What a deployment's program wrote last.
    pub(crate) async fn last_lines(&self, wanted: &Wanted) -> Vec<String> {
        let Wanted { site, deployment, .. } = wanted;
        let folder = self.folders.logs(site);
        let (source, deployment) = (Some(Source::Runtime), Some(deployment.clone()));
        let query = LogQuery { source, deployment, after: None, limit: LAST_LINES };
        let lines = tokio::task::spawn_blocking(move || logs::read(&folder, &query)).await;
        let lines = lines.ok().and_then(Result::ok).unwrap_or_default();
        let Ok(mask) = self.givens.mask(wanted.workspace, site).await else { return Vec::new() };
        lines.into_iter().map(|line| mask.hide(&line.message)).collect()
    }
}

/// A program that is about to be started.
struct Starting {
    driver: Arc<dyn Driver>,
    charge: Charge,
    doors: Doors,
    which: (DeploymentId, i64),
}

impl Starting {
    async fn start(self) -> Result<Instance, String> {
        let Self { driver, charge, doors, which } = self;
        let (own, port) = (charge.own.clone(), charge.port);
        let kept = match driver.start(charge).await {
            Ok(kept) => kept,
            Err(cause) => {
                // What came of it all the same is ended; of the rest, its folder goes.
                match driver.find(&own).await {
                    Ok(Found::Running(kept)) => Arc::new(Instance::new(which, port, (own, kept), None)).retire().await,
                    _ => drop(tokio::task::spawn_blocking(move || std::fs::remove_dir_all(own)).await),
                }
                return Err(cause.to_string());
            }
        };
        match Relay::begin(&*kept, doors).await {
            Ok(relay) => Ok(Instance::new(which, port, (own, kept), relay)),
            Err(cause) => {
                Arc::new(Instance::new(which, port, (own, kept), None)).retire().await;
                Err(cause.to_string())
            }
        }
    }
}

impl Launching {
    /// Waits until the program is well.
    pub(crate) async fn become_well(mut self, wanted: &Wanted) -> Result<Arc<Instance>, Unwell> {
        let check = &wanted.settings.health_check;
        let Some(instance) = self.instance.clone() else { return Err(Unwell::Late("is gone".to_owned())) };
        let mut why = "was never asked".to_owned();
        let trying = async {
            let mut pause = SHORTEST;
            loop {
                match health::ask(&*instance.kept, instance.port, check).await {
                    Ok(()) => return Ok(()),
                    Err(cause) => why = cause,
                }
                match instance.kept.pulse().await {
                    Pulse::Ended(exit) => return Err(Unwell::Ended(exit)),
                    Pulse::Gone => return Err(Unwell::Ended(Exit::unknown(self.clock.now()))),
                    Pulse::Runs | Pulse::Unknown => {}
                }
                tokio::time::sleep(pause).await;
                pause = LONGEST.min(pause * 3 / 2);
            }
        };
        let most = Duration::from_secs(check.startup_seconds.into());
        match tokio::time::timeout(most, trying).await {
            Ok(tried) => tried?,
            Err(_) => return Err(Unwell::Late(format!("was not well after {} s: it {why}", most.as_secs()))),
        }
        self.instance = None;
        Ok(instance)
    }
}

impl Drop for Launching {
    fn drop(&mut self) {
        if let Some(instance) = self.instance.take() {
            tokio::spawn(instance.retire());
        }
    }
}

/// What the folder of an instance is called.
fn named(deployment: &DeploymentId, generation: i64, letters: &str) -> String {
    format!("{deployment}-{generation}-{letters}")
}

/// Of which deployment and start an instance is, as its folder says.
pub(super) fn read_name(name: &str) -> Option<(DeploymentId, i64)> {
    let mut parts = name.splitn(3, '-');
    let (deployment, generation) = (parts.next()?, parts.next()?.parse().ok()?);
    parts.next()?;
    Some((DeploymentId(deployment.to_owned()), generation))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_name_of_an_instances_folder_says_of_which_deployment_and_start_it_is() {
        let deployment = DeploymentId("cabc".to_owned());
        assert_eq!(read_name(&named(&deployment, 7, "xyz")), Some((deployment, 7)));
        for other in ["cabc", "cabc-7", "cabc-x-y", ""] {
            assert_eq!(read_name(other), None, "{other}");
        }
    }
}
