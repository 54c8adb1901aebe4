//! The name of a domain.

use std::fmt;
use std::net::{Ipv4Addr, Ipv6Addr};
use std::str::FromStr;
use url::{Host, Url};

/// A host in lower case, in ASCII (IDNA), without a port and without a leading `www.`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DomainName(String);

/// The text names no host.
#[derive(Debug, thiserror::Error)]
#[error("A domain is a host such as example.com.")]
pub struct BadDomainName;

/// What stands for every host that nobody registered.
const ANY: &str = "*";
const LOCAL: &str = "localhost";

impl DomainName {
    /// What stands for every host that nobody registered.
    pub(crate) fn any() -> Self {
        Self(ANY.to_owned())
    }

    /// One that was kept.
    pub(crate) const fn kept(name: String) -> Self {
        Self(name)
    }

    /// The host of a URL. All names of this machine are one.
    pub(crate) fn of(url: &Url) -> Option<Self> {
        let host = match url.host()? {
            Host::Domain(name) => name.trim_end_matches('.').to_owned(),
            Host::Ipv4(Ipv4Addr::LOCALHOST) | Host::Ipv6(Ipv6Addr::LOCALHOST) => LOCAL.to_owned(),
            other => other.to_string(),
        };
        let host = host.strip_prefix("www.").unwrap_or(&host);
        (!host.is_empty()).then(|| Self(host.to_owned()))
    }

    /// Whether it stands for every host that nobody registered.
    pub fn is_any(&self) -> bool {
        self.0 == ANY
    }

    /// As text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether pages of this host belong to it: its own, and those of hosts below it.
    pub(crate) fn has(&self, host: &Self) -> bool {
        self.is_any() || *self == *host || host.0.strip_suffix(&self.0).is_some_and(|rest| rest.ends_with('.'))
    }

    /// Whether only this machine, or one that is being tested, has it (RFC 2606 section 2, RFC 6761 section 6.3).
    pub(crate) fn is_local(&self) -> bool {
        self.0 == LOCAL || [".localhost", ".test", ".local"].iter().any(|end| self.0.ends_with(end))
    }

    /// It, and the hosts above it of two labels and more: the nearest first.
    pub(crate) fn upwards(&self) -> impl Iterator<Item = &str> {
        let local = self.0.ends_with(".localhost").then_some(LOCAL);
        std::iter::successors(Some(self.0.as_str()), |name| above(name)).chain(local)
    }
}

/// The host above, unless that is the top.
fn above(name: &str) -> Option<&str> {
    name.split_once('.').map(|(_, above)| above).filter(|above| above.contains('.'))
}

impl FromStr for DomainName {
    type Err = BadDomainName;

    /// Reads a host, with or without a scheme, a port and a path, as people copy it from the address bar.
    fn from_str(text: &str) -> Result<Self, BadDomainName> {
        let text = text.trim();
        let url = if text.contains("://") { Url::parse(text) } else { Url::parse(&format!("http://{text}")) };
        let url = url.ok().filter(|url| url.username().is_empty() && url.password().is_none());
        let name = url.as_ref().and_then(Self::of).ok_or(BadDomainName)?;
        let is_known = name.0.contains('.') || name.0.contains(':') || name.0 == LOCAL;
        if is_known && name.0.len() <= 253 { Ok(name) } else { Err(BadDomainName) }
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

    fn name(text: &str) -> DomainName {
        text.parse().expect("a domain")
    }

    #[test]
    fn a_domain_is_read_as_people_write_it() {
        for text in
            ["example.com", "Example.COM", "https://www.example.com/page?x=1", "example.com:8443", "example.com."]
        {
            assert_eq!(name(text).as_str(), "example.com", "{text}");
        }
        assert_eq!(name("bücher.example").as_str(), "xn--bcher-kva.example");
        for text in ["localhost", "127.0.0.1:3000", "[::1]"] {
            assert_eq!(name(text).as_str(), "localhost", "{text}");
        }
        for text in ["", "*", "com", "http://", "a b.com", "user:secret@example.com"] {
            assert!(text.parse::<DomainName>().is_err(), "{text}");
        }
    }

    #[test]
    fn hosts_below_a_domain_belong_to_it_and_others_do_not() {
        let domain = name("example.com");
        assert!(domain.has(&name("example.com")) && domain.has(&name("shop.example.com")));
        assert!(!domain.has(&name("badexample.com")) && !domain.has(&name("example.com.evil.net")));
        assert!(DomainName::any().has(&domain));
    }

    #[test]
    fn a_host_is_sought_with_those_above_it_but_not_at_the_top() {
        let upwards = |text: &str| name(text).upwards().map(str::to_owned).collect::<Vec<_>>();
        assert_eq!(upwards("a.b.example.com"), ["a.b.example.com", "b.example.com", "example.com"]);
        assert_eq!(upwards("app.localhost"), ["app.localhost", "localhost"]);
    }
}
