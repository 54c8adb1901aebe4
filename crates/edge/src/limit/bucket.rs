//! Whose requests are counted together.

use mainstay_kernel::{KeyId, UserId};
use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// One count: all requests of a bucket share a quota.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Bucket {
    /// The requests made with an API key.
    Key(KeyId),
    /// The requests of a person's sessions.
    User(UserId),
    /// The requests from a network without a credential.
    Address(Network),
    /// The requests from a network that count apart under a name, such as `pixel`. Names are lower-case
    /// letters and dashes, and none of `key`, `user` and `address`.
    Named(&'static str, Network),
}

impl Bucket {
    /// The bucket of an address without a credential.
    pub fn address(address: IpAddr) -> Self {
        Self::Address(address.into())
    }

    /// The bucket of an address for the purpose of this name.
    pub fn named(name: &'static str, address: IpAddr) -> Self {
        Self::Named(name, address.into())
    }

    /// The key under which Redis counts it.
    pub(super) fn redis_key(&self) -> String {
        format!("mainstay:limit:{self}")
    }

    /// A wider bucket that this one may share when there are too many; none for callers that
    /// proved who they are.
    pub(super) fn wider(&self) -> Option<Self> {
        match *self {
            Self::Key(_) | Self::User(_) => None,
            Self::Address(network) => Some(Self::Address(network.wider())),
            Self::Named(name, network) => Some(Self::Named(name, network.wider())),
        }
    }
}

impl fmt::Display for Bucket {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Key(id) => write!(f, "key:{id}"),
            Self::User(id) => write!(f, "user:{id}"),
            Self::Address(network) => write!(f, "address:{network}"),
            Self::Named(name, network) => write!(f, "{name}:{network}"),
        }
    }
}

/// What counts as one caller on the internet: an IPv4 address, or an IPv6 network of 64 bits, since whoever has
/// one address of it has them all (RFC 6177 gives a site at least that much).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Network {
    /// An IPv4 address.
    V4(Ipv4Addr),
    /// The first 64 bits of an IPv6 address.
    V6([u16; 4]),
}

impl Network {
    /// The IPv4 /16 or IPv6 /32 around it: about what one provider has.
    fn wider(self) -> Self {
        match self {
            Self::V4(address) => {
                let [a, b, ..] = address.octets();
                Self::V4(Ipv4Addr::new(a, b, 0, 0))
            }
            Self::V6([a, b, ..]) => Self::V6([a, b, 0, 0]),
        }
    }
}

impl From<IpAddr> for Network {
    /// An IPv4 address written as IPv6 (RFC 4291 section 2.5.5.2) is the IPv4 address.
    fn from(address: IpAddr) -> Self {
        match address.to_canonical() {
            IpAddr::V4(address) => Self::V4(address),
            IpAddr::V6(address) => {
                let [a, b, c, d, ..] = address.segments();
                Self::V6([a, b, c, d])
            }
        }
    }
}

impl fmt::Display for Network {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::V4(address) => address.fmt(f),
            Self::V6(prefix) => {
                let mut segments = [0; 8];
                segments[..prefix.len()].copy_from_slice(&prefix);
                write!(f, "{}/64", Ipv6Addr::from(segments))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn address(text: &str) -> Bucket {
        Bucket::address(text.parse().expect("an address"))
    }

    #[test]
    fn ipv6_callers_of_one_network_of_64_bits_share_a_bucket() {
        assert_eq!(address("2001:db8:1:2::1"), address("2001:db8:1:2:ffff::9"));
        assert_ne!(address("2001:db8:1:2::1"), address("2001:db8:1:3::1"));
    }

    #[test]
    fn an_ipv4_address_has_one_bucket_however_it_is_written() {
        assert_eq!(address("203.0.113.7"), address("::ffff:203.0.113.7"));
        assert_ne!(address("203.0.113.7"), address("203.0.113.8"));
    }

    #[test]
    fn no_two_kinds_of_bucket_share_a_redis_key() {
        let pixel = Bucket::named("pixel", IpAddr::from([203, 0, 113, 7]));
        assert_eq!(Bucket::Key(KeyId(42)).redis_key(), "mainstay:limit:key:42");
        assert_eq!(address("203.0.113.7").redis_key(), "mainstay:limit:address:203.0.113.7");
        assert_eq!(address("2001:db8:1:2::1").redis_key(), "mainstay:limit:address:2001:db8:1:2::/64");
        assert_eq!(pixel.redis_key(), "mainstay:limit:pixel:203.0.113.7");
    }
}
