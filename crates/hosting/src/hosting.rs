//! What this crate offers, opened.

mod making;
mod parts;

use crate::bell::Bell;
use crate::building::{Builders, Purge};
use crate::databases::{Caring, Databases, Settling};
use crate::deployments::Deployments;
use crate::domains::{Certifying, DomainWatch, Domains, Keys};
use crate::driver::Drivers;
use crate::folders::Folders;
use crate::hooks::{HookVault, Hooks};
use crate::ids::SiteId;
use crate::logs::Logs;
use crate::metering::{Gate, Metering};
use crate::metrics::{Counters, Metrics, RollUp};
use crate::running::{Givens, Running, RunningParts, Upstreams};
use crate::serving::Serving;
use crate::sites::{History, Sites};
use crate::store::{self, CHANGED};
use crate::variables::{Variables, Vault};
use mainstay_store::{Changes, StoreError, StoreResult};
pub use parts::{HostingParts, Vouching};
use std::sync::Arc;

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
    /// Who runs programs of sites, and images.
    pub drivers: Arc<Drivers>,
    /// Hooks.
    pub hooks: Arc<Hooks>,
    /// Databases.
    pub databases: Arc<Databases>,
    /// Domains.
    pub domains: Arc<Domains>,
    /// What asks name servers of domains, again and again.
    pub domain_watch: Arc<DomainWatch>,
    /// What orders certificates of domains.
    pub certifying: Arc<Certifying>,
    /// What looks after databases that somebody left, and ends those that were deleted.
    pub settling: Arc<Settling>,
    /// What makes backups of databases that are due, and measures them.
    pub caring: Arc<Caring>,
    /// What counts what runs.
    pub metering: Arc<Metering>,
    /// What sites answer and use.
    pub metrics: Arc<Metrics>,
    /// What makes hours of minutes.
    pub roll_up: Arc<RollUp>,
    /// What became of sites.
    pub history: Arc<History>,
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
        let stores = store::open(&parts.database);
        let folders = Folders::new(&parts.folder);
        std::fs::create_dir_all(folders.root())
            .map_err(|cause| StoreError::Unavailable(format!("the folder of sites: {cause}")))?;
        let (clock, ids) = (Arc::clone(&parts.clock), Arc::clone(&parts.ids));
        let upstreams = Arc::<Upstreams>::default();
        let hosts = (parts.domain.as_str(), parts.own_host.as_str());
        let keys = Keys { keyring: Arc::clone(&parts.keyring), ids: Arc::clone(&ids) };
        let counters = Arc::<Counters>::default();
        let files = (folders.clone(), Arc::clone(&upstreams), Arc::clone(&counters));
        let serving = Serving::new(hosts, Arc::clone(&stores.shelf), files, keys.clone());
        let serving = Arc::new(serving);
        serving.open().await?;
        let bell = Arc::new(Bell::new(Arc::clone(&serving), Arc::clone(&upstreams)));
        let vault = Vault { keyring: Arc::clone(&parts.keyring), ids: Arc::clone(&ids) };
        let variables = Arc::new(Variables {
            store: Arc::clone(&stores.variables),
            vault: vault.clone(),
            clock: Arc::clone(&clock),
            ids: Arc::clone(&ids),
        });
        let work = Arc::new(making::work(&parts, &stores, &folders)?);
        let gate = Gate { debts: Arc::clone(&stores.debts), meter: Arc::clone(&parts.meter) };
        let databases = Databases { work: Arc::clone(&work), limits: Arc::clone(&parts.limits), gate: gate.clone() };
        let databases = Arc::new(databases);
        let givens = Givens { variables: Arc::clone(&variables), databases: Arc::clone(&databases) };
        let node = ids.alphanumeric(12);
        let counting = (counters, Arc::clone(&upstreams));
        let metrics = Metrics::new(Arc::clone(&stores.metrics), counting, (Arc::clone(&clock), node));
        let drivers = Drivers { boxes: Arc::clone(&parts.driver), containers: parts.containers.clone() };
        let running = Running::open(RunningParts {
            stores: stores.clone(),
            folders: folders.clone(),
            drivers: drivers.clone(),
            egress: parts.egress.clone(),
            givens: givens.clone(),
            upstreams,
            bell: Arc::clone(&bell),
            clock: Arc::clone(&clock),
            ids: Arc::clone(&ids),
        });
        let running = Arc::new(running.await?);
        let domains = Arc::new(making::domains(&parts, &stores, (keys, &bell)));
        let certifying = making::certifying(&parts, &domains);
        let sites = Sites {
            store: Arc::clone(&stores.sites),
            vault,
            limits: Arc::clone(&parts.limits),
            gate: gate.clone(),
            bell: Arc::clone(&bell),
            allowed: parts.allowed,
            has_containers: parts.containers.is_some(),
            clock: Arc::clone(&clock),
            ids: Arc::clone(&ids),
        };
        let deployments = Deployments {
            store: Arc::clone(&stores.sites),
            bell: Arc::clone(&bell),
            clock: Arc::clone(&clock),
            ids: Arc::clone(&ids),
        };
        let hooks = Hooks {
            store: Arc::clone(&stores.hooks),
            sites: Arc::clone(&stores.sites),
            gate,
            vault: HookVault { keyring: Arc::clone(&parts.keyring), ids: Arc::clone(&ids) },
            bell: Arc::clone(&bell),
            clock: Arc::clone(&clock),
            ids: Arc::clone(&ids),
        };
        let logs = Logs { store: Arc::clone(&stores.sites), folders: folders.clone(), givens, bell: Arc::clone(&bell) };
        let sites = Arc::new(sites);
        let metering = making::metering(&parts, &stores, (&sites, &databases));
        Ok(Self {
            sites,
            metering: Arc::new(metering),
            metrics: Arc::new(metrics),
            roll_up: Arc::new(RollUp { store: Arc::clone(&stores.metrics), clock: Arc::clone(&clock) }),
            history: Arc::new(History { store: Arc::clone(&stores.history) }),
            deployments: Arc::new(deployments),
            logs: Arc::new(logs),
            hooks: Arc::new(hooks),
            databases,
            certifying: Arc::new(certifying),
            domain_watch: Arc::new(DomainWatch { domains: Arc::clone(&domains) }),
            domains,
            caring: Arc::new(Caring { work: Arc::clone(&work) }),
            settling: Arc::new(Settling { work }),
            serving,
            builders: making::builders(&parts, (&stores, &folders), &variables, (&running, &bell)),
            variables,
            running,
            drivers: Arc::new(drivers),
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
