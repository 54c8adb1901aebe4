//! How paths are written.

use super::desk::{Desk, each};
use serde_json::json;

#[tokio::test]
async fn a_path_may_be_written_from_the_root_or_from_here() {
    let desk = Desk::new().await;
    desk.plant("notes/a.txt", "hello");
    for path in ["notes/a.txt", "/notes/a.txt", "./notes/a.txt", "notes//./a.txt", "//notes/a.txt"] {
        assert_eq!(desk.read(path).await, Ok(json!({ "content": "hello", "size": 5 })), "{path}");
    }
    for path in ["", ".", "/", "./"] {
        let listed = desk.call("list_directory", json!({ "path": path })).await.expect("a list");
        assert_eq!(each(&listed["entries"], "name"), ["notes"], "{path:?}");
    }
}

#[tokio::test]
async fn what_could_lead_elsewhere_is_refused_by_every_tool() {
    let desk = Desk::new().await;
    desk.plant("notes/a.txt", "hello");
    let long = "x".repeat(256);
    let many = ["x"; 33].join("/");
    let endless = "x/".repeat(2048);
    let refused = [
        ("..", "A path may not have `..` in it."),
        ("../canary.txt", "A path may not have `..` in it."),
        ("/../canary.txt", "A path may not have `..` in it."),
        ("notes/../../canary.txt", "A path may not have `..` in it."),
        ("notes/..", "A path may not have `..` in it."),
        ("notes/../notes/a.txt", "A path may not have `..` in it."),
        ("..\\canary.txt", "A path may not have a backslash in it; names are parted by `/`."),
        ("notes\\a.txt", "A path may not have a backslash in it; names are parted by `/`."),
        ("notes/a.txt\0", "A path may not have control characters in it."),
        ("notes/a.txt\0.png", "A path may not have control characters in it."),
        ("a\nb", "A path may not have control characters in it."),
        ("a\u{9b}b", "A path may not have control characters in it."),
        (&long, "A name in a path may have at most 255 bytes."),
        (&many, "A path may have at most 32 names."),
        (&endless, "A path may have at most 4095 bytes."),
        (".mainstay-part", "The name `.mainstay-part` is taken."),
        ("notes/.Mainstay-Part", "The name `.mainstay-part` is taken."),
    ];
    for (path, sentence) in refused {
        for refusal in desk.refusals(path).await {
            assert_eq!(refusal, sentence, "{path:?}");
        }
    }
    desk.check_untouched();
}

#[tokio::test]
async fn what_only_looks_as_if_it_led_elsewhere_is_a_name() {
    let desk = Desk::new().await;
    let names =
        ["%2e%2e", "..%2f..", "%252e%252e", "．．", "‥", "...", ".. ", " ..", "~", "C:", "..\u{200b}", "\u{202e}x"];
    for name in names {
        let path = format!("{name}/canary.txt");
        let written = json!({ "path": path, "content": "mine", "create_directories": true });
        let written = desk.call("write_file", written).await.unwrap_or_else(|refusal| panic!("{name:?}: {refusal}"));
        assert_eq!(written["path"], json!(path));
        let there = std::fs::read_to_string(desk.root.join(name).join("canary.txt")).expect("the file");
        assert_eq!(there, "mine", "{name:?}");
    }
    let listed = desk.call("list_directory", json!({})).await.expect("a list");
    assert_eq!(listed["entries"].as_array().map(Vec::len), Some(names.len()));
    desk.check_untouched();
}

#[tokio::test]
async fn the_longest_name_and_the_longest_and_deepest_path_pass() {
    let desk = Desk::new().await;
    let (name, path) = ("x".repeat(255), [&*"x".repeat(127); 32].join("/"));
    assert_eq!(path.len(), 4095);
    for path in [name, path] {
        let written = json!({ "path": path, "content": "x", "create_directories": true });
        desk.call("write_file", written).await.expect("written");
        assert_eq!(desk.read(&path).await, Ok(json!({ "content": "x", "size": 1 })));
    }
}

#[tokio::test]
async fn capitals_lead_to_no_other_place() {
    let desk = Desk::new().await;
    desk.plant("notes/a.txt", "hello");
    let refusal = desk.read("NOTES/../CANARY.TXT").await;
    assert_eq!(refusal, Err("A path may not have `..` in it.".to_owned()));
    assert_eq!(desk.read("Canary.txt").await, Err("There is no file or folder `Canary.txt`.".to_owned()));
}

#[tokio::test]
async fn what_is_not_there_is_said_to_be_missing() {
    let desk = Desk::new().await;
    desk.plant("notes/a.txt", "hello");
    for path in ["none.txt", "notes/none.txt", "none/a.txt", "notes/a.txt/b"] {
        let missing = Err(format!("There is no file or folder `{path}`."));
        assert_eq!(desk.read(path).await, missing);
        assert_eq!(desk.call("list_directory", json!({ "path": path })).await, missing);
        assert_eq!(desk.call("get_file_info", json!({ "path": path })).await, missing);
        assert_eq!(desk.call("search_files", json!({ "path": path, "pattern": "*" })).await, missing);
    }
}

#[tokio::test]
async fn a_folder_is_no_file_and_a_file_no_folder() {
    let desk = Desk::new().await;
    desk.plant("notes/a.txt", "hello");
    for path in ["notes", "."] {
        let refusal = Err(format!("`{path}` is a folder."));
        assert_eq!(desk.read(path).await, refusal);
        assert_eq!(desk.write(path, "x").await, refusal);
    }
    let refusal = Err("`notes/a.txt` is not a folder.".to_owned());
    assert_eq!(desk.call("list_directory", json!({ "path": "notes/a.txt" })).await, refusal);
    assert_eq!(desk.call("search_files", json!({ "path": "notes/a.txt", "pattern": "*" })).await, refusal);
    assert_eq!(desk.write("notes/a.txt/b.txt", "x").await, refusal);
}
