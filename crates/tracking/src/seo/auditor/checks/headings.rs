//! Headings: what the page is about, and how it is divided.

use crate::seo::auditor::catalogue::{H1_MISSING, H1_MULTIPLE, HEADING_EMPTY, HEADING_SKIPPED};
use crate::seo::auditor::document::Heading;
use crate::seo::auditor::finding::{Finding, shortened};
use crate::seo::auditor::observed::Observed;

pub(super) fn look(observed: &Observed) -> Vec<Finding> {
    let headings = &observed.document.headings;
    let mut found = Vec::new();
    let first: Vec<&Heading> = headings.iter().filter(|heading| heading.level == 1).collect();
    if first.is_empty() {
        found.push(H1_MISSING.found("h1", "The page has no heading of the first level."));
    }
    if first.len() > 1 {
        let message = format!("The page has {} headings of the first level.", first.len());
        found.push(H1_MULTIPLE.found("h1", message));
    }
    let mut before = 0;
    for heading in headings {
        if heading.text.trim().is_empty() {
            found.push(HEADING_EMPTY.found(&heading.element, "The heading says nothing."));
        }
        if before > 0 && heading.level > before + 1 {
            let message = format!("A heading of level {} follows one of level {before}.", heading.level);
            let place = format!("{} {}", heading.element, shortened(&heading.text));
            found.push(HEADING_SKIPPED.found(&place, message));
        }
        before = heading.level;
    }
    found
}
