//! What this crate offers, opened.

use crate::bell::Bell;
use crate::building::{Builder, Builders, Git, Keeping, Purge};
use crate::databases::{
    Caring, DatabaseFolders, Databases, Engines, MariadbEngine, PostgresEngine, RedisEngine, Settling, SqliteEngine,
    Work,
};
use crate::deployments::Deployments;
use crate::domains::{Acme, AcmeTerms, Authority, Certifying, DomainWatch, Domains, Keys, TextRecords};
use crate::driver::{Containers, Driver, Drivers};
use crate::egress::Egress;
use crate::folders::Folders;
use crate::hooks::{HookVault, Hooks};
use crate::ids::SiteId;
use crate::logs::Logs;
use crate::metering::{Gate, Meter, Metering};
use crate::metrics::{Counters, Metrics, RollUp};
use crate::repository::Allowed;
use crate::running::{Givens, Running, RunningParts, Upstreams};
use crate::serving::Serving;
use crate::sites::{History, Sites};
use crate::store::{self, CHANGED, Stores};
use crate::variables::{Variables, Vault};
use mainstay_kernel::seal::Keyring;
use mainstay_kernel::{Clock, Ids, Secret};
use mainstay_outbound::{Names, Outbound, Reach};
use mainstay_store::limits::Limits;
use mainstay_store::{Changes, Database, StoreError, StoreResult};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Mutex;

/// What it stands on.
pub struct HostingParts {
    /// Where records are kept.
    pub database: Database,
    /// What seals variables.
    pub keyring: Arc<Keyring>,
    /// How many sites a workspace may have.
    pub limits: Arc<dyn Limits>,
    /// Who counts what sites, databases and builds take.
    pub meter: Arc<dyn Meter>,
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
    /// Who knows whose domains are.
    pub dns: Arc<dyn TextRecords>,
    /// Who vouches for domains, if anybody does.
    pub authority: Vouching,
    /// How many deployments are worked at at a time.
    pub builders: u32,
    /// Who runs programs of sites.
    pub driver: Arc<dyn Driver>,
    /// Who runs images, if anybody does.
    pub containers: Option<Arc<dyn Containers>>,
    /// The hosts that programs of sites reach at most.
    pub egress: Egress,
    /// The server that databases of PostgreSQL are made on, as who may do everything there.
    pub postgres_url: Option<Secret<String>>,
    /// The server that databases of MariaDB are made on, as who may do everything there.
    pub mariadb_url: Option<Secret<String>>,
    /// How large a database may be at most, in MiB.
    pub database_max_mb: u32,
    /// What time it is.
    pub clock: Arc<dyn Clock>,
    /// Where chance comes from.
    pub ids: Arc<dyn Ids>,
}

/// Who vouches for domains.
pub enum Vouching {
    /// Nobody: tenants bring certificates of their own.
    Nobody,
    /// Whoever is asked by ACME, over this way.
    Acme(AcmeTerms, Arc<dyn Outbound>),
    /// This.
    Other(Arc<dyn Authority>),
}

/// How long other nodes may take to learn what is to be shown: twice as long as they do.
const SPREADING: Duration = Duration::from_millis(1500);

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
        let work = Arc::new(work(&parts, &stores, &folders)?);
        let gate = Gate { debts: Arc::clone(&stores.debts), meter: Arc::clone(&parts.meter) };
        let databases = Databases { work: Arc::clone(&work), limits: Arc::clone(&parts.limits), gate: gate.clone() };
        let databases = Arc::new(databases);
        let givens = Givens { variables: Arc::clone(&variables), databases: Arc::clone(&databases) };
        let drivers = Drivers { boxes: Arc::clone(&parts.driver), containers: parts.containers.clone() };
        let node = ids.alphanumeric(12);
        let counting = (counters, Arc::clone(&upstreams));
        let metrics = Metrics::new(Arc::clone(&stores.metrics), counting, (Arc::clone(&clock), node));
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
        let domains = Arc::new(domains(&parts, &stores, (keys, &bell)));
        let certifying = certifying(&parts, &domains);
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
        let metering = metering(&parts, &stores, (&sites, &databases));
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
            builders: builders(&parts, (&stores, &folders), &variables, (&running, &bell)),
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

