//! The canonical address (RFC 6596): under which one of its addresses a page is to be found.

use crate::seo::auditor::catalogue::{CANONICAL_ELSEWHERE, CANONICAL_MISSING, CANONICAL_MULTIPLE, CANONICAL_RELATIVE};
use crate::seo::auditor::finding::Finding;
use crate::seo::auditor::links::base;
use crate::seo::auditor::observed::Observed;
use crate::seo::auditor::sitemap::is_same;
use url::Url;

const PLACE: &str = "link[rel=\"canonical\"]";

pub(super) fn look(observed: &Observed) -> Vec<Finding> {
    let canonicals = &observed.document.canonicals;
    let Some(written) = canonicals.first() else {
        return vec![
            CANONICAL_MISSING.found(PLACE, "The page does not say which of its addresses is the canonical one."),
        ];
    };
    let mut found = Vec::new();
    if canonicals.len() > 1 {
        let message = format!("The page names {} canonical addresses; then none of them counts.", canonicals.len());
        found.push(CANONICAL_MULTIPLE.found(PLACE, message));
    }
    if Url::parse(written).is_err() {
        found.push(CANONICAL_RELATIVE.found(written, "The canonical address is not absolute."));
    }
    let page = &observed.page.url;
    match base(page, &observed.document).join(written) {
        Ok(canonical) if is_same(&canonical, page) => {}
        _ => found.push(CANONICAL_ELSEWHERE.found(written, "The canonical address is another page's.")),
    }
    found
}
