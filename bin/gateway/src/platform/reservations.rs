//! `/api/v1/entitlements/reservations`: units that are reserved first, and then used or given back.

mod dto;

use super::entitlements::holder;
use super::{EntitlementsRead, EntitlementsWrite};
use actix_web::web;
use dto::{CommitRequest, ReservationList, ReservationRequest, ReservationResponse, ReservedResponse};
use mainstay_edge::valid::ValidOrEmpty;
use mainstay_edge::{Can, Created, Data, Doc, Failure, List, Listed, PathIds, Plain, Platform, Surface, Valid};
use mainstay_entitlements::reservations::{ReservationQuery, ReservationService};
use mainstay_kernel::Kind;

pub(super) fn declare(surface: &mut Surface<'_, Platform>) {
    let doc = |id, summary, text, fails| Doc { id, tag: "Reservations", summary, text, fails };
    let text = "The newest first. `status` is held, committed, released or expired.";
    surface.get("/entitlements/reservations", list, doc("listReservations", "List reservations", text, &[]));
    let text = "Holds units until they are used, given back, or expire: what is used and what is held never pass the limit \
        together. What is beyond it is paid with credits, where the feature is sold.";
    let fails = &[(Kind::LimitReached, "There is not so much of it left, or the plan does not include it.")];
    surface.post("/entitlements/reservations", reserve, doc("reserve", "Reserve units", text, fails));
    let get_doc = doc("getReservation", "Get a reservation", "", &[]);
    surface.get("/entitlements/reservations/{id}", get, get_doc);
    let text = "Records that units were used, and gives the rest back. They count as used when they were reserved. The same \
        said again changes nothing.";
    let fails = &[(
        Kind::Conflict,
        "`reservation_released`, `reservation_expired`: it has come to another end; `reservation_committed`: with another \
         quantity.",
    )];
    let commit_doc = doc("commitReservation", "Use reserved units", text, fails);
    surface.post("/entitlements/reservations/{id}/commit", commit, commit_doc);
    let text = "Gives all units back, and what was paid for them. The same said again changes nothing.";
    let fails = &[(Kind::Conflict, "`reservation_committed`: they were used.")];
    let release_doc = doc("releaseReservation", "Give reserved units back", text, fails);
    surface.post("/entitlements/reservations/{id}/release", release, release_doc);
}

type Service = web::Data<dyn ReservationService>;

async fn list(
    caller: Can<EntitlementsRead>,
    query: List<ReservationList>,
    reservations: Service,
) -> Result<Listed<ReservationResponse>, Failure> {
    let wanted = ReservationQuery { listing: query.listing, state: query.status };
    let page = reservations.reservations(caller.workspace, wanted).await?;
    Ok(Listed::new(page.map(ReservationResponse::from), &query.shape))
}

async fn reserve(
    caller: Can<EntitlementsWrite>,
    Valid(request): Valid<ReservationRequest>,
    reservations: Service,
) -> Result<Created<ReservedResponse>, Failure> {
    Ok(Created(reservations.reserve(holder(&caller), request.into()).await?.into()))
}

async fn get(
    caller: Can<EntitlementsRead>,
    PathIds(id): PathIds<String>,
    reservations: Service,
) -> Result<Data<ReservationResponse>, Failure> {
    Ok(Data { data: reservations.reservation(caller.workspace, &id).await?.into() })
}

async fn commit(
    caller: Can<EntitlementsWrite>,
    PathIds(id): PathIds<String>,
    ValidOrEmpty(request): ValidOrEmpty<CommitRequest>,
    reservations: Service,
) -> Result<Plain<ReservedResponse>, Failure> {
    let committed = reservations.commit(holder(&caller), &id, request.quantity).await?;
    Ok(Plain(committed.into()))
}

async fn release(
    caller: Can<EntitlementsWrite>,
    PathIds(id): PathIds<String>,
    reservations: Service,
) -> Result<Plain<ReservedResponse>, Failure> {
    Ok(Plain(reservations.release(holder(&caller), &id).await?.into()))
}
