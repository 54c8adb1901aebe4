//! Where sites and deployments are kept.

mod backups;
mod database_care;
mod database_rows;
mod databases;
mod debts;
mod diesel;
mod domain_rows;
mod domains;
mod history;
mod hooks;
mod metrics;
mod queue;
mod row;
mod runs;
mod shelf;
mod state;
mod variables;

use crate::deployments::{Deployment, Program};
use crate::error::HostingError;
use crate::ids::{DeploymentId, SiteId};
use crate::sites::{Condition, Cursor, Settings, Site, SiteQuery, State};
use crate::variables::SealedVariable;
use async_trait::async_trait;
use mainstay_kernel::{Event, Timestamp, WorkspaceId};
use mainstay_store::{Database, StoreResult};
use std::sync::Arc;
use std::time::Duration;

/// Changes a state, and gives what is told of it. Whoever gives nothing has changed nothing.
pub(crate) type Amend = Box<dyn FnOnce(&mut State) -> Result<Vec<Event>, HostingError> + Send>;

/// A site before and after a change.
#[derive(Debug, Clone)]
pub(crate) struct Amended {
    pub(crate) before: State,
    pub(crate) after: State,
}

/// A site that is new, with its first deployment.
pub(crate) struct Born {
    pub(crate) state: State,
    pub(crate) variables: Vec<SealedVariable>,
    pub(crate) events: Vec<Event>,
    /// How many sites the workspace may have.
    pub(crate) most: Option<u64>,
}

/// Sites and deployments, as their rules see them. Each method is one atomic step.
#[async_trait]
pub(crate) trait SiteStore: Send + Sync {
    /// Sites of a workspace, the newest first: one more than is wanted, if there are so many.
    async fn sites(&self, workspace: WorkspaceId, query: SiteQuery) -> StoreResult<Vec<Site>>;
    /// One of them.
    async fn site(&self, workspace: WorkspaceId, id: SiteId) -> StoreResult<Option<Site>>;
    /// Whether any site of the installation has this label.
    async fn is_label_taken(&self, label: String) -> StoreResult<bool>;
    /// Adds a site; says whether the workspace may have one more.
    async fn insert(&self, born: Born) -> StoreResult<bool>;
    /// Changes a site and its deployments.
    async fn amend(
        &self,
        workspace: WorkspaceId,
        id: SiteId,
        amend: Amend,
    ) -> StoreResult<Option<Result<Amended, HostingError>>>;
    /// Deployments of a site, the newest first: so many behind the cursor.
    async fn deployments(
        &self,
        workspace: WorkspaceId,
        site: SiteId,
        after: Option<Cursor>,
        limit: i64,
    ) -> StoreResult<Vec<Deployment>>;
    /// One of them.
    async fn deployment(
        &self,
        workspace: WorkspaceId,
        site: SiteId,
        id: DeploymentId,
    ) -> StoreResult<Option<Deployment>>;
    /// Those that were live once and whose release differs from this one, the newest first.
    async fn once_live(&self, workspace: WorkspaceId, site: SiteId) -> StoreResult<Vec<Deployment>>;
}

/// Where workers find what is to be deployed. They work for every tenant, so none is named.
#[async_trait]
pub(crate) trait QueueStore: Send + Sync {
    /// Takes the deployment that waits longest and whose site nobody works at; nobody else may have it until then.
    async fn claim(&self, worker: String, until: Timestamp, now: Timestamp) -> StoreResult<Option<Claimed>>;
    /// Holds a deployment for longer; says whether it is still this worker's, and not called off.
    async fn beat(&self, id: DeploymentId, worker: String, until: Timestamp) -> StoreResult<bool>;
    /// Those that nobody holds any longer although somebody was at work.
    async fn lost(&self, now: Timestamp) -> StoreResult<Vec<Claimed>>;
}

/// A deployment that a worker holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Claimed {
    pub(crate) workspace: WorkspaceId,
    pub(crate) site: SiteId,
    pub(crate) id: DeploymentId,
}

/// What the whole installation serves and keeps.
#[async_trait]
pub(crate) trait ShelfStore: Send + Sync {
    /// Every site, or this one.
    async fn shelf(&self, only: Option<SiteId>) -> StoreResult<Vec<Shelved>>;
    /// Releases of a site that may be brought back: the newest first, the one that answers among them.
    async fn kept_releases(&self, site: SiteId) -> StoreResult<Vec<DeploymentId>>;
    /// Those whose end has come.
    async fn purgeable(&self, now: Timestamp) -> StoreResult<Vec<Site>>;
    /// Drops a site and all that belongs to it, if its end has come.
    async fn purge(&self, site: SiteId, now: Timestamp, event: Event) -> StoreResult<bool>;
}

/// A site, as far as visitors meet it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Shelved {
    pub(crate) site: SiteId,
    pub(crate) label: String,
    pub(crate) workspace: WorkspaceId,
    pub(crate) is_stopped: bool,
    pub(crate) condition: Option<Condition>,
    pub(crate) generation: i64,
    /// How long it must be without a visitor to be put to sleep.
    pub(crate) sleep_after: Option<Duration>,
    pub(crate) current: Option<Current>,
    pub(crate) domains: Vec<ShelvedDomain>,
}

/// A domain that a site has, with its certificate: the chain, and its sealed key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ShelvedDomain {
    pub(crate) name: String,
    pub(crate) certificate: Option<(String, Vec<u8>)>,
    /// What whoever asks it for a challenge is shown.
    pub(crate) challenge: Option<String>,
}

/// The deployment of a site that is live.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Current {
    pub(crate) deployment: DeploymentId,
    pub(crate) release: DeploymentId,
    pub(crate) program: Option<Program>,
    pub(crate) settings: Settings,
}

/// The stores of this database.
#[derive(Clone)]
pub(crate) struct Stores {
    pub(crate) sites: Arc<dyn SiteStore>,
    pub(crate) history: Arc<dyn crate::sites::HistoryStore>,
    pub(crate) metrics: Arc<dyn crate::metrics::MetricStore>,
    pub(crate) queue: Arc<dyn QueueStore>,
    pub(crate) shelf: Arc<dyn ShelfStore>,
    pub(crate) variables: Arc<dyn crate::variables::VariableStore>,
    pub(crate) databases: Arc<dyn crate::databases::DatabaseStore>,
    pub(crate) hooks: Arc<dyn crate::hooks::HookStore>,
    pub(crate) domains: Arc<dyn crate::domains::DomainStore>,
    pub(crate) runs: Arc<dyn crate::metering::RunStore>,
    pub(crate) debts: Arc<dyn crate::metering::DebtStore>,
}

/// The stores of this database.
pub(crate) fn open(database: &Database) -> Stores {
    macro_rules! over {
        ($db:expr) => {{
            let store = Arc::new(diesel::DieselStore { db: $db.clone() });
            Stores {
                sites: Arc::clone(&store) as _,
                history: Arc::clone(&store) as _,
                metrics: Arc::clone(&store) as _,
                queue: Arc::clone(&store) as _,
                shelf: Arc::clone(&store) as _,
                variables: Arc::clone(&store) as _,
                databases: Arc::clone(&store) as _,
                hooks: Arc::clone(&store) as _,
                domains: Arc::clone(&store) as _,
                runs: Arc::clone(&store) as _,
                debts: store,
            }
        }};
    }
    match database {
        Database::Sqlite(db) => over!(db),
        Database::Postgres(db) => over!(db),
    }
}

/// Topic of what other nodes must forget: sites, as visitors meet them.
pub(crate) const CHANGED: &str = "hosting.sites";
