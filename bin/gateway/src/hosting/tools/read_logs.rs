//! Reading the logs of a site.

use super::refusal::Refusal;
use super::{Desk, Given, read, schema};
use crate::hosting::logs::LineResponse;
use mainstay_hosting::DeploymentId;
use mainstay_hosting::logs::{LogQuery, Source};
use mainstay_mcp::protocol::{JsonObject, Tool};
use serde::Deserialize;
use serde_json::json;

pub(super) const NAME: &str = "read_logs";

/// Lines when nothing is said, and the most.
const USUAL: u32 = 100;
const MOST: u32 = 1000;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Arguments {
    site: String,
    deployment: Option<String>,
    source: Option<String>,
    after: Option<i64>,
    #[serde(default = "usual")]
    limit: u32,
}

const fn usual() -> u32 {
    USUAL
}

pub(super) fn tool() -> Tool {
    let sources: Vec<_> = Source::ALL.iter().map(|source| source.name()).collect();
    let input = json!({
        "site": schema::site(),
        "deployment": { "type": "string", "description": "Only of this deployment, by its id." },
        "source": { "type": "string", "enum": sources, "description": "Only what this told." },
        "after": { "type": "integer", "description": "Only lines behind this `seq`, the oldest first; else the last ones." },
        "limit": schema::limit(USUAL, MOST),
    });
    let description = "Reads what the builds and the program of a site wrote, and what the platform said of it. Secrets are \
        hidden.";
    schema::reader(NAME, "Read logs", description, schema::object(input, &["site"]))
}

pub(super) async fn run(desk: &Desk, arguments: JsonObject) -> Given {
    desk.must_hold("sites:read")?;
    let Arguments { site, deployment, source, after, limit } = read(arguments)?;
    let named = |name: String| Source::named(&name).ok_or(Refusal::Arguments(format!("{name} is no source")));
    let source = source.map(named).transpose()?;
    let site = desk.site(&site).await?;
    let limit = usize::try_from(limit.clamp(1, MOST)).unwrap_or_default();
    let query = LogQuery { source, deployment: deployment.map(DeploymentId), after, limit };
    let lines = desk.front.logs.lines(desk.workspace, &site.id, query).await?;
    let lines: Vec<LineResponse> = lines.into_iter().map(Into::into).collect();
    Ok(json!({ "lines": lines }))
}
