//! `/api/v1/pixel/funnels`: ways that visitors are to go, step by step.

mod dto;
mod report;

use super::aims::{self, Aims, Domains};
use super::domain_name;
use super::period::PeriodQuery;
use super::{PixelRead, PixelWrite, TAG};
use actix_web::web;
use dto::{CreateFunnelRequest, FunnelResponse, UpdateFunnelRequest};
use mainstay_edge::{Can, Created, Data, Doc, Failure, PathIds, Platform, QueryParameters, Surface, Told, Valid};
use mainstay_kernel::{Clock, Kind};
use mainstay_tracking::aims::{AimId, AimKind};
use mainstay_tracking::reports::{ReportService, Steps};
use report::FunnelReport;

pub(super) fn declare(surface: &mut Surface<'_, Platform>) {
    let doc = |id, summary, text, fails| Doc { id, tag: TAG, summary, text, fails };
    let text = "The funnels of a domain. A search looks at their names.";
    surface.get("/pixel/funnels", aims::list::<FunnelResponse>, doc("listPixelFunnels", "List funnels", text, &[]));
    let text = "Two to ten steps, each a page or an event; a star at the end stands for any more.";
    surface.post("/pixel/funnels", create, doc("createPixelFunnel", "Set up a funnel", text, TAKEN));
    surface.get("/pixel/funnels/{id}", aims::get::<FunnelResponse>, doc("getPixelFunnel", "Get a funnel", "", &[]));
    let text = "What is absent stays; steps are replaced as a whole.";
    surface.patch("/pixel/funnels/{id}", update, doc("updatePixelFunnel", "Change a funnel", text, TAKEN));
    surface.delete(
        "/pixel/funnels/{id}",
        aims::delete::<FunnelResponse>,
        doc("deletePixelFunnel", "Delete a funnel", "", &[]),
    );
    let text = "Of the visits that began on some days, in UTC, and that pass all filters: how many took the steps in their \
        order within one visit, whatever else they did between.";
    surface.get(
        "/pixel/funnels/{id}/report",
        report,
        doc("getPixelFunnelReport", "Report how far visitors come", text, &[]),
    );
}

const TAKEN: &[(Kind, &str)] = &[(Kind::Conflict, "`name_taken`: the domain has a funnel of this name already.")];

async fn create(
    caller: Can<PixelWrite>,
    Valid(request): Valid<CreateFunnelRequest>,
    (aims, domains): (Aims, Domains),
) -> Result<Created<Told<FunnelResponse>>, Failure> {
    let (domain, new) = request.taken_apart()?;
    let domain = domain_name::find(caller.workspace, domain.as_deref(), &**domains).await?;
    let funnel = aims.add(caller.workspace, domain.id, new).await?;
    Ok(Created(Told { message: "Funnel created successfully.".to_owned(), data: funnel.into() }))
}

async fn update(
    caller: Can<PixelWrite>,
    PathIds(id): PathIds<i64>,
    Valid(request): Valid<UpdateFunnelRequest>,
    aims: Aims,
) -> Result<Data<FunnelResponse>, Failure> {
    let change = request.try_into()?;
    Ok(Data { data: aims.change(caller.workspace, AimKind::Funnel, AimId(id), change).await?.into() })
}

async fn report(
    caller: Can<PixelRead>,
    PathIds(id): PathIds<i64>,
    QueryParameters(period): QueryParameters<PeriodQuery>,
    (aims, reports): (Aims, web::Data<dyn ReportService>),
    clock: web::Data<dyn Clock>,
) -> Result<Data<FunnelReport>, Failure> {
    let question = period.question(clock.now())?;
    let funnel = aims.aim(caller.workspace, AimKind::Funnel, AimId(id)).await?;
    let steps = Steps::InTurn(funnel.steps.clone());
    let followed = reports.followed(caller.workspace, funnel.domain, question.clone(), steps).await?;
    Ok(Data { data: FunnelReport::new(funnel, &question, followed) })
}
