//! What a check found.

use crate::seo::Severity;
use crate::seo::issues::ReportedIssue;
use serde_json::{Map, Value};

/// Longest text of a page that a finding repeats, in characters.
const LONGEST: usize = 200;

/// Which score a check counts for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Area {
    Seo,
    Accessibility,
    BestPractices,
}

/// Something that is looked for.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Check {
    /// What its findings are called.
    pub(crate) kind: &'static str,
    pub(crate) severity: Severity,
    pub(crate) area: Area,
}

/// Something that was found.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Finding {
    pub(crate) check: &'static Check,
    /// Where: a tag as a selector, a text or an address of the page.
    pub(crate) element: String,
    /// What, in a sentence.
    pub(crate) message: String,
}

impl Check {
    /// Found at this place.
    pub(crate) fn found(&'static self, element: &str, message: impl Into<String>) -> Finding {
        Finding { check: self, element: shortened(element), message: message.into() }
    }
}

/// The beginning of a text, with white space as one space each.
pub(crate) fn shortened(text: &str) -> String {
    let words = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if words.chars().count() <= LONGEST {
        return words;
    }
    words.chars().take(LONGEST - 1).chain(['…']).collect()
}

impl From<Finding> for ReportedIssue {
    fn from(finding: Finding) -> Self {
        let details = [("element", finding.element), ("message", finding.message)];
        let details: Map<String, Value> =
            details.into_iter().map(|(name, text)| (name.to_owned(), Value::from(text))).collect();
        Self { kind: finding.check.kind.to_owned(), severity: finding.check.severity, details }
    }
}
