//! `/api/v1/seo/report` and `/api/v1/seo/reports`: what was found out about pages.

mod changes;
pub(super) mod dto;
mod input;

use super::TAG;
use super::filters::{Filters, filters};
use crate::platform::{SeoRead, SeoWrite};
use actix_web::web;
use changes::ReportChangesResponse;
use dto::{ReportList, SeoReportItem, SeoReportResponse, SubmittedReport};
use input::SubmitReportRequest;
use mainstay_edge::describe::Description;
use mainstay_edge::{Can, Created, Data, Doc, Failure, List, Listed, PathIds, Platform, Surface, Told, Valid};
use mainstay_tracking::seo::reports::{ReportQuery, ReportService};
use mainstay_tracking::seo::{PageUrl, ReportId, Source};

pub(super) fn declare(surface: &mut Surface<'_, Platform>) {
    let doc = |id, summary, text| Doc { id, tag: TAG, summary, text, fails: &[] };
    let text = "The report's issues take the place of those of the page that are open: what is among them again keeps its \
        number and since when it is known, what is not is fixed, and what was fixed and is back is open again. Two issues \
        of a page are the same when type and `element` are; where no element is named, when all their members are.";
    surface.post("/seo/report", submit, doc("submitSeoReport", "Submit a report", text));
    surface.get("/seo/reports", list, doc("listSeoReports", "List reports", "The search looks into addresses."));
    surface.get("/seo/reports/{id}", get, doc("getSeoReport", "Get a report with its issues", ""));
    let text = "Which issues a report has that the other has not, which are gone and which both have, and how much higher \
        its scores are. It is held against the report before of the same page, unless another is named.";
    surface.get("/seo/reports/{id}/changes", changes, doc("getSeoReportChanges", "Compare two reports", text));
}

filters! {
    /// What reports are narrowed by.
    ReportFilters {
        url: PageUrl = Filters::url;
        source: Source = |filters: &mut Filters| filters.word("source", &Source::ALL.map(|source| (source.name(), source)));
    } described by |to: &mut Description<'_>| {
        to.query_parameter::<String>("url", "Only those of this page.");
        let sources = Source::ALL.map(|source| source.name().to_owned()).to_vec();
        to.query_choice("source", "Only those that were submitted, or that audits came to.", sources);
    }
}

filters! {
    /// What a report is held against.
    Against {
        other: i64 = |filters: &mut Filters| filters.number("against");
    } described by |to: &mut Description<'_>| {
        to.query_parameter::<i64>("against", "The other report; the one before of the same page if absent.");
    }
}

type Service = web::Data<dyn ReportService>;

async fn submit(
    caller: Can<SeoWrite>,
    Valid(request): Valid<SubmitReportRequest>,
    reports: Service,
) -> Result<Created<Told<SubmittedReport>>, Failure> {
    let report = reports.submit(caller.workspace, request.into()).await?;
    Ok(Created(Told { message: "SEO report submitted successfully.".to_owned(), data: report.into() }))
}

async fn list(
    caller: Can<SeoRead>,
    query: List<ReportList>,
    filters: ReportFilters,
    reports: Service,
) -> Result<Listed<SeoReportItem>, Failure> {
    let ReportFilters { url, source } = filters;
    let wanted = ReportQuery { listing: query.listing, url, source, is_latest: false };
    let page = reports.reports(caller.workspace, wanted).await?;
    Ok(Listed::new(page.map(SeoReportItem::from), &query.shape))
}

async fn get(
    caller: Can<SeoRead>,
    PathIds(id): PathIds<i64>,
    reports: Service,
) -> Result<Data<SeoReportResponse>, Failure> {
    let report = reports.report(caller.workspace, ReportId(id)).await?;
    Ok(Data { data: report.into() })
}

async fn changes(
    caller: Can<SeoRead>,
    PathIds(id): PathIds<i64>,
    against: Against,
    reports: Service,
) -> Result<Data<ReportChangesResponse>, Failure> {
    let changes = reports.changes(caller.workspace, ReportId(id), against.other.map(ReportId)).await?;
    Ok(Data { data: changes.into() })
}
