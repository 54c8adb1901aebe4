//! Shows what a server has, and calls a tool of it.
//!
//! ```sh
//! cargo run -p mainstay-mcp --example ask -- list npx -y @modelcontextprotocol/server-everything
//! cargo run -p mainstay-mcp --example ask -- call echo '{"message": "hello"}' npx -y @modelcontextprotocol/server-everything
//! cargo run -p mainstay-mcp --example ask -- list https://mcp.example.com/mcp
//! ```
//!
//! What follows is a command with its arguments, or a URL. A process works in the present folder; the variables of this
//! environment whose names begin with `MCP_` are handed on to it without that.

use mainstay_kernel::{Secret, SystemClock, SystemIds, WorkspaceId};
use mainstay_mcp::ServerName;
use mainstay_mcp::protocol::{CallToolRequestParams, CallToolResponse};
use mainstay_mcp::upstream::{Hearing, Upstream};
use mainstay_mcp::upstreams::{Address, Bounds, Surroundings, Upstreams};
use mainstay_outbound::{Guarded, Reach};
use std::error::Error;
use std::sync::Arc;

const USAGE: &str = "list SERVER… or call TOOL ARGUMENTS SERVER…, where SERVER is a command or a URL";

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let surroundings = Surroundings {
        clock: Arc::new(SystemClock),
        ids: Arc::new(SystemIds),
        outbound: Arc::new(Guarded::new(Reach::anything())?),
    };
    let on_change = Arc::new(|_, server: &ServerName, _| eprintln!("{server} has changed what it has"));
    let upstreams = Upstreams::new(Bounds::default(), surroundings, on_change);
    let at = |server: &[&str]| -> Result<Arc<dyn Upstream>, Box<dyn Error>> {
        Ok(upstreams.of(WorkspaceId(1), &"example".parse()?, &address(server)?))
    };
    let done = match words.as_slice() {
        ["list", server @ ..] => list(at(server)?.as_ref()).await,
        ["call", tool, arguments, server @ ..] => call(at(server)?.as_ref(), tool, arguments).await,
        _ => Err(USAGE.into()),
    };
    upstreams.close().await;
    done
}

fn address(server: &[&str]) -> Result<Address, Box<dyn Error>> {
    let [first, args @ ..] = server else { return Err(USAGE.into()) };
    if first.starts_with("http://") || first.starts_with("https://") {
        return Ok(Address::Http { url: first.parse()?, headers: Vec::new() });
    }
    let handed_on = |(name, value): (String, String)| Some((name.strip_prefix("MCP_")?.to_owned(), Secret::new(value)));
    Ok(Address::Process {
        command: (*first).to_owned(),
        args: args.iter().map(|&arg| arg.to_owned()).collect(),
        variables: std::env::vars().filter_map(handed_on).collect(),
        folder: std::env::current_dir()?,
    })
}

async fn list(server: &dyn Upstream) -> Result<(), Box<dyn Error>> {
    let offer = server.offer().await?;
    let names = |kind: &str, names: Vec<String>| println!("{} {kind}: {}", names.len(), names.join(", "));
    names("tools", offer.tools.iter().map(|tool| tool.name.to_string()).collect());
    names("resources", offer.resources.iter().map(|resource| resource.uri.clone()).collect());
    names("templates", offer.templates.iter().map(|template| template.uri_template.clone()).collect());
    names("prompts", offer.prompts.iter().map(|prompt| prompt.name.clone()).collect());
    Ok(())
}

async fn call(server: &dyn Upstream, tool: &str, arguments: &str) -> Result<(), Box<dyn Error>> {
    let call = CallToolRequestParams::new(tool.to_owned()).with_arguments(serde_json::from_str(arguments)?);
    let hearing = Hearing::by(|heard| eprintln!("{heard:?}"));
    match server.call(call, hearing).await? {
        CallToolResponse::Complete(result) => println!("{}", serde_json::to_string_pretty(&result)?),
        other => println!("{other:?}"),
    }
    Ok(())
}
