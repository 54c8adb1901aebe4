//! Names of domains, in the one form that they are kept and compared in.

use idna::AsciiDenyList;
use idna::uts46::{DnsLength, Hyphens, Uts46};
use std::fmt;

/// A domain: small letters, digits and hyphens, as name servers have it (RFC 5890, RFC 1035 section 2.3.4).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DomainName(String);

/// What stands before a domain where its owner is told from others.
const PLACE: &str = "_mainstay.";
/// Longest domain before which that still can stand (RFC 1035 section 2.3.4).
const LONGEST: usize = 253 - PLACE.len();

impl DomainName {
    /// The domain that a text means: names of any script, in any case. None if it is no name, or that of a host alone, an
    /// address, or a wildcard.
    pub fn parse(text: &str) -> Option<Self> {
        let ascii = Uts46::new().to_ascii(text.as_bytes(), AsciiDenyList::STD3, Hyphens::Check, DnsLength::Verify);
        let name = ascii.ok()?.into_owned();
        let (_, last) = name.rsplit_once('.')?;
        // No public domain's last label begins with a digit; all ways to write an address do.
        let is_name = last.starts_with(|first: char| first.is_ascii_lowercase());
        (is_name && name.len() <= LONGEST).then_some(Self(name))
    }

    /// As name servers have it.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Where the record stands that tells whose it is.
    pub fn place(&self) -> String {
        format!("{PLACE}{}", self.0)
    }

    /// Whether it is this host, or lies below it.
    pub(crate) fn is_within(&self, host: &str) -> bool {
        let before = self.0.strip_suffix(&host.to_ascii_lowercase());
        before.is_some_and(|before| !host.is_empty() && (before.is_empty() || before.ends_with('.')))
    }
}

impl fmt::Display for DomainName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Option<String> {
        DomainName::parse(text).map(|name| name.0)
    }

    #[test]
    fn a_domain_of_any_script_and_case_has_one_form() {
        for (text, expected) in [
            ("example.com", "example.com"),
            ("WWW.Example.COM", "www.example.com"),
            ("bücher.example", "xn--bcher-kva.example"),
            ("XN--BCHER-KVA.example", "xn--bcher-kva.example"),
            ("straße.example", "xn--strae-oqa.example"),
            ("例え。テスト", "xn--r8jz45g.xn--zckzah"),
            ("a-b.c1.example", "a-b.c1.example"),
        ] {
            assert_eq!(read(text).as_deref(), Some(expected), "{text}");
        }
    }

    #[test]
    fn what_is_no_domain_of_ones_own_is_refused() {
        let long = format!("{}.example", "a.".repeat(118) + "a");
        let refused = [
            "",
            ".",
            "localhost",
            "example",
            "example.com.",
            ".example.com",
            "a..example",
            "*.example.com",
            "127.0.0.1",
            "127.1",
            "0x7f.1",
            "1.2.3.4.",
            "[::1]",
            "::1",
            "example.com:80",
            "http://example.com",
            "exa mple.com",
            "example.com/x",
            "ex%61mple.com",
            "-a.example",
            "a-.example",
            "_a.example",
            "a.123",
            "xn--a.example",
            "a@b.example",
            "a\0.example",
            "\u{202e}a.example",
            &"a".repeat(64),
            &long,
        ];
        for text in refused {
            assert_eq!(read(text), None, "{text:?}");
        }
        assert_eq!(read(&format!("{}.example", "a".repeat(64))), None);
        assert!(read(&format!("{}.example", "a".repeat(63))).is_some());
    }

    #[test]
    fn a_domain_is_within_a_host_or_is_it() {
        let name = DomainName::parse("a.sites.example").expect("a domain");
        assert!(name.is_within("sites.example") && name.is_within("A.sites.example"));
        assert!(!name.is_within("ites.example") && !name.is_within("b.a.sites.example") && !name.is_within(""));
    }
}
