//! What a device looks like from here.

use crate::sessions::Client;
use sha2::{Digest, Sha256};
use std::net::IpAddr;

/// Bits of an address that name its network.
const IPV4_NETWORK: u32 = 24;
const IPV6_NETWORK: u32 = 48;

/// A SHA-256 of the user agent and the network of the address: /24 of IPv4, /48 of IPv6.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Fingerprint(Vec<u8>);

impl Fingerprint {
    /// The client's; none when neither its user agent nor its address is known.
    pub(super) fn of(client: &Client) -> Option<Self> {
        let (user_agent, address) = (client.user_agent(), client.address());
        if user_agent.is_none() && address.is_none() {
            return None;
        }
        // A user agent has no control characters, so that the zero behind it is its end.
        let hash = Sha256::new()
            .chain_update(b"mainstay device\0")
            .chain_update(user_agent.unwrap_or_default())
            .chain_update(b"\0")
            .chain_update(address.map(network).unwrap_or_default());
        Some(Self(hash.finalize().to_vec()))
    }

    /// As it is stored.
    pub(super) fn bytes(&self) -> &[u8] {
        &self.0
    }
}

fn network(address: IpAddr) -> Vec<u8> {
    match address {
        IpAddr::V4(address) => (address.to_bits() & (u32::MAX << (u32::BITS - IPV4_NETWORK))).to_be_bytes().to_vec(),
        IpAddr::V6(address) => (address.to_bits() & (u128::MAX << (u128::BITS - IPV6_NETWORK))).to_be_bytes().to_vec(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(address: &str, user_agent: &str) -> Option<Fingerprint> {
        Fingerprint::of(&Client::new(address.parse().ok(), Some(user_agent)))
    }

    #[test]
    fn a_device_may_move_within_its_network_and_not_beyond() {
        assert_eq!(of("192.0.2.1", "Phone/1"), of("192.0.2.254", "Phone/1"));
        assert_ne!(of("192.0.2.1", "Phone/1"), of("192.0.3.1", "Phone/1"));
        assert_eq!(of("2001:db8:7:1::1", "Phone/1"), of("2001:db8:7:ffff::2", "Phone/1"));
        assert_ne!(of("2001:db8:7::1", "Phone/1"), of("2001:db8:8::1", "Phone/1"));
        assert_eq!(of("::ffff:192.0.2.9", "Phone/1"), of("192.0.2.1", "Phone/1"));
    }

    #[test]
    fn what_is_unknown_is_not_what_is_known() {
        let all = [of("192.0.2.1", "A"), of("192.0.2.1", "B"), of("192.0.2.1", ""), of("", "A"), of("::", "A")];
        for (index, one) in all.iter().enumerate() {
            assert!(one.is_some() && all[index + 1..].iter().all(|other| other != one), "{index}");
        }
        assert_eq!(of("", ""), None);
    }
}
