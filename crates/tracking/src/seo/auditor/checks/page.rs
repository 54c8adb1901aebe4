//! The answer that the page is: its status, the way to it, its size.

use crate::seo::auditor::catalogue::{HTTP_STATUS, PAGE_LARGE, REDIRECT, REDIRECT_CHAIN};
use crate::seo::auditor::finding::Finding;
use crate::seo::auditor::observed::{Observed, Page};

/// Bytes of HTML that are many.
const MANY: usize = 1024 * 1024;

pub(super) fn look(observed: &Observed) -> Vec<Finding> {
    let Page { url, hops, status, bytes, is_cut, .. } = &observed.page;
    let mut found = Vec::new();
    if !observed.page.is_success() {
        found.push(HTTP_STATUS.found(url.as_str(), format!("The page answers {status}.")));
    }
    match hops.as_slice() {
        [] => {}
        [hop] => {
            let message = format!("The address redirects to {} with {}.", hop.to, hop.status);
            found.push(REDIRECT.found(hop.from.as_str(), message));
        }
        [first, ..] => {
            let way: Vec<&str> = hops.iter().map(|hop| hop.to.as_str()).collect();
            let message = format!("The address redirects {} times: {}.", hops.len(), way.join(", "));
            found.push(REDIRECT_CHAIN.found(first.from.as_str(), message));
        }
    }
    if *bytes > MANY || *is_cut {
        let more = if *is_cut { " and more" } else { "" };
        let message = format!("The HTML of the page has {} KiB{more}; {} are many.", bytes / 1024, MANY / 1024);
        found.push(PAGE_LARGE.found("html", message));
    }
    found
}
