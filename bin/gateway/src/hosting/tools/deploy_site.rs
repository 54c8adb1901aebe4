//! Deploying a site.

use super::{Desk, Given, read, schema};
use crate::hosting::deployments::DeploymentResponse;
use crate::hosting::sites::SiteResponse;
use mainstay_hosting::sites::{Action, Wish};
use mainstay_mcp::protocol::{JsonObject, Tool};
use serde::Deserialize;
use serde_json::json;
use std::time::Duration;

pub(super) const NAME: &str = "deploy_site";

/// Longest wait, in seconds: less than a call may take.
const LONGEST: u64 = 25;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Arguments {
    site: String,
    branch: Option<String>,
    commit: Option<String>,
    #[serde(default)]
    wait: u64,
}

pub(super) fn tool() -> Tool {
    let input = json!({
        "site": schema::site(),
        "branch": { "type": "string", "description": "A branch or tag; that of the site's settings if left out." },
        "commit": { "type": "string", "description": "A commit: 40 hex digits." },
        "wait": {
            "type": "integer", "minimum": 0, "maximum": LONGEST, "default": 0,
            "description": "For how many seconds to wait until it is live or has failed.",
        },
    });
    let description = "Makes a site anew of its repository. What answers now does so until the new deployment is well; if it \
        fails, it stays.";
    schema::changer(NAME, "Deploy a site", description, schema::object(input, &["site"]))
}

pub(super) async fn run(desk: &Desk, arguments: JsonObject) -> Given {
    desk.must_hold("sites:write")?;
    desk.must_hold("sites:deploy")?;
    let Arguments { site, branch, commit, wait } = read(arguments)?;
    let (site, sites) = (desk.site(&site).await?, &desk.front.sites);
    let action = Action::Deploy(Wish { branch, commit });
    let outcome = sites.act(desk.workspace, &site.id, Some(desk.actor.clone()), action).await?;
    let mut site = outcome.site;
    if wait > 0 && !site.status.is_settled() {
        site = sites.settled(desk.workspace, &site.id, Duration::from_secs(wait.min(LONGEST))).await?;
    }
    let begun = outcome.deployment.map(|begun| {
        let present = site.latest.as_ref().filter(|latest| latest.id == begun.id).cloned();
        DeploymentResponse::from(present.unwrap_or(begun))
    });
    Ok(json!({ "deployment": begun, "site": SiteResponse::new(site, &desk.front.urls) }))
}
