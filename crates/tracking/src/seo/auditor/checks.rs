//! What is looked for. Each check is a function of what was seen, and of nothing else.

mod canonical;
mod description;
mod headings;
mod images;
mod indexing;
mod links;
mod page;
mod presentation;
mod sitemaps;
mod structured;
mod title;

use super::finding::Finding;
use super::observed::Observed;

/// Most findings of one check, so that one mistake does not drown the others.
const MOST_OF_ONE: usize = 50;
/// Most findings in all, which is what a report holds.
const MOST: usize = 1_000;

/// One check, or several that belong together.
type Look = fn(&Observed) -> Vec<Finding>;

/// What is only looked for where there is a page.
const OF_PAGE: [Look; 9] = [
    title::look,
    description::look,
    headings::look,
    canonical::look,
    images::look,
    links::look,
    presentation::look,
    structured::look,
    sitemaps::look,
];

/// Everything that is wrong with a page, in the order of the checks, then of the page.
pub(super) fn examine(observed: &Observed) -> Vec<Finding> {
    let always: [Look; 2] = [page::look, indexing::look];
    let of_page = if observed.page.is_success() { &OF_PAGE[..] } else { &[] };
    let mut found: Vec<Finding> = Vec::new();
    for look in always.iter().chain(of_page) {
        for finding in look(observed) {
            let alike = found.iter().filter(|other| other.check == finding.check).count();
            if alike < MOST_OF_ONE && found.len() < MOST {
                found.push(finding);
            }
        }
    }
    found
}
