//! Listing sites.

use super::{Desk, Given, read, schema};
use crate::hosting::sites::SiteResponse;
use mainstay_hosting::sites::{SiteQuery, Wanted};
use mainstay_mcp::protocol::{JsonObject, Tool};
use serde::Deserialize;
use serde_json::json;

pub(super) const NAME: &str = "list_sites";

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Arguments {
    search: Option<String>,
    #[serde(default = "usual")]
    limit: u32,
}

const fn usual() -> u32 {
    Wanted::DEFAULT
}

pub(super) fn tool() -> Tool {
    let input = json!({
        "search": { "type": "string", "description": "Part of the name." },
        "limit": schema::limit(Wanted::DEFAULT, Wanted::MOST),
    });
    let description = "Lists the sites of the workspace, the newest first: their addresses, how they fare, and their newest \
        deployments.";
    schema::reader(NAME, "List sites", description, schema::object(input, &[]))
}

pub(super) async fn run(desk: &Desk, arguments: JsonObject) -> Given {
    desk.must_hold("sites:read")?;
    let Arguments { search, limit } = read(arguments)?;
    let query = SiteQuery { search, wanted: Wanted::new(None, limit), ..SiteQuery::default() };
    let found = desk.front.sites.list(desk.workspace, query).await?;
    let has_more = found.next.is_some();
    let sites: Vec<_> = found.items.into_iter().map(|site| SiteResponse::new(site, &desk.front.urls)).collect();
    Ok(json!({ "sites": sites, "hasMore": has_more }))
}
