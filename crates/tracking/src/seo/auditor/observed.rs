//! All that an audit saw: what the checks look at.

use super::document::Document;
use super::fetching::{Fetched, Hop};
use super::robots::Robots;
use mainstay_outbound::header::HeaderMap;
use url::Url;

/// What was seen of a page and its site.
#[derive(Debug)]
pub(super) struct Observed {
    pub(super) page: Page,
    pub(super) document: Document,
    pub(super) robots: Robots,
    pub(super) sitemaps: Sitemaps,
    /// The links of the page that lead nowhere.
    pub(super) links: Vec<BrokenLink>,
}

/// The answer that the page is.
#[derive(Debug)]
pub(super) struct Page {
    /// Where it was found.
    pub(super) url: Url,
    pub(super) hops: Vec<Hop>,
    pub(super) status: u16,
    /// What `X-Robots-Tag` says, each value.
    pub(super) robots: Vec<String>,
    pub(super) bytes: usize,
    /// Whether it has more than that.
    pub(super) is_cut: bool,
}

/// What was seen of a site's sitemaps.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Sitemaps {
    pub(super) is_there: bool,
    pub(super) has_page: bool,
    /// Whether there is more than was read.
    pub(super) is_partial: bool,
    pub(super) broken: Vec<(Url, &'static str)>,
}

/// A link that leads nowhere.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct BrokenLink {
    pub(super) url: Url,
    pub(super) element: String,
    pub(super) status: u16,
}

impl Page {
    /// Whether it is the page that was asked for, not what is said in its place.
    pub(super) fn is_success(&self) -> bool {
        (200..300).contains(&self.status)
    }
}

impl From<Fetched> for Page {
    fn from(fetched: Fetched) -> Self {
        let robots = robots_of(&fetched.headers);
        let Fetched { url, hops, status, body, is_cut, .. } = fetched;
        Self { url, hops, status, robots, bytes: body.len(), is_cut }
    }
}

fn robots_of(headers: &HeaderMap) -> Vec<String> {
    let values = headers.get_all("x-robots-tag").into_iter();
    values.filter_map(|value| value.to_str().ok()).map(str::to_owned).collect()
}
