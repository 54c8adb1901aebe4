//! `/api/sites/{id}/env`: what a site's build and program are given.

mod dto;

use super::ids::OpaqueId;
use super::pages::Query;
use super::sites::{SitesRead, SitesWrite, actor, site_id};
use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest, web};
use dto::{ReplaceVariables, UpdateVariables, VariableResponse};
use mainstay_edge::describe::{Argument, Description};
use mainstay_edge::path::PathId;
use mainstay_edge::{Can, Doc, Failure, Hosting, NoContent, PathIds, Plain, Rejection, Sensitive, Surface, Valid};
use mainstay_hosting::variables::{VariableChange, VariableService};
use std::future::{Ready, ready};

pub(super) fn declare(surface: &mut Surface<'_, Hosting>) {
    let doc = |id, summary, text| Doc { id, tag: "Sites", summary, text, fails: &[] };
    let text = "Names alone. With `reveal=true`, values too: that takes the scopes `secrets:read` and `sites:write`, and is told.";
    surface.get("/{id}/env", list, doc("listVariables", "List variables", text));
    let text = "In place of all there are. The next deployment takes them on.";
    surface.put("/{id}/env", replace, doc("replaceVariables", "Replace all variables", text));
    let text = "Those that are absent stay; null unsets one. All of it or nothing.";
    surface.patch("/{id}/env", update, doc("updateVariables", "Set and unset variables", text));
    surface.delete("/{id}/env/{name}", unset, doc("deleteVariable", "Unset a variable", ""));
}

type Variables = web::Data<dyn VariableService>;

/// The scopes that show values. Who reads whatever there is need not see secrets.
const REVEALING: [&str; 2] = ["secrets:read", "sites:write"];

/// Whether values are wanted, too.
struct Reveal(bool);

impl FromRequest for Reveal {
    type Error = Failure;
    type Future = Ready<Result<Self, Failure>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let mut query = Query::of(request);
        let reveal = query.get("reveal").map(|text| text.parse());
        if matches!(reveal, Some(Err(_))) {
            query.wrong("reveal", "boolean", "reveal must be true or false.".to_owned());
        }
        ready(query.end().map(|()| Self(matches!(reveal, Some(Ok(true))))))
    }
}

impl Argument for Reveal {
    fn describe(to: &mut Description<'_>) {
        to.query_parameter::<bool>("reveal", "Whether values are shown.");
    }
}

/// The name of a variable, as it stands in a path.
struct VariableName(String);

impl PathId for VariableName {
    type Written = String;

    fn read(text: &str) -> Option<Self> {
        Some(Self(text.to_owned()))
    }
}

type Shown = Sensitive<Plain<Vec<VariableResponse>>>;

async fn list(
    caller: Can<SitesRead>,
    Reveal(reveal): Reveal,
    PathIds(id): PathIds<OpaqueId>,
    variables: Variables,
) -> Result<Shown, Failure> {
    let missing = REVEALING.into_iter().find(|scope| !caller.principal.may(scope));
    if let Some(scope) = missing.filter(|_| reveal) {
        return Err(Rejection::MissingScope(scope).into());
    }
    let site = site_id(id);
    let found = if reveal {
        variables.reveal(caller.workspace, &site, Some(actor(&caller.principal))).await?
    } else {
        variables.variables(caller.workspace, &site).await?
    };
    Ok(Sensitive(Plain(found.into_iter().map(Into::into).collect())))
}

async fn replace(
    caller: Can<SitesWrite>,
    PathIds(id): PathIds<OpaqueId>,
    Valid(request): Valid<ReplaceVariables>,
    variables: Variables,
) -> Result<Shown, Failure> {
    rewrite(&caller, id, request.try_into()?, &**variables).await
}

async fn update(
    caller: Can<SitesWrite>,
    PathIds(id): PathIds<OpaqueId>,
    Valid(request): Valid<UpdateVariables>,
    variables: Variables,
) -> Result<Shown, Failure> {
    rewrite(&caller, id, request.try_into()?, &**variables).await
}

async fn rewrite(
    caller: &Can<SitesWrite>,
    id: OpaqueId,
    change: VariableChange,
    variables: &dyn VariableService,
) -> Result<Shown, Failure> {
    let by = Some(actor(&caller.principal));
    let found = variables.rewrite(caller.workspace, &site_id(id), by, change).await?;
    Ok(Sensitive(Plain(found.into_iter().map(Into::into).collect())))
}

async fn unset(
    caller: Can<SitesWrite>,
    PathIds((id, VariableName(name))): PathIds<(OpaqueId, VariableName)>,
    variables: Variables,
) -> Result<NoContent, Failure> {
    let change = VariableChange { values: [(name, None)].into(), ..VariableChange::default() };
    rewrite(&caller, id, change, &**variables).await?;
    Ok(NoContent)
}
