//! Who may be reached, and how it is.

use super::hosts::Hosts;
use super::own;
use super::refusal::Refusal;
use super::target::Target;
use mainstay_outbound::{Names, Reach};
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpStream;
use tokio::time::timeout;
use url::Host;

/// Looks at each host before it is reached.
#[derive(Clone)]
pub(super) struct Guard {
    /// Lists that a host must all be on.
    hosts: Vec<Hosts>,
    names: Arc<dyn Names>,
    reach: Reach,
    own_host: String,
    pub(super) bounds: Bounds,
}

/// What holds for every box.
#[derive(Clone)]
pub(super) struct Bounds {
    /// Ports that may be reached.
    pub(super) ports: Vec<u16>,
    /// Whether an address is this machine's own.
    pub(super) is_own: fn(IpAddr) -> bool,
    /// Most hosts that a box may be connected with at a time.
    pub(super) most: usize,
    /// How long it may take to reach a host, its name included.
    pub(super) connecting: Duration,
    /// How long nothing may be said.
    pub(super) idle: Duration,
}

impl Default for Bounds {
    fn default() -> Self {
        Self {
            ports: vec![443, 80],
            is_own: own::is_own,
            most: 64,
            connecting: Duration::from_secs(10),
            idle: Duration::from_mins(2),
        }
    }
}

impl Guard {
    pub(super) fn new(hosts: Hosts, names: Arc<dyn Names>, reach: Reach, own_host: &str) -> Self {
        let own_host = own_host.strip_suffix('.').unwrap_or(own_host).to_ascii_lowercase();
        Self { hosts: vec![hosts], names, reach, own_host, bounds: Bounds::default() }
    }

    /// The same, for hosts that are on this list too.
    pub(super) fn narrowed(&self, hosts: Hosts) -> Self {
        let mut narrowed = self.clone();
        narrowed.hosts.push(hosts);
        narrowed
    }

    /// A connection to the target, at an address that was checked and no other.
    pub(super) async fn connect(&self, target: &Target) -> Result<TcpStream, Refusal> {
        self.may_name(target)?;
        let connecting = async {
            let addresses = self.addresses(target).await?;
            for address in addresses {
                if let Ok(stream) = TcpStream::connect(SocketAddr::new(address, target.port)).await {
                    return Ok(stream);
                }
            }
            Err(Refusal::Unreachable(target.name()))
        };
        timeout(self.bounds.connecting, connecting).await.unwrap_or_else(|_| Err(Refusal::TimedOut(target.name())))
    }

    /// What the target's name alone tells.
    fn may_name(&self, target: &Target) -> Result<(), Refusal> {
        if !self.bounds.ports.contains(&target.port) {
            return Err(Refusal::Port(target.to_string()));
        }
        if !self.hosts.iter().all(|hosts| hosts.have(&target.host)) {
            return Err(Refusal::NotListed(target.name()));
        }
        match &target.host {
            Host::Domain(name) if !self.reach.has_name(name) => Err(Refusal::NotPublic(target.name())),
            _ if target.name() == self.own_host => Err(Refusal::Own(target.name())),
            _ => Ok(()),
        }
    }

    /// The target's addresses, resolved once. A name of which one address is refused is refused as a whole.
    async fn addresses(&self, target: &Target) -> Result<Vec<IpAddr>, Refusal> {
        let addresses = match &target.host {
            Host::Ipv4(address) => vec![IpAddr::V4(*address)],
            Host::Ipv6(address) => vec![IpAddr::V6(*address)],
            Host::Domain(name) => self.names.addresses(name).await.unwrap_or_default(),
        };
        if addresses.is_empty() {
            return Err(Refusal::Unresolved(target.name()));
        }
        if !addresses.iter().all(|address| self.reach.has(*address)) {
            return Err(Refusal::NotPublic(target.name()));
        }
        // Asked last: what is within reach may still be this very machine.
        if addresses.iter().any(|address| (self.bounds.is_own)(*address)) {
            return Err(Refusal::Own(target.name()));
        }
        Ok(addresses)
    }
}
