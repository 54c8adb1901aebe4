//! `GET /api/v1/pixel/conversions`: how many reach the goals of a domain.

mod dto;

use super::domain_name::{self, DomainQuery};
use super::period::Asked;
use super::{PixelRead, TAG};
use actix_web::web;
use dto::ConversionsResponse;
use mainstay_edge::{Can, Data, Doc, Failure, Platform, QueryParameters, Surface};
use mainstay_kernel::Clock;
use mainstay_tracking::aims::{AimKind, AimService};
use mainstay_tracking::domains::DomainService;
use mainstay_tracking::reports::{ReportService, Steps};

pub(super) fn declare(surface: &mut Surface<'_, Platform>) {
    let text = "Of the visits that began on some days, in UTC, and that pass all filters: how many reached each goal, the \
        oldest goal first. What happened before a goal was set counts as well.";
    let doc = Doc { id: "getPixelConversions", tag: TAG, summary: "Report how many reach goals", text, fails: &[] };
    surface.get("/pixel/conversions", conversions, doc);
}

type Services = (web::Data<dyn DomainService>, web::Data<dyn AimService>, web::Data<dyn ReportService>);

async fn conversions(
    caller: Can<PixelRead>,
    (QueryParameters(DomainQuery { domain }), QueryParameters(period)): Asked,
    (domains, aims, reports): Services,
    clock: web::Data<dyn Clock>,
) -> Result<Data<ConversionsResponse>, Failure> {
    let question = period.question(clock.now())?;
    let domain = domain_name::find(caller.workspace, domain.as_deref(), &**domains).await?;
    let goals = aims.aims(caller.workspace, domain.id, AimKind::Goal).await?;
    let steps = Steps::Any(goals.iter().flat_map(|goal| goal.steps.clone()).collect());
    let followed = reports.followed(caller.workspace, domain.id, question.clone(), steps).await?;
    Ok(Data { data: ConversionsResponse::new(&domain, &question, goals, followed) })
}
