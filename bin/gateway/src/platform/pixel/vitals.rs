//! `GET /api/v1/pixel/vitals`: how fast pages were for those who saw them.

mod dto;

use super::domain_name::{self, DomainQuery};
use super::period::Asked;
use super::{PixelRead, TAG};
use actix_web::web;
use dto::VitalItem;
use mainstay_edge::{Can, Data, Doc, Failure, Platform, QueryParameters, Surface};
use mainstay_kernel::Clock;
use mainstay_tracking::domains::DomainService;
use mainstay_tracking::reports::ReportService;

pub(super) fn declare(surface: &mut Surface<'_, Platform>) {
    let text = "What the script measures once a page is left, and tells as `web_vitals`: `lcp`, when the largest part of it was \
        there, and `inp`, how long the slowest answer to a click or key took, in milliseconds; `cls`, how much it shifted about. \
        With `path` it is that of the visits that saw a page.";
    let doc = Doc { id: "getPixelVitals", tag: TAG, summary: "Report how fast pages were", text, fails: &[] };
    surface.get("/pixel/vitals", vitals, doc);
}

type Services = (web::Data<dyn DomainService>, web::Data<dyn ReportService>, web::Data<dyn Clock>);

async fn vitals(
    caller: Can<PixelRead>,
    (QueryParameters(DomainQuery { domain }), QueryParameters(period)): Asked,
    (domains, reports, clock): Services,
) -> Result<Data<Vec<VitalItem>>, Failure> {
    let question = period.question(clock.now())?;
    let domain = domain_name::find(caller.workspace, domain.as_deref(), &**domains).await?;
    let measured = reports.vitals(caller.workspace, domain.id, question).await?;
    Ok(Data { data: measured.iter().map(VitalItem::from).collect() })
}
