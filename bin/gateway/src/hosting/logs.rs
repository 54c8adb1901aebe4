//! `/api/sites/{id}/logs`: what sites tell, as a list or as it happens.

mod answer;
mod query;

use super::ids::OpaqueId;
use super::sites::{SitesRead, site_id};
use actix_web::web;
pub(super) use answer::LineResponse;
use answer::LogAnswer;
use mainstay_edge::{Can, Doc, Failure, Hosting, PathIds, Surface};
use mainstay_hosting::logs::{LogQuery, LogService};
use mainstay_hosting::{DeploymentId, SiteId};
use mainstay_kernel::WorkspaceId;
use query::LogsQuery;
use std::sync::Arc;

pub(super) fn declare(surface: &mut Surface<'_, Hosting>) {
    let doc = |id, summary, text| Doc { id, tag: "Sites", summary, text, fails: &[] };
    let text = "The last lines, or those behind `cursor` or `since`, the oldest first. They are kept from one deployment to the \
        next. With `follow=true` or `Accept: text/event-stream`, further lines come as server-sent events as they are told; \
        each has its `seq` as its id, so that `Last-Event-ID` goes on behind it.";
    surface.get("/{id}/logs", of_site, doc("listSiteLogs", "Read the logs of a site", text));
    let text = "As the logs of a site, for one deployment.";
    surface.get(
        "/{id}/deployments/{deploymentId}/logs",
        of_deployment,
        doc("listDeploymentLogs", "Read the log of a deployment", text),
    );
}

async fn of_site(
    caller: Can<SitesRead>,
    asked: LogsQuery,
    PathIds(id): PathIds<OpaqueId>,
    logs: web::Data<dyn LogService>,
) -> Result<LogAnswer, Failure> {
    let query = asked.query.clone();
    read((caller.workspace, site_id(id)), asked.follow, query, logs.into_inner()).await
}

async fn of_deployment(
    caller: Can<SitesRead>,
    asked: LogsQuery,
    PathIds((id, OpaqueId(deployment))): PathIds<(OpaqueId, OpaqueId)>,
    logs: web::Data<dyn LogService>,
) -> Result<LogAnswer, Failure> {
    let query = LogQuery { deployment: Some(DeploymentId(deployment)), ..asked.query };
    read((caller.workspace, site_id(id)), asked.follow, query, logs.into_inner()).await
}

async fn read(
    (workspace, site): (WorkspaceId, SiteId),
    follow: bool,
    query: LogQuery,
    logs: Arc<dyn LogService>,
) -> Result<LogAnswer, Failure> {
    let lines = logs.lines(workspace, &site, query.clone()).await?;
    Ok(if follow {
        LogAnswer::Following { logs, workspace, site, query, lines }
    } else {
        LogAnswer::Lines(lines.into_iter().map(Into::into).collect())
    })
}
