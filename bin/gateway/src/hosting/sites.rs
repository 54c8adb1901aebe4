//! `/api/sites`: what a workspace serves to the world.

mod answer;
mod asked_action;
mod dto;
mod query;
mod request;
mod update;
mod wait;

use super::ids::OpaqueId;
use super::if_match::IfMatch;
use super::live_url::LiveUrls;
use super::slices::Sliced;
use actix_web::web;
use answer::{MadeSite, SettledSite};
use dto::GoingResponse;
pub(super) use dto::SiteResponse;
use mainstay_edge::{Accepted, Can, Doc, Failure, Hosting, PathIds, Rejection, Surface, Valid, ValidOrEmpty};
use mainstay_hosting::SiteId;
use mainstay_hosting::sites::{Action, Actor, SiteService};
use mainstay_kernel::{Kind, Principal};
use query::SitesQuery;
use request::CreateSiteRequest;
use update::{RollBackRequest, UpdateSiteRequest, Wanted};
use wait::Wait;

/// The routes of this surface.
pub(crate) fn declare(surface: &mut Surface<'_, Hosting>) {
    let text = "The newest first. Those that are being deleted are left out unless `status=DELETING` asks for them.";
    surface.get("", list, doc("listSites", "List your sites", text, &[]));
    let text = "Makes a site and deploys it: its repository is cloned, and the files that are ready in it are served at \
        `liveUrl`. `GET /api/sites/{id}/deployments` tells how far that is; with `wait`, the answer waits for it.";
    surface.post("", create, doc("createSite", "Create a new site", text, CREATE_FAILS));
    surface.get("/{id}", get, doc("getSite", "Get site details", "", &[]));
    let text = "With `action`, does something: `start`, `stop`, `restart`, `deploy` (of `branch` or `commit`, if given), \
        `rollback` (to `deploymentId`, else to what was live before), or `delete` (with `confirm`, the site's name). What is so \
        already is answered with `changed: false`. Without `action`, changes settings, which the next deployment takes on; \
        with `If-Match`, only if the site is still as you read it.";
    surface.patch("/{id}", update, doc("updateSite", "Update site or trigger action", text, UPDATE_FAILS));
    let text = "It answers no more at once. For three days it can be restored; then nothing of it is left.";
    surface.delete("/{id}", delete, doc("deleteSite", "Delete a site", text, &[]));
    let fails = &[(Kind::Conflict, "`NOT_DELETING`, or `NAME_TAKEN` by another site meanwhile.")];
    surface.post("/{id}/restore", restore, doc("restoreSite", "Undo a deletion", "", fails));
    let text = "Serves again what an earlier deployment came to, without making it anew. `autoDeploy` is turned off.";
    let fails = &[(Kind::Conflict, "`NOTHING_TO_ROLL_BACK_TO`: no earlier files are kept.")];
    surface.post("/{id}/rollback", roll_back, doc("rollBackSite", "Go back to an earlier deployment", text, fails));
    super::deployments::declare(surface);
    super::hooks::declare_of_site(surface);
    super::variables::declare(surface);
    super::domains::declare(surface);
    super::logs::declare(surface);
    super::events::declare(surface);
    super::metrics::declare(surface);
}

const CREATE_FAILS: &[(Kind, &str)] = &[
    (Kind::Conflict, "`NAME_TAKEN`: you have a site of this name."),
    (Kind::LimitReached, "`QUOTA_EXCEEDED`: your plan allows no further site."),
];
const UPDATE_FAILS: &[(Kind, &str)] = &[(
    Kind::Conflict,
    "`NAME_TAKEN`, `DELETING`, `CHANGED` (it is no longer as `If-Match` says), `NOTHING_TO_RUN`, `NOTHING_TO_ROLL_BACK_TO`.",
)];

const fn doc(
    id: &'static str,
    summary: &'static str,
    text: &'static str,
    fails: &'static [(Kind, &'static str)],
) -> Doc {
    Doc { id, tag: "Sites", summary, text, fails }
}

crate::permissions::permissions! {
    SitesRead = "sites:read",
    SitesWrite = "sites:write",
    SitesDeploy = "sites:deploy",
    SitesDelete = "sites:delete",
}

type Sites = web::Data<dyn SiteService>;
type Urls = web::Data<LiveUrls>;

/// Who does it, as records keep it.
pub(super) fn actor(principal: &Principal) -> Actor {
    Actor(principal.user.to_string())
}

/// A site's id. What is none names nothing.
pub(super) fn site_id(OpaqueId(text): OpaqueId) -> SiteId {
    SiteId(text)
}

