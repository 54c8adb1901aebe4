//! Which addresses are within reach.

use ipnet::IpNet;
use mainstay_outbound::Reach;
use proptest::prelude::*;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use url::{Host, Url};

fn address(text: &str) -> IpAddr {
    text.parse().expect("an address")
}

fn network(text: &str) -> IpNet {
    text.parse().expect("a network")
}

fn is_public(text: &str) -> bool {
    Reach::public().has(address(text))
}

#[test]
fn public_addresses_are_reached() {
    for text in ["1.1.1.1", "172.32.0.1", "100.128.0.1", "192.0.1.1", "223.255.255.255", "2606:4700::1111"] {
        assert!(is_public(text), "{text}");
    }
}

#[test]
fn this_machine_and_private_networks_are_not() {
    for text in ["127.0.0.1", "127.255.0.3", "0.0.0.0", "0.1.2.3", "10.0.0.1", "172.16.0.1", "172.31.255.255"] {
        assert!(!is_public(text), "{text}");
    }
    for text in ["192.168.1.1", "100.64.0.1", "100.127.255.254", "::1", "::", "fc00::1", "fd00:ec2::254"] {
        assert!(!is_public(text), "{text}");
    }
}

#[test]
fn link_local_multicast_reserved_and_metadata_addresses_are_not() {
    for text in ["169.254.169.254", "100.100.100.200", "192.0.0.192", "168.63.129.16", "fe80::1", "febf::1"] {
        assert!(!is_public(text), "{text}");
    }
    for text in ["224.0.0.1", "239.1.1.1", "240.0.0.1", "255.255.255.255", "198.18.0.1", "203.0.113.9", "ff02::1"] {
        assert!(!is_public(text), "{text}");
    }
    for text in ["2001:db8::1", "3fff::1", "fec0::1", "5f00::1", "100::1", "2001:2::1"] {
        assert!(!is_public(text), "{text}");
    }
}

#[test]
fn an_ipv4_address_within_an_ipv6_one_counts_as_what_it_is() {
    for text in ["::ffff:127.0.0.1", "::ffff:10.0.0.1", "64:ff9b::7f00:1", "64:ff9b::a9fe:a9fe", "64:ff9b:1::1"] {
        assert!(!is_public(text), "{text}");
    }
    for text in ["2002:7f00:1::1", "2002:101:101::1", "2001:0:4136:e378:8000:63bf:3fff:fdd2", "::127.0.0.1"] {
        assert!(!is_public(text), "{text}");
    }
    assert!(is_public("::ffff:1.1.1.1") && is_public("64:ff9b::101:101"));
}

#[test]
fn networks_that_were_allowed_are_reached_besides() {
    let reach = Reach::public_and(["10.1.0.0/16", "fd12::/16", "::ffff:192.168.7.0/120"].map(network));
    for text in ["10.1.0.1", "10.1.255.255", "::ffff:10.1.0.1", "64:ff9b::a01:1", "fd12::9", "192.168.7.9", "1.1.1.1"] {
        assert!(reach.has(address(text)), "{text}");
    }
    for text in ["10.2.0.1", "127.0.0.1", "192.168.8.1", "fd13::9", "169.254.169.254", "::1"] {
        assert!(!reach.has(address(text)), "{text}");
    }
    assert!(!Reach::public_and([network("::/0")]).has(address("::ffff:127.0.0.1")), "this is no IPv6 address");
}

#[test]
fn http_is_spoken_while_developing_alone() {
    let allowing = Reach::public_and([network("10.1.0.0/16")]);
    for reach in [&Reach::public(), &allowing] {
        assert!(reach.speaks("https") && !reach.speaks("http") && !reach.speaks("file"));
    }
    let anything = Reach::anything();
    assert!(anything.has(address("127.0.0.1")) && anything.speaks("http") && !anything.speaks("file"));
}

/// The spellings of an IPv4 address that a URL takes (WHATWG URL section 3.5).
fn spellings(address: Ipv4Addr) -> Vec<String> {
    let ([a, b, c, d], number) = (address.octets(), u32::from(address));
    let (last_three, last_two) = (number & 0xff_ffff, number & 0xffff);
    vec![
        format!("{address}."),
        format!("{number}"),
        format!("{number:#x}"),
        format!("0{number:o}"),
        format!("{a}.{last_three}"),
        format!("{a:#X}.0{b:o}.{last_two}"),
        format!("0{a:o}.0{b:o}.0{c:o}.0{d:o}"),
        address.to_string().bytes().fold(String::new(), |text, byte| text + &format!("%{byte:02x}")),
        address.to_string().chars().map(full_width).collect(),
    ]
}

/// The same sign as wide as an ideograph, which IDNA takes for the sign (UTS 46).
fn full_width(sign: char) -> char {
    char::from_u32(u32::from(sign) + 0xfee0).expect("a sign of ASCII")
}

proptest! {
    #[test]
    fn an_ipv4_address_is_judged_alike_in_every_form(bits: u32) {
        let address = Ipv4Addr::from(bits);
        let translated = Ipv6Addr::from((0x64_ff9b << 96) | u128::from(bits));
        let reach = Reach::public();
        prop_assert_eq!(reach.has(address.into()), reach.has(address.to_ipv6_mapped().into()));
        prop_assert_eq!(reach.has(address.into()), reach.has(translated.into()));
    }

    #[test]
    fn every_spelling_of_an_ipv4_address_is_that_address(bits: u32) {
        let address = Ipv4Addr::from(bits);
        for spelling in spellings(address) {
            let url = Url::parse(&format!("https://{spelling}/")).expect("a URL");
            prop_assert_eq!(url.host(), Some(Host::Ipv4(address)), "{}", spelling);
        }
    }

    #[test]
    fn what_the_language_knows_to_be_special_is_out_of_reach(bits: u32) {
        let address = Ipv4Addr::from(bits);
        let special = address.is_private() || address.is_loopback() || address.is_link_local()
            || address.is_multicast() || address.is_documentation() || address.is_broadcast();
        prop_assert!(!special || !Reach::public().has(address.into()));
    }

    #[test]
    fn an_allowed_network_adds_its_addresses_and_no_others(bits: u32, base: u32, length in 8_u8..=12) {
        let private = |bits: u32| IpAddr::from(Ipv4Addr::from(0x0a00_0000 | (bits >> 8)));
        let (network, address) = (IpNet::new(private(base), length).expect("a network"), private(bits));
        prop_assert_eq!(Reach::public_and([network]).has(address), network.contains(&address));
        prop_assert!(!Reach::public().has(address));
    }
}
