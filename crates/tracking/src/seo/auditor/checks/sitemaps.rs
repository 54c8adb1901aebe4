//! Whether the site lists its pages, and this one among them.

use crate::seo::auditor::catalogue::{SITEMAP_INVALID, SITEMAP_MISSING, SITEMAP_UNLISTED};
use crate::seo::auditor::finding::Finding;
use crate::seo::auditor::observed::Observed;

pub(super) fn look(observed: &Observed) -> Vec<Finding> {
    let sitemaps = &observed.sitemaps;
    let broken = sitemaps.broken.iter();
    let mut found: Vec<Finding> =
        broken.map(|(url, sentence)| SITEMAP_INVALID.found(url.as_str(), *sentence)).collect();
    if !sitemaps.is_there {
        if !sitemaps.is_partial {
            found.push(SITEMAP_MISSING.found("/sitemap.xml", "The site has no sitemap."));
        }
    } else if !sitemaps.has_page && !sitemaps.is_partial && sitemaps.broken.is_empty() {
        found.push(SITEMAP_UNLISTED.found(observed.page.url.as_str(), "The site's sitemaps do not list the page."));
    }
    found
}
