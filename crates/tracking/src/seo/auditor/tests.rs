//! Pages, and what is found of them.

mod fixtures;
mod hostile;
mod of_checks;
mod of_site;

use super::checks::examine;
use super::finding::Finding;
use super::observed::{Observed, Page, Sitemaps};
use super::reader;
use super::robots::Robots;
use url::Url;

/// Where the pages of these tests are.
pub(super) const ADDRESS: &str = "https://example.com/page";

/// A page of this HTML, on a site where nothing is wrong.
pub(super) fn seen(html: &str) -> Observed {
    let url = Url::parse(ADDRESS).expect("a URL");
    let page = Page { url, hops: Vec::new(), status: 200, robots: Vec::new(), bytes: html.len(), is_cut: false };
    let document = reader::read(html).expect("it is soon read");
    let sitemaps = Sitemaps { is_there: true, has_page: true, ..Sitemaps::default() };
    Observed { page, document, robots: Robots::parse(""), sitemaps, links: Vec::new() }
}

/// What is found of it.
pub(super) fn found(html: &str) -> Vec<Finding> {
    examine(&seen(html))
}

/// The sorts of what is found.
pub(super) fn kinds(findings: &[Finding]) -> Vec<&'static str> {
    findings.iter().map(|finding| finding.check.kind).collect()
}
