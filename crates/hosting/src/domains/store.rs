//! Where domains are kept.

use super::model::Domain;
use super::name::DomainName;
use crate::error::HostingError;
use crate::ids::SiteId;
use async_trait::async_trait;
use mainstay_kernel::{Event, Timestamp, WorkspaceId};
use mainstay_store::StoreResult;

/// What stands around a domain while it is changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Facts {
    /// Whether its site is being deleted.
    pub(crate) is_going: bool,
    /// Whether another site has the name.
    pub(crate) is_taken: bool,
}

/// Changes a domain, and gives what is told of it. Whoever gives nothing has changed nothing.
pub(crate) type AmendDomain = Box<dyn FnOnce(&mut Domain, &Facts) -> Result<Vec<Event>, HostingError> + Send>;

/// What came of adding one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Added {
    Done(Box<Domain>),
    /// There is no such site.
    NoSite,
    /// The site is being deleted.
    Going,
    /// The site has it.
    Known,
    /// The site has so many that it may have no more.
    TooMany,
}

/// Domains, as their rules see them. Each method is one atomic step.
#[async_trait]
pub(crate) trait DomainStore: Send + Sync {
    /// Those of a site, the oldest first; none if there is no such site.
    async fn domains(&self, workspace: WorkspaceId, site: SiteId) -> StoreResult<Option<Vec<Domain>>>;
    /// Adds one, where the site has fewer than `most`.
    async fn add_domain(&self, domain: Domain, most: usize, event: Event) -> StoreResult<Added>;
    /// Changes one.
    async fn amend_domain(
        &self,
        workspace: WorkspaceId,
        site: SiteId,
        name: DomainName,
        amend: AmendDomain,
    ) -> StoreResult<Option<Result<Domain, HostingError>>>;
    /// Takes one from its site, and tells of it; says whether it was there.
    async fn remove_domain(
        &self,
        workspace: WorkspaceId,
        site: SiteId,
        name: DomainName,
        event: Event,
    ) -> StoreResult<bool>;
    /// Those that sites have and whose certificates are to be ordered by now, so many at most: nobody else is at them until
    /// then. One that has none and was never ordered is due.
    async fn claim_orders(&self, now: Timestamp, until: Timestamp, most: i64) -> StoreResult<Vec<Domain>>;
    /// Who the installation is to the authority with this directory, sealed.
    async fn acme_account(&self, directory: String) -> StoreResult<Option<Vec<u8>>>;
    /// Keeps that, unless it is known; gives what is.
    async fn keep_acme_account(&self, directory: String, sealed: Vec<u8>, now: Timestamp) -> StoreResult<Vec<u8>>;
    /// Forgets it.
    async fn forget_acme_account(&self, directory: String) -> StoreResult<()>;
    /// Those of which name servers are to be asked by now, so many at most. It is for every tenant, so none is named.
    async fn due_domains(&self, now: Timestamp, most: i64) -> StoreResult<Vec<Domain>>;
}
