//! `/api/sites/{id}/domains`: names of their own that sites answer at.

mod dto;

use super::ids::OpaqueId;
use super::live_url::LiveUrls;
use super::sites::{SitesRead, SitesWrite, actor, site_id};
use actix_web::web;
use dto::{AddDomainRequest, CertifyRequest, DomainResponse};
use mainstay_edge::path::PathId;
use mainstay_edge::{Can, Created, Doc, Failure, Hosting, NoContent, PathIds, Plain, Surface, Valid};
use mainstay_hosting::domains::{DomainName, DomainOf, DomainService};
use mainstay_hosting::{HostingError, SiteId};
use mainstay_kernel::{Clock, Kind, WorkspaceId};

pub(super) fn declare(surface: &mut Surface<'_, Hosting>) {
    let doc = |id, summary, text, fails| Doc { id, tag: "Sites", summary, text, fails };
    surface.get("/{id}/domains", list, doc("listDomains", "List a site's domains", "The oldest first.", &[]));
    let text = "Claims it. Write the records that `dns` names: as soon as the TXT record is seen, the site answers there, and \
        has the domain before all others. It is looked for by itself; `verify` looks at once.";
    let fails = &[(Kind::Conflict, "`DOMAIN_TAKEN`: this site has it already. `DELETING`.")];
    surface.post("/{id}/domains", add, doc("addDomain", "Give a site a domain", text, fails));
    let text = "Asks name servers now. `status` says what came of it, and `problem` what is in the way.";
    let fails: &[_] = &[(Kind::Conflict, "`DELETING`: the site is being deleted.")];
    surface.post("/{id}/domains/{domain}/verify", verify, doc("verifyDomain", "Look whose a domain is", text, fails));
    let text = "The site answers there no more, and others may have it.";
    surface.delete("/{id}/domains/{domain}", remove, doc("deleteDomain", "Take a domain from a site", text, &[]));
    let text = "In place of the one that it has. The key is kept sealed, and shown to nobody.";
    let path = "/{id}/domains/{domain}/certificate";
    surface.put(path, certify, doc("setCertificate", "Give a domain a certificate", text, fails));
    surface.delete(path, uncertify, doc("deleteCertificate", "Take a domain's certificate away", "", &[]));
}

type Domains = web::Data<dyn DomainService>;
/// What it takes to show one: where sites are found, and what time it is.
type Showing = (web::Data<LiveUrls>, web::Data<dyn Clock>);

/// A domain, as it stands in a path, in whatever script and case; what is none names nothing.
struct WrittenDomain(Option<DomainName>);

impl PathId for WrittenDomain {
    type Written = String;

    fn read(text: &str) -> Option<Self> {
        Some(Self(DomainName::parse(text)))
    }
}

/// The domain that is meant. A site that is not there goes before a domain that is none.
async fn named(
    domains: &dyn DomainService,
    workspace: WorkspaceId,
    (site, WrittenDomain(name)): (SiteId, WrittenDomain),
) -> Result<DomainOf, Failure> {
    let Some(name) = name else {
        domains.domains(workspace, &site).await?;
        return Err(HostingError::DomainNotFound.into());
    };
    Ok(DomainOf { workspace, site, name })
}

async fn list(
    caller: Can<SitesRead>,
    PathIds(id): PathIds<OpaqueId>,
    (domains, (urls, clock)): (Domains, Showing),
) -> Result<Plain<Vec<DomainResponse>>, Failure> {
    let found = domains.domains(caller.workspace, &site_id(id)).await?;
    Ok(Plain(found.into_iter().map(|own| DomainResponse::new(own, (&urls, clock.now()))).collect()))
}

async fn add(
    caller: Can<SitesWrite>,
    PathIds(id): PathIds<OpaqueId>,
    Valid(request): Valid<AddDomainRequest>,
    (domains, (urls, clock)): (Domains, Showing),
) -> Result<Created<DomainResponse>, Failure> {
    let by = Some(actor(&caller.principal));
    let added = domains.add(caller.workspace, &site_id(id), by, &request.domain).await?;
    Ok(Created(DomainResponse::new(added, (&urls, clock.now()))))
}

async fn verify(
    caller: Can<SitesWrite>,
    PathIds((id, domain)): PathIds<(OpaqueId, WrittenDomain)>,
    (domains, (urls, clock)): (Domains, Showing),
) -> Result<Plain<DomainResponse>, Failure> {
    let of = named(&**domains, caller.workspace, (site_id(id), domain)).await?;
    let seen = domains.verify(&of, Some(actor(&caller.principal))).await?;
    Ok(Plain(DomainResponse::new(seen, (&urls, clock.now()))))
}

async fn remove(
    caller: Can<SitesWrite>,
    PathIds((id, domain)): PathIds<(OpaqueId, WrittenDomain)>,
    domains: Domains,
) -> Result<NoContent, Failure> {
    let of = named(&**domains, caller.workspace, (site_id(id), domain)).await?;
    domains.remove(&of, Some(actor(&caller.principal))).await?;
    Ok(NoContent)
}

async fn certify(
    caller: Can<SitesWrite>,
    PathIds((id, domain)): PathIds<(OpaqueId, WrittenDomain)>,
    Valid(request): Valid<CertifyRequest>,
    (domains, (urls, clock)): (Domains, Showing),
) -> Result<Plain<DomainResponse>, Failure> {
    let of = named(&**domains, caller.workspace, (site_id(id), domain)).await?;
    let certified = domains.certify(&of, Some(actor(&caller.principal)), request.into()).await?;
    Ok(Plain(DomainResponse::new(certified, (&urls, clock.now()))))
}

async fn uncertify(
    caller: Can<SitesWrite>,
    PathIds((id, domain)): PathIds<(OpaqueId, WrittenDomain)>,
    domains: Domains,
) -> Result<NoContent, Failure> {
    let of = named(&**domains, caller.workspace, (site_id(id), domain)).await?;
    domains.uncertify(&of, Some(actor(&caller.principal))).await?;
    Ok(NoContent)
}
