//! Listing the deployments of a site.

use super::{Desk, Given, read, schema};
use crate::hosting::deployments::DeploymentResponse;
use mainstay_hosting::sites::Wanted;
use mainstay_mcp::protocol::{JsonObject, Tool};
use serde::Deserialize;
use serde_json::json;

pub(super) const NAME: &str = "list_deployments";

/// How many, unless said otherwise: the last ones are what is asked about.
const USUAL: u32 = 10;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Arguments {
    site: String,
    #[serde(default = "usual")]
    limit: u32,
}

const fn usual() -> u32 {
    USUAL
}

pub(super) fn tool() -> Tool {
    let input = json!({ "site": schema::site(), "limit": schema::limit(USUAL, Wanted::MOST) });
    let description = "Lists the deployments of a site, the newest first: how far they are, of which commit, and why they \
        failed, with the last lines that the failing command wrote.";
    schema::reader(NAME, "List deployments", description, schema::object(input, &["site"]))
}

pub(super) async fn run(desk: &Desk, arguments: JsonObject) -> Given {
    desk.must_hold("sites:read")?;
    let Arguments { site, limit } = read(arguments)?;
    let site = desk.site(&site).await?;
    let found = desk.front.deployments.list(desk.workspace, &site.id, Wanted::new(None, limit)).await?;
    let deployments: Vec<DeploymentResponse> = found.items.into_iter().map(Into::into).collect();
    Ok(json!({ "deployments": deployments }))
}
