//! Where a person may be sent after accepting: an open-redirect surface, so that little is taken.

use mainstay_kernel::FieldError;
use url::{Host, Url};

/// Longest URL taken, in bytes.
const MAX_LENGTH: usize = 2_048;

/// An absolute `https` URL, or an `http` one on the loopback, without credentials; as it was written.
pub(crate) fn redirect_url(text: &str) -> Result<String, FieldError> {
    let wrong = |rule: &str, message: &str| Err(FieldError::new("redirect_url", rule, message));
    if text.len() > MAX_LENGTH {
        return wrong("maxLength", "The redirect_url is longer than 2048 bytes.");
    }
    // A parser forgives white space, backslashes and the like; browsers do so in ways of their own.
    let plain = text.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'\\');
    let Some(url) = Url::parse(text).ok().filter(|_| plain) else {
        return wrong("url", "The redirect_url must be an absolute URL.");
    };
    // A parser takes `https:host` too.
    let has_authority = text.split_once(':').is_some_and(|(_, rest)| rest.starts_with("//"));
    let safe = match url.scheme() {
        "https" => url.host().is_some(),
        "http" => is_loopback(&url),
        _ => false,
    };
    let safe = safe && has_authority;
    if !safe {
        return wrong("scheme", "The redirect_url must begin with https, or with http on this machine.");
    }
    if !url.username().is_empty() || url.password().is_some() || has_userinfo(text) {
        return wrong("credentials", "The redirect_url may not contain credentials.");
    }
    Ok(text.to_owned())
}

fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}

/// Whether the authority has an `@`, even an empty name before it.
fn has_userinfo(text: &str) -> bool {
    let authority = text.split_once("//").map_or("", |(_, rest)| rest);
    authority.split(['/', '?', '#']).next().is_some_and(|authority| authority.contains('@'))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn https_anywhere_and_http_on_the_loopback_are_taken() {
        for text in [
            "https://app.example.com/welcome?x=1#top",
            "https://example.com/@ada",
            "http://localhost:3000/",
            "http://127.0.0.1/cb",
            "http://[::1]:8080/cb",
        ] {
            assert_eq!(redirect_url(text).as_deref(), Ok(text));
        }
    }

    #[test]
    fn everything_else_is_refused_by_its_rule() {
        for (text, rule) in [
            ("", "url"),
            ("/welcome", "url"),
            ("//evil.example", "url"),
            ("https:\\\\evil.example", "url"),
            (" https://example.com", "url"),
            ("https://exa\nmple.com", "url"),
            ("http://example.com", "scheme"),
            ("http://localhost.evil.example", "scheme"),
            ("javascript:alert(1)", "scheme"),
            ("data:text/html,x", "scheme"),
            ("ftp://example.com", "scheme"),
            ("https:example.com", "scheme"),
            ("https:/example.com", "scheme"),
            ("https://user@example.com", "credentials"),
            ("https://:pass@example.com", "credentials"),
            ("https://@example.com", "credentials"),
        ] {
            assert_eq!(redirect_url(text).map_err(|problem| problem.rule), Err(rule.to_owned()), "{text}");
        }
        assert!(redirect_url(&format!("https://example.com/{}", "a".repeat(2_048))).is_err());
    }

    proptest! {
        #[test]
        fn no_text_breaks_it_and_what_is_taken_is_https_or_local(text in "\\PC{0,40}|https?://[a-z@:.\\[\\]/0-9]{0,30}") {
            if let Ok(url) = redirect_url(&text) {
                prop_assert!(url.starts_with("http") && !has_userinfo(&url), "{url}");
            }
        }
    }
}
