//! `/api/v1/pixel/goals`: what a site wants its visitors to do.

mod dto;

use super::aims::{self, Aims, Domains};
use super::domain_name;
use super::{PixelWrite, TAG};
use dto::{CreateGoalRequest, GoalResponse, UpdateGoalRequest};
use mainstay_edge::{Can, Created, Data, Doc, Failure, PathIds, Platform, Surface, Told, Valid};
use mainstay_kernel::Kind;
use mainstay_tracking::aims::{AimId, AimKind};

pub(super) fn declare(surface: &mut Surface<'_, Platform>) {
    let doc = |id, summary, text, fails| Doc { id, tag: TAG, summary, text, fails };
    let text = "The goals of a domain. A search looks at their names.";
    surface.get("/pixel/goals", aims::list::<GoalResponse>, doc("listPixelGoals", "List goals", text, &[]));
    let text = "A page that visitors are to reach, or an event that they are to make happen; a star at the end stands for any \
        more. It is called as its page or event unless it gets a name. `/pixel/conversions` tells how many reach it, also \
        before today, and `tracking.goal.reached` is told each time that a visit reaches it for the first time.";
    surface.post("/pixel/goals", create, doc("createPixelGoal", "Set a goal", text, TAKEN));
    surface.get("/pixel/goals/{id}", aims::get::<GoalResponse>, doc("getPixelGoal", "Get a goal", "", &[]));
    let text = "What is absent stays. Reports go by what it is then, also for days before.";
    surface.patch("/pixel/goals/{id}", update, doc("updatePixelGoal", "Change a goal", text, TAKEN));
    let text = "Nothing that happened is forgotten: set again, it counts as before.";
    surface.delete(
        "/pixel/goals/{id}",
        aims::delete::<GoalResponse>,
        doc("deletePixelGoal", "Delete a goal", text, &[]),
    );
}

const TAKEN: &[(Kind, &str)] = &[(Kind::Conflict, "`name_taken`: the domain has a goal of this name already.")];

async fn create(
    caller: Can<PixelWrite>,
    Valid(request): Valid<CreateGoalRequest>,
    (aims, domains): (Aims, Domains),
) -> Result<Created<Told<GoalResponse>>, Failure> {
    let (domain, new) = request.taken_apart()?;
    let domain = domain_name::find(caller.workspace, domain.as_deref(), &**domains).await?;
    let goal = aims.add(caller.workspace, domain.id, new).await?;
    Ok(Created(Told { message: "Goal created successfully.".to_owned(), data: goal.into() }))
}

async fn update(
    caller: Can<PixelWrite>,
    PathIds(id): PathIds<i64>,
    Valid(request): Valid<UpdateGoalRequest>,
    aims: Aims,
) -> Result<Data<GoalResponse>, Failure> {
    let change = request.try_into()?;
    Ok(Data { data: aims.change(caller.workspace, AimKind::Goal, AimId(id), change).await?.into() })
}
