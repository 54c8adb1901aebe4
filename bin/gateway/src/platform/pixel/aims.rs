//! What goals and funnels have in common.

use super::aim_list::AimList;
use super::domain_name::{self, DomainQuery};
use super::{PixelDelete, PixelRead};
use crate::platform::few::page_of;
use actix_web::web;
use mainstay_edge::{Can, Data, Failure, List, Listed, NoContent, PathIds, QueryParameters};
use mainstay_kernel::Clock;
use mainstay_tracking::aims::{Aim, AimId, AimKind, AimService};
use mainstay_tracking::domains::DomainService;

pub(super) type Aims = web::Data<dyn AimService>;
pub(super) type Domains = web::Data<dyn DomainService>;

/// Which of the two, as it is shown.
pub(super) trait Shown: From<Aim> {
    const KIND: AimKind;
}

pub(super) async fn list<S: Shown>(
    caller: Can<PixelRead>,
    query: List<AimList>,
    QueryParameters(DomainQuery { domain }): QueryParameters<DomainQuery>,
    (aims, domains): (Aims, Domains),
    clock: web::Data<dyn Clock>,
) -> Result<Listed<S>, Failure> {
    let domain = domain_name::find(caller.workspace, domain.as_deref(), &**domains).await?;
    let all = aims.aims(caller.workspace, domain.id, S::KIND).await?;
    Ok(Listed::new(page_of(all, &query, clock.now()).map(S::from), &query.shape))
}

pub(super) async fn get<S: Shown>(
    caller: Can<PixelRead>,
    PathIds(id): PathIds<i64>,
    aims: Aims,
) -> Result<Data<S>, Failure> {
    Ok(Data { data: aims.aim(caller.workspace, S::KIND, AimId(id)).await?.into() })
}

pub(super) async fn delete<S: Shown>(
    caller: Can<PixelDelete>,
    PathIds(id): PathIds<i64>,
    aims: Aims,
) -> Result<NoContent, Failure> {
    aims.delete(caller.workspace, S::KIND, AimId(id)).await?;
    Ok(NoContent)
}
