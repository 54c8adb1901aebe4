//! From where a key may be used.

use ipnet::{IpNet, Ipv4Net, Ipv6Net};
use std::net::IpAddr;
use std::str::FromStr;

/// Addresses and networks; an empty list admits every address.
///
/// Entries are kept in one form: host bits cleared, and an IPv4 address written inside IPv6
/// (RFC 4291 section 2.5.5.2) as the IPv4 address that it is.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct AllowedIps(Vec<IpNet>);

/// Why a text is no entry of an allow-list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NotAnAddress {
    /// Nothing but space.
    #[error("An entry may not be empty.")]
    Empty,
    /// Neither IPv4 nor IPv6.
    #[error("This is not an IP address.")]
    Address,
    /// What comes before the slash is neither IPv4 nor IPv6.
    #[error("The part before the slash is not an IP address.")]
    NetworkAddress,
    /// What comes after the slash is not a number.
    #[error("The prefix length after the slash must be a number.")]
    PrefixNotANumber,
    /// The number after the slash is above 32 for IPv4, above 128 for IPv6.
    #[error("The prefix length is at most 32 for IPv4 and 128 for IPv6.")]
    PrefixOutOfRange,
}

impl AllowedIps {
    /// From texts, each an address or a network such as `10.0.0.0/8`, with or without space around it.
    ///
    /// # Errors
    /// Every text that is neither, by its position.
    pub fn parse<T: AsRef<str>>(texts: &[T]) -> Result<Self, Vec<(usize, NotAnAddress)>> {
        let (mut networks, mut wrong) = (Vec::with_capacity(texts.len()), Vec::new());
        for (position, text) in texts.iter().enumerate() {
            match network(text.as_ref().trim()) {
                Ok(network) if networks.contains(&network) => {}
                Ok(network) => networks.push(network),
                Err(why) => wrong.push((position, why)),
            }
        }
        if wrong.is_empty() { Ok(Self(networks)) } else { Err(wrong) }
    }

    /// Whether a caller from this address is let in. An address of one family never matches a
    /// network of the other.
    pub fn admit(&self, address: IpAddr) -> bool {
        let address = address.to_canonical();
        self.0.is_empty() || self.0.iter().any(|network| network.contains(&address))
    }

    /// Whether each of the other's entries lies within one of these. An empty list has no entries, and lies within
    /// any.
    pub fn covers(&self, other: &Self) -> bool {
        self.0.is_empty() || other.0.iter().all(|theirs| self.0.iter().any(|ours| ours.contains(theirs)))
    }

    /// Whether every address is admitted.
    pub const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The entries in the order given; a network of one address as the address alone.
    pub fn to_texts(&self) -> Vec<String> {
        let alone = |network: &IpNet| network.prefix_len() == network.max_prefix_len();
        let text = |network: &IpNet| if alone(network) { network.addr().to_string() } else { network.to_string() };
        self.0.iter().map(text).collect()
    }
}

fn network(text: &str) -> Result<IpNet, NotAnAddress> {
    if text.is_empty() {
        return Err(NotAnAddress::Empty);
    }
    let Some((address, prefix)) = text.split_once('/') else {
        return IpAddr::from_str(text).map(|address| address.to_canonical().into()).map_err(|_| NotAnAddress::Address);
    };
    let address = IpAddr::from_str(address).map_err(|_| NotAnAddress::NetworkAddress)?;
    if prefix.is_empty() || !prefix.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(NotAnAddress::PrefixNotANumber);
    }
    let network = prefix.parse().ok().and_then(|prefix| IpNet::new(address, prefix).ok());
    network.map(|network| unmapped(network).trunc()).ok_or(NotAnAddress::PrefixOutOfRange)
}

/// Bits before the IPv4 address in an IPv6 address that contains one.
const MAPPED_BITS: u8 = 96;

