//! What all servers have, in lists of pages.

use super::door::Door;
use super::faults;
use super::names::joined;
use mainstay_mcp::protocol::{ErrorData, PaginatedRequestParams, Prompt, Resource, ResourceTemplate, Tool};
use mainstay_mcp::{McpService, Seen, ServerName};
use std::collections::HashSet;

/// Most items of a page.
const PAGE: usize = 500;

/// The servers behind a door that can be used, by their names.
pub(super) async fn servers(mcp: &dyn McpService, door: &Door) -> Result<Vec<Seen>, ErrorData> {
    let seen = match &door.only {
        Some(server) => mcp.seen_one(&door.caller, server).await.map(|seen| vec![seen]),
        None => mcp.seen(&door.caller).await,
    };
    let mut seen = seen.map_err(|fault| faults::told(&fault))?;
    seen.retain(|seen| seen.server.policy.is_enabled);
    Ok(seen)
}

/// The tools that the caller may call: none without the scope for it.
pub(super) fn tools(seen: Vec<Seen>, door: &Door) -> Vec<Tool> {
    if !door.may_call {
        return Vec::new();
    }
    let of_server = |seen: Seen| {
        let server = seen.server.name().clone();
        seen.view.tools.into_iter().map(move |tool| named(tool, &server))
    };
    match door.only {
        Some(_) => seen.into_iter().flat_map(|seen| seen.view.tools).collect(),
        None => seen.into_iter().flat_map(of_server).collect(),
    }
}

fn named(mut tool: Tool, server: &ServerName) -> Tool {
    tool.name = joined(server, &tool.name);
    tool
}

/// The prompts.
pub(super) fn prompts(seen: &[Seen], door: &Door) -> Vec<Prompt> {
    let of_server = |seen: &Seen| {
        let prompts = seen.view.prompts().to_vec();
        let server = seen.server.name().clone();
        let is_only = door.only.is_some();
        prompts.into_iter().map(move |mut prompt| {
            if !is_only {
                prompt.name = joined(&server, &prompt.name).into_owned();
            }
            prompt
        })
    };
    seen.iter().flat_map(of_server).collect()
}

/// The resources, each address once: that of the first server that has it.
pub(super) fn resources(seen: &[Seen]) -> Vec<Resource> {
    let mut addresses = HashSet::new();
    let all = seen.iter().flat_map(|seen| seen.view.resources());
    all.filter(|resource| addresses.insert(resource.uri.clone())).cloned().collect()
}

/// What addresses of resources look like, each once.
pub(super) fn templates(seen: &[Seen]) -> Vec<ResourceTemplate> {
    let mut addresses = HashSet::new();
    let all = seen.iter().flat_map(|seen| seen.view.templates());
    all.filter(|template| addresses.insert(template.uri_template.clone())).cloned().collect()
}

/// The server that an address of a resource is meant for: the one of its scheme, else the first that lists it, else the
/// first whose addresses look like it.
pub(super) fn server_of_resource(seen: &[Seen], uri: &str) -> Option<ServerName> {
    let name = |seen: &Seen| seen.server.name().clone();
    let scheme = uri.split_once("://").map(|(scheme, _)| scheme);
    let by_scheme = seen.iter().find(|seen| Some(seen.server.name().as_str()) == scheme);
    let lists = |seen: &&Seen| seen.view.resources().iter().any(|resource| resource.uri == uri);
    let looks_like = |seen: &&Seen| seen.view.templates().iter().any(|template| fits(&template.uri_template, uri));
    by_scheme.or_else(|| seen.iter().find(lists)).or_else(|| seen.iter().find(looks_like)).map(name)
}

/// The server that has a template.
pub(super) fn server_of_template(seen: &[Seen], template: &str) -> Option<ServerName> {
    let has = |seen: &&Seen| seen.view.templates().iter().any(|known| known.uri_template == template);
    seen.iter().find(has).map(|seen| seen.server.name().clone())
}

/// Whether an address begins as a template does (RFC 6570), up to the first thing that is filled in.
fn fits(template: &str, uri: &str) -> bool {
    template.split_once('{').is_some_and(|(start, _)| !start.is_empty() && uri.starts_with(start))
}

/// One page of a list, and where the next one begins.
pub(super) fn page<T>(
    all: Vec<T>,
    asked: Option<PaginatedRequestParams>,
) -> Result<(Vec<T>, Option<String>), ErrorData> {
    let start = match asked.and_then(|asked| asked.cursor) {
        None => 0,
        Some(cursor) => read(&cursor).filter(|start| *start < all.len()).ok_or_else(bad_cursor)?,
    };
    let more = all.len() > start + PAGE;
    Ok((all.into_iter().skip(start).take(PAGE).collect(), more.then(|| write(start + PAGE))))
}

fn write(start: usize) -> String {
    format!("from-{start}")
}

fn read(cursor: &str) -> Option<usize> {
    cursor.strip_prefix("from-")?.parse().ok().filter(|start| *start > 0 && start % PAGE == 0)
}

fn bad_cursor() -> ErrorData {
    ErrorData::invalid_params("Invalid cursor", None)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(cursor: &str) -> PaginatedRequestParams {
        PaginatedRequestParams::default().with_cursor(Some(cursor.to_owned()))
    }

    #[test]
    fn pages_follow_each_other_to_the_end() {
        let all: Vec<usize> = (0..PAGE + 3).collect();
        let (first, next) = page(all.clone(), None).expect("a page");
        let (second, end) = page(all.clone(), Some(asked(&next.expect("a next one")))).expect("a page");
        assert_eq!([first, second].concat(), all);
        assert_eq!(end, None);
    }

    #[test]
    fn a_cursor_that_nobody_gave_is_refused() {
        for cursor in ["", "from-", "from-0", "from-7", "from-500", "from--1", "nonsense", "from-99999999999999999999"]
        {
            assert!(page(vec![0; PAGE], Some(asked(cursor))).is_err(), "{cursor}");
        }
    }

    #[test]
    fn an_address_fits_a_template_that_begins_like_it() {
        assert!(fits("demo://item/{id}", "demo://item/7"));
        assert!(!fits("demo://item/{id}", "other://item/7"));
        assert!(!fits("{+path}", "anything"), "a template of nothing but a hole would take all");
    }
}
