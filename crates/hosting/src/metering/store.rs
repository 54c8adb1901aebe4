//! Where runs and debts are kept.

use super::model::Run;
use crate::ids::{DatabaseId, SiteId};
use async_trait::async_trait;
use mainstay_kernel::{Event, Timestamp, WorkspaceId};
use mainstay_store::StoreResult;
use std::time::Duration;

/// How long a workspace may be in debt before what it runs is stopped.
const GRACE: Duration = Duration::from_hours(24);

/// That a workspace owes something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Debt {
    pub(crate) workspace: WorkspaceId,
    pub(crate) since: Timestamp,
    /// Whether what it runs was stopped, or is about to be.
    pub(crate) is_suspended: bool,
}

impl Debt {
    /// When what it runs is stopped.
    pub(crate) fn stops_at(&self) -> Timestamp {
        self.since.plus(GRACE)
    }
}

/// Sites and databases.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Resources {
    pub(crate) sites: Vec<SiteId>,
    pub(crate) databases: Vec<DatabaseId>,
}

/// Runs, as their rules see them. Each method is one atomic step. They work for every tenant, so none is named.
#[async_trait]
pub(crate) trait RunStore: Send + Sync {
    /// Notes for all that runs that it ran in this minute, whoever else notes that too.
    async fn note_runs(&self, minute: Timestamp, hour: Timestamp) -> StoreResult<()>;
    /// Notes what builds took that ended since; says whether there may be more of them.
    async fn note_builds(&self, now: Timestamp, hour: Timestamp) -> StoreResult<bool>;
    /// Runs whose hour began before then, those of one workspace together: so many behind this one.
    async fn runs_before(&self, before: Timestamp, after: Option<Run>, limit: i64) -> StoreResult<Vec<Run>>;
    /// A run is counted.
    async fn end_run(&self, run: Run) -> StoreResult<()>;
}

/// Debts, and what they stop, as their rules see them. Each method is one atomic step.
#[async_trait]
pub(crate) trait DebtStore: Send + Sync {
    /// The debt of a workspace.
    async fn debt(&self, workspace: WorkspaceId) -> StoreResult<Option<Debt>>;
    /// Every debt.
    async fn debts(&self) -> StoreResult<Vec<Debt>>;
    /// A workspace owes something from now on, unless it did already.
    async fn begin_debt(&self, debt: Debt, event: Event) -> StoreResult<()>;
    /// What a workspace runs is to be stopped, unless that was said already.
    async fn suspend(&self, workspace: WorkspaceId, event: Event) -> StoreResult<()>;
    /// A workspace owes nothing more, if it owed something.
    async fn end_debt(&self, workspace: WorkspaceId, event: Event) -> StoreResult<()>;
    /// What a workspace has that is meant to run.
    async fn meant_to_run(&self, workspace: WorkspaceId) -> StoreResult<Resources>;
    /// What a workspace has that is stopped for want of credits.
    async fn stopped_unpaid(&self, workspace: WorkspaceId) -> StoreResult<Resources>;
    /// Workspaces that have something that is stopped for want of credits.
    async fn unpaid(&self) -> StoreResult<Vec<WorkspaceId>>;
}
