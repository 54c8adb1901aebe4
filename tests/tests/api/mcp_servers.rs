//! Servers that somebody else runs, as the gateway's callers meet them.

use mainstay_testkit::gateway::{Actor as _, Answer, Gateway, KeyHolder, on_each_gateway, on_own_gateways};
use mainstay_testkit::{Received, Receiver, Reply};
use serde_json::{Value, json};
use std::future::IntoFuture as _;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;
use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::TcpStream;

const SERVERS: &str = "/api/v1/mcp/servers";
const CALL: &str = "/api/v1/mcp/tools/call";
const CALLS: &str = "/api/v1/mcp/calls";

/// Longer than any test.
const FOR_EVER: Duration = Duration::from_mins(10);

/// A server of a revision before 2026-07-28 with three tools: `quick` answers, `wait` does not, and `grow` makes one more.
async fn server() -> Receiver {
    let (server, grown) = (Receiver::start().await, AtomicUsize::new(0));
    server.answers(move |received| match received.method.as_str() {
        "POST" => reply(&received.json(), &grown),
        _ => Reply::status(405),
    });
    server
}

fn reply(message: &Value, grown: &AtomicUsize) -> Reply {
    let tool = |name: &str| json!({ "name": name, "inputSchema": { "type": "object" } });
    let result = match message["method"].as_str().unwrap_or_default() {
        "initialize" => json!({
            "protocolVersion": "2025-06-18",
            "capabilities": { "tools": { "listChanged": true } },
            "serverInfo": { "name": "slow", "version": "1" },
        }),
        "tools/list" => {
            let new = (0..grown.load(Ordering::Relaxed)).map(|number| tool(&format!("new-{number}")));
            let all: Vec<_> = ["quick", "wait", "grow"].into_iter().map(tool).chain(new).collect();
            json!({ "tools": all })
        }
        "tools/call" => json!({ "content": [{ "type": "text", "text": "done" }] }),
        "ping" => json!({}),
        method if method.starts_with("notifications/") => return Reply::status(202).body(""),
        _ => {
            let error = json!({ "code": -32_601, "message": "Method not found" });
            return message_of(&json!({ "jsonrpc": "2.0", "id": message["id"], "error": error }));
        }
    };
    let answer = json!({ "jsonrpc": "2.0", "id": message["id"], "result": result });
    match message["params"]["name"].as_str() {
        Some("wait") => message_of(&answer).after(FOR_EVER),
        Some("grow") => {
            grown.fetch_add(1, Ordering::Relaxed);
            let changed = json!({ "jsonrpc": "2.0", "method": "notifications/tools/list_changed" });
            let events = format!("data: {changed}\n\ndata: {answer}\n\n");
            Reply::status(200).header("content-type", "text/event-stream").body(events)
        }
        _ => message_of(&answer),
    }
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

/// A request that is answered bit by bit, read line by line.
struct Stream(BufReader<TcpStream>);

impl Stream {
    async fn open(key: &KeyHolder, method: &str, path: &str, headers: &str, body: &str) -> Self {
        let address = key.door().url().strip_prefix("http://").expect("plain HTTP").to_owned();
        let mut stream = TcpStream::connect(&address).await.expect("a connection");
        let request = format!(
            "{method} {path} HTTP/1.1\r\nHost: {address}\r\nAuthorization: Bearer {}\r\nContent-Length: {}\r\n{headers}\r\n{body}",
            key.key,
            body.len()
        );
        stream.write_all(request.as_bytes()).await.expect("sent");
        let mut stream = Self(BufReader::new(stream));
        assert!(stream.until("HTTP/1.1 ").await.contains("200"), "it is a stream");
        stream
    }

    /// As clients of the older revisions listen.
    async fn follow(key: &KeyHolder, path: &str) -> Self {
        let mut stream = Self::open(key, "GET", path, "Accept: text/event-stream\r\n", "").await;
        let _ = stream.until(": here").await;
        stream
    }

    /// As those of the newest do.
    async fn listen(key: &KeyHolder, path: &str) -> Self {
        let meta = json!({
            "io.modelcontextprotocol/protocolVersion": "2026-07-28",
            "io.modelcontextprotocol/clientInfo": { "name": "test", "version": "1" },
            "io.modelcontextprotocol/clientCapabilities": {},
        });
        let params = json!({ "notifications": { "toolsListChanged": true }, "_meta": meta });
        let message = json!({ "jsonrpc": "2.0", "id": 7, "method": "subscriptions/listen", "params": params });
        let headers = "Accept: application/json, text/event-stream\r\nContent-Type: application/json\r\n\
            MCP-Protocol-Version: 2026-07-28\r\nMcp-Method: subscriptions/listen\r\n";
        let mut stream = Self::open(key, "POST", path, headers, &message.to_string()).await;
        let _ = stream.until("notifications/subscriptions/acknowledged").await;
        stream
    }

    /// The first line that has this in it.
    async fn until(&mut self, wanted: &str) -> String {
        let waiting = async {
            loop {
                let mut line = String::new();
                assert!(self.0.read_line(&mut line).await.expect("text") > 0, "it ended before {wanted}");
                if line.contains(wanted) {
                    return line;
                }
            }
        };
        let patience = Duration::from_secs(20);
        tokio::time::timeout(patience, waiting).await.unwrap_or_else(|_| panic!("{wanted} does not come"))
    }
}

const CHANGED: &str = "notifications/tools/list_changed";

async fn tools(key: &KeyHolder, path: &str) -> String {
    let message = json!({ "jsonrpc": "2.0", "id": 7, "method": "tools/list" });
    let call = key.call("POST", path).json(&message).header("Accept", "application/json, text/event-stream");
    call.await.is(200).at("/result/tools").to_string()
}

#[test]
fn who_follows_is_told_that_a_server_changed_its_tools_and_then_sees_them() {
    on_each_gateway(async |gateway| {
        let (server, key) = (server().await, gateway.tenant().await.key);
        registered(&key, &server).await;
        let mut streams = [
            Stream::follow(&key, "/mcp").await,
            Stream::follow(&key, "/mcp/slow").await,
            Stream::listen(&key, "/mcp").await,
            Stream::listen(&key, "/mcp/slow").await,
        ];
        for round in 0..2 {
            let grow = json!({ "server": "slow", "tool": "grow", "arguments": {} });
            let _ = key.post(CALL, &grow).await.is(200);
            for stream in &mut streams {
                let _ = stream.until(CHANGED).await;
            }
            let seen = tools(&key, "/mcp").await;
            assert!(seen.contains(&format!("slow__new-{round}")), "{seen}");
        }
    });
}

#[test]
fn who_follows_is_told_that_somebody_changed_what_may_be_called() {
    on_each_gateway(async |gateway| {
        let key = gateway.tenant().await.key;
        let mut streams = [Stream::follow(&key, "/mcp").await, Stream::listen(&key, "/mcp/filesystem").await];
        let change = json!({ "denied_tools": ["write_file"] });
        let _ = key.patch(&format!("{SERVERS}/filesystem"), &change).await.is(200);
        for stream in &mut streams {
            let _ = stream.until(CHANGED).await;
        }
        assert!(!tools(&key, "/mcp").await.contains("write_file"));
    });
}

#[test]
fn who_follows_does_not_hold_up_the_end_of_a_gateway() {
    on_own_gateways(
        // Longer than the test waits: to end at all is to end because nobody is waited for.
        // The log says what it waits for.
        |launch| launch.set("SHUTDOWN_SECONDS", "3600").set("LOG", "info"),
        async |gateway: &mut Gateway| {
            let key = gateway.tenant().await.key;
            let mut streams = [Stream::follow(&key, "/mcp").await, Stream::listen(&key, "/mcp").await];
            gateway.terminate();
            assert!(gateway.end().await.success(), "it ended as it was told to");
            for stream in &mut streams {
                let mut rest = String::new();
                let _ = stream.0.read_to_string(&mut rest).await;
            }
        },
    );
}

#[test]
fn calls_beyond_the_plan_are_paid_with_credits_which_come_back_when_the_server_fails() {
    on_own_gateways(
        |launch| launch,
        async |gateway: &mut Gateway| {
            let (owner, tenant) = (gateway.setup_key(), gateway.tenant_on("starter").await);
            let key = &tenant.key;
            let (server, gone) = (server().await, Receiver::start().await);
            gone.answers(|received| match received.json()["method"].as_str() {
                Some("tools/call") => Reply::status(500),
                _ => reply(&received.json(), &AtomicUsize::new(0)),
            });
            registered(key, &server).await;
            let _ = key.post(SERVERS, &json!({ "id": "gone", "url": gone.url("/mcp") })).await.is(201);
            let price = json!({ "overage": { "credits": 3 } });
            let _ = owner.patch("/api/v1/features/mcp.monthly_tool_calls", &price).await.is(200);
            let taken = json!({ "feature": "mcp.monthly_tool_calls", "quantity": 200 });
            let _ = key.post("/api/v1/entitlements/consume", &taken).await.is(200);
            let call = async |server: &str| {
                key.post(CALL, &json!({ "server": server, "tool": "quick", "arguments": {} })).await
            };
            let refused = call("slow").await.is(402);
            assert_eq!(refused.text("/error"), "insufficient_credits");
            let gift = json!({ "workspaceId": tenant.id, "amount": 4 });
            let _ = owner.post("/api/credits/grants", &gift).await.is(201);
            let balance = async || key.get("/api/credits").await.is(200).number("/balance");
            let before = balance().await;
            let _ = call("gone").await.is(502);
            assert_eq!(balance().await, before, "what the server did not do is not paid");
            let _ = call("slow").await.is(200);
            assert_eq!(balance().await, before - 3);
        },
    );
}
