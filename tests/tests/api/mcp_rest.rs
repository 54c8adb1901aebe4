//! `/api/v1/mcp`: servers, tools, resources and calls, as the API gives them.

use mainstay_testkit::gateway::{Actor as _, Answer, Gateway, KeyHolder, on_each_gateway, on_own_gateways};
use serde_json::{Value, json};
use std::time::{Duration, Instant};

const SERVERS: &str = "/api/v1/mcp/servers";
const CALL: &str = "/api/v1/mcp/tools/call";
const CALLS: &str = "/api/v1/mcp/calls";

fn file_call(tool: &str, arguments: &Value) -> Value {
    json!({ "server": "filesystem", "tool": tool, "arguments": arguments })
}

async fn write(key: &KeyHolder, path: &str, content: &str) -> Answer {
    key.post(CALL, &file_call("write_file", &json!({ "path": path, "content": content }))).await.is(200)
}

/// The log once it has so many calls.
async fn logged(key: &KeyHolder, query: &str, count: i64) -> Answer {
    let patience = Instant::now();
    loop {
        let calls = key.get(&format!("{CALLS}?{query}")).await.is(200);
        if calls.number("/meta/total") >= count {
            return calls;
        }
        assert!(patience.elapsed() < Duration::from_secs(20), "the log has {}", calls.at(""));
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

#[test]
fn a_fresh_installation_reads_and_writes_files() {
    on_each_gateway(async |gateway| {
        let key = gateway.tenant().await.key;
        assert_eq!(key.get(SERVERS).await.is(200).number("/meta/total"), 2);
        let server = key.get(&format!("{SERVERS}/filesystem")).await.is(200);
        assert_eq!(server.text("/data/health"), "healthy");
        let names = ["read_file", "write_file", "list_directory", "search_files", "get_file_info"];
        for name in names {
            assert!(server.at("/data/tools").as_array().expect("names").contains(&json!(name)), "{name}");
        }
        let tools = key.get(&format!("{SERVERS}/filesystem/tools?include_versions=true")).await.is(200);
        let all = tools.at("/data");
        let read = all.as_array().expect("tools").iter().find(|tool| tool["name"] == "read_file").expect("read_file");
        assert_eq!(read["parameters"]["path"]["type"], "string");
        assert_eq!(read["parameters"]["path"]["required"], true);
        assert_eq!(read["inputSchema"]["type"], "object");
        assert_eq!(
            read["versioning"],
            json!({ "latest_version": "1.0.0", "is_versioned": false, "deprecated": false })
        );

        write(&key, "notes/today.txt", "Buy milk.").await;
        let read = key.post(CALL, &file_call("read_file", &json!({ "path": "notes/today.txt" }))).await.is(200);
        assert_eq!(read.at("/result"), json!({ "content": "Buy milk.", "size": 9 }));
        assert_eq!(
            (read.text("/server"), read.text("/tool"), read.text("/version")),
            ("filesystem".into(), "read_file".into(), "1.0.0".into())
        );
        assert_eq!(read.at("/success"), json!(true));
        for uri in
            ["filesystem%3A%2F%2Fnotes%2Ftoday.txt", "filesystem://notes/today.txt", "filesystem:/notes/today.txt"]
        {
            let resource = key.get(&format!("/api/v1/mcp/resources/{uri}")).await.is(200);
            assert_eq!(resource.text("/content"), "Buy milk.", "{uri}");
            assert_eq!(resource.text("/uri"), "filesystem://notes/today.txt", "{uri}");
        }
        let _ = key.get("/api/v1/mcp/resources/filesystem://none.txt").await.is(404);
        let _ = key.get("/api/v1/mcp/resources/nothing://none.txt").await.is(404);
        assert_eq!(key.get("/api/v1/mcp/resources/none.txt").await.is(400).text("/error"), "invalid_uri");
    });
}

#[test]
fn what_one_workspace_writes_no_other_reads() {
    on_each_gateway(async |gateway| {
        let (one, other) = (gateway.tenant().await.key, gateway.tenant().await.key);
        write(&one, "secret.txt", "mine").await;
        let read = other.post(CALL, &file_call("read_file", &json!({ "path": "secret.txt" }))).await.is(200);
        assert_eq!(read.at("/success"), json!(false), "a tool that fails says so: {}", read.at(""));
        for path in ["../1/secret.txt", "/../../secret.txt", "..%2f1%2fsecret.txt"] {
            let read = other.post(CALL, &file_call("read_file", &json!({ "path": path }))).await.is(200);
            assert_eq!(read.at("/success"), json!(false), "{path}");
        }
    });
}

#[test]
fn what_is_wrong_with_a_call_is_named() {
    on_each_gateway(async |gateway| {
        let key = gateway.tenant().await.key;
        for (field, body) in [
            ("server", json!({ "tool": "read_file" })),
            ("tool", json!({ "server": "filesystem" })),
            ("arguments", json!({ "server": "filesystem", "tool": "read_file", "arguments": [] })),
            ("arguments.path", file_call("read_file", &json!({}))),
            ("arguments.path", file_call("read_file", &json!({ "path": 7 }))),
            ("version", json!({ "server": "filesystem", "tool": "read_file", "version": "x".repeat(33) })),
        ] {
            let refused = key.post(CALL, &body).await.is(422);
            assert_eq!(refused.text("/error"), "validation_failed");
            assert!(refused.at("/errors").get(field).is_some(), "{body}: {}", refused.at(""));
        }
        let _ = key.post(CALL, &json!({ "server": "nothing", "tool": "read_file" })).await.is(404);
        let _ = key.post(CALL, &json!({ "server": "No Name", "tool": "read_file" })).await.is(404);
        let _ = key.post(CALL, &json!({ "server": "filesystem", "tool": "nothing" })).await.is(404);
        let _ = key.get(&format!("{SERVERS}/nothing")).await.is(404);
        let _ = key.get(&format!("{SERVERS}/nothing/tools")).await.is(404);
    });
}

#[test]
fn a_key_for_some_servers_sees_and_uses_those_alone() {
    on_each_gateway(async |gateway| {
        let tenant = gateway.tenant().await;
        let narrow = json!({ "name": "Narrow", "scopes": ["mcp:read", "mcp:write"], "server_scopes": ["other"] });
        let made = tenant.key.post("/api/v1/api-keys", &narrow).await.is(201);
        let narrow = gateway.nobody().with_credential(&made.text("/data/key"));
        assert_eq!(narrow.get(SERVERS).await.is(200).number("/meta/total"), 0);
        let _ = narrow.get(&format!("{SERVERS}/filesystem")).await.is(404);
        let refused = narrow.post(CALL, &file_call("list_directory", &json!({}))).await.is(403);
        assert_eq!(refused.text("/code"), "forbidden_server");
        assert_eq!(refused.at("/allowed_servers"), json!(["other"]));
    });
}

#[test]
fn a_workspace_says_which_tools_can_be_called() {
    on_each_gateway(async |gateway| {
        let key = gateway.tenant().await.key;
        let path = format!("{SERVERS}/filesystem");
        let change = json!({ "allowed_tools": ["read_*", "list_*"], "denied_tools": ["read_file"] });
        let changed = key.patch(&path, &change).await.is(200);
        assert_eq!(changed.at("/data/tools"), json!(["list_directory"]));
        let _ = key.post(CALL, &file_call("read_file", &json!({ "path": "a" }))).await.is(404);
        let _ = key.post(CALL, &file_call("list_directory", &json!({}))).await.is(200);
        assert_eq!(
            key.patch(&path, &json!({ "is_enabled": false })).await.is(200).at("/data/is_enabled"),
            json!(false)
        );
        let _ = key.post(CALL, &file_call("list_directory", &json!({}))).await.is(404);
        assert_eq!(key.get(&path).await.is(200).at("/data/tools"), json!([]));
        let whole = json!({ "is_enabled": true, "allowed_tools": null, "denied_tools": [] });
        assert_eq!(key.patch(&path, &whole).await.is(200).number("/data/tool_count"), 5);
        let other = gateway.tenant().await.key;
        assert_eq!(other.get(&path).await.is(200).number("/data/tool_count"), 5);
        let refused = key.patch(&path, &json!({ "name": "Mine" })).await.is(422);
        assert!(refused.at("/errors/id").is_array(), "the installation's is not the workspace's to rename");
        let _ = key.delete(&path).await.is(403);
    });
}

#[test]
fn a_workspace_registers_servers_of_its_own() {
    on_each_gateway(async |gateway| {
        let key = gateway.tenant().await.key;
        let new = json!({
            "id": "docs", "name": "Documentation", "url": "http://127.0.0.1:9/mcp",
            "headers": { "Authorization": "Bearer hunter2" }
        });
        let made = key.post(SERVERS, &new).await.is(201);
        assert_eq!(made.at("/data/secret_names"), json!(["Authorization"]));
        assert!(!made.at("").to_string().contains("hunter2"));
        assert_eq!(made.text("/data/health"), "unhealthy", "nobody listens there");
        let listed = key.get(&format!("{SERVERS}?sort=id")).await.is(200);
        assert_eq!((listed.text("/data/0/id"), listed.text("/data/1/id")), ("docs".into(), "filesystem".into()));
        assert_eq!(listed.number("/data/1/tool_count"), 5, "a dead server takes nothing from another's list");
        let failed = key.post(CALL, &json!({ "server": "docs", "tool": "x" })).await.is(502);
        assert_eq!(failed.text("/error"), "tool_error");
        assert!(key.post(SERVERS, &new).await.is(422).at("/errors/id").is_array(), "it is there already");
        let _ = gateway.tenant().await.key.get(&format!("{SERVERS}/docs")).await.is(404);
        let renamed = key.patch(&format!("{SERVERS}/docs"), &json!({ "name": "Docs" })).await.is(200);
        assert_eq!(
            (renamed.text("/data/name"), renamed.at("/data/secret_names")),
            ("Docs".into(), json!(["Authorization"]))
        );
        let _ = key.delete(&format!("{SERVERS}/docs")).await.is(204);
        let _ = key.get(&format!("{SERVERS}/docs")).await.is(404);
    });
}

#[test]
fn what_is_wrong_with_a_server_is_named() {
    on_each_gateway(async |gateway| {
        let key = gateway.tenant().await.key;
        for (field, body) in [
            ("id", json!({ "id": "Not A Name", "url": "https://example.com" })),
            ("id", json!({ "id": "filesystem", "url": "http://127.0.0.1:9" })),
            ("url", json!({ "id": "a" })),
            ("url", json!({ "id": "a", "url": "https://example.com", "command": "x" })),
            ("url", json!({ "id": "a", "url": "ftp://example.com" })),
            ("url", json!({ "id": "a", "url": "https://user:word@example.com" })),
            ("command", json!({ "id": "a", "command": "/bin/sh" })),
            ("env", json!({ "id": "a", "url": "http://127.0.0.1:9", "env": { "A": "b" } })),
            ("headers.Host", json!({ "id": "a", "url": "http://127.0.0.1:9", "headers": { "Host": "b" } })),
            ("headers.a b", json!({ "id": "a", "url": "http://127.0.0.1:9", "headers": { "a b": "c" } })),
            ("status", json!({ "id": "a", "url": "http://127.0.0.1:9", "status": "old" })),
            ("allowed_tools.0", json!({ "id": "a", "url": "http://127.0.0.1:9", "allowed_tools": [""] })),
        ] {
            let refused = key.post(SERVERS, &body).await.is(422);
            assert!(refused.at("/errors").get(field).is_some(), "{body}: {}", refused.at(""));
        }
    });
}

#[test]
fn versions_of_a_tool_are_served_warned_of_and_refused() {
    on_each_gateway(async |gateway| {
        let key = gateway.tenant().await.key;
        let path = |version: &str| format!("{SERVERS}/filesystem/tools/list_directory/versions/{version}");
        let call = |version: &str| json!({ "server": "filesystem", "tool": "list_directory", "version": version, "arguments": {} });
        let _ = key.post(CALL, &call("1.0.0")).await.is(200);
        assert_eq!(key.post(CALL, &call("2.0.0")).await.is(400).text("/error"), "VERSION_NOT_FOUND");
        let old = json!({ "deprecated_at": "2020-01-01", "sunset_at": "2999-01-01", "migration_notes": "Call 2.0.0." });
        let _ = key.put(&path("1.0.0"), &old).await.is(200);
        let _ = key
            .put(&path("2.0.0"), &json!({ "input_schema": { "type": "object", "required": ["path"] } }))
            .await
            .is(200);
        let warned = key.post(CALL, &call("1.0.0")).await.is(200);
        assert_eq!(warned.text("/_warnings/0/code"), "TOOL_VERSION_DEPRECATED");
        assert_eq!(warned.text("/_warnings/0/latest_version"), "2.0.0");
        assert_eq!(warned.header("X-MCP-Latest-Version"), Some("2.0.0"));
        assert_eq!(warned.header("X-MCP-Sunset-At"), Some("2999-01-01T00:00:00Z"));
        assert!(warned.header("X-MCP-Deprecation-Warning").is_some());
        let wrong = key.post(CALL, &call("2.0.0")).await.is(422);
        assert!(wrong.at("/errors/arguments.path").is_array(), "the version's own schema rules: {}", wrong.at(""));
        let gone =
            json!({ "deprecated_at": "2020-01-01", "sunset_at": "2021-01-01", "migration_notes": "Call 2.0.0." });
        let _ = key.put(&path("1.0.0"), &gone).await.is(200);
        let refused = key.post(CALL, &call("1.0.0")).await.is(410);
        assert_eq!(
            (refused.text("/error"), refused.text("/latest_version")),
            ("TOOL_VERSION_SUNSET".into(), "2.0.0".into())
        );
        let listed = key.get(&format!("{SERVERS}/filesystem/tools/list_directory/versions")).await.is(200);
        assert_eq!(
            (listed.text("/versions/0/status"), listed.text("/versions/1/status")),
            ("latest".into(), "sunset".into())
        );
        assert_eq!(key.get(&path("2.0.0")).await.is(200).text("/data/version"), "2.0.0");
        let _ = key.put(&path("two"), &json!({})).await.is(422);
        let _ = key.delete(&path("2.0.0")).await.is(204);
        let _ = key.delete(&path("2.0.0")).await.is(400);
    });
}

#[test]
fn every_call_stands_in_the_log_without_its_secrets() {
    on_each_gateway(async |gateway| {
        let tenant = gateway.tenant().await;
        let key = &tenant.key;
        write(key, "a.txt", "x").await;
        let _ = key.post(CALL, &file_call("read_file", &json!({ "path": "none" }))).await.is(200);
        let _ = key.post(CALL, &file_call("read_file", &json!({ "password": "hunter2" }))).await.is(422);
        let calls = logged(key, "sort=created_at", 3).await;
        let ends = ["succeeded", "failed", "invalid"];
        for (at, end) in ends.iter().enumerate() {
            assert_eq!(calls.text(&format!("/data/{at}/status")), *end);
        }
        assert_eq!(calls.text("/data/2/arguments/password"), "[redacted]");
        assert_eq!(calls.at("/data/0/arguments/path"), json!("a.txt"));
        assert_eq!(calls.text("/data/0/protocol"), "rest");
        assert_eq!(logged(key, "status=failed&server=filesystem&tool=read_file", 1).await.number("/meta/total"), 1);
        assert_eq!(key.get(&format!("{CALLS}?tool=nothing")).await.is(200).number("/meta/total"), 0);
        let other = gateway.tenant().await.key;
        assert_eq!(other.get(CALLS).await.is(200).number("/meta/total"), 0, "another tenant's calls are its own");
        let told = key.get("/api/v1/audit-log?action=mcp.tool.executed").await.is(200);
        assert_eq!(told.number("/meta/total"), 3);
    });
}

#[test]
fn calls_stop_at_the_plans_limit_and_failures_of_servers_cost_nothing() {
    on_each_gateway(async |gateway| {
        let tenant = gateway.tenant_on("starter").await;
        let key = &tenant.key;
        let used = |answer: &Answer| answer.header("X-MCP-Quota-Tool-Calls-Used").map(str::to_owned);
        let first = key.post(CALL, &file_call("list_directory", &json!({}))).await.is(200);
        assert_eq!(first.header("X-MCP-Quota-Tool-Calls-Limit"), Some("200"));
        assert_eq!(used(&first).as_deref(), Some("1"));
        let dead = json!({ "id": "dead", "url": "http://127.0.0.1:9" });
        let _ = key.post(SERVERS, &dead).await.is(201);
        let _ = key.post(CALL, &json!({ "server": "dead", "tool": "x" })).await.is(502);
        let taken = json!({ "feature": "mcp.monthly_tool_calls", "quantity": 198 });
        let _ = key.post("/api/v1/entitlements/consume", &taken).await.is(200);
        let last = key.post(CALL, &file_call("list_directory", &json!({}))).await.is(200);
        assert_eq!(last.header("X-MCP-Quota-Tool-Calls-Remaining"), Some("0"));
        let refused = key.post(CALL, &file_call("list_directory", &json!({}))).await.is(429);
        assert_eq!(refused.text("/error"), "quota_exceeded");
        assert_eq!(refused.header("X-MCP-Quota-Tool-Calls-Remaining"), Some("0"));
        let resets_at = refused.text("/quota/resets_at");
        for answer in [&first, &last, &refused] {
            assert_eq!(answer.header("X-MCP-Quota-Reset"), Some(&*resets_at));
        }
        assert_eq!(refused.at("/quota/tool_calls"), json!({ "used": 200, "limit": 200, "unlimited": false }));
        assert!(refused.text("/quota/resets_at").ends_with('Z'));
        assert!(!refused.text("/upgrade_hint").is_empty());
    });
}

#[test]
fn servers_policies_and_files_outlive_a_gateway_that_is_killed() {
    on_own_gateways(
        |launch| launch,
        async |gateway: &mut Gateway| {
            let key = gateway.tenant().await.key;
            write(&key, "kept.txt", "kept").await;
            gateway.start_again(|launch| launch).await;
            let key = key.at(gateway.door());
            let read = key.post(CALL, &file_call("read_file", &json!({ "path": "kept.txt" }))).await.is(200);
            assert_eq!(read.text("/result/content"), "kept");
            let _ = key.post(SERVERS, &json!({ "id": "docs", "url": "http://127.0.0.1:9" })).await.is(201);
            gateway.start_again(|launch| launch).await;
            let key = key.at(gateway.door());
            let _ = key.patch(&format!("{SERVERS}/docs"), &json!({ "denied_tools": ["x"] })).await.is(200);
            gateway.start_again(|launch| launch).await;
            let key = key.at(gateway.door());
            let path = format!("{SERVERS}/docs/tools/x/versions/1.1.0");
            assert_eq!(key.get(&format!("{SERVERS}/docs")).await.is(200).at("/data/denied_tools"), json!(["x"]));
            let _ = key.put(&path, &json!({ "is_latest": true })).await.is(200);
            gateway.start_again(|launch| launch).await;
            let key = key.at(gateway.door());
            assert_eq!(key.get(&path).await.is(200).text("/data/status"), "latest");
            let _ = key.delete(&format!("{SERVERS}/docs")).await.is(204);
            gateway.start_again(|launch| launch).await;
            let _ = key.at(gateway.door()).get(&format!("{SERVERS}/docs")).await.is(404);
        },
    );
}
