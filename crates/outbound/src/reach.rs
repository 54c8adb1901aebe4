//! Which addresses may be reached.

mod public;

use self::public::{is_public, plain};
use ipnet::{IpNet, Ipv4Net};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::sync::Arc;

/// How far requests go. A clone is cheap.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reach {
    is_anything: bool,
    allowed: Arc<[IpNet]>,
}

impl Reach {
    /// By https to public addresses.
    pub fn public() -> Self {
        Self::public_and([])
    }

    /// By https to public addresses and to any address of these networks.
    pub fn public_and(networks: impl IntoIterator<Item = IpNet>) -> Self {
        Self { is_anything: false, allowed: networks.into_iter().map(plain_network).collect() }
    }

    /// By http too, and to any address: for development and tests.
    pub fn anything() -> Self {
        Self { is_anything: true, allowed: Arc::default() }
    }

    /// Whether this address may be asked.
    pub fn has(&self, address: IpAddr) -> bool {
        let address = plain(address);
        self.is_anything || is_public(address) || self.allowed.iter().any(|network| network.contains(&address))
    }

    /// Whether this scheme may be spoken.
    pub fn speaks(&self, scheme: &str) -> bool {
        scheme == "https" || (self.is_anything && scheme == "http")
    }

    /// Whether a host of this name may be looked up. A name of this machine (RFC 6761 section 6.3) needs this machine
    /// within reach, whatever a resolver may say about it.
    pub fn has_name(&self, host: &str) -> bool {
        !is_local(host) || self.has(Ipv4Addr::LOCALHOST.into()) || self.has(Ipv6Addr::LOCALHOST.into())
    }
}

fn is_local(host: &str) -> bool {
    let host = host.strip_suffix('.').unwrap_or(host).to_ascii_lowercase();
    matches!(host.as_str(), "localhost" | "localhost.localdomain") || host.ends_with(".localhost")
}

/// The network in the form in which addresses are compared with it.
fn plain_network(network: IpNet) -> IpNet {
    match (network, plain(network.addr())) {
        (IpNet::V6(written), IpAddr::V4(address)) if written.prefix_len() >= 96 => {
            IpNet::V4(Ipv4Net::new_assert(address, written.prefix_len() - 96))
        }
        _ => network,
    }
}
