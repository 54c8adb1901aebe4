//! How the larger of its parts are made.

use super::parts::{HostingParts, Vouching};
use crate::bell::Bell;
use crate::building::{Builder, Builders, Git, Keeping};
use crate::databases::{
    DatabaseFolders, Databases, Engines, MariadbEngine, PostgresEngine, RedisEngine, SqliteEngine, Work,
};
use crate::domains::{Acme, Authority, Certifying, Domains, Keys};
use crate::folders::Folders;
use crate::metering::Metering;
use crate::running::Running;
use crate::sites::Sites;
use crate::store::Stores;
use crate::variables::Variables;
use mainstay_store::{Database, StoreError, StoreResult};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Mutex;

/// How long other nodes may take to learn what is to be shown: twice as long as they do.
const SPREADING: Duration = Duration::from_millis(1500);

/// Those who deploy.
pub(super) fn builders(
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
pub(super) fn metering(
    parts: &HostingParts,
    stores: &Stores,
    (sites, databases): (&Arc<Sites>, &Arc<Databases>),
) -> Metering {
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
pub(super) fn domains(parts: &HostingParts, stores: &Stores, (keys, bell): (Keys, &Arc<Bell>)) -> Domains {
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
pub(super) fn certifying(parts: &HostingParts, domains: &Arc<Domains>) -> Certifying {
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
pub(super) fn work(parts: &HostingParts, stores: &Stores, folders: &Folders) -> StoreResult<Work> {
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
