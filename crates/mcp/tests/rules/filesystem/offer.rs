//! What the server has, and how it is asked for it.

use super::desk::Desk;
use mainstay_mcp::protocol::{CallToolRequestParams, ErrorCode, GetPromptRequestParams};
use mainstay_mcp::upstream::{Hearing, Upstream as _, UpstreamFault};
use serde_json::{Value, json};

const TOOLS: [&str; 5] = ["get_file_info", "list_directory", "read_file", "search_files", "write_file"];

#[tokio::test]
async fn every_tool_is_described() {
    let offer = Desk::new().await.files.offer().await.expect("an offer");
    assert_eq!(offer.tools.iter().map(|tool| &*tool.name).collect::<Vec<_>>(), TOOLS);
    for tool in &offer.tools {
        let name = &tool.name;
        assert!(tool.title.is_some() && tool.description.is_some(), "{name}");
        let hints = tool.annotations.as_ref().expect("hints");
        assert_eq!(hints.read_only_hint, Some(*name != "write_file"), "{name}");
        assert_eq!(hints.open_world_hint, Some(false), "{name}");
        let output = tool.output_schema.as_ref().expect("a schema");
        for schema in [tool.input_schema.as_ref(), output.as_ref()] {
            jsonschema::draft202012::meta::validate(&json!(schema)).expect("a schema");
            assert_eq!((&schema["type"], &schema["additionalProperties"]), (&json!("object"), &json!(false)), "{name}");
            for (property, described) in schema["properties"].as_object().expect("properties") {
                assert!(described["description"].is_string() && described["type"].is_string(), "{name}.{property}");
            }
        }
    }
    assert!(offer.instructions.is_some() && offer.prompts.is_empty() && offer.completes);
}

#[tokio::test]
async fn writing_is_said_to_destroy() {
    let offer = Desk::new().await.files.offer().await.expect("an offer");
    let write = offer.tools.iter().find(|tool| tool.name == "write_file").expect("the tool");
    let hints = write.annotations.as_ref().expect("hints");
    assert_eq!((hints.destructive_hint, hints.idempotent_hint), (Some(true), Some(false)));
}

/// The caller holds arguments against the schema; the tools do not rely on it.
#[tokio::test]
async fn what_the_schema_refuses_the_tool_refuses_too() {
    let desk = Desk::new().await;
    desk.plant("a.txt", "hello");
    let offer = desk.files.offer().await.expect("an offer");
    let wrong = [
        json!({ "path": 5 }),
        json!({ "path": null }),
        json!({ "path": ["a.txt"] }),
        json!({ "path": "a.txt", "content": "x", "pattern": "*", "other": true }),
        json!({ "path": "a.txt", "head": 0 }),
        json!({ "path": "a.txt", "tail": -1 }),
        json!({ "path": "a.txt", "offset": -1 }),
        json!({ "path": "a.txt", "length": 1.5 }),
        json!({ "path": "a.txt", "content": 5 }),
        json!({ "path": "a.txt", "content": "x", "encoding": "latin-1" }),
        json!({ "path": "a.txt", "content": "x", "append": "yes" }),
        json!({ "path": ".", "pattern": "" }),
        json!({ "path": ".", "pattern": 5 }),
        json!({ "path": ".", "pattern": "*", "text": "" }),
    ];
    for name in TOOLS {
        let tool = offer.tools.iter().find(|tool| tool.name == name).expect("the tool");
        let schema = Value::Object(tool.input_schema.as_ref().clone());
        for arguments in &wrong {
            assert!(!jsonschema::draft202012::is_valid(&schema, arguments), "{name} {arguments}");
            let refusal = desk.call(name, arguments.clone()).await.expect_err("a refusal");
            assert!(refusal.starts_with("The arguments do not fit: "), "{name} {arguments}: {refusal}");
        }
    }
}

#[tokio::test]
async fn a_tool_without_its_arguments_fails_with_a_sentence() {
    let desk = Desk::new().await;
    for (name, field) in [("read_file", "path"), ("get_file_info", "path"), ("search_files", "pattern")] {
        let refusal = desk.call(name, json!({})).await;
        assert_eq!(refusal, Err(format!("The arguments do not fit: missing field `{field}`.")));
    }
    let call = CallToolRequestParams::new("read_file");
    desk.files.call(call, Hearing::default()).await.expect("a result");
}

#[tokio::test]
async fn an_unknown_tool_or_prompt_is_a_fault() {
    let desk = Desk::new().await;
    let call = CallToolRequestParams::new("delete_file");
    let fault = desk.files.call(call, Hearing::default()).await.expect_err("a fault");
    let UpstreamFault::Refused(refused) = fault else { panic!("{fault:?}") };
    assert_eq!((refused.code, &*refused.message), (ErrorCode::INVALID_PARAMS, "Unknown tool: delete_file"));
    let prompt = GetPromptRequestParams::new("poem");
    let fault = desk.files.prompt(prompt, Hearing::default()).await.expect_err("a fault");
    let UpstreamFault::Refused(refused) = fault else { panic!("{fault:?}") };
    assert_eq!((refused.code, &*refused.message), (ErrorCode::INVALID_PARAMS, "Unknown prompt: poem"));
}
