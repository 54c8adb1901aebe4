//! The addresses of this machine.

use nix::ifaddrs::{InterfaceAddress, getifaddrs};
use std::net::IpAddr;

/// Whether an address is this machine's own: what listens there meant to answer others, not those who run on it. Where
/// nobody can tell, it is.
pub(super) fn is_own(address: IpAddr) -> bool {
    let address = address.to_canonical();
    let is_here = address.is_loopback() || address.is_unspecified();
    is_here || getifaddrs().map_or(true, |mut interfaces| interfaces.any(|own| ip(&own) == Some(address)))
}

fn ip(interface: &InterfaceAddress) -> Option<IpAddr> {
    let address = interface.address.as_ref()?;
    let v4 = address.as_sockaddr_in().map(|own| IpAddr::V4(own.ip()));
    v4.or_else(|| address.as_sockaddr_in6().map(|own| IpAddr::V6(own.ip()).to_canonical()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn loopback_is_own_however_it_is_written_and_what_lies_elsewhere_is_not() {
        for own in ["127.0.0.1", "127.9.9.9", "::1", "::ffff:127.0.0.1", "0.0.0.0", "::"] {
            assert!(is_own(own.parse().expect("an address")), "{own}");
        }
        for other in ["192.0.2.77", "2001:db8::77"] {
            assert!(!is_own(other.parse().expect("an address")), "{other}");
        }
    }

    #[test]
    fn every_address_of_an_interface_is_own() {
        for address in getifaddrs().expect("interfaces").filter_map(|interface| ip(&interface)) {
            assert!(is_own(address), "{address}");
        }
    }
}
