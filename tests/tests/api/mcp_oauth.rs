//! `/mcp` for clients that people logged in to: what access tokens are good for there, and that they are for nothing else.

use crate::oauth_app::App;
use mainstay_testkit::gateway::{Actor as _, Answer, Gateway, KeyHolder, Nobody, Person, on_each_gateway};
use serde_json::{Value, json};

const RESOURCE: &str = "/.well-known/oauth-protected-resource/mcp";
const BOTH: &str = "mcp:read mcp:write";

/// The address that tokens are for, as the gateway says it.
async fn resource(gateway: &Gateway, path: &str) -> String {
    gateway.nobody().get(&format!("/.well-known/oauth-protected-resource{path}")).await.is(200).text("/resource")
}

/// An access token that a person lets an application have for a resource.
async fn token(app: &App, person: &Person, scope: &str, resource: Option<&str>) -> String {
    let resource = resource.map(|resource| format!("&resource={resource}")).unwrap_or_default();
    app.tokens(person, &format!("&scope={}{resource}", scope.replace(' ', "%20"))).await.text("/access_token")
}

async fn ask(client: &KeyHolder, path: &str, method: &str, params: &Value) -> Answer {
    let message = json!({ "jsonrpc": "2.0", "id": 7, "method": method, "params": params });
    let call = client.call("POST", path).json(&message).header("Accept", "application/json, text/event-stream");
    call.header("MCP-Protocol-Version", "2025-11-25").await
}

async fn write(client: &KeyHolder, path: &str) -> Answer {
    let name = if path == "/mcp" { "filesystem__write_file" } else { "write_file" };
    ask(client, path, "tools/call", &json!({ "name": name, "arguments": { "path": "a.txt", "content": "x" } })).await
}

/// Whoever brings this token.
fn bearer(nobody: &Nobody, token: &str) -> KeyHolder {
    nobody.with_credential(token)
}

#[test]
fn a_client_finds_out_where_to_log_in() {
    on_each_gateway(async |gateway| {
        for path in ["/mcp", "/mcp/filesystem"] {
            let refused = gateway.nobody().post(path, &json!({})).await.is(401);
            let challenge = refused.header("WWW-Authenticate").expect("a challenge").to_owned();
            assert!(
                challenge.starts_with("Bearer ") && challenge.contains("scope=\"mcp:read mcp:write\""),
                "{challenge}"
            );
            let (_, told) = challenge.split_once("resource_metadata=\"").expect("where it stands");
            let at = told.find("/.well-known/").expect("an address of the gateway");
            let told = &told.trim_end_matches('"')[at..];
            let metadata = gateway.nobody().get(told).await.is(200);
            assert!(metadata.text("/resource").ends_with(path), "{}", metadata.at(""));
            assert_eq!(metadata.at("/scopes_supported"), json!(["mcp:read", "mcp:write"]));
            let issuer = metadata.text("/authorization_servers/0");
            let server = gateway.nobody().get("/.well-known/oauth-authorization-server").await.is(200);
            assert_eq!(server.text("/issuer"), issuer);
            assert!(server.at("/scopes_supported").as_array().expect("scopes").contains(&json!("mcp:write")));
        }
        let _ = gateway.nobody().get(&format!("{RESOURCE}/No%20Name")).await.is(404);
    });
}

#[test]
fn a_client_that_a_person_allowed_calls_tools_in_their_workspace() {
    on_each_gateway(async |gateway| {
        let tenant = gateway.tenant().await;
        let app = App::of(&tenant.owner, gateway).await;
        let all = resource(gateway, "/mcp").await;
        let client = bearer(&gateway.nobody(), &token(&app, &tenant.owner, BOTH, Some(&all)).await);
        for path in ["/mcp", "/mcp/filesystem"] {
            let listed = ask(&client, path, "tools/list", &json!({})).await.is(200);
            assert!(listed.at("/result/tools").to_string().contains("write_file"), "{}", listed.at(""));
            assert_ne!(write(&client, path).await.is(200).at("/result/isError"), json!(true));
        }
        let read = json!({ "server": "filesystem", "tool": "read_file", "arguments": { "path": "a.txt" } });
        let read = tenant.key.post("/api/v1/mcp/tools/call", &read).await.is(200);
        assert_eq!(read.text("/result/content"), "x", "it is the workspace of the person");
        let calls = tenant.key.get("/api/v1/mcp/calls?tool=write_file").await.is(200);
        assert_eq!((calls.number("/meta/total"), calls.at("/data/0/key_id")), (2, Value::Null));
        assert_eq!(calls.text("/data/0/user_id"), tenant.key.user);
    });
}

