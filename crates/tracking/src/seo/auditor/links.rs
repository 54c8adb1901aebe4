//! Where the links of a page lead.

use super::document::Document;
use super::fetching::Fetcher;
use super::observed::BrokenLink;
use super::robots::Robots;
use futures_util::StreamExt as _;
use futures_util::stream;
use mainstay_outbound::Method;
use std::collections::HashSet;
use tokio::time::Instant;
use url::Url;

/// Most links that are tried, out of so many of the site, and how many at a time.
const MOST: usize = 50;
const MOST_ASKED_FOR: usize = 100;
const AT_A_TIME: usize = 4;
/// Enough of a body to see that there is one.
const MOST_BYTES: usize = 16 * 1024;

/// A link that is to be tried.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Target {
    pub(super) url: Url,
    pub(super) element: String,
}

/// The address that others of the page are relative to.
pub(super) fn base(page: &Url, document: &Document) -> Url {
    document.base.as_deref().and_then(|base| page.join(base).ok()).unwrap_or_else(|| page.clone())
}

/// Whether both are of one site.
pub(super) fn is_same_site(one: &Url, other: &Url) -> bool {
    one.host() == other.host() && one.port_or_known_default() == other.port_or_known_default()
}

/// The first links of a page to other pages of its site, each once; those that robots are to stay away from are left out.
pub(super) fn targets(page: &Url, document: &Document, robots: &Robots) -> Vec<Target> {
    let base = base(page, document);
    let mut seen = HashSet::from([page.as_str().to_owned()]);
    let links = document.links.iter().filter_map(|link| {
        let mut url = base.join(&link.href).ok()?;
        url.set_fragment(None);
        let is_meant = url.scheme() == page.scheme() && is_same_site(&url, page);
        (is_meant && seen.insert(url.as_str().to_owned())).then(|| Target { url, element: link.element.clone() })
    });
    // To ask the rules for each link of a page with thousands would take long.
    links.take(MOST_ASKED_FOR).filter(|target| robots.allows(&target.url)).take(MOST).collect()
}

/// Those that lead nowhere, in the order of the page. A site that does not answer in time is not blamed for it.
pub(super) async fn check(fetcher: &Fetcher, targets: Vec<Target>, deadline: Instant) -> Vec<BrokenLink> {
    let tried = stream::iter(targets).map(async |target: Target| {
        let status = status(fetcher, &target.url, deadline).await?;
        let Target { url, element } = target;
        is_broken(status).then_some(BrokenLink { url, element, status })
    });
    tried.buffered(AT_A_TIME).filter_map(async |broken| broken).collect().await
}

async fn status(fetcher: &Fetcher, url: &Url, deadline: Instant) -> Option<u16> {
    let head = fetcher.ask(Method::HEAD, url, MOST_BYTES, deadline).await;
    match head.map(|answer| answer.status.as_u16()) {
        Ok(status) if status < 400 => Some(status),
        // Some sites know GET alone.
        _ => fetcher.ask(Method::GET, url, MOST_BYTES, deadline).await.ok().map(|answer| answer.status.as_u16()),
    }
}

/// Whether there is nothing; what is only not for us, or not now, is no broken link.
fn is_broken(status: u16) -> bool {
    status >= 400 && !matches!(status, 401 | 402 | 403 | 405 | 407 | 429 | 451)
}
