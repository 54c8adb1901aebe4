//! How much one call may have.

use super::desk::{Desk, each};
use mainstay_mcp::filesystem::Limits;
use serde_json::{Value, json};

fn small() -> Limits {
    Limits {
        read_bytes: 10,
        write_bytes: 10,
        file_bytes: 25,
        entries: 3,
        matches: 3,
        searched_bytes: 30,
        ..Limits::default()
    }
}

#[test]
fn the_limits_are_as_documented() {
    let limits = Limits::default();
    assert_eq!((limits.read_bytes, limits.write_bytes, limits.file_bytes), (1 << 20, 1 << 20, 16 << 20));
    assert_eq!((limits.entries, limits.matches, limits.searched_bytes), (1000, 1000, 16 << 20));
    assert_eq!((limits.files, limits.total_bytes, limits.at_once), (100_000, 1 << 30, 4));
}

#[tokio::test]
async fn no_more_is_read_at_once_than_may_be() {
    let desk = Desk::with(small()).await;
    desk.plant("a.txt", "0\n23\n56\n89\n");
    let refusal =
        "That is too much to read at once: the file has 11 bytes, and 10 are read at most. Ask for a part of it.";
    let asked = |part: Value| {
        let mut asked = part;
        asked["path"] = json!("a.txt");
        desk.call("read_file", asked)
    };
    for part in [json!({}), json!({ "length": 11 }), json!({ "head": 4 }), json!({ "tail": 4 })] {
        assert_eq!(asked(part.clone()).await, Err(refusal.to_owned()), "{part}");
    }
    let parts = [
        (json!({ "offset": 1 }), "\n23\n56\n89\n"),
        (json!({ "length": 10 }), "0\n23\n56\n89"),
        (json!({ "head": 3 }), "0\n23\n56\n"),
        (json!({ "tail": 3 }), "23\n56\n89\n"),
    ];
    for (part, content) in parts {
        assert_eq!(asked(part.clone()).await.expect("a part")["content"], json!(content), "{part}");
    }
}

#[tokio::test]
async fn a_huge_file_is_read_in_parts_without_being_held_whole() {
    let desk = Desk::new().await;
    let huge = std::fs::File::create(desk.root.join("huge")).expect("a file");
    huge.set_len(1 << 40).expect("a hole");
    desk.read("huge").await.expect_err("a refusal");
    let part = json!({ "path": "huge", "offset": (1_u64 << 40) - 2 });
    let read = desk.call("read_file", part).await.expect("its end");
    assert_eq!(read, json!({ "content": "AAA=", "size": 1_u64 << 40, "encoding": "base64" }));
    let found = desk.call("search_files", json!({ "pattern": "*", "text": "x" })).await.expect("what was found");
    assert_eq!((&found["matches"], &found["truncated"]), (&json!([]), &json!(true)));
}

#[tokio::test]
async fn no_more_is_written_at_once_than_may_be() {
    let desk = Desk::with(small()).await;
    desk.write("a.txt", "0123456789").await.expect("written");
    let refusal = Err("That is too much to write: 11 bytes, and 10 may be written at most.".to_owned());
    assert_eq!(desk.write("a.txt", "0123456789a").await, refusal);
    // Six letters for four bytes: bytes count, as they are written.
    let bytes = json!({ "path": "b.bin", "content": "MDEyMzQ1Njc4OQ==", "encoding": "base64" });
    assert_eq!(desk.call("write_file", bytes).await.expect("written")["size"], json!(10));
}

#[tokio::test]
async fn a_file_grows_only_so_far() {
    let desk = Desk::with(small()).await;
    let more = || json!({ "path": "a.txt", "content": "0123456789", "append": true });
    desk.call("write_file", more()).await.expect("10 bytes");
    desk.call("write_file", more()).await.expect("20 bytes");
    let refusal = "That is too much to write: 30 bytes, and 25 may be written at most.".to_owned();
    assert_eq!(desk.call("write_file", more()).await, Err(refusal));
}

#[tokio::test]
async fn a_long_folder_is_listed_in_part() {
    let desk = Desk::with(small()).await;
    for name in ["d", "b", "c"] {
        desk.plant(name, "");
    }
    let listed = desk.call("list_directory", json!({})).await.expect("a list");
    assert_eq!((each(&listed["entries"], "name"), &listed["truncated"]), (vec!["b", "c", "d"], &json!(false)));
    desk.plant("a", "");
    let listed = desk.call("list_directory", json!({})).await.expect("a list");
    assert_eq!((each(&listed["entries"], "name"), &listed["truncated"]), (vec!["a", "b", "c"], &json!(true)));
}

#[tokio::test]
async fn a_search_finds_only_so_much() {
    let desk = Desk::with(small()).await;
    for name in ["a", "b", "c"] {
        desk.plant(name, "");
    }
    let found = desk.call("search_files", json!({ "pattern": "*" })).await.expect("what was found");
    assert_eq!((each(&found["matches"], "path"), &found["truncated"]), (vec!["a", "b", "c"], &json!(false)));
    desk.plant("d", "");
    let found = desk.call("search_files", json!({ "pattern": "*" })).await.expect("what was found");
    assert_eq!((each(&found["matches"], "path"), &found["truncated"]), (vec!["a", "b", "c"], &json!(true)));
}

#[tokio::test]
async fn a_search_reads_only_so_much() {
    let desk = Desk::with(small()).await;
    desk.plant("a", "x123456789");
    desk.plant("b", "012345678901234567890");
    desk.plant("c", "x123456789");
    let found = desk.call("search_files", json!({ "pattern": "*", "text": "x" })).await.expect("what was found");
    assert_eq!((each(&found["matches"], "path"), &found["truncated"]), (vec!["a", "c"], &json!(true)));
}

#[tokio::test]
async fn a_search_looks_at_only_so_many_files() {
    let desk = Desk::with(Limits { files: 3, ..Limits::default() }).await;
    for name in ["1/a", "2/b", "3/c"] {
        desk.plant(name, "");
    }
    let found = desk.call("search_files", json!({ "pattern": "*" })).await.expect("what was found");
    assert_eq!((each(&found["matches"], "path"), &found["truncated"]), (vec!["1", "2", "3"], &json!(true)));
}

#[tokio::test]
async fn nothing_is_entered_that_no_path_could_name() {
    let desk = Desk::new().await;
    let deepest = ["x"; 32].join("/");
    desk.plant(&format!("{deepest}/deeper.txt"), "");
    let found = desk.call("search_files", json!({ "pattern": "*" })).await.expect("what was found");
    assert_eq!(each(&found["matches"], "path").last(), Some(&deepest.as_str()));
}
