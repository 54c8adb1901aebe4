//! `/api/v1/pixel/domains`: hosts whose pages are tracked.

mod dto;
mod input;

use super::{PixelDelete, PixelRead, PixelWrite, TAG};
use crate::platform::few::page_of;
use actix_web::web;
use dto::{DomainList, DomainResponse, Kept};
use input::{CreateDomainRequest, UpdateDomainRequest};
use mainstay_edge::{
    Can, Created, Data, Doc, Failure, List, Listed, NoContent, PathIds, Platform, PublicUrl, Surface, Told, Valid,
};
use mainstay_kernel::{Clock, Kind};
use mainstay_tracking::domains::{DomainId, DomainService};

pub(super) fn declare(surface: &mut Surface<'_, Platform>) {
    let doc = |id, summary, text, fails| Doc { id, tag: TAG, summary, text, fails };
    let text = "The domains of the caller's workspace. A search looks at their names. `status` is enabled or disabled.";
    surface.get("/pixel/domains", list, doc("listPixelDomains", "List domains", text, &[]));
    let text = "Hosts below it belong to it too. The answer has the `snippet` to put into its pages. Other workspaces may \
        register the same domain: what pages tell of without a key goes to whoever was the first.";
    let fails = &[(Kind::Conflict, "`domain_taken`: the workspace has it already.")];
    surface.post("/pixel/domains", create, doc("createPixelDomain", "Register a domain", text, fails));
    surface.get("/pixel/domains/{id}", get, doc("getPixelDomain", "Get a domain", "", &[]));
    let text = "What is absent stays. With `new_pixel_key` the pages that name the old one are strangers at once.";
    surface.patch("/pixel/domains/{id}", update, doc("updatePixelDomain", "Change what is tracked", text, &[]));
    let text = "What was tracked there is gone at once.";
    surface.delete("/pixel/domains/{id}", delete, doc("deletePixelDomain", "Delete a domain", text, &[]));
}

type Service = web::Data<dyn DomainService>;

async fn list(
    caller: Can<PixelRead>,
    query: List<DomainList>,
    domains: Service,
    (clock, public_url): (web::Data<dyn Clock>, web::Data<PublicUrl>),
) -> Result<Listed<DomainResponse>, Failure> {
    let own = domains.domains(caller.workspace).await?.into_iter().map(Kept).collect();
    let page = page_of(own, &query, clock.now());
    Ok(Listed::new(page.map(|Kept(domain)| DomainResponse::new(domain, &public_url)), &query.shape))
}

async fn create(
    caller: Can<PixelWrite>,
    Valid(request): Valid<CreateDomainRequest>,
    domains: Service,
    public_url: web::Data<PublicUrl>,
) -> Result<Created<Told<DomainResponse>>, Failure> {
    let domain = domains.register(caller.workspace, request.into()).await?;
    let message = "Domain registered successfully.".to_owned();
    Ok(Created(Told { message, data: DomainResponse::new(domain, &public_url) }))
}

async fn get(
    caller: Can<PixelRead>,
    PathIds(id): PathIds<i64>,
    domains: Service,
    public_url: web::Data<PublicUrl>,
) -> Result<Data<DomainResponse>, Failure> {
    let domain = domains.domain(caller.workspace, DomainId(id)).await?;
    Ok(Data { data: DomainResponse::new(domain, &public_url) })
}

async fn update(
    caller: Can<PixelWrite>,
    PathIds(id): PathIds<i64>,
    Valid(request): Valid<UpdateDomainRequest>,
    domains: Service,
    public_url: web::Data<PublicUrl>,
) -> Result<Data<DomainResponse>, Failure> {
    let domain = domains.change(caller.workspace, DomainId(id), request.into()).await?;
    Ok(Data { data: DomainResponse::new(domain, &public_url) })
}

async fn delete(caller: Can<PixelDelete>, PathIds(id): PathIds<i64>, domains: Service) -> Result<NoContent, Failure> {
    domains.delete(caller.workspace, DomainId(id)).await?;
    Ok(NoContent)
}