#[test]
fn a_token_is_good_where_and_for_what_it_is_for() {
    on_each_gateway(async |gateway| {
        let tenant = gateway.tenant().await;
        let (owner, nobody) = (&tenant.owner, gateway.nobody());
        let app = App::of(owner, gateway).await;
        let (all, one) = (resource(gateway, "/mcp").await, resource(gateway, "/mcp/filesystem").await);
        let narrow = bearer(&nobody, &token(&app, owner, BOTH, Some(&one)).await);
        let _ = write(&narrow, "/mcp/filesystem").await.is(200);
        let _ = write(&narrow, "/mcp").await.is(401);
        for elsewhere in [None, Some("https://api.example.com"), Some(all.trim_end_matches("/mcp"))] {
            let client = bearer(&nobody, &token(&app, owner, BOTH, elsewhere).await);
            let refused = write(&client, "/mcp").await.is(401);
            assert!(refused.header("WWW-Authenticate").is_some(), "{elsewhere:?}");
        }
        let reader = bearer(&nobody, &token(&app, owner, "mcp:read", Some(&all)).await);
        let _ = ask(&reader, "/mcp", "tools/list", &json!({})).await.is(200);
        assert_eq!(write(&reader, "/mcp").await.is(200).text("/error/data/code"), "forbidden_scope");
        let stranger = bearer(&nobody, &token(&app, owner, "profile", Some(&all)).await);
        let refused = ask(&stranger, "/mcp", "tools/list", &json!({})).await.is(403);
        assert!(refused.header("WWW-Authenticate").is_some_and(|told| told.contains("insufficient_scope")));
        let client = bearer(&nobody, &token(&app, owner, BOTH, Some(&all)).await);
        for path in
            ["/auth/me", "/api/v1/me", "/api/v1/mcp/servers", "/api/v1/api-keys", "/oauth/userinfo", "/projects"]
        {
            let _ = client.get(path).await.is(401);
        }
    });
}

#[test]
fn what_a_person_takes_back_is_over_at_once() {
    on_each_gateway(async |gateway| {
        let tenant = gateway.tenant().await;
        let app = App::of(&tenant.owner, gateway).await;
        let all = resource(gateway, "/mcp").await;
        let client = bearer(&gateway.nobody(), &token(&app, &tenant.owner, BOTH, Some(&all)).await);
        let _ = write(&client, "/mcp").await.is(200);
        let grants = tenant.owner.get("/oauth/grants").await.is(200);
        let id = grants.at("").to_string();
        let id = id.split("\"id\":\"").nth(1).and_then(|rest| rest.split('"').next()).expect("a grant").to_owned();
        let _ = tenant.owner.delete(&format!("/oauth/grants/{id}")).await;
        let _ = write(&client, "/mcp").await.is(401);
    });
}

#[test]
fn a_client_chooses_among_the_workspaces_of_its_person_alone() {
    on_each_gateway(async |gateway| {
        let (tenant, foreign) = (gateway.tenant().await, gateway.tenant().await);
        let app = App::of(&tenant.owner, gateway).await;
        let all = resource(gateway, "/mcp").await;
        let token = token(&app, &tenant.owner, BOTH, Some(&all)).await;
        let client = bearer(&gateway.nobody(), &token);
        let message = json!({ "jsonrpc": "2.0", "id": 1, "method": "tools/list" });
        let ask = |workspace: i64| {
            let call = client.call("POST", "/mcp").json(&message).header("X-Workspace-Id", workspace.to_string());
            call.header("Accept", "application/json, text/event-stream")
        };
        let _ = ask(tenant.id).await.is(200);
        let _ = ask(foreign.id).await.is(404);
    });
}

#[test]
fn a_plan_without_api_access_lets_no_client_in() {
    on_each_gateway(async |gateway| {
        let tenant = gateway.tenant_on("solo").await;
        let app = App::of(&tenant.owner, gateway).await;
        let all = resource(gateway, "/mcp").await;
        let client = bearer(&gateway.nobody(), &token(&app, &tenant.owner, BOTH, Some(&all)).await);
        let refused = ask(&client, "/mcp", "tools/list", &json!({})).await.is(402);
        assert_eq!(refused.text("/error/data/code"), "forbidden_plan");
    });
}
