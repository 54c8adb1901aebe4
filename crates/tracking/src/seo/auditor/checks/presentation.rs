//! How the page shows itself: to readers, on small screens, where it is shared, and whether it is safe.

use crate::seo::auditor::catalogue::{LANG_MISSING, MIXED_CONTENT, OPEN_GRAPH_MISSING, VIEWPORT_MISSING};
use crate::seo::auditor::finding::Finding;
use crate::seo::auditor::links::base;
use crate::seo::auditor::observed::Observed;

/// What a page has that is shown well where it is shared (ogp.me).
const OPEN_GRAPH: [&str; 4] = ["og:title", "og:type", "og:image", "og:url"];

pub(super) fn look(observed: &Observed) -> Vec<Finding> {
    let document = &observed.document;
    let mut found = Vec::new();
    if document.lang.as_deref().is_none_or(|lang| lang.trim().is_empty()) {
        found.push(LANG_MISSING.found("html", "The page does not say which language it is in."));
    }
    if !document.has_viewport {
        let message = "The page does not say how it fits small screens.";
        found.push(VIEWPORT_MISSING.found("meta[name=\"viewport\"]", message));
    }
    for property in OPEN_GRAPH {
        if !document.open_graph.iter().any(|name| name == property) {
            let place = format!("meta[property=\"{property}\"]");
            found.push(OPEN_GRAPH_MISSING.found(&place, format!("The page has no {property}.")));
        }
    }
    if observed.page.url.scheme() == "https" {
        let base = base(&observed.page.url, document);
        let is_insecure = |url: &str| base.join(url).is_ok_and(|url| url.scheme() == "http");
        for resource in document.resources.iter().filter(|resource| is_insecure(&resource.url)) {
            found.push(MIXED_CONTENT.found(&resource.element, "The page is sent by https and loads this by http."));
        }
    }
    found
}
