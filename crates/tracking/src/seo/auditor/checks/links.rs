//! Links: where they lead, and what they say.

use crate::seo::auditor::catalogue::{LINK_BROKEN, LINK_EMPTY, LINK_INSECURE, LINK_NOFOLLOW};
use crate::seo::auditor::finding::Finding;
use crate::seo::auditor::links::{base, is_same_site};
use crate::seo::auditor::observed::Observed;

pub(super) fn look(observed: &Observed) -> Vec<Finding> {
    let (page, base) = (&observed.page.url, base(&observed.page.url, &observed.document));
    let mut found = Vec::new();
    for broken in &observed.links {
        let message = format!("The link leads to {}, which answers {}.", broken.url, broken.status);
        found.push(LINK_BROKEN.found(&broken.element, message));
    }
    for link in &observed.document.links {
        let Ok(url) = base.join(&link.href) else { continue };
        if !matches!(url.scheme(), "http" | "https") {
            continue;
        }
        if link.text.trim().is_empty() {
            found.push(LINK_EMPTY.found(&link.element, "The link has no text."));
        }
        if page.scheme() == "https" && url.scheme() == "http" {
            found.push(LINK_INSECURE.found(&link.element, "The link leads from https to http."));
        }
        if link.is_nofollow && is_same_site(&url, page) {
            let message = "The link leads within the site, and tells robots not to follow it.";
            found.push(LINK_NOFOLLOW.found(&link.element, message));
        }
    }
    found
}
