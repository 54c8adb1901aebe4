//! `/api/v1/seo/audits`: pages that are looked at here.

mod dto;

use super::TAG;
use super::filters::{Filters, filters};
use crate::platform::{SeoRead, SeoWrite};
use actix_web::web;
use dto::{AuditList, SeoAuditRequest, SeoAuditResponse};
use mainstay_edge::describe::Description;
use mainstay_edge::{Accepted, Can, Data, Doc, Failure, List, Listed, PathIds, Platform, Surface, Told, Valid};
use mainstay_kernel::Kind;
use mainstay_tracking::seo::audits::{AuditQuery, AuditService};
use mainstay_tracking::seo::{AuditId, PageUrl};

pub(super) fn declare(surface: &mut Surface<'_, Platform>) {
    let doc = |id, summary, text| Doc { id, tag: TAG, summary, text, fails: &[] };
    let text = "Fetches the page, robots.txt and sitemaps, tries up to 50 links to its own site, and writes a report on \
        what it finds. It goes on by itself and can be watched. Nothing measures performance: that score stays null.";
    let fails = &[(
        Kind::Conflict,
        "`audits_running`: five of the workspace wait or run; or the first request with this idempotency key still runs.",
    )];
    let begin_doc = Doc { fails, ..doc("beginSeoAudit", "Audit a page", text) };
    surface.post("/seo/audits", begin, begin_doc);
    surface.get("/seo/audits", list, doc("listSeoAudits", "List audits", "The search looks into addresses."));
    surface.get("/seo/audits/{id}", get, doc("getSeoAudit", "Get an audit", ""));
}

filters! {
    /// What audits are narrowed by.
    AuditFilters {
        url: PageUrl = Filters::url;
    } described by |to: &mut Description<'_>| {
        to.query_parameter::<String>("url", "Only those of this page.");
    }
}

type Service = web::Data<dyn AuditService>;

async fn begin(
    caller: Can<SeoWrite>,
    Valid(request): Valid<SeoAuditRequest>,
    audits: Service,
) -> Result<Accepted<Told<SeoAuditResponse>>, Failure> {
    let audit = audits.begin(caller.workspace, &request.url).await?;
    Ok(Accepted(Told { message: "SEO audit started.".to_owned(), data: audit.into() }))
}

async fn list(
    caller: Can<SeoRead>,
    query: List<AuditList>,
    filters: AuditFilters,
    audits: Service,
) -> Result<Listed<SeoAuditResponse>, Failure> {
    let wanted = AuditQuery { listing: query.listing, status: query.status, url: filters.url };
    let page = audits.audits(caller.workspace, wanted).await?;
    Ok(Listed::new(page.map(SeoAuditResponse::from), &query.shape))
}

async fn get(
    caller: Can<SeoRead>,
    PathIds(id): PathIds<i64>,
    audits: Service,
) -> Result<Data<SeoAuditResponse>, Failure> {
    let audit = audits.audit(caller.workspace, AuditId(id)).await?;
    Ok(Data { data: audit.into() })
}
