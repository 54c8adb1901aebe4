//! What is different between two reports, on the wire.

use super::dto::{ReportedIssueResponse, SeoReportItem};
use mainstay_tracking::seo::issues::ReportedIssue;
use mainstay_tracking::seo::reports::{Changes, Difference};
use schemars::JsonSchema;
use serde::Serialize;

/// How a report differs from another of the same page. The worst issues come first, then they are in the order of their
/// types; the same two reports always give the same.
#[derive(Serialize, JsonSchema)]
pub(super) struct ReportChangesResponse {
    report: SeoReportItem,
    /// What it is held against; null for a page's first report, where nothing else is named.
    against: Option<SeoReportItem>,
    /// Issues that the report alone has.
    new: Vec<ReportedIssueResponse>,
    /// Issues that the other alone has.
    fixed: Vec<ReportedIssueResponse>,
    /// Issues that both have, as the report tells of them.
    recurring: Vec<ReportedIssueResponse>,
    scores: ScoreDifferenceResponse,
}

/// How much higher the report's scores are; null where one of the two does not say.
#[derive(Serialize, JsonSchema)]
struct ScoreDifferenceResponse {
    performance: Option<i16>,
    accessibility: Option<i16>,
    best_practices: Option<i16>,
    seo: Option<i16>,
}

impl From<Difference> for ScoreDifferenceResponse {
    fn from(difference: Difference) -> Self {
        let Difference { performance, accessibility, best_practices, seo } = difference;
        Self { performance, accessibility, best_practices, seo }
    }
}

impl From<Changes> for ReportChangesResponse {
    fn from(changes: Changes) -> Self {
        let all = |issues: Vec<ReportedIssue>| issues.into_iter().map(ReportedIssueResponse::from).collect();
        Self {
            report: changes.report.into(),
            against: changes.against.map(SeoReportItem::from),
            new: all(changes.new),
            fixed: all(changes.fixed),
            recurring: all(changes.recurring),
            scores: changes.scores.into(),
        }
    }
}
