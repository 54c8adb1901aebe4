//! From a host's name to addresses that may be reached.

use crate::error::OutboundError;
use crate::reach::Reach;
use async_trait::async_trait;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

/// Who knows the addresses of hosts.
#[async_trait]
pub trait Names: Send + Sync {
    /// All addresses of a host.
    ///
    /// # Errors
    /// When there are none, or nobody can be asked.
    async fn addresses(&self, host: &str) -> io::Result<Vec<IpAddr>>;
}

/// The resolver of the operating system.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemNames;

#[async_trait]
impl Names for SystemNames {
    async fn addresses(&self, host: &str) -> io::Result<Vec<IpAddr>> {
        Ok(tokio::net::lookup_host((host, 0)).await?.map(|address| address.ip()).collect())
    }
}

/// Why a name gave nothing to connect to; found again among the causes of the client's error.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Refusal {
    #[error("the name has an address that is not public")]
    NotPublic,
    #[error("the name has no address")]
    Unresolved,
}

impl Refusal {
    /// The refusal of this host.
    pub(crate) fn of(self, host: &str) -> OutboundError {
        match self {
            Self::NotPublic => OutboundError::NotPublic(host.to_owned()),
            Self::Unresolved => OutboundError::Unresolved(host.to_owned()),
        }
    }
}

/// Gives the client those addresses alone that were checked: it connects to them and asks nobody else.
#[derive(Clone)]
pub(crate) struct CheckedNames {
    pub(crate) names: Arc<dyn Names>,
    pub(crate) reach: Reach,
}

impl CheckedNames {
    /// The addresses of a name, if each of them may be reached.
    pub(crate) async fn look_up(&self, host: &str) -> Result<Vec<IpAddr>, Refusal> {
        let addresses = self.names.addresses(host).await.map_err(|_| Refusal::Unresolved)?;
        match addresses.iter().all(|address| self.reach.has(*address)) {
            _ if addresses.is_empty() => Err(Refusal::Unresolved),
            true => Ok(addresses),
            false => Err(Refusal::NotPublic),
        }
    }
}

impl Resolve for CheckedNames {
    fn resolve(&self, name: Name) -> Resolving {
        let this = self.clone();
        Box::pin(async move {
            let checked = this.look_up(name.as_str()).await?;
            // The client puts the URL's port in place of none.
            let checked: Addrs = Box::new(checked.into_iter().map(|address| SocketAddr::new(address, 0)));
            Ok(checked)
        })
    }
}
