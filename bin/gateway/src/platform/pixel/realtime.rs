//! `GET /api/v1/pixel/realtime`: who is there now.

use super::domain_name::{self, DomainQuery};
use super::{PixelRead, TAG};
use actix_web::web;
use mainstay_edge::{Can, Data, Doc, Failure, Platform, QueryParameters, Surface};
use mainstay_tracking::domains::DomainService;
use mainstay_tracking::reports::{Realtime, ReportService};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Value, json};

pub(super) fn declare(surface: &mut Surface<'_, Platform>) {
    let text = "Visitors of the last five minutes, and the page views of the last 30, minute by minute.";
    let doc = Doc { id: "getPixelRealtime", tag: TAG, summary: "See who is there now", text, fails: &[] };
    surface.get("/pixel/realtime", now, doc);
}

/// Who is there now.
#[derive(Serialize, JsonSchema)]
#[schemars(example = "realtime_example")]
struct RealtimeResponse {
    /// Visitors within the last five minutes.
    visitors: i64,
    /// Page views in each of the last 30 minutes, the oldest first.
    views: Vec<i64>,
    /// The pages that were viewed in them, those with most views first.
    pages: Vec<PageItem>,
}

/// A page.
#[derive(Serialize, JsonSchema)]
struct PageItem {
    /// The path.
    name: String,
    views: i64,
}

fn realtime_example() -> Value {
    let mut views = vec![0; 30];
    views[29] = 4;
    json!({ "visitors": 3, "views": views, "pages": [{ "name": "/prices", "views": 4 }] })
}

impl From<Realtime> for RealtimeResponse {
    fn from(now: Realtime) -> Self {
        let page = |(name, views)| PageItem { name, views };
        Self { visitors: now.visitors, views: now.views, pages: now.pages.into_iter().map(page).collect() }
    }
}

async fn now(
    caller: Can<PixelRead>,
    QueryParameters(query): QueryParameters<DomainQuery>,
    domains: web::Data<dyn DomainService>,
    reports: web::Data<dyn ReportService>,
) -> Result<Data<RealtimeResponse>, Failure> {
    let domain = domain_name::find(caller.workspace, query.domain.as_deref(), &**domains).await?;
    Ok(Data { data: reports.realtime(caller.workspace, domain.id).await?.into() })
}
