//! Looking back on what was used.

mod dto;
mod query;

use super::super::EntitlementsRead;
use actix_web::web;
use dto::SeriesResponse;
use mainstay_edge::{Can, Data, Doc, Failure, Platform, Surface};
use mainstay_entitlements::usage::series::SeriesService;
use query::SeriesRequest;

pub(super) fn declare(surface: &mut Surface<'_, Platform>) {
    let text = "Every interval of the span is there, those without usage with 0. They are those of the calendar, in UTC, and \
        whole: `from` and `to` ask for all of the intervals that they lie in. There are 1000 at most. `total` is what all \
        uses of the span come to in the way in which the feature is aggregated: of `max`, `latest` and `unique` it is no \
        sum.\n\nWith `group_by`, the most used groups are told of too, and what is left of them comes last, as `other`. Groups \
        times intervals are 10000 at most. Groups and distinct values are read from the single uses: a span that has more \
        than 500000 of them is refused.\n\nWhat counts in a pool is kept as the pool's. So the series of such a feature is that \
        of its pool, which `pool` names.";
    let (id, tag, summary) = ("getUsageSeries", "Entitlements", "Get usage over time");
    surface.get("/entitlements/usage", series, Doc { id, tag, summary, text, fails: &[] });
}

async fn series(
    caller: Can<EntitlementsRead>,
    asked: SeriesRequest,
    entitlements: web::Data<dyn SeriesService>,
) -> Result<Data<SeriesResponse>, Failure> {
    let series = entitlements.series(caller.workspace, asked.query.clone()).await?;
    Ok(Data { data: SeriesResponse::new(asked.query, series) })
}
