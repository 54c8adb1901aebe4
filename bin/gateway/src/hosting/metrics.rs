//! `/api/sites/{id}/metrics`: what a site answers, and what its program uses.

mod dto;
mod query;

use super::ids::OpaqueId;
use super::sites::{SitesRead, site_id};
use actix_web::web;
use dto::MetricsResponse;
use mainstay_edge::{Can, Doc, Failure, Hosting, PathIds, Plain, Surface};
use mainstay_hosting::metrics::MetricsService;
use query::AskedMetrics;

pub(super) fn declare(surface: &mut Surface<'_, Hosting>) {
    let text = "By minute, the last hour unless said otherwise, or by hour, the last day: requests by their status, bytes sent, \
        how long answers took to begin, and what the program used. Minutes are kept for a day, hours for thirty. A time in \
        which nothing happened has no point; the minute that lasts is told as far as it is known here.";
    let doc = Doc { id: "getSiteMetrics", tag: "Sites", summary: "Read the metrics of a site", text, fails: &[] };
    surface.get("/{id}/metrics", get, doc);
}

async fn get(
    caller: Can<SitesRead>,
    AskedMetrics(query): AskedMetrics,
    PathIds(id): PathIds<OpaqueId>,
    metrics: web::Data<dyn MetricsService>,
) -> Result<Plain<MetricsResponse>, Failure> {
    let id = site_id(id);
    let series = metrics.of_site(caller.workspace, &id, query).await?;
    Ok(Plain(MetricsResponse::new(id, series)))
}