/// A network of IPv4 addresses written inside IPv6, as the IPv4 network that it is.
fn unmapped(network: IpNet) -> IpNet {
    let mapped = |v6: Ipv6Net| {
        let address = v6.addr().to_ipv4_mapped()?;
        Ipv4Net::new(address, v6.prefix_len().checked_sub(MAPPED_BITS)?).ok()
    };
    match network {
        IpNet::V6(v6) => mapped(v6).map_or(network, IpNet::V4),
        IpNet::V4(_) => network,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn list(texts: &[&str]) -> AllowedIps {
        AllowedIps::parse(texts).expect("entries")
    }

    fn admits(entry: &str, address: &str) -> bool {
        list(&[entry]).admit(address.parse().expect("an address"))
    }

    #[test]
    fn an_empty_list_admits_everyone() {
        assert!(AllowedIps::default().admit("203.0.113.9".parse().expect("an address")));
    }

    #[test]
    fn addresses_match_in_whatever_form_they_are_written() {
        assert!(admits("192.0.2.1", "192.0.2.1"));
        assert!(!admits("192.0.2.1", "192.0.2.2"));
        assert!(admits("2001:0db8:0:0:0:0:0:1", "2001:db8::1"));
        assert!(admits(" 192.0.2.1 ", "::ffff:192.0.2.1"), "a socket for both families writes IPv4 so");
        assert!(admits("::ffff:192.0.2.1", "192.0.2.1"));
        assert!(admits("::ffff:192.0.2.0/120", "192.0.2.77"));
    }

    #[test]
    fn networks_match_by_their_network_bits_only() {
        assert!(admits("192.0.2.77/24", "192.0.2.1"), "host bits of the entry do not count");
        assert!(!admits("192.0.2.0/24", "192.0.3.1"));
        assert!(admits("0.0.0.0/0", "255.255.255.255"));
        assert!(admits("2001:db8::/32", "2001:db8:ffff::1"));
        assert!(!admits("2001:db8::/32", "2001:db9::1"));
    }

    #[test]
    fn a_list_covers_networks_inside_its_own_and_nothing_wider() {
        let office = list(&["192.0.2.0/24", "2001:db8::/32"]);
        assert!(office.covers(&list(&["192.0.2.128/25", "2001:db8::1"])));
        assert!(!office.covers(&list(&["192.0.2.1", "192.0.0.0/16"])));
        assert!(AllowedIps::default().covers(&office));
    }

    #[test]
    fn one_family_never_matches_the_other() {
        assert!(!admits("0.0.0.0/0", "2001:db8::1"));
        assert!(!admits("::/0", "192.0.2.1"));
    }

    #[test]
    fn each_wrong_entry_is_told_by_its_position() {
        let texts = [
            "10.0.0.1",
            " ",
            "10.0.0",
            "10.0.0.256/8",
            "10.0.0.0/x",
            "10.0.0.0/+8",
            "10.0.0.0/",
            "10.0.0.0/33",
            "::/129",
        ];
        let wrong = AllowedIps::parse(&texts).expect_err("wrong entries");
        let expected = [
            (1, NotAnAddress::Empty),
            (2, NotAnAddress::Address),
            (3, NotAnAddress::NetworkAddress),
            (4, NotAnAddress::PrefixNotANumber),
            (5, NotAnAddress::PrefixNotANumber),
            (6, NotAnAddress::PrefixNotANumber),
            (7, NotAnAddress::PrefixOutOfRange),
            (8, NotAnAddress::PrefixOutOfRange),
        ];
        assert_eq!(wrong, expected);
    }

    #[test]
    fn entries_that_mean_the_same_are_kept_once() {
        assert_eq!(list(&["10.1.2.3/8", "10.0.0.0/8", "::1/128", "::1"]).to_texts(), ["10.0.0.0/8", "::1"]);
    }

    proptest! {
        #[test]
        fn a_network_admits_exactly_the_addresses_that_share_its_first_bits(entry: u32, address: u32, prefix in 0u8..=32) {
            let (entry_ip, ip) = (std::net::Ipv4Addr::from(entry), std::net::Ipv4Addr::from(address));
            let same = prefix == 0 || (entry ^ address) >> (32 - prefix) == 0;
            prop_assert_eq!(list(&[&format!("{entry_ip}/{prefix}")]).admit(ip.into()), same);
        }

        #[test]
        fn an_ipv6_network_admits_its_own_address_with_any_host_bits(entry: u128, noise: u128, prefix in 0u8..=128) {
            let noise = noise.checked_shr(prefix.into()).unwrap_or(0);
            let (entry_ip, ip) = (std::net::Ipv6Addr::from(entry), std::net::Ipv6Addr::from(entry ^ noise));
            prop_assume!(ip.to_ipv4_mapped().is_none() && entry_ip.to_ipv4_mapped().is_none());
            let network = format!("{entry_ip}/{prefix}");
            prop_assert!(list(&[&network]).admit(ip.into()));
        }

        #[test]
        fn a_list_reads_back_from_its_own_texts(entries: Vec<(std::net::IpAddr, u8)>) {
            let texts: Vec<_> = entries.iter().map(|(ip, prefix)| format!("{ip}/{}", prefix % 33)).collect();
            let list = AllowedIps::parse(&texts).expect("entries");
            prop_assert_eq!(AllowedIps::parse(&list.to_texts()), Ok(list));
        }

        #[test]
        fn no_text_is_too_strange_to_be_looked_at(text: String) {
            let _ = AllowedIps::parse(&[text]);
        }
    }
}
