//! What the findings of an audit are worth.
//!
//! Each area begins at 100. A sort of finding takes away the weight of its severity: 40 where it is critical, 15 for an
//! error, 6 for a warning, 1 for what is worth knowing. The second and the third finding of a sort take away half of that
//! each, rounded down, and those after them nothing: one mistake in a template is not a hundred. No area has less than 0.
//! Performance has no score, since nobody measures it.

use super::finding::{Area, Finding};
use crate::seo::{Scores, Severity};
use std::collections::BTreeMap;

const fn weight(severity: Severity) -> u32 {
    match severity {
        Severity::Critical => 40,
        Severity::Error => 15,
        Severity::Warning => 6,
        Severity::Info => 1,
    }
}

/// The scores of these findings.
pub(super) fn of(findings: &[Finding]) -> Scores {
    let area = |area| Some(score(findings.iter().filter(|finding| finding.check.area == area)));
    Scores {
        performance: None,
        accessibility: area(Area::Accessibility),
        best_practices: area(Area::BestPractices),
        seo: area(Area::Seo),
    }
}

fn score<'f>(findings: impl Iterator<Item = &'f Finding>) -> u8 {
    let mut counts: BTreeMap<&str, (u32, u32)> = BTreeMap::new();
    for finding in findings {
        counts.entry(finding.check.kind).or_insert((weight(finding.check.severity), 0)).1 += 1;
    }
    let lost = counts.values().map(|(weight, count)| weight + weight / 2 * count.saturating_sub(1).min(2)).sum();
    u8::try_from(100_u32.saturating_sub(lost)).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::super::catalogue::{LINK_BROKEN, MISSING_ALT, NOINDEX, SITEMAP_UNLISTED};
    use super::*;

    #[test]
    fn a_page_without_findings_has_everything_but_a_performance() {
        let all = Scores { performance: None, accessibility: Some(100), best_practices: Some(100), seo: Some(100) };
        assert_eq!(of(&[]), all);
    }

    #[test]
    fn each_sort_takes_away_by_how_bad_it_is_and_its_repetitions_by_half() {
        let seo = |findings: &[Finding]| of(findings).seo.expect("a score");
        let broken = || LINK_BROKEN.found("a", "");
        assert_eq!(seo(&[SITEMAP_UNLISTED.found("", "")]), 99);
        assert_eq!((seo(&[broken()]), seo(&[broken(), broken()])), (85, 78));
        assert_eq!(seo(&vec![broken(); 50]), 71);
        assert_eq!(seo(&[broken(), NOINDEX.found("", "")]), 45);
        assert_eq!(of(&[MISSING_ALT.found("img", "")]).accessibility, Some(94));
    }
}
