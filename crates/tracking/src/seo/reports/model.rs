//! What a report is.

use crate::seo::issues::Fingerprinted;
use crate::seo::{PageUrl, ReportId, Scores, Severity, Source};
use mainstay_kernel::{Listing, Timestamp};
use serde_json::{Map, Value};

/// A report without its issues.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    /// Its number.
    pub id: ReportId,
    /// The page.
    pub url: String,
    /// Where it comes from.
    pub source: Source,
    /// What the page gets.
    pub scores: Scores,
    /// How many issues it has.
    pub issues: IssueCounts,
    /// The report before of the same page.
    pub previous: Option<ReportId>,
    /// When it was written.
    pub created_at: Timestamp,
}

/// How many issues there are, by how bad they are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct IssueCounts {
    /// Those that keep the page from being found.
    pub critical: u32,
    /// Those that are wrong.
    pub error: u32,
    /// Those that cost something.
    pub warning: u32,
    /// Those worth knowing.
    pub info: u32,
}

impl IssueCounts {
    /// All of them.
    pub const fn total(self) -> u32 {
        self.critical + self.error + self.warning + self.info
    }

    /// Counts.
    pub fn of(severities: impl Iterator<Item = Severity>) -> Self {
        let mut counts = Self::default();
        for severity in severities {
            match severity {
                Severity::Critical => counts.critical += 1,
                Severity::Error => counts.error += 1,
                Severity::Warning => counts.warning += 1,
                Severity::Info => counts.info += 1,
            }
        }
        counts
    }
}

/// A report with its issues, in the order in which they were reported.
#[derive(Debug, Clone, PartialEq)]
pub struct FullReport {
    /// The report.
    pub report: Report,
    /// Its issues.
    pub issues: Vec<Fingerprinted>,
}

/// A report, and what the page got in the one before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trend {
    /// The report.
    pub report: Report,
    /// The scores before; none of the first report.
    pub previous_scores: Option<Scores>,
}

/// What somebody found out about a page.
#[derive(Debug, Clone, Default)]
pub struct NewReport {
    /// The page, as it was written.
    pub url: String,
    /// What it gets.
    pub scores: Scores,
    /// Its issues, each with the members `type`, `severity` and whatever else is said: 1 000 at most.
    pub issues: Vec<Map<String, Value>>,
}

/// Which reports are wanted.
#[derive(Debug, Clone, Default)]
pub struct ReportQuery {
    /// Page, order and the filters of every list; the search looks into addresses. A report never changes: both spans are
    /// of when it was written.
    pub listing: Listing<ReportColumn>,
    /// Only those of this page.
    pub url: Option<PageUrl>,
    /// Only those from there.
    pub source: Option<Source>,
    /// Only the latest of each page.
    pub is_latest: bool,
}

/// What reports are sorted by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReportColumn {
    /// The number.
    Id,
    /// When it was written.
    CreatedAt,
    /// The page's address.
    Url,
}
