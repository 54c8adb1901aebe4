//! What is different between two reports of a page.

use super::model::{FullReport, Report};
use crate::seo::Scores;
use crate::seo::issues::{Fingerprinted, ReportedIssue};
use std::cmp::Reverse;
use std::collections::HashSet;

/// How two reports of a page differ. The lists are in an order that follows from the issues alone: the worst first, then by
/// their sort.
#[derive(Debug, Clone, PartialEq)]
pub struct Changes {
    /// The report.
    pub report: Report,
    /// The one that it is held against; none when the page has none before.
    pub against: Option<Report>,
    /// Issues that it alone has.
    pub new: Vec<ReportedIssue>,
    /// Issues that the other alone has.
    pub fixed: Vec<ReportedIssue>,
    /// Issues that both have, as this one tells of them.
    pub recurring: Vec<ReportedIssue>,
    /// How much higher its scores are.
    pub scores: Difference,
}

/// How much higher scores are; none where one of the two reports does not say.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Difference {
    /// Of performance.
    pub performance: Option<i16>,
    /// Of accessibility.
    pub accessibility: Option<i16>,
    /// Of best practices.
    pub best_practices: Option<i16>,
    /// Of SEO.
    pub seo: Option<i16>,
}

impl Changes {
    /// Holds a report against another of the same page.
    pub fn between(report: FullReport, against: Option<FullReport>) -> Self {
        let (other, before) = against.map_or((None, Vec::new()), |full| (Some(full.report), full.issues));
        let scores = Difference::of(report.report.scores, other.as_ref().map(|other| other.scores).unwrap_or_default());
        let had: HashSet<String> = before.iter().map(|issue| issue.fingerprint.clone()).collect();
        let has: HashSet<String> = report.issues.iter().map(|issue| issue.fingerprint.clone()).collect();
        let fixed = before.into_iter().filter(|issue| !has.contains(&issue.fingerprint)).collect();
        let (recurring, new) = report.issues.into_iter().partition(|issue| had.contains(&issue.fingerprint));
        Self {
            report: report.report,
            against: other,
            new: in_order(new),
            fixed: in_order(fixed),
            recurring: in_order(recurring),
            scores,
        }
    }
}

fn in_order(mut issues: Vec<Fingerprinted>) -> Vec<ReportedIssue> {
    issues.sort_by(|one, other| {
        let key = |issue: &'_ Fingerprinted| (Reverse(issue.issue.severity), issue.issue.kind.clone());
        key(one).cmp(&key(other)).then_with(|| one.fingerprint.cmp(&other.fingerprint))
    });
    issues.into_iter().map(|issue| issue.issue).collect()
}

impl Difference {
    fn of(now: Scores, before: Scores) -> Self {
        let less = |now: Option<u8>, before: Option<u8>| Some(i16::from(now?) - i16::from(before?));
        Self {
            performance: less(now.performance, before.performance),
            accessibility: less(now.accessibility, before.accessibility),
            best_practices: less(now.best_practices, before.best_practices),
            seo: less(now.seo, before.seo),
        }
    }
}
