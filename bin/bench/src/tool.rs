//! A server of the Model Context Protocol that does nothing, so that what is measured is what the gateway adds.

use crate::request::Request;
use crate::scenario::Scenario;
use crate::server::{Server, free_address};
use actix_web::web::Json;
use actix_web::{App, HttpResponse, HttpServer, web};
use clap::Args;
use serde_json::{Value, json};
use std::io::{BufRead as _, Write as _, stdin, stdout};
use std::path::Path;
use std::process::Command;

/// What the gateway calls it.
const SERVER: &str = "nothing";
/// Its one tool.
const TOOL: &str = "answer";
const SAID: &str = "hello";

/// What the tool's process is told.
#[derive(Debug, Args)]
pub(crate) struct Options {
    /// Port on 127.0.0.1 to be an interface of REST at; MCP on the standard input and output when absent
    #[arg(long)]
    port: Option<u16>,
}

/// The gateway's registry, with this program as its one server.
pub(crate) fn registry(program: &Path) -> String {
    let program = Value::from(program.display().to_string());
    format!("[[server]]\nid = \"{SERVER}\"\ncommand = {program}\nargs = [\"tool\"]\n")
}

/// The requests of a scenario, one a key.
pub(crate) fn requests(scenario: Scenario, keys: &[String]) -> Vec<Request> {
    let (path, body) = match scenario {
        Scenario::McpCall | Scenario::McpCallAlone | Scenario::McpCallPeers => {
            ("/mcp", call(&format!("{SERVER}__{TOOL}")))
        }
        _ => ("/api/v1/mcp/tools/call", json!({ "server": SERVER, "tool": TOOL, "arguments": { "text": SAID } })),
    };
    keys.iter().map(|key| Request::post(path, Some(key), &body.to_string())).collect()
}

/// The request to another gateway that calls it by its own name and lets everybody in, at its endpoint of JSON-RPC.
pub(crate) fn request_of_peer() -> Request {
    Request::post("/rpc", None, &call(TOOL).to_string())
}

fn call(name: &str) -> Value {
    let params = json!({ "name": name, "arguments": { "text": SAID } });
    json!({ "jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": params })
}

/// Starts it as an interface of REST in a process of its own, with its log in `dir`.
///
/// # Errors
/// When it does not start.
pub(crate) fn start(dir: &Path) -> anyhow::Result<Server> {
    let address = free_address()?;
    let mut command = Command::new(std::env::current_exe()?);
    command.args(["tool", "--port", &address.port().to_string()]);
    Server::start(&mut command, address, "/", &dir.join("tool.log"))
}

/// Where to call the tool of a server that was started so.
pub(crate) fn url(server: &Server) -> String {
    format!("http://{}/{TOOL}", server.address)
}

/// Answers over the transport that the options name, until there is nothing more to answer.
///
/// # Errors
/// When it cannot read or write.
pub(crate) fn serve(options: &Options) -> anyhow::Result<()> {
    options.port.map_or_else(serve_lines, serve_rest)
}

/// Answers each `POST` of the tool's arguments with what the tool answers.
fn serve_rest(port: u16) -> anyhow::Result<()> {
    let app = || App::new().route("/", web::get().to(HttpResponse::Ok)).default_service(web::post().to(said_again));
    actix_web::rt::System::new().block_on(HttpServer::new(app).workers(1).bind(("127.0.0.1", port))?.run())?;
    Ok(())
}

async fn said_again(arguments: Json<Value>) -> HttpResponse {
    HttpResponse::Ok().json(json!({ "text": arguments["text"] }))
}

/// Answers each line on the standard input with one on the standard output, until there are no more (MCP, revision
/// 2025-11-25, "Transports", "stdio").
fn serve_lines() -> anyhow::Result<()> {
    let mut out = stdout().lock();
    for line in stdin().lock().lines() {
        let Ok(message) = serde_json::from_str::<Value>(&line?) else { continue };
        if let Some(answer) = answer(&message) {
            writeln!(out, "{answer}")?;
            out.flush()?;
        }
    }
    Ok(())
}

/// The answer to a request; none to what is no request.
fn answer(message: &Value) -> Option<Value> {
    let id = message.get("id")?;
    let result = match message["method"].as_str()? {
        "initialize" => json!({
            "protocolVersion": message["params"]["protocolVersion"],
            "capabilities": { "tools": {} },
            "serverInfo": { "name": SERVER, "version": "1.0.0" },
        }),
        "tools/list" => {
            let schema = json!({ "type": "object", "properties": { "text": { "type": "string" } } });
            json!({ "tools": [{ "name": TOOL, "description": "Answers.", "inputSchema": schema }] })
        }
        "tools/call" => json!({ "content": [{ "type": "text", "text": message["params"]["arguments"]["text"] }] }),
        _ => {
            let error = json!({ "code": -32_601, "message": "Method not found" });
            return Some(json!({ "jsonrpc": "2.0", "id": id, "error": error }));
        }
    };
    Some(json!({ "jsonrpc": "2.0", "id": id, "result": result }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_is_answered_and_a_notice_is_not() {
        let call = json!({ "id": 7, "method": "tools/call", "params": { "arguments": { "text": "hello" } } });
        let answered = answer(&call).expect("an answer");
        assert_eq!((&answered["id"], &answered["result"]["content"][0]["text"]), (&json!(7), &json!("hello")));
        assert_eq!(answer(&json!({ "method": "notifications/initialized" })), None);
        assert_eq!(
            answer(&json!({ "id": 1, "method": "server/discover" })).expect("an answer")["error"]["code"],
            -32_601
        );
    }
}
