//! Variables: what a site's build and program are given, and nobody else reads.

mod mask;
mod model;
mod rules;
mod service;
mod vault;

use crate::ids::SiteId;
use async_trait::async_trait;
use mainstay_kernel::{Event, Timestamp, WorkspaceId};
use mainstay_store::StoreResult;
pub(crate) use mask::Mask;
pub use model::{Scope, Variable, VariableChange};
pub use rules::Variables;
pub use service::VariableService;
pub(crate) use vault::{MOST, Vault, check_all};

/// A variable as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct SealedVariable {
    pub(crate) name: String,
    pub(crate) scope: Scope,
    pub(crate) sealed: Vec<u8>,
    pub(crate) updated_at: Timestamp,
}

/// What becomes of a site's variables in one step.
#[derive(Debug, Clone, Default)]
pub(crate) struct Rewrite {
    /// Whether those that are not named go.
    pub(crate) replaces_all: bool,
    pub(crate) set: Vec<SealedVariable>,
    pub(crate) unset: Vec<String>,
}

/// What came of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Rewritten {
    Done,
    /// There is no such site.
    NoSite,
    /// One that was to go was not there; nothing changed.
    NoVariable,
    /// There would be too many; nothing changed.
    TooMany,
}

/// Where variables are kept. Each method is one atomic step.
#[async_trait]
pub(crate) trait VariableStore: Send + Sync {
    /// Those of a site, by name; none if there is no such site.
    async fn variables(&self, workspace: WorkspaceId, site: SiteId) -> StoreResult<Option<Vec<SealedVariable>>>;
    /// Tells of something that was done with them; says whether there is such a site.
    async fn tell(&self, workspace: WorkspaceId, site: SiteId, event: Event) -> StoreResult<bool>;
    /// Rewrites them, and tells of it.
    async fn rewrite(
        &self,
        workspace: WorkspaceId,
        site: SiteId,
        rewrite: Rewrite,
        event: Event,
    ) -> StoreResult<Rewritten>;
}
