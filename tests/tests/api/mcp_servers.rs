//! Servers that somebody else runs, as the gateway's callers meet them.

use mainstay_testkit::gateway::{Actor as _, Answer, KeyHolder, on_each_gateway};
use mainstay_testkit::{Received, Receiver, Reply};
use serde_json::{Value, json};
use std::future::IntoFuture as _;
use std::time::Duration;

const SERVERS: &str = "/api/v1/mcp/servers";
const CALL: &str = "/api/v1/mcp/tools/call";
const CALLS: &str = "/api/v1/mcp/calls";

/// Longer than any test.
const FOR_EVER: Duration = Duration::from_mins(10);

/// A server of a revision before 2026-07-28 with two tools: `quick` answers, `wait` does not.
async fn server() -> Receiver {
    let server = Receiver::start().await;
    server.answers(|received| match received.method.as_str() {
        "POST" => reply(&received.json()),
        _ => Reply::status(405),
    });
    server
}

fn reply(message: &Value) -> Reply {
    let tool = |name: &str| json!({ "name": name, "inputSchema": { "type": "object" } });
    let result = match message["method"].as_str().unwrap_or_default() {
        "initialize" => json!({
            "protocolVersion": "2025-06-18",
            "capabilities": { "tools": {} },
            "serverInfo": { "name": "slow", "version": "1" },
        }),
        "tools/list" => json!({ "tools": [tool("quick"), tool("wait")] }),
        "tools/call" => json!({ "content": [{ "type": "text", "text": "done" }] }),
        "ping" => json!({}),
        method if method.starts_with("notifications/") => return Reply::status(202).body(""),
        _ => {
            let error = json!({ "code": -32_601, "message": "Method not found" });
            return message_of(&json!({ "jsonrpc": "2.0", "id": message["id"], "error": error }));
        }
    };
    let reply = message_of(&json!({ "jsonrpc": "2.0", "id": message["id"], "result": result }));
    if message["params"]["name"] == "wait" { reply.after(FOR_EVER) } else { reply }
}

fn message_of(message: &Value) -> Reply {
    Reply::status(200).header("content-type", "application/json").body(message.to_string())
}

/// The next message that the server was sent of which this holds.
async fn sent(server: &Receiver, wanted: impl Fn(&Value) -> bool) -> Value {
    loop {
        let received: Received = server.next().await;
        if received.method == "POST" && wanted(&received.json()) {
            return received.json();
        }
    }
}

async fn cancelled(server: &Receiver) {
    let _ = sent(server, |message| message["method"] == "notifications/cancelled").await;
}

/// The newest call in the log, once it is one of this tool.
async fn newest(key: &KeyHolder, tool: &str) -> Answer {
    loop {
        let calls = key.get(&format!("{CALLS}?per_page=1")).await.is(200);
        if calls.at("/data/0/tool") == json!(tool) {
            return calls;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

async fn registered(key: &KeyHolder, server: &Receiver) {
    let new = json!({ "id": "slow", "url": server.url("/mcp") });
    assert_eq!(key.post(SERVERS, &new).await.is(201).text("/data/health"), "healthy");
}

/// Sends a call, waits until the server has it, and hangs up.
async fn hang_up(server: &Receiver, call: impl Future<Output = Answer>) {
    tokio::select! {
        answer = call => panic!("it was answered: {}", answer.at("")),
        _ = sent(server, |message| message["params"]["name"] == "wait") => {}
    }
}

#[test]
fn a_call_over_rest_whose_caller_hangs_up_is_given_up_and_costs_nothing() {
    on_each_gateway(async |gateway| {
        let (server, key) = (server().await, gateway.tenant_on("starter").await.key);
        registered(&key, &server).await;
        let call = json!({ "server": "slow", "tool": "wait", "arguments": {} });
        hang_up(&server, key.post(CALL, &call).into_future()).await;
        cancelled(&server).await;
        let logged = newest(&key, "wait").await;
        assert_eq!(logged.text("/data/0/status"), "cancelled", "{}", logged.at(""));
        let quick = json!({ "server": "slow", "tool": "quick", "arguments": {} });
        let answer = key.post(CALL, &quick).await.is(200);
        assert_eq!(answer.header("X-MCP-Quota-Tool-Calls-Used"), Some("1"), "what was given up is not counted");
    });
}

#[test]
fn a_call_over_mcp_whose_caller_hangs_up_is_given_up() {
    on_each_gateway(async |gateway| {
        let (server, key) = (server().await, gateway.tenant().await.key);
        registered(&key, &server).await;
        for progress in [json!({}), json!({ "progressToken": 7 })] {
            let params = json!({ "name": "slow__wait", "arguments": {}, "_meta": progress });
            let message = json!({ "jsonrpc": "2.0", "id": 7, "method": "tools/call", "params": params });
            let call = key.call("POST", "/mcp").json(&message);
            let call = call.header("Accept", "application/json, text/event-stream");
            hang_up(&server, call.header("MCP-Protocol-Version", "2025-11-25").into_future()).await;
            cancelled(&server).await;
            let logged = newest(&key, "wait").await;
            assert_eq!(logged.text("/data/0/status"), "cancelled", "{}", logged.at(""));
            let quick = json!({ "server": "slow", "tool": "quick", "arguments": {} });
            let _ = key.post(CALL, &quick).await.is(200);
            let _ = newest(&key, "quick").await;
        }
    });
}
