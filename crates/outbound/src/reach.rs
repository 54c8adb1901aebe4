//! Which addresses may be reached.

use ipnet::{IpNet, Ipv4Net, Ipv6Net};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// How far requests go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reach {
    /// By https to public addresses.
    Public,
    /// By http too, and to any address: for development and tests.
    Anything,
}

/// What of IPv4 is not public: the IANA registry of special-purpose addresses, multicast, and an address of a cloud
/// that answers its own machines only.
const SPECIAL_V4: &[(Ipv4Addr, u8)] = &[
    (Ipv4Addr::UNSPECIFIED, 8),
    (Ipv4Addr::new(10, 0, 0, 0), 8),
    (Ipv4Addr::new(100, 64, 0, 0), 10),
    (Ipv4Addr::new(127, 0, 0, 0), 8),
    // Link-local, where most clouds have their metadata.
    (Ipv4Addr::new(169, 254, 0, 0), 16),
    (Ipv4Addr::new(172, 16, 0, 0), 12),
    (Ipv4Addr::new(192, 0, 0, 0), 24),
    (Ipv4Addr::new(192, 0, 2, 0), 24),
    (Ipv4Addr::new(192, 88, 99, 0), 24),
    (Ipv4Addr::new(192, 168, 0, 0), 16),
    (Ipv4Addr::new(198, 18, 0, 0), 15),
    (Ipv4Addr::new(198, 51, 100, 0), 24),
    (Ipv4Addr::new(203, 0, 113, 0), 24),
    (Ipv4Addr::new(224, 0, 0, 0), 4),
    (Ipv4Addr::new(240, 0, 0, 0), 4),
    // Azure's platform, by a public number.
    (Ipv4Addr::new(168, 63, 129, 16), 32),
];

/// What within global unicast (`2000::/3`) is not public: protocols of the IETF with Teredo, documentation, 6to4.
const SPECIAL_V6: &[(Ipv6Addr, u8)] = &[
    (Ipv6Addr::new(0x2001, 0, 0, 0, 0, 0, 0, 0), 23),
    (Ipv6Addr::new(0x2001, 0xdb8, 0, 0, 0, 0, 0, 0), 32),
    (Ipv6Addr::new(0x2002, 0, 0, 0, 0, 0, 0, 0), 16),
    (Ipv6Addr::new(0x3fff, 0, 0, 0, 0, 0, 0, 0), 20),
];

/// What IANA gives out to be reached from everywhere.
const GLOBAL_UNICAST: (Ipv6Addr, u8) = (Ipv6Addr::new(0x2000, 0, 0, 0, 0, 0, 0, 0), 3);
/// IPv4 behind a translator (RFC 6052 section 2.1).
const NAT64: (Ipv6Addr, u8) = (Ipv6Addr::new(0x64, 0xff9b, 0, 0, 0, 0, 0, 0), 96);

impl Reach {
    /// Whether this address may be asked.
    pub fn has(self, address: IpAddr) -> bool {
        self == Self::Anything || is_public(address)
    }

    /// Whether this scheme may be spoken.
    pub fn speaks(self, scheme: &str) -> bool {
        scheme == "https" || (self == Self::Anything && scheme == "http")
    }
}

fn is_public(address: IpAddr) -> bool {
    match address.to_canonical() {
        IpAddr::V4(address) => !SPECIAL_V4.iter().any(|(net, length)| within((*net, *length), address)),
        IpAddr::V6(address) if within_v6(NAT64, address) => is_public(embedded(address).into()),
        IpAddr::V6(address) => {
            within_v6(GLOBAL_UNICAST, address) && !SPECIAL_V6.iter().any(|net| within_v6(*net, address))
        }
    }
}

/// The IPv4 address in the last four bytes.
fn embedded(address: Ipv6Addr) -> Ipv4Addr {
    let [.., a, b, c, d] = address.octets();
    Ipv4Addr::new(a, b, c, d)
}

fn within((net, length): (Ipv4Addr, u8), address: Ipv4Addr) -> bool {
    IpNet::V4(Ipv4Net::new_assert(net, length)).contains(&IpAddr::V4(address))
}

fn within_v6((net, length): (Ipv6Addr, u8), address: Ipv6Addr) -> bool {
    IpNet::V6(Ipv6Net::new_assert(net, length)).contains(&IpAddr::V6(address))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_reached(text: &str) -> bool {
        Reach::Public.has(text.parse().expect("an address"))
    }

    #[test]
    fn public_addresses_are_reached() {
        for text in ["1.1.1.1", "172.32.0.1", "100.128.0.1", "192.0.1.1", "223.255.255.255", "2606:4700::1111"] {
            assert!(is_reached(text), "{text}");
        }
    }

    #[test]
    fn this_machine_and_private_networks_are_not() {
        for text in ["127.0.0.1", "127.255.0.3", "0.0.0.0", "0.1.2.3", "10.0.0.1", "172.16.0.1", "172.31.255.255"] {
            assert!(!is_reached(text), "{text}");
        }
        for text in ["192.168.1.1", "100.64.0.1", "100.127.255.254", "::1", "::", "fc00::1", "fd00:ec2::254"] {
            assert!(!is_reached(text), "{text}");
        }
    }

    #[test]
    fn link_local_multicast_reserved_and_metadata_addresses_are_not() {
        for text in ["169.254.169.254", "100.100.100.200", "192.0.0.192", "168.63.129.16", "fe80::1", "febf::1"] {
            assert!(!is_reached(text), "{text}");
        }
        for text in ["224.0.0.1", "239.1.1.1", "240.0.0.1", "255.255.255.255", "198.18.0.1", "203.0.113.9", "ff02::1"] {
            assert!(!is_reached(text), "{text}");
        }
        for text in ["2001:db8::1", "3fff::1", "fec0::1", "5f00::1", "100::1", "2001:2::1"] {
            assert!(!is_reached(text), "{text}");
        }
    }

    #[test]
    fn an_ipv4_address_within_an_ipv6_one_counts_as_what_it_is() {
        for text in ["::ffff:127.0.0.1", "::ffff:10.0.0.1", "64:ff9b::7f00:1", "64:ff9b::a9fe:a9fe", "64:ff9b:1::1"] {
            assert!(!is_reached(text), "{text}");
        }
        for text in ["2002:7f00:1::1", "2002:101:101::1", "2001:0:4136:e378:8000:63bf:3fff:fdd2", "::127.0.0.1"] {
            assert!(!is_reached(text), "{text}");
        }
        assert!(is_reached("::ffff:1.1.1.1") && is_reached("64:ff9b::101:101"));
    }

    #[test]
    fn while_developing_anything_is_reached() {
        assert!(Reach::Anything.has(IpAddr::V4(Ipv4Addr::LOCALHOST)) && Reach::Anything.speaks("http"));
        assert!(!Reach::Anything.speaks("file") && !Reach::Public.speaks("http"));
    }
}
