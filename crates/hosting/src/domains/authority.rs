//! Whoever vouches for domains.

use super::model::NewCertificate;
use super::name::DomainName;
use crate::error::HostingError;
use async_trait::async_trait;

/// Why there is no certificate, as a sentence that tenants may read.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct AuthorityFault(pub String);

impl From<HostingError> for AuthorityFault {
    fn from(cause: HostingError) -> Self {
        tracing::warn!(%cause, "an order of a certificate cannot be written down");
        Self("The order could not be written down".to_owned())
    }
}

/// Lets whoever asks a domain see something.
#[async_trait]
pub trait Show: Send + Sync {
    /// Shows the answer to a challenge over HTTP: it begins with the token that it is asked by (RFC 8555 section 8.3).
    ///
    /// # Errors
    /// When it cannot be shown.
    async fn show(&self, answer: &str) -> Result<(), AuthorityFault>;
}

/// Vouches for domains.
#[async_trait]
pub trait Authority: Send + Sync {
    /// A certificate for a domain, whose owner shows what is asked for.
    ///
    /// # Errors
    /// When there is none for now.
    async fn issue(&self, name: &DomainName, show: &dyn Show) -> Result<NewCertificate, AuthorityFault>;
}
