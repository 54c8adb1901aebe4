//! Images, and whether they say what is to be seen.

use crate::seo::auditor::catalogue::MISSING_ALT;
use crate::seo::auditor::finding::Finding;
use crate::seo::auditor::observed::Observed;

pub(super) fn look(observed: &Observed) -> Vec<Finding> {
    let silent = observed.document.images.iter().filter(|image| !image.is_described);
    let message = "The image has no alternative text; an empty one would say that it only decorates.";
    silent.map(|image| MISSING_ALT.found(&image.element, message)).collect()
}
