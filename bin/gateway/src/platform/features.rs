//! `/api/v1/features`: what plans may include.

mod dto;
mod input;

use super::offered::page_of;
use super::{EntitlementsRead, EntitlementsWrite, must_own_installation};
use actix_web::web;
use dto::{FeatureList, FeatureResponse};
use input::{CreateFeatureRequest, UpdateFeatureRequest};
use mainstay_auth::AuthService;
use mainstay_edge::{
    Created, Data, Doc, Failure, Holds, List, Listed, NoContent, PathIds, Platform, Surface, Told, Valid,
};
use mainstay_entitlements::offer::OfferService;
use mainstay_kernel::Kind;

pub(super) fn declare(surface: &mut Surface<'_, Platform>) {
    let doc = |id, summary, text, fails| Doc { id, tag: "Catalogue", summary, text, fails };
    let text = "Every feature of this installation, in the order of its catalogue where no other is asked. What stands in \
        the plans file was created at no time that is known: a bound of time leaves it out.";
    surface.get("/features", list, doc("listFeatures", "List features", text, &[]));
    let text =
        "For the installation's owner. Every node knows it within a second. A plan includes it once it grants it.";
    let fails = &[(Kind::Conflict, "`feature_exists`: there is a feature of this code.")];
    surface.post("/features", create, doc("createFeature", "Add a feature", text, fails));
    surface.get("/features/{code}", get, doc("getFeature", "Get a feature", "", &[]));
    let text = "For the installation's owner. What is absent stays. One of the plans file is changed by an entry above it. \
        `rolling_days` and `unique_by` go by themselves with what they belong to.";
    let fails =
        &[(Kind::Conflict, "`feature_used`: there are uses already, and they would be counted in another way.")];
    surface.patch("/features/{code}", update, doc("updateFeature", "Change a feature", text, fails));
    let text = "For the installation's owner. A feature that the plans file has too is again what that says. What was \
        counted stays.";
    let fails = &[(
        Kind::Conflict,
        "`in_plans_file`: only the plans file has it; `feature_needed`: a plan grants it, or it is a pool; `feature_used`, \
        `catalogue_contradicted`: what the file says cannot be taken up again.",
    )];
    surface.delete("/features/{code}", delete, doc("deleteFeature", "Remove a feature", text, fails));
}

type Service = web::Data<dyn OfferService>;
type People = web::Data<dyn AuthService>;

async fn list(
    _: Holds<EntitlementsRead>,
    query: List<FeatureList>,
    offers: Service,
) -> Result<Listed<FeatureResponse>, Failure> {
    Ok(Listed::new(page_of(offers.features(), &query).map(FeatureResponse::from), &query.shape))
}

async fn create(
    caller: Holds<EntitlementsWrite>,
    Valid(request): Valid<CreateFeatureRequest>,
    offers: Service,
    people: People,
) -> Result<Created<Told<FeatureResponse>>, Failure> {
    must_own_installation(caller.principal.user, &**people).await?;
    let data = offers.add_feature(request.into()).await?.into();
    Ok(Created(Told { message: "Feature created successfully.".to_owned(), data }))
}

async fn get(
    _: Holds<EntitlementsRead>,
    PathIds(code): PathIds<String>,
    offers: Service,
) -> Result<Data<FeatureResponse>, Failure> {
    Ok(Data { data: offers.feature(&code)?.into() })
}

async fn update(
    caller: Holds<EntitlementsWrite>,
    PathIds(code): PathIds<String>,
    Valid(request): Valid<UpdateFeatureRequest>,
    offers: Service,
    people: People,
) -> Result<Data<FeatureResponse>, Failure> {
    must_own_installation(caller.principal.user, &**people).await?;
    Ok(Data { data: offers.change_feature(&code, request.try_into()?).await?.into() })
}

async fn delete(
    caller: Holds<EntitlementsWrite>,
    PathIds(code): PathIds<String>,
    offers: Service,
    people: People,
) -> Result<NoContent, Failure> {
    must_own_installation(caller.principal.user, &**people).await?;
    offers.remove_feature(&code).await?;
    Ok(NoContent)
}