async fn list(
    caller: Can<SitesRead>,
    asked: SitesQuery,
    (sites, urls): (Sites, Urls),
) -> Result<Sliced<SiteResponse>, Failure> {
    let SitesQuery { query, paging } = asked;
    let slice = sites.list(caller.workspace, query).await?;
    Ok(Sliced::new(slice.map(|site| SiteResponse::new(site, &urls)), &paging))
}

async fn create(
    caller: Can<SitesWrite>,
    wait: Wait,
    Valid(request): Valid<CreateSiteRequest>,
    (sites, urls): (Sites, Urls),
) -> Result<MadeSite, Failure> {
    let (workspace, actor) = (caller.workspace, Some(actor(&caller.principal)));
    let site = sites.create(workspace, &caller.principal.plan, actor, request.try_into()?).await?;
    let site = wait.for_site(&**sites, workspace, site).await?;
    Ok(MadeSite(SiteResponse::new(site, &urls)))
}

async fn get(
    caller: Can<SitesRead>,
    wait: Wait,
    PathIds(id): PathIds<OpaqueId>,
    (sites, urls): (Sites, Urls),
) -> Result<SettledSite, Failure> {
    let site = sites.get(caller.workspace, &site_id(id)).await?;
    let site = wait.for_site(&**sites, caller.workspace, site).await?;
    Ok(SettledSite::found(SiteResponse::new(site, &urls)))
}

async fn update(
    caller: Can<SitesWrite>,
    (IfMatch(version), wait): (IfMatch, Wait),
    PathIds(id): PathIds<OpaqueId>,
    Valid(request): Valid<UpdateSiteRequest>,
    (sites, urls): (Sites, Urls),
) -> Result<SettledSite, Failure> {
    let (id, by) = (site_id(id), Some(actor(&caller.principal)));
    match request.wanted()? {
        Wanted::Change(change) => {
            let site = sites.change(caller.workspace, &id, (by, version), *change).await?;
            Ok(SettledSite::found(SiteResponse::new(site, &urls)))
        }
        Wanted::Act(action) => {
            must_hold(&caller.principal, SCOPE_TO_DEPLOY, is_deploying(&action))?;
            act(&caller, (&**sites, &urls), (&id, wait), action).await
        }
        Wanted::Delete(confirm) => {
            must_hold(&caller.principal, SCOPE_TO_DELETE, true)?;
            let site = sites.get(caller.workspace, &id).await?;
            confirm.must_name(&site.name)?;
            let site = sites.delete(caller.workspace, &id, by).await?;
            Ok(SettledSite::gone(SiteResponse::new(site, &urls)))
        }
    }
}

const SCOPE_TO_DEPLOY: &str = "sites:deploy";
const SCOPE_TO_DELETE: &str = "sites:delete";

fn is_deploying(action: &Action) -> bool {
    matches!(action, Action::Deploy(_) | Action::RollBack(_))
}

/// What an action takes beside what the route does.
fn must_hold(principal: &Principal, scope: &'static str, is_needed: bool) -> Result<(), Failure> {
    if is_needed && !principal.may(scope) { Err(Rejection::MissingScope(scope).into()) } else { Ok(()) }
}

async fn act<P>(
    caller: &Can<P>,
    (sites, urls): (&dyn SiteService, &LiveUrls),
    (id, wait): (&SiteId, Wait),
    action: Action,
) -> Result<SettledSite, Failure> {
    let name = asked_action::name(&action);
    let outcome = sites.act(caller.workspace, id, Some(actor(&caller.principal)), action).await?;
    let site = wait.for_site(sites, caller.workspace, outcome.site.clone()).await?;
    let is_settled = site.status.is_settled();
    Ok(SettledSite::acted(name, &outcome, (SiteResponse::new(site, urls), is_settled)))
}

async fn roll_back(
    caller: Can<SitesDeploy>,
    wait: Wait,
    PathIds(id): PathIds<OpaqueId>,
    ValidOrEmpty(request): ValidOrEmpty<RollBackRequest>,
    (sites, urls): (Sites, Urls),
) -> Result<SettledSite, Failure> {
    act(&caller, (&**sites, &urls), (&site_id(id), wait), request.action()).await
}

async fn delete(
    caller: Can<SitesDelete>,
    PathIds(id): PathIds<OpaqueId>,
    sites: Sites,
) -> Result<Accepted<GoingResponse>, Failure> {
    let site = sites.delete(caller.workspace, &site_id(id), Some(actor(&caller.principal))).await?;
    Ok(Accepted(site.into()))
}

async fn restore(
    caller: Can<SitesDelete>,
    PathIds(id): PathIds<OpaqueId>,
    (sites, urls): (Sites, Urls),
) -> Result<SettledSite, Failure> {
    let site = sites.restore(caller.workspace, &site_id(id), Some(actor(&caller.principal))).await?;
    Ok(SettledSite::found(SiteResponse::new(site, &urls)))
}
