//! Files as resources, and how their paths go on.

use super::desk::{CANARY, Desk};
use mainstay_mcp::filesystem::Limits;
use mainstay_mcp::protocol::{
    ArgumentInfo, CompleteRequestParams, CompletionInfo, ErrorCode, ReadResourceRequestParams, ReadResourceResponse,
    Reference, ResourceContents,
};
use mainstay_mcp::upstream::{Hearing, Upstream as _, UpstreamFault};
use serde_json::{Value, json};
use std::os::unix::fs::symlink;

const TEMPLATE: &str = "filesystem://{+path}";

async fn read(desk: &Desk, uri: &str) -> Result<Value, UpstreamFault> {
    let read = desk.files.read(ReadResourceRequestParams::new(uri), Hearing::default()).await?;
    let ReadResourceResponse::Complete(result) = read else { panic!("{read:?} is no result") };
    let contents: [ResourceContents; 1] = result.contents.try_into().expect("one file");
    Ok(json!(contents[0]))
}

async fn complete(desk: &Desk, begun: &str) -> CompletionInfo {
    let argument = ArgumentInfo::new("path", begun);
    let request = CompleteRequestParams::new(Reference::for_resource(TEMPLATE), argument);
    desk.files.complete(request).await.expect("a completion").completion
}

#[tokio::test]
async fn the_files_of_the_folder_itself_are_resources() {
    let desk = Desk::with(Limits { entries: 2, ..Limits::default() }).await;
    desk.plant("a b#?%.txt", "hello");
    desk.plant("b", "");
    desk.plant("a folder/c.txt", "");
    symlink("../canary.txt", desk.root.join("a link")).expect("a link");
    desk.plant("z.txt", "beyond what is listed");
    let offer = desk.files.offer().await.expect("an offer");
    let told = json!([
        { "uri": "filesystem://a%20b%23%3F%25.txt", "name": "a b#?%.txt", "mimeType": "text/plain", "size": 5 },
        { "uri": "filesystem://b", "name": "b", "size": 0 },
    ]);
    assert_eq!(json!(offer.resources), told);
    assert_eq!(offer.templates.iter().map(|template| &template.uri_template).collect::<Vec<_>>(), [TEMPLATE]);
    for resource in offer.resources {
        read(&desk, &resource.uri).await.expect("what is offered can be read");
    }
}

#[tokio::test]
async fn a_file_is_read_as_text_or_as_a_blob() {
    let desk = Desk::new().await;
    desk.plant("notes/a.json", "{}");
    desk.plant("main.ts", "let x");
    desk.plant("a.png", [0xff]);
    desk.plant("b", [0xff]);
    desk.plant("100%41", "not decoded twice");
    let files = [
        ("filesystem://notes/a.json", json!({ "mimeType": "application/json", "text": "{}" })),
        ("filesystem:///notes/a.json", json!({ "mimeType": "application/json", "text": "{}" })),
        ("filesystem://main.ts", json!({ "mimeType": "text/plain", "text": "let x" })),
        ("filesystem://a.png", json!({ "mimeType": "image/png", "blob": "/w==" })),
        ("filesystem://b", json!({ "mimeType": "application/octet-stream", "blob": "/w==" })),
        ("filesystem://100%2541", json!({ "mimeType": "text/plain", "text": "not decoded twice" })),
    ];
    for (uri, mut told) in files {
        told["uri"] = json!(uri);
        assert_eq!(read(&desk, uri).await, Ok(told));
    }
}

#[tokio::test]
async fn what_is_no_file_of_the_workspace_is_not_found() {
    let desk = Desk::new().await;
    desk.plant("notes/a.txt", "hello");
    symlink("..", desk.root.join("up")).expect("a link");
    let unknown = [
        "filesystem://none.txt",
        "filesystem://notes",
        "filesystem://",
        "filesystem://../canary.txt",
        "filesystem://%2e%2e/canary.txt",
        "filesystem://notes/..%2f..%2fcanary.txt",
        "filesystem://up/canary.txt",
        "filesystem://notes/a.txt%00",
        "filesystem://%ff",
        "file:///etc/passwd",
        "notes/a.txt",
        "",
    ];
    for uri in unknown {
        let fault = read(&desk, uri).await.expect_err("a fault");
        let UpstreamFault::Refused(refused) = fault else { panic!("{uri}: {fault:?}") };
        assert_eq!((refused.code, refused.data), (ErrorCode::RESOURCE_NOT_FOUND, Some(json!({ "uri": uri }))));
    }
}

#[tokio::test]
async fn a_resource_that_is_too_large_is_a_fault() {
    let desk = Desk::with(Limits { read_bytes: 10, ..Limits::default() }).await;
    desk.plant("a.txt", "0123456789a");
    assert_eq!(read(&desk, "filesystem://a.txt").await, Err(UpstreamFault::TooLarge { most: 10 }));
}

#[tokio::test]
async fn a_path_goes_on_up_to_the_next_slash() {
    let desk = Desk::new().await;
    for path in ["notes/a.txt", "notes/b.txt", "notes/old/c.txt", "north.txt", "other.txt"] {
        desk.plant(path, CANARY);
    }
    let completions: [(&str, &[&str]); 8] = [
        ("", &["north.txt", "notes/", "other.txt"]),
        ("no", &["north.txt", "notes/"]),
        ("notes", &["notes/"]),
        ("notes/", &["notes/a.txt", "notes/b.txt", "notes/old/"]),
        ("/notes/o", &["notes/old/"]),
        ("x", &[]),
        ("none/x", &[]),
        ("../c", &[]),
    ];
    for (begun, values) in completions {
        let completion = complete(&desk, begun).await;
        assert_eq!(completion.values, values, "{begun}");
        assert_eq!(completion.has_more, Some(false));
    }
}

#[tokio::test]
async fn no_more_is_proposed_than_the_protocol_lets() {
    let desk = Desk::new().await;
    for number in 0..=100 {
        desk.plant(&format!("{number:03}"), "");
    }
    let completion = complete(&desk, "").await;
    assert_eq!((completion.values.len(), completion.has_more), (100, Some(true)));
    assert_eq!(completion.values.last().map(String::as_str), Some("099"));
}

#[tokio::test]
async fn only_the_path_of_the_template_is_completed() {
    let desk = Desk::new().await;
    let others = [
        (Reference::for_resource("filesystem://{other}"), "path"),
        (Reference::for_resource(TEMPLATE), "other"),
        (Reference::for_prompt("poem"), "path"),
    ];
    for (reference, name) in others {
        let request = CompleteRequestParams::new(reference, ArgumentInfo::new(name, ""));
        let fault = desk.files.complete(request).await.expect_err("a fault");
        let UpstreamFault::Refused(refused) = fault else { panic!("{fault:?}") };
        assert_eq!(refused.code, ErrorCode::INVALID_PARAMS);
    }
}
