//! Each check of what is around a page: its answer, its site, where its links lead.

use super::fixtures::GOOD;
use super::{ADDRESS, kinds, seen};
use crate::seo::auditor::catalogue::ALL;
use crate::seo::auditor::checks::examine;
use crate::seo::auditor::fetching::Hop;
use crate::seo::auditor::observed::{BrokenLink, Observed, Sitemaps};
use crate::seo::auditor::robots::{Robots, RobotsState};
use std::collections::BTreeSet;
use url::Url;

fn url(text: &str) -> Url {
    Url::parse(text).expect("a URL")
}

fn hop(from: &str, to: &str) -> Hop {
    Hop { status: 301, from: url(from), to: url(to) }
}

fn after(change: impl FnOnce(&mut Observed)) -> Vec<&'static str> {
    let mut observed = seen(GOOD);
    change(&mut observed);
    kinds(&examine(&observed))
}

#[test]
fn the_answer_is_looked_at() {
    assert_eq!(after(|seen| seen.page.status = 404), ["http_status"]);
    assert_eq!(after(|seen| seen.page.hops.push(hop("https://example.com/old", ADDRESS))), ["redirect"]);
    let chain = [hop("http://example.com/", "https://example.com/"), hop("https://example.com/", ADDRESS)];
    assert_eq!(after(|seen| seen.page.hops.extend(chain)), ["redirect_chain"]);
    assert_eq!(after(|seen| seen.page.bytes = 1024 * 1024 + 1), ["page_large"]);
    assert_eq!(after(|seen| seen.page.is_cut = true), ["page_large"]);
}

#[test]
fn robots_are_told_by_the_answer_and_by_the_site() {
    let told = |text: &str| after(|seen| seen.page.robots.push(text.to_owned()));
    for text in ["noindex", "nofollow, NOINDEX", "googlebot: none", "unavailable_after: 1 Jan 2030, noindex"] {
        assert_eq!(told(text), ["noindex"], "{text}");
    }
    for text in ["all", "otherbot: noindex", "max-snippet: 5"] {
        assert_eq!(told(text), [""; 0], "{text}");
    }
    let robots = |robots| after(|seen| seen.robots = robots);
    assert_eq!(robots(Robots::parse("User-agent: *\nDisallow: /p")), ["robots_blocked"]);
    assert_eq!(robots(Robots::absent(RobotsState::Missing)), ["robots_txt_missing"]);
    assert_eq!(robots(Robots::absent(RobotsState::Unavailable)), ["robots_txt_unavailable"]);
}

#[test]
fn sitemaps_are_looked_at_as_far_as_they_are_known() {
    let sitemaps = |sitemaps| after(|seen| seen.sitemaps = sitemaps);
    let there = || Sitemaps { is_there: true, ..Sitemaps::default() };
    assert_eq!(sitemaps(Sitemaps::default()), ["sitemap_missing"]);
    assert_eq!(sitemaps(there()), ["sitemap_unlisted"]);
    assert_eq!(sitemaps(Sitemaps { is_partial: true, ..there() }), [""; 0]);
    let broken = vec![(url("https://example.com/sitemap.xml"), "It is no sitemap.")];
    assert_eq!(sitemaps(Sitemaps { broken, ..there() }), ["sitemap_invalid"]);
}

#[test]
fn links_that_lead_nowhere_are_told_of() {
    let link = BrokenLink { url: url("https://example.com/gone"), element: "a".to_owned(), status: 404 };
    assert_eq!(after(|seen| seen.links.push(link)), ["link_broken"]);
}

#[test]
fn no_two_checks_are_called_the_same() {
    let names: BTreeSet<_> = ALL.iter().map(|check| check.kind).collect();
    assert_eq!(names.len(), ALL.len());
    let is_word =
        |name: &str| name.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_');
    assert!(names.iter().all(|name| name.len() <= 64 && is_word(name)), "{names:?}");
}
