//! Which hosts may be reached, by their names.

use url::Host;

/// The hosts that boxes may reach.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hosts(Option<Vec<Pattern>>);

/// A host, or all below it.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Pattern {
    name: String,
    is_below: bool,
}

/// What a pattern for all hosts below one begins with.
const BELOW: &str = "*.";

impl Hosts {
    /// Any host.
    pub const fn any() -> Self {
        Self(None)
    }

    /// `*` for any host; otherwise names with commas between, of which `*.example.com` is whatever lies below
    /// `example.com`, though not that host itself.
    ///
    /// # Errors
    /// The first item that is no name of a host.
    pub fn parse(text: &str) -> Result<Self, String> {
        if text == "*" {
            return Ok(Self::any());
        }
        let patterns = text.split(',').map(str::trim).map(|item| Pattern::parse(item).ok_or_else(|| item.to_owned()));
        Ok(Self(Some(patterns.collect::<Result<_, _>>()?)))
    }

    /// No host.
    pub const fn none() -> Self {
        Self(Some(Vec::new()))
    }

    /// Whether this host is one of them. An address is one only where any host is: a list is of names.
    pub(super) fn have(&self, host: &Host<String>) -> bool {
        match (&self.0, host) {
            (None, _) => true,
            (Some(patterns), Host::Domain(name)) => patterns.iter().any(|pattern| pattern.fits(name)),
            (Some(_), _) => false,
        }
    }
}

impl Pattern {
    fn parse(text: &str) -> Option<Self> {
        let (name, is_below) = text.strip_prefix(BELOW).map_or((text, false), |name| (name, true));
        let name = name.to_ascii_lowercase();
        let is_plain = |label: &str| {
            let is_sound = label.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'));
            is_sound && (1..=63).contains(&label.len())
        };
        let is_name = name.split('.').all(is_plain) && matches!(Host::parse(&name), Ok(Host::Domain(_)));
        is_name.then_some(Self { name, is_below })
    }

    fn fits(&self, host: &str) -> bool {
        match host.strip_suffix(self.name.as_str()) {
            Some("") => !self.is_below,
            Some(before) => self.is_below && before.ends_with('.'),
            None => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn have(list: &str, host: &str) -> bool {
        Hosts::parse(list).expect("a list").have(&Host::parse(host).expect("a host"))
    }

    #[test]
    fn a_star_is_any_host_and_any_address() {
        for host in ["example.com", "192.0.2.1", "[2001:db8::1]"] {
            assert!(have("*", host), "{host}");
        }
    }

    #[test]
    fn a_list_has_its_names_and_what_lies_below_a_star_and_nothing_else() {
        let list = "example.com, *.Example.org";
        for host in ["example.com", "EXAMPLE.com", "a.example.org", "a.b.example.org"] {
            assert!(have(list, host), "{host}");
        }
        for host in
            ["example.org", "a.example.com", "notexample.com", "notexample.org", "example.com.evil.test", "192.0.2.1"]
        {
            assert!(!have(list, host), "{host}");
        }
    }

    #[test]
    fn what_is_no_name_of_a_host_is_refused_by_its_text() {
        for item in ["", "*", "*.", "a*.example.com", "https://example.com", "example.com:443", "10.0.0.1", "a..b"] {
            assert_eq!(Hosts::parse(&format!("example.com,{item}")), Err(item.to_owned()));
        }
    }
}
