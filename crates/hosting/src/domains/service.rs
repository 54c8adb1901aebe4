//! The front door to domains.

use super::model::{Domain, NewCertificate};
use super::name::DomainName;
use crate::error::HostingError;
use crate::ids::SiteId;
use crate::sites::Actor;
use async_trait::async_trait;
use mainstay_kernel::WorkspaceId;

/// Which domain is meant, and whose it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DomainOf {
    /// Whose site it is.
    pub workspace: WorkspaceId,
    /// The site.
    pub site: SiteId,
    /// The domain.
    pub name: DomainName,
}

/// All that can be done with domains. Every method may fail with [`HostingError::SiteNotFound`] and [`HostingError::Store`],
/// those that name a domain with [`HostingError::DomainNotFound`].
#[async_trait]
pub trait DomainService: Send + Sync {
    /// Those of a site, the oldest first.
    ///
    /// # Errors
    /// None of its own.
    async fn domains(&self, workspace: WorkspaceId, site: &SiteId) -> Result<Vec<Domain>, HostingError>;

    /// Claims a domain for a site. It answers there as soon as name servers show whose it is.
    ///
    /// # Errors
    /// [`HostingError::Invalid`] when it is none, or the installation's own, or the site has too many;
    /// [`HostingError::DomainTaken`] when the site has it; [`HostingError::Deleting`].
    async fn add(
        &self,
        workspace: WorkspaceId,
        site: &SiteId,
        actor: Option<Actor>,
        name: &str,
    ) -> Result<Domain, HostingError>;

    /// Asks name servers now whose it is.
    ///
    /// # Errors
    /// [`HostingError::Deleting`].
    async fn verify(&self, of: &DomainOf, actor: Option<Actor>) -> Result<Domain, HostingError>;

    /// Takes a domain from its site, which answers there no more.
    ///
    /// # Errors
    /// None of its own.
    async fn remove(&self, of: &DomainOf, actor: Option<Actor>) -> Result<(), HostingError>;

    /// Gives a domain a certificate, in place of the one that it has.
    ///
    /// # Errors
    /// [`HostingError::Invalid`] naming what is wrong with it; [`HostingError::Deleting`].
    async fn certify(&self, of: &DomainOf, actor: Option<Actor>, new: NewCertificate) -> Result<Domain, HostingError>;

    /// Takes a domain's certificate away, if it has one.
    ///
    /// # Errors
    /// None of its own.
    async fn uncertify(&self, of: &DomainOf, actor: Option<Actor>) -> Result<(), HostingError>;
}
