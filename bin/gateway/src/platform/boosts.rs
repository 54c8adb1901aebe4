//! `/api/v1/workspaces/{id}/boosts`: what a workspace has beside its plan.

mod dto;

use super::few::page_of;
use super::workspace_plan::visible;
use super::{EntitlementsRead, EntitlementsWrite, must_own_installation};
use actix_web::web;
use dto::{BoostList, BoostRequest, BoostResponse};
use mainstay_auth::AuthService;
use mainstay_edge::{Created, Data, Doc, Failure, Holds, List, Listed, PathIds, Platform, Surface, Told, Valid};
use mainstay_entitlements::benefits::BenefitService;
use mainstay_kernel::{Clock, WorkspaceId};
use mainstay_tenancy::Memberships;

pub(super) fn declare(surface: &mut Surface<'_, Platform>) {
    let doc = |id, summary, text| Doc { id, tag: "Plans", summary, text, fails: &[] };
    let text =
        "For everyone in the workspace, and for the owner of the installation. Those that are over are there too.";
    surface.get("/workspaces/{id}/boosts", list, doc("listBoosts", "List boosts", text));
    let text = "For the owner of the installation: gives a workspace more of a feature than its plan includes. A boost for \
        one cycle ends when usage of the feature starts anew, or with the billing month where that is no one instant.";
    surface.post("/workspaces/{id}/boosts", give, doc("giveBoost", "Give a boost", text));
    let text = "For the owner of the installation. One that is called off stays in the list.";
    surface.delete("/workspaces/{id}/boosts/{boost}", cancel, doc("cancelBoost", "Call a boost off", text));
}

type Benefits = web::Data<dyn BenefitService>;
type Members = web::Data<dyn Memberships>;
type People = web::Data<dyn AuthService>;

async fn list(
    caller: Holds<EntitlementsRead>,
    PathIds(id): PathIds<WorkspaceId>,
    query: List<BoostList>,
    (benefits, clock): (Benefits, web::Data<dyn Clock>),
    (memberships, people): (Members, People),
) -> Result<Listed<BoostResponse>, Failure> {
    visible(caller.principal.user, id, &**memberships, &**people).await?;
    let now = clock.now();
    let page = page_of(benefits.boosts(id).await?, &query, now);
    Ok(Listed::new(page.map(|boosted| BoostResponse::new(boosted, now)), &query.shape))
}

async fn give(
    caller: Holds<EntitlementsWrite>,
    PathIds(id): PathIds<WorkspaceId>,
    Valid(request): Valid<BoostRequest>,
    (benefits, clock): (Benefits, web::Data<dyn Clock>),
    (memberships, people): (Members, People),
) -> Result<Created<Told<BoostResponse>>, Failure> {
    must_own_installation(caller.principal.user, &**people).await?;
    visible(caller.principal.user, id, &**memberships, &**people).await?;
    let boosted = benefits.boost(id, request.try_into()?).await?;
    let data = BoostResponse::new(boosted, clock.now());
    Ok(Created(Told { message: "Boost activated.".to_owned(), data }))
}

async fn cancel(
    caller: Holds<EntitlementsWrite>,
    PathIds((id, boost)): PathIds<(WorkspaceId, i64)>,
    (benefits, clock): (Benefits, web::Data<dyn Clock>),
    (memberships, people): (Members, People),
) -> Result<Data<BoostResponse>, Failure> {
    must_own_installation(caller.principal.user, &**people).await?;
    visible(caller.principal.user, id, &**memberships, &**people).await?;
    let boosted = benefits.cancel_boost(id, boost).await?;
    Ok(Data { data: BoostResponse::new(boosted, clock.now()) })
}
