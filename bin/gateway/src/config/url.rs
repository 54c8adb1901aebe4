//! Addresses of other services, which carry passwords and therefore are never shown whole.

use mainstay_kernel::Secret;
use std::fmt;
use std::path::Path;

/// A URL that may hold a password. Printed, it shows only where it leads: no user, no password, no query.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct SecretUrl(Secret<String>);

impl SecretUrl {
    /// Takes `text` if it begins with one of `schemes` and `://`, and something follows.
    pub(crate) fn parse(text: &str, schemes: &[&str]) -> Option<Self> {
        let (scheme, rest) = text.split_once("://")?;
        (schemes.contains(&scheme) && !rest.is_empty()).then(|| Self(Secret::new(text.to_owned())))
    }

    /// The URL of a database in this file.
    pub(crate) fn sqlite(file: &Path) -> Self {
        Self(Secret::new(format!("sqlite://{}", file.display())))
    }

    /// The whole URL, for the one place that connects.
    pub(crate) fn expose(&self) -> &str {
        self.0.expose()
    }

    /// What stands before `://`.
    pub(crate) fn scheme(&self) -> &str {
        self.expose().split_once("://").map_or("", |(scheme, _)| scheme)
    }

    /// Host, port and path; nothing when a stray `@` leaves open where a password ends.
    fn place(&self) -> Option<&str> {
        let (_, rest) = self.expose().split_once("://")?;
        let authority_end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
        let (authority, path) = rest.split_at(authority_end);
        let host_start = authority.rfind('@').map_or(0, |at| at + 1);
        let place_end = rest.find(['?', '#']).unwrap_or(rest.len());
        (!path.contains('@')).then(|| &rest[host_start..place_end])
    }
}

impl fmt::Display for SecretUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}://{}", self.scheme(), self.place().unwrap_or("[secret]"))
    }
}

impl fmt::Debug for SecretUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn shown(text: &str) -> String {
        SecretUrl::parse(text, &["postgres", "sqlite"]).expect("a URL").to_string()
    }

    #[test]
    fn a_url_shows_where_it_leads_and_no_secret() {
        let cases = [
            ("postgres://me:hunter2@db:5432/app?sslpassword=x", "postgres://db:5432/app"),
            ("postgres://me:p@ss@db/app", "postgres://db/app"),
            ("postgres://me:hunter/2@db/app", "postgres://[secret]"),
            ("postgres://me:12?3@db/app", "postgres://[secret]"),
            ("postgres:///app?host=/run", "postgres:///app"),
            ("sqlite://./data/mainstay.db", "sqlite://./data/mainstay.db"),
        ];
        for (text, expected) in cases {
            assert_eq!(shown(text), expected);
        }
    }

    proptest! {
        #[test]
        fn no_password_is_ever_shown(password in "[a-z0-9/?#@:%]{0,12}zebra[a-z0-9/?#@:%]{0,12}") {
            let text = format!("postgres://me:{password}@db/app");
            prop_assert!(!shown(&text).contains("zebra"));
        }
    }
}
