//! Looks at a page and says what is wrong with it. The same page gets the same findings, in the same order.

mod catalogue;
mod charset;
mod checks;
mod document;
mod element;
mod fetching;
mod finding;
mod links;
mod observed;
mod reader;
mod robots;
mod score;
mod sitemap;
#[cfg(test)]
mod tests;

use super::Scores;
use super::issues::ReportedIssue;
use async_trait::async_trait;
use document::Document;
use fetching::{Fetched, Fetcher};
use mainstay_outbound::Outbound;
use mainstay_outbound::header::{CONTENT_ENCODING, CONTENT_TYPE};
use observed::{Observed, Sitemaps};
use std::sync::Arc;
use std::time::Duration;
use tokio::time::Instant;
use url::Url;

/// Most bytes of a page that are read.
const MOST_BYTES: usize = 2 * 1024 * 1024;
/// How long the page, and each step after it, may take.
const PAGE: Duration = Duration::from_secs(25);
const ROBOTS: Duration = Duration::from_secs(10);
const SITEMAPS: Duration = Duration::from_secs(20);
const LINKS: Duration = Duration::from_secs(30);

/// Audits pages.
pub(crate) struct Auditor {
    fetcher: Fetcher,
}

/// What an audit found.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Findings {
    pub(crate) scores: Scores,
    pub(crate) issues: Vec<ReportedIssue>,
}

/// Who is told how far an audit is.
#[async_trait]
pub(crate) trait Progress: Send + Sync {
    /// So much is done, in percent, and this is next, in words.
    async fn reached(&self, percent: u8, step: &'static str);
}

impl Auditor {
    pub(crate) fn new(outbound: Arc<dyn Outbound>) -> Self {
        Self { fetcher: Fetcher { outbound } }
    }

    /// Fetches the page and what belongs to it, and looks at them.
    ///
    /// # Errors
    /// A sentence, when there is no page to look at.
    pub(crate) async fn audit(&self, url: &Url, progress: &dyn Progress) -> Result<Findings, String> {
        progress.reached(5, "Fetching the page").await;
        let deadline = Instant::now() + PAGE;
        let page = self.fetcher.get(url, MOST_BYTES, deadline).await;
        let page = page.map_err(|cause| format!("The page cannot be fetched: {cause}."))?;
        let document = read(&page).await?;
        progress.reached(30, "Reading robots.txt").await;
        let robots = robots::fetch(&self.fetcher, &page.url, Instant::now() + ROBOTS).await;
        progress.reached(45, "Reading sitemaps").await;
        let sitemaps = if page.is_success() {
            sitemap::fetch(&self.fetcher, &page.url, &robots, Instant::now() + SITEMAPS).await
        } else {
            Sitemaps::default()
        };
        progress.reached(60, "Checking links").await;
        let links = links::targets(&page.url, &document, &robots);
        let links = links::check(&self.fetcher, links, Instant::now() + LINKS).await;
        progress.reached(95, "Writing the report").await;
        let observed = Observed { page: page.into(), document, robots, sitemaps, links };
        let findings = checks::examine(&observed);
        Ok(Findings { scores: score::of(&findings), issues: findings.into_iter().map(Into::into).collect() })
    }
}

/// What stands in the page. One that is no page of its own, but says that there is none, is not read.
async fn read(page: &Fetched) -> Result<Document, String> {
    if !page.is_success() {
        return Ok(Document::default());
    }
    let header = |name| page.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let kind = header(CONTENT_TYPE).split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    if !matches!(kind.as_str(), "" | "text/html" | "application/xhtml+xml") {
        return Err("The page is not HTML.".to_owned());
    }
    if !matches!(header(CONTENT_ENCODING), "" | "identity") {
        return Err("The page is sent compressed, though nobody asked for that.".to_owned());
    }
    let (body, kind) = (page.body.clone(), header(CONTENT_TYPE).to_owned());
    let read = tokio::task::spawn_blocking(move || reader::read(&charset::text(&body, &kind)));
    match read.await {
        Ok(Some(document)) => Ok(document),
        Ok(None) => Err("The page cannot be read in reasonable time.".to_owned()),
        Err(_) => Err("The page cannot be read.".to_owned()),
    }
}
