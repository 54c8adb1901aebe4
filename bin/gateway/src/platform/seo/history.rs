//! `/api/v1/seo/history`: how pages get better and worse.

mod dto;

use super::TAG;
use super::filters::{Filters, filters};
use super::reports::dto::ReportList;
use crate::platform::SeoRead;
use actix_web::web;
use dto::SeoHistoryItem;
use mainstay_edge::describe::Description;
use mainstay_edge::{Can, Doc, Failure, List, Listed, Platform, Surface};
use mainstay_tracking::seo::PageUrl;
use mainstay_tracking::seo::reports::{ReportQuery, ReportService};

pub(super) fn declare(surface: &mut Surface<'_, Platform>) {
    let text = "Of one page every report, the newest first; without `url` the latest report of every page. The issues of \
        a page's latest report are those that are open. The search looks into addresses.";
    let doc = Doc { id: "listSeoHistory", tag: TAG, summary: "List scores over time", text, fails: &[] };
    surface.get("/seo/history", list, doc);
}

filters! {
    /// Whose history it is.
    HistoryFilters {
        url: PageUrl = Filters::url;
    } described by |to: &mut Description<'_>| {
        to.query_parameter::<String>("url", "The page whose reports are wanted.");
    }
}

async fn list(
    caller: Can<SeoRead>,
    query: List<ReportList>,
    filters: HistoryFilters,
    reports: web::Data<dyn ReportService>,
) -> Result<Listed<SeoHistoryItem>, Failure> {
    let HistoryFilters { url } = filters;
    let is_latest = url.is_none();
    let wanted = ReportQuery { listing: query.listing, url, source: None, is_latest };
    let page = reports.history(caller.workspace, wanted).await?;
    Ok(Listed::new(page.map(SeoHistoryItem::from), &query.shape))
}
