//! Where people may be sent back to (RFC 6749 section 3.1.2, RFC 8252 section 7, identity section 9.7).

use crate::oauth::model::ClientKind;
use percent_encoding::percent_decode_str;
use url::{Host, Url};

/// Longest address, in bytes.
const MAX_LENGTH: usize = 2_000;

/// What is wrong with an address that a client of this kind wants to be registered; nothing, if it is good.
pub(super) fn objection(text: &str, kind: ClientKind) -> Option<&'static str> {
    if text.len() > MAX_LENGTH {
        return Some("This has more than 2000 characters.");
    }
    // What a parser would repair, two parsers may repair differently.
    if !text.bytes().all(|byte| byte.is_ascii_graphic() && !br#"\"<>`{}|^"#.contains(&byte)) {
        return Some("Write this as an absolute URL in ASCII.");
    }
    let Ok(url) = Url::parse(text) else { return Some("Write this as an absolute URL.") };
    if text.contains('#') {
        return Some("This may have no fragment.");
    }
    if text.split(['/', '?']).nth(2).is_some_and(|authority| url.has_host() && authority.contains('@')) {
        return Some("This may name no user.");
    }
    // A parser takes `https:host` too, and browsers take it in ways of their own.
    if url.has_host() && !text.split_once(':').is_some_and(|(_, rest)| rest.starts_with("//")) {
        return Some("Write this as an absolute URL.");
    }
    let has_own_scheme = url.scheme().contains('.');
    match url.scheme() {
        "https" => None,
        "http" if is_loopback(&url) => None,
        "http" => Some("This must be https, or http on 127.0.0.1, [::1] or localhost."),
        _ if has_own_scheme && kind == ClientKind::Public => None,
        _ if has_own_scheme => Some("A scheme of its own is for public clients."),
        _ => Some("This must be https, or a scheme of the application's own, which has a dot."),
    }
}

/// The address to send somebody to who asks for `asked`: the registered one that it matches, as it was registered. An
/// address of this machine by number may have any port (RFC 8252 section 7.3), and gets the one that was asked for.
pub(super) fn target(registered: &[String], asked: &str) -> Option<String> {
    let asked = Url::parse(asked).ok()?;
    let matching = |text: &String| {
        let mut url = Url::parse(text).ok()?;
        if !is_same_but_port(&url, &asked) {
            return None;
        }
        if url.port_or_known_default() == asked.port_or_known_default() {
            return Some(text.clone());
        }
        let moves = url.scheme() == "http" && is_loopback_literal(&url) && url.set_port(asked.port()).is_ok();
        moves.then(|| url.to_string())
    };
    registered.iter().find_map(matching)
}

/// What a person can tell of an address: its host, or an application's own scheme.
pub(super) fn place(text: &str) -> String {
    let Ok(url) = Url::parse(text) else { return String::new() };
    url.host_str().map_or_else(|| url.scheme().to_owned(), str::to_owned)
}

/// Whether two addresses are the same, but for a slash at the end of the path.
pub(super) fn is_same(one: &str, other: &str) -> bool {
    let (Ok(one), Ok(other)) = (Url::parse(one), Url::parse(other)) else { return false };
    one.port_or_known_default() == other.port_or_known_default() && is_same_but_port(&one, &other)
}

/// The address with more in its query.
pub(super) fn with_query<'p>(address: &str, pairs: impl IntoIterator<Item = (&'p str, &'p str)>) -> String {
    let more = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish();
    let separator = match address.split_once('?') {
        None => "?",
        Some((_, query)) if query.is_empty() || query.ends_with('&') => "",
        Some(_) => "&",
    };
    format!("{address}{separator}{more}")
}

fn is_same_but_port(one: &Url, other: &Url) -> bool {
    let path = |url: &Url| decoded(url.path().strip_suffix('/').unwrap_or(url.path()));
    let query = |url: &Url| url.query().map(decoded);
    let is_bare = |url: &Url| url.fragment().is_none() && url.username().is_empty() && url.password().is_none();
    one.scheme() == other.scheme()
        && one.host() == other.host()
        && path(one) == path(other)
        && query(one) == query(other)
        && is_bare(one)
        && is_bare(other)
}

fn decoded(text: &str) -> Vec<u8> {
    percent_decode_str(text).collect()
}

fn is_loopback(url: &Url) -> bool {
    is_loopback_literal(url) || url.host() == Some(Host::Domain("localhost"))
}

fn is_loopback_literal(url: &Url) -> bool {
    match url.host() {
        Some(Host::Ipv4(address)) => address == std::net::Ipv4Addr::LOCALHOST,
        Some(Host::Ipv6(address)) => address == std::net::Ipv6Addr::LOCALHOST,
        _ => false,
    }
}

#[cfg(test)]
mod tests;
