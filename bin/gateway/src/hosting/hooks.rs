//! `/api/sites/{id}/hook` and `/api/hooks`: where git servers tell of pushes.

mod answer;
mod dto;
mod incoming;

use super::ids::OpaqueId;
use super::live_url::LiveUrls;
use super::sites::{SitesRead, SitesWrite, actor, site_id};
use actix_web::web;
use answer::HeardAnswer;
use dto::{HookResponse, OpenedHookResponse};
use incoming::Incoming;
use mainstay_edge::{Can, Doc, Failure, Hosting, PathIds, Plain, Sensitive, Surface};
use mainstay_hosting::hooks::HookService;
use mainstay_kernel::Kind;

/// The routes below a site.
pub(super) fn declare_of_site(surface: &mut Surface<'_, Hosting>) {
    let text = "The address is null until `POST /api/sites/{id}/hook/rotate` made the hook. The secret is not shown.";
    surface.get("/{id}/hook", get, doc("getHook", "Show the hook for pushes, and what it was told last", text, &[]));
    let text = "Makes the hook, or gives it another address and secret: those from before are refused from now on. The secret is \
        shown in this answer alone; give both to the git server.";
    let fails = &[(Kind::Conflict, "`DELETING`: the site is being deleted.")];
    surface.post("/{id}/hook/rotate", rotate, doc("rotateHook", "Make or replace the hook", text, fails));
}

/// The routes of git servers.
pub(crate) fn declare(surface: &mut Surface<'_, Hosting>) {
    let text = "Git servers call this: GitHub, GitLab, Gitea, Forgejo, Bitbucket. The token and the signature are their credential. \
        A push to the branch that the site follows deploys the commit that was pushed. What is told again is answered as before, \
        and deploys nothing again.";
    let fails = &[(Kind::Malformed, "`PUSH_UNREADABLE`: signed, and no push of the form that its git server has.")];
    surface.post("/git/{token}", hear, doc("takePush", "Tell of a push", text, fails));
    surface.is_for_clients("/git/{token}");
}

const fn doc(
    id: &'static str,
    summary: &'static str,
    text: &'static str,
    fails: &'static [(Kind, &'static str)],
) -> Doc {
    Doc { id, tag: "Sites", summary, text, fails }
}

type Hooks = web::Data<dyn HookService>;
type Urls = web::Data<LiveUrls>;

async fn get(
    caller: Can<SitesRead>,
    PathIds(id): PathIds<OpaqueId>,
    (hooks, urls): (Hooks, Urls),
) -> Result<Sensitive<Plain<HookResponse>>, Failure> {
    let shown = hooks.get(caller.workspace, &site_id(id)).await?;
    Ok(Sensitive(Plain(HookResponse::new(shown, &urls))))
}

async fn rotate(
    caller: Can<SitesWrite>,
    PathIds(id): PathIds<OpaqueId>,
    (hooks, urls): (Hooks, Urls),
) -> Result<Sensitive<Plain<OpenedHookResponse>>, Failure> {
    let opened = hooks.rotate(caller.workspace, &site_id(id), Some(actor(&caller.principal))).await?;
    Ok(Sensitive(Plain(OpenedHookResponse::new(&opened, &urls))))
}

async fn hear(PathIds(token): PathIds<String>, incoming: Incoming, hooks: Hooks) -> Result<HeardAnswer, Failure> {
    Ok(HeardAnswer(hooks.hear(&token, incoming.0).await?.into()))
}
