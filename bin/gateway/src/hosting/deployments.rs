//! `/api/sites/{id}/deployments`: how a site came to be as it is.

mod dto;

use super::ids::OpaqueId;
use super::sites::{SitesDeploy, SitesRead, actor, site_id};
use super::slices::{Sliced, Slicing};
use actix_web::web;
pub(super) use dto::{DeploymentResponse, LastDeployment};
use mainstay_edge::{Accepted, Can, Doc, Failure, Hosting, PathIds, Plain, Rejection, Surface, ValidOrEmpty};
use mainstay_hosting::DeploymentId;
use mainstay_hosting::deployments::DeploymentService;
use mainstay_hosting::sites::{Action, SiteService, Wish};
use mainstay_kernel::Kind;
use schemars::JsonSchema;
use serde::Deserialize;
use validator::Validate;

pub(super) fn declare(surface: &mut Surface<'_, Hosting>) {
    let doc = |id, summary, text, fails| Doc { id, tag: "Sites", summary, text, fails };
    let list_doc = doc("listDeployments", "List deployments", "The newest first.", &[]);
    surface.get("/{id}/deployments", list, list_doc);
    let text = "As the action `deploy`, for keys that may do nothing else. One that waits gives way to it.";
    let fails: &'static [(Kind, &'static str)] = &[(Kind::Conflict, "`DELETING`: the site is being deleted.")];
    surface.post("/{id}/deployments", begin, doc("createDeployment", "Deploy", text, fails));
    surface.get("/{id}/deployments/{deploymentId}", get, doc("getDeployment", "Get a deployment", "", &[]));
    let text = "Whoever works at it stops. What was live before still is. One that is over stays as it is.";
    surface.post(
        "/{id}/deployments/{deploymentId}/cancel",
        cancel,
        doc("cancelDeployment", "Cancel a deployment", text, &[]),
    );
}

type Deployments = web::Data<dyn DeploymentService>;

/// Of what to make it, where that differs from the settings.
#[derive(Deserialize, JsonSchema, Validate, Default)]
struct DeployRequest {
    /// A branch or tag.
    branch: Option<String>,
    /// A commit: 40 hexadecimal digits.
    commit: Option<String>,
}

async fn list(
    caller: Can<SitesRead>,
    paging: Slicing,
    PathIds(id): PathIds<OpaqueId>,
    deployments: Deployments,
) -> Result<Sliced<DeploymentResponse>, Failure> {
    let slice = deployments.list(caller.workspace, &site_id(id), paging.wanted.clone()).await?;
    Ok(Sliced::new(slice.map(Into::into), &paging))
}

async fn begin(
    caller: Can<SitesDeploy>,
    PathIds(id): PathIds<OpaqueId>,
    ValidOrEmpty(request): ValidOrEmpty<DeployRequest>,
    sites: web::Data<dyn SiteService>,
) -> Result<Accepted<DeploymentResponse>, Failure> {
    let DeployRequest { branch, commit } = request;
    let action = Action::Deploy(Wish { branch, commit });
    let outcome = sites.act(caller.workspace, &site_id(id), Some(actor(&caller.principal)), action).await?;
    Ok(Accepted(outcome.deployment.ok_or(Rejection::NoSuchId)?.into()))
}

async fn get(
    caller: Can<SitesRead>,
    PathIds((id, OpaqueId(deployment))): PathIds<(OpaqueId, OpaqueId)>,
    deployments: Deployments,
) -> Result<Plain<DeploymentResponse>, Failure> {
    let found = deployments.get(caller.workspace, &site_id(id), &DeploymentId(deployment)).await?;
    Ok(Plain(found.into()))
}

async fn cancel(
    caller: Can<SitesDeploy>,
    PathIds((id, OpaqueId(deployment))): PathIds<(OpaqueId, OpaqueId)>,
    deployments: Deployments,
) -> Result<Plain<DeploymentResponse>, Failure> {
    let (site, id, by) = (site_id(id), DeploymentId(deployment), Some(actor(&caller.principal)));
    Ok(Plain(deployments.cancel(caller.workspace, &site, &id, by).await?.into()))
}
