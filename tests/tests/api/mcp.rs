//! `/mcp`: MCP itself.

use mainstay_testkit::gateway::{Actor as _, Answer, KeyHolder, on_each_gateway};
use serde_json::{Value, json};

const MODERN: &str = "2026-07-28";

/// A message as clients of the older revisions send it.
async fn say(key: &KeyHolder, path: &str, message: &Value) -> Answer {
    let call = key.call("POST", path).json(message);
    let call = call.header("Accept", "application/json, text/event-stream");
    call.header("MCP-Protocol-Version", "2025-11-25").await
}

async fn ask(key: &KeyHolder, path: &str, method: &str, params: &Value) -> Answer {
    let message = json!({ "jsonrpc": "2.0", "id": 7, "method": method, "params": params });
    say(key, path, &message).await.is(200)
}

/// The same as clients of the newest revision do.
async fn ask_modern(key: &KeyHolder, path: &str, method: &str, name: Option<&str>, mut params: Value) -> Answer {
    params["_meta"] = json!({
        "io.modelcontextprotocol/protocolVersion": MODERN,
        "io.modelcontextprotocol/clientInfo": { "name": "test", "version": "1" },
        "io.modelcontextprotocol/clientCapabilities": {},
    });
    let message = json!({ "jsonrpc": "2.0", "id": 7, "method": method, "params": params });
    let call = key.call("POST", path).json(&message).header("Accept", "application/json, text/event-stream");
    let call = call.header("MCP-Protocol-Version", MODERN).header("Mcp-Method", method);
    match name {
        Some(name) => call.header("Mcp-Name", name).await,
        None => call.await,
    }
}

#[test]
fn clients_of_each_revision_list_and_call() {
    on_each_gateway(async |gateway| {
        let key = gateway.tenant().await.key;
        for revision in ["2025-06-18", "2025-11-25"] {
            let hello = json!({
                "protocolVersion": revision, "capabilities": {}, "clientInfo": { "name": "test", "version": "1" }
            });
            let message = json!({ "jsonrpc": "2.0", "id": 7, "method": "initialize", "params": hello });
            let call = key.call("POST", "/mcp").json(&message).header("Accept", "application/json, text/event-stream");
            let welcome = call.await.is(200);
            assert_eq!(welcome.text("/result/protocolVersion"), revision);
            assert_eq!(welcome.text("/result/serverInfo/name"), "mainstay");
            let noted = json!({ "jsonrpc": "2.0", "method": "notifications/initialized" });
            let _ = say(&key, "/mcp", &noted).await.is(202);
        }
        let tools = ask(&key, "/mcp", "tools/list", &json!({})).await;
        assert!(tools.at("/result/tools").to_string().contains("filesystem__read_file"), "{}", tools.at(""));
        let write = json!({ "name": "filesystem__write_file", "arguments": { "path": "a.txt", "content": "hello" } });
        assert_ne!(ask(&key, "/mcp", "tools/call", &write).await.at("/result/isError"), json!(true));
        let found = ask_modern(&key, "/mcp", "server/discover", None, json!({})).await.is(200);
        assert!(found.at("/result/supportedVersions").as_array().expect("revisions").contains(&json!(MODERN)));
        let read = json!({ "name": "filesystem__read_file", "arguments": { "path": "a.txt" } });
        let read = ask_modern(&key, "/mcp", "tools/call", Some("filesystem__read_file"), read).await.is(200);
        assert_eq!(read.text("/result/structuredContent/content"), "hello");
    });
}

#[test]
fn one_server_at_its_own_address_has_its_own_names() {
    on_each_gateway(async |gateway| {
        let key = gateway.tenant().await.key;
        let tools = ask(&key, "/mcp/filesystem", "tools/list", &json!({})).await;
        assert!(tools.at("/result/tools").to_string().contains("\"name\":\"read_file\""), "{}", tools.at(""));
        let list = json!({ "name": "list_directory", "arguments": {} });
        let listed = ask(&key, "/mcp/filesystem", "tools/call", &list).await;
        assert!(listed.at("/result/structuredContent/entries").is_array(), "{}", listed.at(""));
        let hello = json!({ "jsonrpc": "2.0", "id": 1, "method": "ping" });
        let _ = say(&key, "/mcp/nothing", &hello).await.is(404);
    });
}

#[test]
fn what_goes_wrong_is_told_in_the_codes_of_the_protocol() {
    on_each_gateway(async |gateway| {
        let tenant = gateway.tenant().await;
        let key = &tenant.key;
        for name in ["nothing", "filesystem__nothing", "nothing__read_file", "__"] {
            let refused = ask(key, "/mcp", "tools/call", &json!({ "name": name, "arguments": {} })).await;
            assert_eq!(refused.number("/error/code"), -32_602, "{name}");
        }
        let wrong = json!({ "name": "filesystem__read_file", "arguments": { "path": 7 } });
        let told = ask(key, "/mcp", "tools/call", &wrong).await;
        assert_eq!(told.at("/result/isError"), json!(true), "a model is to read what was wrong");
        assert!(told.text("/result/content/0/text").contains("arguments.path"));
        assert_eq!(ask(key, "/mcp", "no/such/method", &json!({})).await.number("/error/code"), -32_601);
        let lost = ask(key, "/mcp", "resources/read", &json!({ "uri": "filesystem://none.txt" })).await;
        assert_eq!(lost.number("/error/code"), -32_002);
        let reader = tenant.key_with(&["mcp:read"]).await;
        assert_eq!(ask(&reader, "/mcp", "tools/list", &json!({})).await.at("/result/tools"), json!([]));
        let call = json!({ "name": "filesystem__list_directory", "arguments": {} });
        assert_eq!(ask(&reader, "/mcp", "tools/call", &call).await.text("/error/data/code"), "forbidden_scope");
    });
}

#[test]
fn a_caller_without_a_credential_or_scope_is_challenged() {
    on_each_gateway(async |gateway| {
        let refused = gateway.nobody().post("/mcp", &json!({})).await.is(401);
        assert!(refused.header("WWW-Authenticate").is_some_and(|told| told.starts_with("Bearer ")));
        assert_eq!(refused.text("/jsonrpc"), "2.0");
        let key = gateway.tenant().await.key_with(&["posts:read"]).await;
        let refused = key.post("/mcp", &json!({})).await.is(403);
        assert!(refused.header("WWW-Authenticate").is_some_and(|told| told.contains("scope=\"mcp:read\"")));
    });
}

#[test]
fn a_page_of_another_origin_may_not_speak() {
    on_each_gateway(async |gateway| {
        let key = gateway.tenant().await.key;
        let hello = json!({ "jsonrpc": "2.0", "id": 1, "method": "ping" });
        let call = key.call("POST", "/mcp").json(&hello).header("Accept", "application/json, text/event-stream");
        let _ = call.header("Origin", "https://evil.example").await.is(403);
    });
}
