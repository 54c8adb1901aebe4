//! What this crate offers, opened.

use crate::bell::Bell;
use crate::building::{Builders, Git, Keeping, Purge};
use crate::deployments::Deployments;
use crate::driver::Driver;
use crate::folders::Folders;
use crate::ids::SiteId;
use crate::logs::Logs;
use crate::repository::Allowed;
use crate::running::{Running, RunningParts, Upstreams};
use crate::serving::Serving;
use crate::sites::Sites;
use crate::store::{self, CHANGED};
use crate::variables::{Variables, Vault};
use mainstay_kernel::seal::Keyring;
use mainstay_kernel::{Clock, Ids};
use mainstay_outbound::{Names, Reach};
use mainstay_store::limits::Limits;
use mainstay_store::{Changes, Database, StoreResult};
use std::path::PathBuf;
use std::sync::Arc;

/// What it stands on.
pub struct HostingParts {
    /// Where records are kept.
    pub database: Database,
    /// What seals variables.
    pub keyring: Arc<Keyring>,
    /// How many sites a workspace may have.
    pub limits: Arc<dyn Limits>,
    /// Where files are kept.
    pub folder: PathBuf,
    /// Sites answer below this domain.
    pub domain: String,
    /// Where the installation itself answers.
    pub own_host: String,
    /// What may be cloned.
    pub allowed: Allowed,
    /// Who knows the addresses of hosts.
    pub names: Arc<dyn Names>,
    /// Which addresses may be reached.
    pub reach: Reach,
    /// How many deployments are worked at at a time.
    pub builders: u32,
    /// Who runs programs of sites.
    pub driver: Arc<dyn Driver>,
    /// What time it is.
    pub clock: Arc<dyn Clock>,
    /// Where chance comes from.
    pub ids: Arc<dyn Ids>,
}

/// Hosting, opened.
pub struct Hosting {
    /// Sites.
    pub sites: Arc<Sites>,
    /// Deployments.
    pub deployments: Arc<Deployments>,
    /// Variables.
    pub variables: Arc<Variables>,
    /// Logs.
    pub logs: Arc<Logs>,
    /// What visitors are served.
    pub serving: Arc<Serving>,
    /// Those who deploy.
    pub builders: Builders,
    /// The programs of sites.
    pub running: Arc<Running>,
    /// Who runs programs of sites.
    pub driver: Arc<dyn Driver>,
    /// What ends deleted sites.
    pub purge: Arc<Purge>,
    bell: Arc<Bell>,
}

impl Hosting {
    /// Opens it, and remembers what is to be served.
    ///
    /// # Errors
    /// When its folder cannot be made, or the database not be read.
    pub async fn open(parts: HostingParts) -> StoreResult<Self> {
        let HostingParts { database, keyring, limits, folder, allowed, clock, ids, .. } = parts;
        let stores = store::open(&database);
        let folders = Folders::new(&folder);
        std::fs::create_dir_all(folders.root())
            .map_err(|cause| mainstay_store::StoreError::Unavailable(format!("the folder of sites: {cause}")))?;
        let upstreams = Arc::<Upstreams>::default();
        let hosts = (parts.domain.as_str(), parts.own_host.as_str());
        let serving = Serving::new(hosts, Arc::clone(&stores.shelf), folders.clone(), Arc::clone(&upstreams));
        let serving = Arc::new(serving);
        serving.open().await?;
        let bell = Arc::new(Bell::new(Arc::clone(&serving), Arc::clone(&upstreams)));
        let vault = Vault { keyring, ids: Arc::clone(&ids) };
        let keeping = Keeping { store: Arc::clone(&stores.shelf), folders: folders.clone() };
        let keeping = Arc::new(keeping);
        let git = Arc::new(Git::new(parts.names, parts.reach, allowed, folders.root()));
        let variables = Arc::new(Variables {
            store: Arc::clone(&stores.variables),
            vault: vault.clone(),
            clock: Arc::clone(&clock),
            ids: Arc::clone(&ids),
        });
        let running = Running::open(RunningParts {
            stores: stores.clone(),
            folders: folders.clone(),
            driver: Arc::clone(&parts.driver),
            variables: Arc::clone(&variables),
            upstreams,
            bell: Arc::clone(&bell),
            clock: Arc::clone(&clock),
            ids: Arc::clone(&ids),
        });
        let running = Arc::new(running.await?);
        let builder = |seat| {
            Arc::new(crate::building::Builder {
                name: format!("builder-{}", ids.alphanumeric(12)),
                stores: stores.clone(),
                folders: folders.clone(),
                git: Arc::clone(&git),
                keeping: Arc::clone(&keeping),
                bell: Arc::clone(&bell),
                driver: Arc::clone(&parts.driver),
                variables: Arc::clone(&variables),
                running: Arc::clone(&running),
                seat,
                clock: Arc::clone(&clock),
                ids: Arc::clone(&ids),
            })
        };
        let builders = Builders { builders: (0..parts.builders).map(builder).collect() };
        let store = Arc::clone(&stores.sites);
        Ok(Self {
            sites: Arc::new(Sites {
                store: Arc::clone(&store),
                vault,
                limits,
                bell: Arc::clone(&bell),
                allowed,
                clock: Arc::clone(&clock),
                ids: Arc::clone(&ids),
            }),
            deployments: Arc::new(Deployments {
                store: Arc::clone(&store),
                bell: Arc::clone(&bell),
                clock: Arc::clone(&clock),
                ids: Arc::clone(&ids),
            }),
            driver: parts.driver,
            logs: Arc::new(Logs {
                store,
                folders: folders.clone(),
                variables: Arc::clone(&variables),
                bell: Arc::clone(&bell),
            }),
            variables,
            serving,
            builders,
            running,
            purge: Arc::new(Purge { store: stores.shelf, folders, bell: Arc::clone(&bell), clock, ids }),
            bell,
        })
    }

    /// Remembers anew from now on what others change.
    pub fn follow(&self, changes: &mut Changes) {
        let bell = Arc::clone(&self.bell);
        let ring = move |site: &str| {
            let (bell, site) = (Arc::clone(&bell), SiteId(site.to_owned()));
            tokio::spawn(async move { bell.ring(&site).await });
        };
        changes.listen(CHANGED, Arc::new(ring));
    }

    /// Ends what waits and what is followed, since the process is about to end.
    pub fn hush(&self) {
        self.bell.hush();
    }
}
