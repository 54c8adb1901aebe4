//! Telling of one site.

use super::{Desk, Given, read, schema};
use crate::hosting::sites::SiteResponse;
use mainstay_mcp::protocol::{JsonObject, Tool};
use serde::Deserialize;
use serde_json::json;

pub(super) const NAME: &str = "get_site";

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Arguments {
    site: String,
}

pub(super) fn tool() -> Tool {
    let description = "Tells of one site: its settings, its address, how it fares, and its newest deployment.";
    let input = schema::object(json!({ "site": schema::site() }), &["site"]);
    schema::reader(NAME, "Tell of a site", description, input)
}

pub(super) async fn run(desk: &Desk, arguments: JsonObject) -> Given {
    desk.must_hold("sites:read")?;
    let Arguments { site } = read(arguments)?;
    let site = desk.site(&site).await?;
    Ok(json!({ "site": SiteResponse::new(site, &desk.front.urls) }))
}
