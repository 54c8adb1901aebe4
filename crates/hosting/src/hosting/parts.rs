//! What hosting stands on.

use crate::domains::{AcmeTerms, Authority, TextRecords};
use crate::driver::{Containers, Driver};
use crate::egress::Egress;
use crate::metering::Meter;
use crate::repository::Allowed;
use mainstay_kernel::seal::Keyring;
use mainstay_kernel::{Clock, Ids, Secret};
use mainstay_outbound::{Names, Outbound, Reach};
use mainstay_store::Database;
use mainstay_store::limits::Limits;
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
