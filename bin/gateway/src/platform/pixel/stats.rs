//! `GET /api/v1/pixel/stats`: what visits come to.

mod dto;

use super::domain_name::{self, DomainQuery};
use super::period::Asked;
use super::{PixelRead, TAG, breakdown};
use actix_web::web;
pub(super) use dto::NumbersItem;
use dto::{Previous, StatsQuery, StatsResponse};
use futures_util::stream::{self, StreamExt as _, TryStreamExt as _};
use mainstay_edge::{Can, Data, Doc, Failure, Platform, QueryParameters, Surface};
use mainstay_kernel::Clock;
use mainstay_tracking::domains::DomainService;
use mainstay_tracking::reports::{Interval, Question, ReportService};

pub(super) fn declare(surface: &mut Surface<'_, Platform>) {
    let text = "Of the visits that began on some days, in UTC, and that pass all filters. A visit counts, with all that \
        happened in it, where it began. A visitor is one address and browser on one day: who comes on two days is two. \
        With `include` the ten greatest values of dimensions are added. What was told of before is in it, unless \
        `complete` is false.";
    let doc = Doc { id: "getPixelStats", tag: TAG, summary: "Report what visits come to", text, fails: &[] };
    surface.get("/pixel/stats", stats, doc);
}

type Reports = web::Data<dyn ReportService>;

/// How many dimensions are asked for side by side: each is a question of its own to the database.
const AT_ONCE: usize = 4;

async fn stats(
    caller: Can<PixelRead>,
    (QueryParameters(DomainQuery { domain }), QueryParameters(period)): Asked,
    QueryParameters(query): QueryParameters<StatsQuery>,
    (domains, reports): (web::Data<dyn DomainService>, Reports),
    clock: web::Data<dyn Clock>,
) -> Result<Data<StatsResponse>, Failure> {
    let question = period.question(clock.now())?;
    let (interval, included) = (query.interval(&question)?, query.included()?);
    let compares = query.compares()?;
    let domain = domain_name::find(caller.workspace, domain.as_deref(), &**domains).await?;
    let ask = async |question: Question, interval| {
        Ok::<_, Failure>(reports.stats(caller.workspace, domain.id, question, interval).await?)
    };
    let present = ask(question.clone(), interval).await?;
    let previous = if compares {
        let before = before(&question);
        let stats = ask(before.clone(), Interval::Day).await?;
        Some(Previous::new(&before, &stats.numbers))
    } else {
        None
    };
    let greatest = async |(name, by)| {
        let shares = reports.breakdown(caller.workspace, domain.id, question.clone(), breakdown::greatest(by)).await?;
        Ok::<_, Failure>((name, breakdown::items(shares.items)))
    };
    let top = stream::iter(included).map(greatest).buffered(AT_ONCE).try_collect().await?;
    let data = StatsResponse::new(&domain, (&question, interval), &present, previous, top);
    Ok(Data { data })
}

/// As many days, just before.
fn before(question: &Question) -> Question {
    let days = question.until.0 - question.from.0 + 1;
    Question { from: question.from.minus(days), until: question.until.minus(days), filters: question.filters.clone() }
}
