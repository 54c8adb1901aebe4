//! A project's name in addresses: made from its name once, and kept when it is renamed.

use super::error::ProjectError;
use crate::slug::{is_slug, slugify};
use mainstay_kernel::Ids;

/// Most characters of a project's slug.
const MAX_SLUG: usize = 60;
/// Characters of a random ending.
const RANDOM: usize = 6;
/// Characters of a slug that has no name to be made from.
const NAMELESS: usize = 10;
/// How many numbers are tried before chance must help.
const NUMBERED: usize = 50;

/// Slugs for a project of this name, the best first: the name's own, numbered ones from `-2`, and random ones.
pub(crate) fn candidates(name: &str, ids: &dyn Ids) -> Vec<String> {
    let random = |length| ids.alphanumeric(length).to_ascii_lowercase();
    let mut base = slugify(name);
    base.truncate(MAX_SLUG - RANDOM - 1);
    let base = match base.trim_end_matches('-') {
        "" => random(NAMELESS),
        base => base.to_owned(),
    };
    let numbered = (2..=NUMBERED).map(|number| format!("{base}-{number}"));
    let varied = (0..3).map(|_| format!("{base}-{}", random(RANDOM)));
    std::iter::once(base.clone()).chain(numbered).chain(varied).collect()
}

/// The slug, if a project can have it: no other text is asked of the database.
pub(crate) fn known(text: &str) -> Result<&str, ProjectError> {
    if is_slug(text) { Ok(text) } else { Err(ProjectError::NotFound) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use mainstay_kernel::SystemIds;
    use proptest::prelude::*;

    #[test]
    fn a_taken_slug_is_numbered_from_two() {
        assert_eq!(candidates("My Café!", &SystemIds)[..3], ["my-cafe", "my-cafe-2", "my-cafe-3"]);
    }

    #[test]
    fn a_name_without_letters_gets_a_random_slug() {
        let (one, other) = (candidates("東京", &SystemIds), candidates("東京", &SystemIds));
        assert!(one[0].len() == NAMELESS && one[0] != other[0], "{}", one[0]);
    }

    proptest! {
        #[test]
        fn every_candidate_of_every_name_is_a_slug_that_fits(name in "\\PC{0,200}") {
            for slug in candidates(&name, &SystemIds) {
                prop_assert!(is_slug(&slug) && slug.len() <= MAX_SLUG, "{slug}");
            }
        }
    }
}
