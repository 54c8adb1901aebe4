//! `/api/sites/{id}/events`: what became of a site.

use super::ids::OpaqueId;
use super::sites::{SitesRead, site_id};
use super::slices::{Sliced, Slicing};
use actix_web::web;
use mainstay_edge::{Can, Doc, Failure, Hosting, IsoMillis, PathIds, Surface};
use mainstay_hosting::sites::{HistoryService, Transition};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Value, json};

pub(super) fn declare(surface: &mut Surface<'_, Hosting>) {
    let text = "Each change of the status of a site and of its deployments, the newest first: since when, from what to what, \
        who brought it about, and why. The newest thousand are kept.";
    let doc = Doc { id: "listSiteEvents", tag: "Sites", summary: "List what became of a site", text, fails: &[] };
    surface.get("/{id}/events", list, doc);
}

/// That a status changed.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(example = "example")]
struct SiteEventResponse {
    /// What it is called; the greater, the later.
    id: String,
    /// Whose status changed: `SITE`, or `DEPLOYMENT` for one of its deployments.
    kind: &'static str,
    /// The deployment that it is about, or that brought it about.
    deployment_id: Option<String>,
    /// How it was; null for what is new.
    from: Option<String>,
    /// How it is from then on.
    to: String,
    /// Whose doing it was: the id of a person, or `system` for the installation itself.
    actor: String,
    /// Why, in a word: what was done with a site, what its program did, or why a deployment was begun, failed, was called off
    /// or skipped.
    reason: Option<String>,
    /// Since when.
    at: IsoMillis,
}

fn example() -> Value {
    json!({
        "id": "42",
        "kind": "SITE",
        "deploymentId": "cd1234abcd",
        "from": "DEPLOYING",
        "to": "RUNNING",
        "actor": "system",
        "reason": "DEPLOYMENT_LIVE",
        "at": "2026-05-20T10:30:02.117Z",
    })
}

impl From<Transition> for SiteEventResponse {
    fn from(own: Transition) -> Self {
        Self {
            id: own.id.to_string(),
            kind: own.subject.name(),
            deployment_id: own.deployment.map(|id| id.0),
            from: own.from,
            to: own.to,
            actor: own.actor.map_or_else(|| "system".to_owned(), |actor| actor.0),
            reason: own.reason,
            at: IsoMillis(own.at),
        }
    }
}

async fn list(
    caller: Can<SitesRead>,
    paging: Slicing,
    PathIds(id): PathIds<OpaqueId>,
    history: web::Data<dyn HistoryService>,
) -> Result<Sliced<SiteEventResponse>, Failure> {
    let slice = history.list(caller.workspace, &site_id(id), paging.wanted.clone()).await?;
    Ok(Sliced::new(slice.map(Into::into), &paging))
}
