//! What pages keep in a browser.

use cookie::time::Duration as Span;
use cookie::{Cookie, SameSite};
use std::time::Duration;

/// Each cookie of ours, and how long the browser keeps it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Jar {
    /// Ties forms to the browser; until it is closed.
    Visitor,
    /// The session; as long as one lives that is not refreshed, as pages never do.
    Session,
    /// What the device is recognised by at later logins; as long as browsers keep anything (RFC 6265bis §5.5).
    Device,
    /// The challenge between a right password and the second factor.
    Challenge,
    /// How far a sign-up has come.
    SignUp,
}

impl Jar {
    const fn name(self) -> &'static str {
        match self {
            Self::Visitor => "mainstay-visitor",
            Self::Session => "mainstay",
            Self::Device => "mainstay-device",
            Self::Challenge => "mainstay-challenge",
            Self::SignUp => "mainstay-sign-up",
        }
    }

    const fn kept(self) -> Option<Duration> {
        match self {
            Self::Visitor => None,
            Self::Session => Some(Duration::from_hours(30 * 24)),
            Self::Device => Some(Duration::from_hours(400 * 24)),
            Self::Challenge => Some(Duration::from_mins(5)),
            Self::SignUp => Some(Duration::from_mins(30)),
        }
    }
}

/// Writes and reads cookies as this installation's scheme allows.
///
/// Over HTTPS each is `Secure` and its name begins with `__Host-`, so that no neighbour under the same domain can set
/// it (RFC 6265bis §4.1.3.2). Plain HTTP, for development, knows neither.
#[derive(Debug, Clone, Copy)]
pub(super) struct Cookies {
    pub(super) https: bool,
}

impl Cookies {
    fn name(self, jar: Jar) -> String {
        format!("{}{}", if self.https { "__Host-" } else { "" }, jar.name())
    }

    /// The value that the browser brought in its `Cookie` headers.
    pub(super) fn read<'h>(self, jar: Jar, headers: impl IntoIterator<Item = &'h str>) -> Option<String> {
        let name = self.name(jar);
        let mut pairs = headers.into_iter().flat_map(Cookie::split_parse).filter_map(Result::ok);
        pairs.find(|cookie| cookie.name() == name).map(|cookie| cookie.value().to_owned())
    }

    /// The `Set-Cookie` header that keeps a value, which must be of letters that cookies may have (RFC 6265 §4.1.1).
    pub(super) fn keep(self, jar: Jar, value: String) -> String {
        let mut cookie = self.plain(jar, value);
        cookie.set_max_age(jar.kept().and_then(|kept| Span::try_from(kept).ok()));
        cookie.to_string()
    }

    /// The `Set-Cookie` header that makes the browser forget.
    pub(super) fn forget(self, jar: Jar) -> String {
        let mut cookie = self.plain(jar, String::new());
        cookie.set_max_age(Span::ZERO);
        cookie.to_string()
    }

    fn plain(self, jar: Jar, value: String) -> Cookie<'static> {
        Cookie::build((self.name(jar), value))
            .path("/")
            .http_only(true)
            .same_site(SameSite::Lax)
            .secure(self.https)
            .build()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn over_https_a_cookie_is_bound_to_this_host_and_else_it_is_plain() {
        let kept = Cookies { https: true }.keep(Jar::Session, "abc".to_owned());
        assert_eq!(kept, "__Host-mainstay=abc; HttpOnly; SameSite=Lax; Secure; Path=/; Max-Age=2592000");
        let kept = Cookies { https: false }.keep(Jar::Visitor, "abc".to_owned());
        assert_eq!(kept, "mainstay-visitor=abc; HttpOnly; SameSite=Lax; Path=/");
        let gone = Cookies { https: true }.forget(Jar::Session);
        assert_eq!(gone, "__Host-mainstay=; HttpOnly; SameSite=Lax; Secure; Path=/; Max-Age=0");
    }

    #[test]
    fn a_cookie_is_read_by_its_whole_name() {
        let read = |https, header| Cookies { https }.read(Jar::Session, [header]);
        assert_eq!(read(true, "a=b; __Host-mainstay=x; mainstay=y"), Some("x".to_owned()));
        assert_eq!(read(false, "__Host-mainstay=x; mainstay-device=z; mainstay=y"), Some("y".to_owned()));
        assert_eq!(read(true, "mainstay=y"), None, "what a neighbour may have set is not ours");
    }
}
