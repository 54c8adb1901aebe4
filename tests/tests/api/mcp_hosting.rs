//! The MCP server `hosting`: sites, for programs that look after them.

use mainstay_testkit::TestRepository;
use mainstay_testkit::gateway::{Actor as _, Answer, KeyHolder, on_each_gateway};
use serde_json::{Value, json};

async fn call(key: &KeyHolder, tool: &str, arguments: &Value) -> Answer {
    let body = json!({ "server": "hosting", "tool": tool, "arguments": arguments });
    key.post("/api/v1/mcp/tools/call", &body).await.is(200)
}

/// What a tool says that does nothing.
async fn refused(key: &KeyHolder, tool: &str, arguments: &Value) -> String {
    let answer = call(key, tool, arguments).await;
    assert_eq!(answer.at("/success"), json!(false), "{}", answer.at(""));
    answer.at("").to_string()
}

fn site(name: &str, repository: &TestRepository) -> Value {
    json!({ "name": name, "type": "git", "repository": repository.url() })
}

#[test]
fn a_program_finds_a_site_deploys_it_and_reads_what_was_told() {
    on_each_gateway(async |gateway| {
        let key = gateway.tenant().await.key;
        let repository = TestRepository::new(&[("index.html", "one")]);
        let made = key.post("/api/sites?wait=30", &site("shop", &repository)).await.is(201);
        let tools = key.get("/api/v1/mcp/servers/hosting/tools").await.is(200);
        assert_eq!(tools.at("/data").as_array().expect("tools").len(), 5);
        let listed = call(&key, "list_sites", &json!({})).await;
        assert_eq!(listed.text("/result/sites/0/id"), made.text("/id"));
        assert_eq!(listed.text("/result/sites/0/liveUrl"), made.text("/liveUrl"));

        let commit = repository.commit(&[("index.html", "two")], "Two");
        let deployed = call(&key, "deploy_site", &json!({ "site": "shop", "wait": 25 })).await;
        assert_eq!(deployed.text("/result/deployment/status"), "LIVE");
        assert_eq!(deployed.text("/result/deployment/commit"), commit);
        let one = call(&key, "get_site", &json!({ "site": made.text("/id") })).await;
        assert_eq!(one.text("/result/site/lastDeployment/id"), deployed.text("/result/deployment/id"));

        let deployments = call(&key, "list_deployments", &json!({ "site": "shop" })).await;
        assert_eq!(deployments.at("/result/deployments").as_array().expect("deployments").len(), 2);
        let asked = json!({ "site": "shop", "deployment": deployed.text("/result/deployment/id"), "source": "build" });
        let lines = call(&key, "read_logs", &asked).await;
        assert!(!lines.at("/result/lines").as_array().expect("lines").is_empty());
    });
}

#[test]
fn a_tool_takes_the_scope_that_the_route_takes() {
    on_each_gateway(async |gateway| {
        let tenant = gateway.tenant().await;
        let repository = TestRepository::new(&[("index.html", "one")]);
        let _ = tenant.key.post("/api/sites?wait=30", &site("shop", &repository)).await.is(201);
        let blind = tenant.key_with(&["mcp:read", "mcp:write"]).await;
        for (tool, arguments) in [
            ("list_sites", json!({})),
            ("get_site", json!({ "site": "shop" })),
            ("list_deployments", json!({ "site": "shop" })),
            ("read_logs", json!({ "site": "shop" })),
        ] {
            assert!(refused(&blind, tool, &arguments).await.contains("takes the scope sites:read"), "{tool}");
        }
        for scopes in [&["mcp:write", "sites:read"][..], &["mcp:write", "sites:read", "sites:write"][..]] {
            let reader = tenant.key_with(scopes).await;
            let _ = call(&reader, "get_site", &json!({ "site": "shop" })).await;
            assert!(
                refused(&reader, "deploy_site", &json!({ "site": "shop" })).await.contains("takes the scope sites:")
            );
        }
        let deployments = call(&tenant.key, "list_deployments", &json!({ "site": "shop" })).await;
        assert_eq!(deployments.at("/result/deployments").as_array().expect("deployments").len(), 1);
    });
}

#[test]
fn another_workspaces_site_is_not_there() {
    on_each_gateway(async |gateway| {
        let (one, other) = (gateway.tenant().await.key, gateway.tenant().await.key);
        let repository = TestRepository::new(&[("index.html", "one")]);
        let made = one.post("/api/sites?wait=30", &site("shop", &repository)).await.is(201);
        assert_eq!(call(&other, "list_sites", &json!({})).await.at("/result/sites"), json!([]));
        let absent = refused(&other, "get_site", &json!({ "site": "nothing" })).await;
        assert!(absent.contains("Site not found"), "{absent}");
        for named in ["shop".to_owned(), made.text("/id")] {
            for tool in ["get_site", "list_deployments", "deploy_site", "read_logs"] {
                let said = refused(&other, tool, &json!({ "site": named })).await;
                assert!(said.contains("Site not found or you don't have access"), "{tool}: {said}");
            }
        }
    });
}

#[test]
fn what_is_wrong_with_a_deployment_is_said() {
    on_each_gateway(async |gateway| {
        let key = gateway.tenant().await.key;
        let repository = TestRepository::new(&[("index.html", "one")]);
        let _ = key.post("/api/sites?wait=30", &site("shop", &repository)).await.is(201);
        let wrong = json!({ "site": "shop", "branch": "--upload-pack=x" });
        assert!(refused(&key, "deploy_site", &wrong).await.contains("branch"));
        let body = json!({ "server": "hosting", "tool": "read_logs", "arguments": { "site": "shop", "source": "x" } });
        let said = key.post("/api/v1/mcp/tools/call", &body).await.is(422);
        assert!(said.at("/errors").get("arguments.source").is_some(), "{}", said.at(""));
    });
}
