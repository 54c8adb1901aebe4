//! `/api/v1/plans`: what workspaces may be on, and what each plan includes.

mod dto;
mod grant;
mod input;

use super::offered::page_of;
use super::{EntitlementsRead, EntitlementsWrite, must_own_installation};
use actix_web::web;
use dto::{PlanList, PlanResponse};
use input::{CreatePlanRequest, UpdatePlanRequest};
use mainstay_auth::AuthService;
use mainstay_edge::{
    Created, Data, Doc, Failure, Holds, List, Listed, NoContent, PathIds, Platform, Surface, Told, Valid,
};
use mainstay_entitlements::offer::OfferService;
use mainstay_kernel::Kind;

pub(super) fn declare(surface: &mut Surface<'_, Platform>) {
    let doc = |id, summary, text, fails| Doc { id, tag: "Catalogue", summary, text, fails };
    let text = "Every plan of this installation, in the order of its catalogue where no other is asked. What stands in the \
        plans file was created at no time that is known: a bound of time leaves it out.";
    surface.get("/plans", list, doc("listPlans", "List plans", text, &[]));
    let text = "For the installation's owner. Every node knows it within a second. What the plan grants nothing of, it leaves \
        out: without `api_calls` keys make no call, without `members` nobody can be added.";
    let fails = &[(Kind::Conflict, "`plan_exists`: there is a plan of this name.")];
    surface.post("/plans", create, doc("createPlan", "Add a plan", text, fails));
    surface.get("/plans/{name}", get, doc("getPlan", "Get a plan", "", &[]));
    let text = "For the installation's owner. What is absent stays; `grants` are merged by their codes, and null takes one \
        away. One of the plans file is changed by an entry above it. It holds for every workspace on the plan within a \
        second.";
    surface.patch("/plans/{name}", update, doc("updatePlan", "Change a plan", text, &[]));
    let text = "For the installation's owner. A plan that the plans file has too is again what that says.";
    let fails = &[(
        Kind::Conflict,
        "`in_plans_file`: only the plans file has it; `plan_needed`: workspaces are on it; `catalogue_contradicted`: what \
        the file says cannot be taken up again.",
    )];
    surface.delete("/plans/{name}", delete, doc("deletePlan", "Remove a plan", text, fails));
}

type Service = web::Data<dyn OfferService>;
type People = web::Data<dyn AuthService>;

async fn list(
    _: Holds<EntitlementsRead>,
    query: List<PlanList>,
    offers: Service,
) -> Result<Listed<PlanResponse>, Failure> {
    Ok(Listed::new(page_of(offers.plans(), &query).map(PlanResponse::from), &query.shape))
}

async fn create(
    caller: Holds<EntitlementsWrite>,
    Valid(request): Valid<CreatePlanRequest>,
    offers: Service,
    people: People,
) -> Result<Created<Told<PlanResponse>>, Failure> {
    must_own_installation(caller.principal.user, &**people).await?;
    let data = offers.add_plan(request.into()).await?.into();
    Ok(Created(Told { message: "Plan created successfully.".to_owned(), data }))
}

async fn get(
    _: Holds<EntitlementsRead>,
    PathIds(name): PathIds<String>,
    offers: Service,
) -> Result<Data<PlanResponse>, Failure> {
    Ok(Data { data: offers.plan(&name)?.into() })
}

async fn update(
    caller: Holds<EntitlementsWrite>,
    PathIds(name): PathIds<String>,
    Valid(request): Valid<UpdatePlanRequest>,
    offers: Service,
    people: People,
) -> Result<Data<PlanResponse>, Failure> {
    must_own_installation(caller.principal.user, &**people).await?;
    Ok(Data { data: offers.change_plan(&name, request.try_into()?).await?.into() })
}

async fn delete(
    caller: Holds<EntitlementsWrite>,
    PathIds(name): PathIds<String>,
    offers: Service,
    people: People,
) -> Result<NoContent, Failure> {
    must_own_installation(caller.principal.user, &**people).await?;
    offers.remove_plan(&name).await?;
    Ok(NoContent)
}
