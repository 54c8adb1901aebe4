//! `robots.txt` (RFC 9309): who may fetch what, and where sitemaps are.

use super::fetching::Fetcher;
use std::str::Lines;
use tokio::time::Instant;
use url::Url;

/// Most bytes that are read, as the RFC has it at least.
const MOST_BYTES: usize = 512 * 1024;
/// Most rules and most sitemaps that are heard.
const MOST_RULES: usize = 1_000;
const MOST_SITEMAPS: usize = 5;

/// What a site says to robots.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Robots {
    pub(super) state: RobotsState,
    rules: Vec<Rule>,
    pub(super) sitemaps: Vec<Url>,
}

/// Whether a site says anything to robots.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) enum RobotsState {
    /// It does.
    #[default]
    There,
    /// There is no such file.
    Missing,
    /// Nobody can tell: the site did not answer, or said that it failed.
    Unavailable,
}

#[derive(Debug, Clone, PartialEq)]
struct Rule {
    is_allowing: bool,
    pattern: String,
}

/// What the site of a page says.
pub(super) async fn fetch(fetcher: &Fetcher, page: &Url, deadline: Instant) -> Robots {
    let Ok(url) = page.join("/robots.txt") else { return Robots::absent(RobotsState::Missing) };
    match fetcher.get(&url, MOST_BYTES, deadline).await {
        Ok(answer) if answer.is_success() => Robots::parse(&String::from_utf8_lossy(&answer.body)),
        Ok(answer) if answer.status < 500 => Robots::absent(RobotsState::Missing),
        Ok(_) | Err(_) => Robots::absent(RobotsState::Unavailable),
    }
}

impl Robots {
    pub(super) fn absent(state: RobotsState) -> Self {
        Self { state, ..Self::default() }
    }

    /// The rules for every robot that is not named.
    pub(super) fn parse(text: &str) -> Self {
        let mut robots = Self::default();
        let (mut is_meant, mut is_naming) = (false, false);
        for (key, value) in pairs(text.trim_start_matches('\u{feff}').lines()) {
            match key.to_ascii_lowercase().as_str() {
                "user-agent" => {
                    // Names that follow each other begin one group.
                    is_meant = value == "*" || (is_naming && is_meant);
                    is_naming = true;
                }
                "allow" | "disallow" => {
                    is_naming = false;
                    if is_meant && !value.is_empty() && robots.rules.len() < MOST_RULES {
                        let is_allowing = key.eq_ignore_ascii_case("allow");
                        robots.rules.push(Rule { is_allowing, pattern: escaped(value) });
                    }
                }
                "sitemap" if robots.sitemaps.len() < MOST_SITEMAPS => robots.sitemaps.extend(Url::parse(value).ok()),
                _ => {}
            }
        }
        robots
    }

    /// Whether a page may be fetched: the longest rule that matches says so, and of two as long the one that allows.
    pub(super) fn allows(&self, page: &Url) -> bool {
        let path = match page.query() {
            Some(query) => format!("{}?{query}", page.path()),
            None => page.path().to_owned(),
        };
        let matching = self.rules.iter().filter(|rule| matches(&rule.pattern, &path));
        matching.max_by_key(|rule| (rule.pattern.len(), rule.is_allowing)).is_none_or(|rule| rule.is_allowing)
    }
}

fn pairs(lines: Lines<'_>) -> impl Iterator<Item = (&str, &str)> {
    lines.filter_map(|line| {
        let (key, value) = line.split('#').next().unwrap_or_default().split_once(':')?;
        Some((key.trim(), value.trim()))
    })
}

/// The pattern as addresses are written, which have no letters but those of ASCII.
fn escaped(pattern: &str) -> String {
    let escape = |byte: u8| if byte.is_ascii() { char::from(byte).to_string() } else { format!("%{byte:02X}") };
    pattern.bytes().map(escape).collect()
}

/// Whether a path begins as the pattern says; `*` stands for anything, and `$` at the end for the path's end. Each part is
/// sought once, so that no pattern takes long.
fn matches(pattern: &str, path: &str) -> bool {
    let (pattern, is_whole) = pattern.strip_suffix('$').map_or((pattern, false), |pattern| (pattern, true));
    let mut parts = pattern.split('*');
    let Some(mut rest) = path.strip_prefix(parts.next().unwrap_or_default()) else { return false };
    let mut parts = parts.peekable();
    if parts.peek().is_none() {
        return !is_whole || rest.is_empty();
    }
    while let Some(part) = parts.next() {
        if is_whole && parts.peek().is_none() {
            return rest.ends_with(part);
        }
        let Some(at) = rest.find(part) else { return false };
        rest = &rest[at + part.len()..];
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn allows(text: &str, path: &str) -> bool {
        Robots::parse(text).allows(&Url::parse("https://example.com").and_then(|url| url.join(path)).expect("a URL"))
    }

    #[test]
    fn the_longest_rule_that_matches_counts() {
        let text = "User-agent: *\nDisallow: /a\nAllow: /a/b # but this\nDisallow: /*.pdf$\nDisallow: /x*y*z";
        for (path, is_allowed) in
            [("/", true), ("/a", false), ("/a/c", false), ("/a/b", true), ("/b.pdf", false), ("/b.pdf?x", true)]
        {
            assert_eq!(allows(text, path), is_allowed, "{path}");
        }
        assert!(!allows(text, "/x1y2z3") && allows(text, "/x1z2y3"));
        assert!(allows("User-agent: *\nDisallow:", "/"), "nothing is disallowed");
        assert!(!allows("User-agent: *\nDisallow: /\nAllow: /b", "/"));
        assert!(!allows("User-agent: *\nDisallow: /ü", "/ü"));
    }

    #[test]
    fn rules_for_robots_that_are_named_are_theirs_alone() {
        let text = "User-agent: BadBot\nDisallow: /\n\nuser-agent: GoodBot\nUSER-AGENT: *\nDisallow: /private\n\
            User-agent: Other\nDisallow: /\nSitemap: https://example.com/s.xml";
        assert!(allows(text, "/") && !allows(text, "/private/x"));
        assert_eq!(Robots::parse(text).sitemaps.len(), 1, "a sitemap is for all");
    }

    proptest! {
        #[test]
        fn no_text_makes_it_panic(text in "((user-agent|allow|disallow|sitemap): ?[*$/a-zü]{0,9}\n|.{0,20}\n){0,9}", path in "/[a-z*$]{0,9}") {
            let _ = allows(&text, &path);
        }
    }
}
