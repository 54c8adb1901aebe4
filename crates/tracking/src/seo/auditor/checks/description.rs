//! The description: what search results say beneath the title.

use crate::seo::auditor::catalogue::{DESCRIPTION_LONG, DESCRIPTION_MISSING, DESCRIPTION_MULTIPLE, DESCRIPTION_SHORT};
use crate::seo::auditor::finding::Finding;
use crate::seo::auditor::observed::Observed;

/// Characters that say too little, and those that results have room for.
const SHORTEST: usize = 50;
const LONGEST: usize = 160;
const PLACE: &str = "meta[name=\"description\"]";

pub(super) fn look(observed: &Observed) -> Vec<Finding> {
    let descriptions = &observed.document.descriptions;
    let Some(description) = descriptions.first().filter(|text| !text.trim().is_empty()) else {
        return vec![DESCRIPTION_MISSING.found(PLACE, "The page has no description.")];
    };
    let mut found = Vec::new();
    let length = description.split_whitespace().collect::<Vec<_>>().join(" ").chars().count();
    if length < SHORTEST {
        let message = format!("The description has {length} characters; fewer than {SHORTEST} say little.");
        found.push(DESCRIPTION_SHORT.found(description, message));
    }
    if length > LONGEST {
        let message = format!("The description has {length} characters; results show about {LONGEST}.");
        found.push(DESCRIPTION_LONG.found(description, message));
    }
    if descriptions.len() > 1 {
        let message = format!("The page has {} descriptions; it should have one.", descriptions.len());
        found.push(DESCRIPTION_MULTIPLE.found(PLACE, message));
    }
    found
}
