//! `/api/v1/pixel/goals`: what a site wants its visitors to do.

mod dto;

use super::aim_list::AimList;
use super::domain_name::{self, DomainQuery};
use super::{PixelDelete, PixelRead, PixelWrite, TAG};
use crate::platform::few::page_of;
use actix_web::web;
use dto::{CreateGoalRequest, GoalResponse, UpdateGoalRequest};
use mainstay_edge::{
    Can, Created, Data, Doc, Failure, List, Listed, NoContent, PathIds, Platform, QueryParameters, Surface, Told, Valid,
};
use mainstay_kernel::{Clock, Kind};
use mainstay_tracking::aims::{AimId, AimKind, AimService};
use mainstay_tracking::domains::DomainService;

pub(super) fn declare(surface: &mut Surface<'_, Platform>) {
    let doc = |id, summary, text, fails| Doc { id, tag: TAG, summary, text, fails };
    let text = "The goals of a domain. A search looks at their names.";
    surface.get("/pixel/goals", list, doc("listPixelGoals", "List goals", text, &[]));
    let text = "A page that visitors are to reach, or an event that they are to make happen; a star at the end stands for any \
        more. It is called as its page or event unless it gets a name. `/pixel/conversions` tells how many reach it, also \
        before today, and `tracking.goal.reached` is told each time that a visit reaches it for the first time.";
    surface.post("/pixel/goals", create, doc("createPixelGoal", "Set a goal", text, TAKEN));
    surface.get("/pixel/goals/{id}", get, doc("getPixelGoal", "Get a goal", "", &[]));
    let text = "What is absent stays. Reports go by what it is then, also for days before.";
    surface.patch("/pixel/goals/{id}", update, doc("updatePixelGoal", "Change a goal", text, TAKEN));
    let text = "Nothing that happened is forgotten: set again, it counts as before.";
    surface.delete("/pixel/goals/{id}", delete, doc("deletePixelGoal", "Delete a goal", text, &[]));
}

const TAKEN: &[(Kind, &str)] = &[(Kind::Conflict, "`name_taken`: the domain has a goal of this name already.")];

type Service = web::Data<dyn AimService>;
type Domains = web::Data<dyn DomainService>;

async fn list(
    caller: Can<PixelRead>,
    query: List<AimList>,
    QueryParameters(DomainQuery { domain }): QueryParameters<DomainQuery>,
    (aims, domains): (Service, Domains),
    clock: web::Data<dyn Clock>,
) -> Result<Listed<GoalResponse>, Failure> {
    let domain = domain_name::find(caller.workspace, domain.as_deref(), &**domains).await?;
    let goals = aims.aims(caller.workspace, domain.id, AimKind::Goal).await?;
    Ok(Listed::new(page_of(goals, &query, clock.now()).map(GoalResponse::from), &query.shape))
}

async fn create(
    caller: Can<PixelWrite>,
    Valid(request): Valid<CreateGoalRequest>,
    (aims, domains): (Service, Domains),
) -> Result<Created<Told<GoalResponse>>, Failure> {
    let (domain, new) = request.taken_apart()?;
    let domain = domain_name::find(caller.workspace, domain.as_deref(), &**domains).await?;
    let goal = aims.add(caller.workspace, domain.id, new).await?;
    Ok(Created(Told { message: "Goal created successfully.".to_owned(), data: goal.into() }))
}

async fn get(caller: Can<PixelRead>, PathIds(id): PathIds<i64>, aims: Service) -> Result<Data<GoalResponse>, Failure> {
    Ok(Data { data: aims.aim(caller.workspace, AimKind::Goal, AimId(id)).await?.into() })
}

async fn update(
    caller: Can<PixelWrite>,
    PathIds(id): PathIds<i64>,
    Valid(request): Valid<UpdateGoalRequest>,
    aims: Service,
) -> Result<Data<GoalResponse>, Failure> {
    let change = request.try_into()?;
    Ok(Data { data: aims.change(caller.workspace, AimKind::Goal, AimId(id), change).await?.into() })
}

async fn delete(caller: Can<PixelDelete>, PathIds(id): PathIds<i64>, aims: Service) -> Result<NoContent, Failure> {
    aims.delete(caller.workspace, AimKind::Goal, AimId(id)).await?;
    Ok(NoContent)
}
