//! `GET /api/v1/pixel/breakdown`: what the values of a dimension come to.

mod dto;

use super::domain_name::{self, DomainQuery};
use super::period::Asked;
use super::{PixelRead, TAG};
use actix_web::web;
pub(super) use dto::{BreakdownList, BreakdownQuery, ShareItem, dimension};
use mainstay_edge::{Can, Doc, Failure, List, Listed, Platform, QueryParameters, Surface};
use mainstay_kernel::{Clock, PageRequest};
use mainstay_tracking::Dimension;
use mainstay_tracking::domains::DomainService;
use mainstay_tracking::reports::{Listing, ReportService, Share};

pub(super) fn declare(surface: &mut Surface<'_, Platform>) {
    let text = "Those with most visitors come first. What was not said is called `(none)`. Of `page`, `event`, `property` and \
        its values the views and events are those with that value; of all others they are those of whole visits. \
        `bot_reason` and `bot_agent` tell who was taken for a bot, and is in no other report.";
    let doc = Doc { id: "getPixelBreakdown", tag: TAG, summary: "Break visits down", text, fails: &[] };
    surface.get("/pixel/breakdown", list, doc);
}

type Services = (web::Data<dyn DomainService>, web::Data<dyn ReportService>, web::Data<dyn Clock>);

async fn list(
    caller: Can<PixelRead>,
    query: List<BreakdownList>,
    (QueryParameters(DomainQuery { domain }), QueryParameters(period)): Asked,
    QueryParameters(wanted): QueryParameters<BreakdownQuery>,
    (domains, reports, clock): Services,
) -> Result<Listed<ShareItem>, Failure> {
    let question = period.question(clock.now())?;
    let (by, property) = wanted.by()?;
    let page = Some(query.listing.page);
    let listing = Listing { by, property, search: query.listing.search, sort: query.listing.sort, page };
    let domain = domain_name::find(caller.workspace, domain.as_deref(), &**domains).await?;
    let shares = reports.breakdown(caller.workspace, domain.id, question, listing).await?;
    Ok(Listed::new(shares.map(ShareItem::from), &query.shape))
}

/// The ten greatest values of a dimension.
pub(super) fn greatest(by: Dimension) -> Listing {
    Listing { by, property: None, search: None, sort: Vec::new(), page: Some(PageRequest::new(1, 10)) }
}

pub(super) fn items(shares: Vec<Share>) -> Vec<ShareItem> {
    shares.into_iter().map(ShareItem::from).collect()
}
