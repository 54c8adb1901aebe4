//! Lists of a server, all their pages.

use super::connection::Connection;
use crate::upstream::{Hearing, Offer, UpstreamFault};
use rmcp::model::{
    ClientRequest, ErrorCode, ListPromptsRequest, ListResourceTemplatesRequest, ListResourcesRequest, ListToolsRequest,
    PaginatedRequestParams, Prompt, Resource, ResourceTemplate, ServerResult, Tool,
};
use serde::Serialize;
use std::collections::HashSet;

/// Pages of a list, and what is on all of them together.
const MOST_PAGES: usize = 1000;
const MOST_ITEMS: usize = 10_000;

/// A page: what is on it, and where the next one begins.
type Page<T> = (Vec<T>, Option<String>);

/// All that the server has, as far as it says that it has such things.
pub(super) async fn offer(connection: &Connection, most_bytes: usize) -> Result<Offer, UpstreamFault> {
    let server = connection.server()?;
    let has = &server.capabilities;
    let (tools, resources, templates, prompts) = tokio::try_join!(
        only_if(has.tools.is_some(), tools(connection, most_bytes)),
        only_if(has.resources.is_some(), resources(connection, most_bytes)),
        only_if(has.resources.is_some(), templates(connection, most_bytes)),
        only_if(has.prompts.is_some(), prompts(connection, most_bytes)),
    )?;
    let completes = has.completions.is_some();
    Ok(Offer { instructions: server.instructions.clone(), tools, resources, templates, prompts, completes })
}

async fn only_if<T>(
    has: bool,
    list: impl Future<Output = Result<Vec<T>, UpstreamFault>>,
) -> Result<Vec<T>, UpstreamFault> {
    if has { list.await } else { Ok(Vec::new()) }
}

macro_rules! list {
    ($name:ident, $item:ty, $request:ident, $result:ident.$items:ident) => {
        async fn $name(connection: &Connection, most_bytes: usize) -> Result<Vec<$item>, UpstreamFault> {
            let ask = |from| ClientRequest::$request($request { params: from, ..Default::default() });
            let page = |result| match result {
                ServerResult::$result(page) => Some((page.$items, page.next_cursor)),
                _ => None,
            };
            pages((connection, most_bytes), ask, page).await
        }
    };
}

list!(tools, Tool, ListToolsRequest, ListToolsResult.tools);
list!(resources, Resource, ListResourcesRequest, ListResourcesResult.resources);
list!(templates, ResourceTemplate, ListResourceTemplatesRequest, ListResourceTemplatesResult.resource_templates);
list!(prompts, Prompt, ListPromptsRequest, ListPromptsResult.prompts);

async fn pages<T: Serialize>(
    (connection, most_bytes): (&Connection, usize),
    ask: impl Fn(Option<PaginatedRequestParams>) -> ClientRequest,
    page: impl Fn(ServerResult) -> Option<Page<T>>,
) -> Result<Vec<T>, UpstreamFault> {
    let (mut all, mut bytes, mut seen, mut from) = (Vec::new(), 0, HashSet::new(), None);
    for _ in 0..MOST_PAGES {
        let answer = match Box::pin(connection.ask(ask(from), Hearing::default())).await {
            // Who has resources need not have templates of them.
            Err(UpstreamFault::Refused(error)) if error.code == ErrorCode::METHOD_NOT_FOUND => return Ok(all),
            answer => answer?,
        };
        let (items, next) = page(answer).ok_or_else(|| broken("it is not the list that was asked for"))?;
        bytes += weight(&items);
        if bytes > most_bytes {
            return Err(UpstreamFault::TooLarge { most: most_bytes });
        }
        all.extend(items);
        if all.len() > MOST_ITEMS {
            return Err(broken("its list has no end"));
        }
        let Some(next) = next else { return Ok(all) };
        if !seen.insert(next.clone()) {
            return Err(broken("its list begins anew"));
        }
        from = Some(PaginatedRequestParams::default().with_cursor(Some(next)));
    }
    Err(broken("its list has no end"))
}

/// How many bytes this is on the wire, or would be.
fn weight(items: &impl Serialize) -> usize {
    serde_json::to_vec(items).map_or(0, |json| json.len())
}

fn broken(how: &str) -> UpstreamFault {
    UpstreamFault::Broken(how.to_owned())
}
