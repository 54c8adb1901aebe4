//! The title: what search results are headed by.

use crate::seo::auditor::catalogue::{TITLE_LONG, TITLE_MISSING, TITLE_MULTIPLE, TITLE_SHORT};
use crate::seo::auditor::finding::{Finding, shortened};
use crate::seo::auditor::observed::Observed;

/// Characters that say too little, and those that results have room for.
const SHORTEST: usize = 10;
const LONGEST: usize = 60;

pub(super) fn look(observed: &Observed) -> Vec<Finding> {
    let titles: Vec<String> = observed.document.titles.iter().map(|title| shortened(title)).collect();
    let Some(title) = titles.first().filter(|title| !title.is_empty()) else {
        return vec![TITLE_MISSING.found("head > title", "The page has no title.")];
    };
    let mut found = Vec::new();
    let length = observed.document.titles[0].split_whitespace().collect::<Vec<_>>().join(" ").chars().count();
    if length < SHORTEST {
        let message = format!("The title has {length} characters; fewer than {SHORTEST} say little.");
        found.push(TITLE_SHORT.found(title, message));
    }
    if length > LONGEST {
        let message = format!("The title has {length} characters; results show about {LONGEST}.");
        found.push(TITLE_LONG.found(title, message));
    }
    if titles.len() > 1 {
        let message = format!("The page has {} titles; the first one counts.", titles.len());
        found.push(TITLE_MULTIPLE.found("head > title", message));
    }
    found
}