/// Those who deploy.
fn builders(
    parts: &HostingParts,
    (stores, folders): (&Stores, &Folders),
    variables: &Arc<Variables>,
    (running, bell): (&Arc<Running>, &Arc<Bell>),
) -> Builders {
    let names = Arc::clone(&parts.names);
    let git = Arc::new(Git::new(names, parts.reach.clone(), parts.allowed, folders.root()));
    let keeping = Arc::new(Keeping { store: Arc::clone(&stores.shelf), folders: folders.clone() });
    let builder = |seat| {
        Arc::new(Builder {
            name: format!("builder-{}", parts.ids.alphanumeric(12)),
            stores: stores.clone(),
            folders: folders.clone(),
            git: Arc::clone(&git),
            keeping: Arc::clone(&keeping),
            bell: Arc::clone(bell),
            driver: Arc::clone(&parts.driver),
            variables: Arc::clone(variables),
            running: Arc::clone(running),
            seat,
            clock: Arc::clone(&parts.clock),
            ids: Arc::clone(&parts.ids),
        })
    };
    Builders { builders: (0..parts.builders).map(builder).collect() }
}

/// What counts what runs.
fn metering(parts: &HostingParts, stores: &Stores, (sites, databases): (&Arc<Sites>, &Arc<Databases>)) -> Metering {
    Metering {
        runs: Arc::clone(&stores.runs),
        debts: Arc::clone(&stores.debts),
        meter: Arc::clone(&parts.meter),
        sites: Arc::clone(sites),
        databases: Arc::clone(databases),
        clock: Arc::clone(&parts.clock),
        ids: Arc::clone(&parts.ids),
    }
}

/// The domains of sites.
fn domains(parts: &HostingParts, stores: &Stores, (keys, bell): (Keys, &Arc<Bell>)) -> Domains {
    Domains {
        store: Arc::clone(&stores.domains),
        dns: Arc::clone(&parts.dns),
        keys,
        bell: Arc::clone(bell),
        own_hosts: [parts.domain.clone(), parts.own_host.clone()],
        clock: Arc::clone(&parts.clock),
        ids: Arc::clone(&parts.ids),
    }
}

/// What orders certificates.
fn certifying(parts: &HostingParts, domains: &Arc<Domains>) -> Certifying {
    let authority: Option<Arc<dyn Authority>> = match &parts.authority {
        Vouching::Nobody => None,
        Vouching::Other(authority) => Some(Arc::clone(authority)),
        Vouching::Acme(terms, outbound) => Some(Arc::new(Acme {
            terms: terms.clone(),
            outbound: Arc::clone(outbound),
            store: Arc::clone(&domains.store),
            keys: domains.keys.clone(),
            clock: Arc::clone(&parts.clock),
            account: Mutex::default(),
        })),
    };
    // A file has no other node.
    let spreading = if matches!(parts.database, Database::Sqlite(_)) { Duration::ZERO } else { SPREADING };
    Certifying { domains: Arc::clone(domains), authority, spreading }
}

/// What is done with databases.
fn work(parts: &HostingParts, stores: &Stores, folders: &Folders) -> StoreResult<Work> {
    Ok(Work {
        store: Arc::clone(&stores.databases),
        engines: engines(parts, folders)?,
        folders: DatabaseFolders(folders.clone()),
        largest_mb: parts.database_max_mb,
        keyring: Arc::clone(&parts.keyring),
        clock: Arc::clone(&parts.clock),
        ids: Arc::clone(&parts.ids),
    })
}

/// What can hold databases here.
fn engines(parts: &HostingParts, folders: &Folders) -> StoreResult<Engines> {
    let unusable = |cause| StoreError::Unavailable(format!("the server of databases: {cause}"));
    let ids = || Arc::clone(&parts.ids);
    let postgres = parts.postgres_url.as_ref().map(|url| PostgresEngine::new(url, ids())).transpose();
    let mariadb = parts.mariadb_url.as_ref().map(|url| MariadbEngine::new(url, ids())).transpose();
    let folders = DatabaseFolders(folders.clone());
    let unreadable = |cause| StoreError::Unavailable(format!("the folder of databases: {cause}"));
    let redis = RedisEngine::found(&parts.driver, &folders, &parts.ids).map_err(unreadable)?;
    let sqlite = Arc::new(SqliteEngine { folders });
    Ok(Engines {
        postgres: postgres.map_err(unusable)?.map(Arc::new),
        mariadb: mariadb.map_err(unusable)?.map(Arc::new),
        redis: redis.map(Arc::new),
        sqlite,
    })
}
