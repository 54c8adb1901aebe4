//! What becomes of a file that is written.

use super::desk::Desk;
use serde_json::json;
use std::fs::{self, File, Permissions};
use std::io::Read as _;
use std::os::unix::fs::PermissionsExt as _;
use std::sync::atomic::{AtomicBool, Ordering};

fn mode(path: &std::path::Path) -> u32 {
    fs::metadata(path).expect("the file").permissions().mode() & 0o777
}

#[tokio::test]
async fn a_file_is_made_and_written_over() {
    let desk = Desk::new().await;
    let made = desk.write("a.txt", "hello").await;
    assert_eq!(made, Ok(json!({ "path": "a.txt", "size": 5, "created": true })));
    let written = desk.write("/a.txt", "").await;
    assert_eq!(written, Ok(json!({ "path": "a.txt", "size": 0, "created": false })));
    assert_eq!(desk.read("a.txt").await, Ok(json!({ "content": "", "size": 0 })));
}

#[tokio::test]
async fn bytes_are_written_as_base64() {
    let desk = Desk::new().await;
    let bytes = json!({ "path": "a.bin", "content": "AP8=", "encoding": "base64" });
    assert_eq!(desk.call("write_file", bytes).await.expect("written")["size"], json!(2));
    assert_eq!(fs::read(desk.root.join("a.bin")).expect("the file"), [0, 255]);
    for content in ["AP8", "A P8=", "AP8=\n", "-_8=", "\u{fc}"] {
        let other = json!({ "path": "a.bin", "content": content, "encoding": "base64" });
        assert_eq!(desk.call("write_file", other).await, Err("The content is not base64.".to_owned()), "{content:?}");
    }
    assert_eq!(fs::read(desk.root.join("a.bin")).expect("the file"), [0, 255]);
}

#[tokio::test]
async fn what_is_appended_comes_at_the_end() {
    let desk = Desk::new().await;
    let more = |content: &str| json!({ "path": "log.txt", "content": content, "append": true });
    let made = desk.call("write_file", more("one\n")).await;
    assert_eq!(made, Ok(json!({ "path": "log.txt", "size": 4, "created": true })));
    let grown = desk.call("write_file", more("two\n")).await;
    assert_eq!(grown, Ok(json!({ "path": "log.txt", "size": 8, "created": false })));
    assert_eq!(desk.read("log.txt").await, Ok(json!({ "content": "one\ntwo\n", "size": 8 })));
}

#[tokio::test]
async fn missing_folders_are_made_unless_that_is_not_wanted() {
    let desk = Desk::new().await;
    let unwanted = json!({ "path": "a/b/c.txt", "content": "x", "create_directories": false });
    let refusal = desk.call("write_file", unwanted).await.map(drop);
    assert_eq!(refusal, Err("There is no folder `a`; `create_directories` makes it.".to_owned()));
    assert!(!desk.root.join("a").exists());
    let asked = json!({ "path": "a/b/c.txt", "content": "x" });
    desk.call("write_file", asked).await.expect("written");
    assert_eq!(fs::read(desk.root.join("a/b/c.txt")).expect("the file"), b"x");
}

#[tokio::test]
async fn nobody_else_on_the_machine_may_look() {
    let desk = Desk::new().await;
    let fresh = desk.beside.path().join("mcp/files/8");
    let other = mainstay_mcp::filesystem::Filesystem::open(&fresh, mainstay_mcp::filesystem::Limits::default());
    drop(other.await.expect("a server"));
    assert_eq!((mode(&fresh), mode(&desk.beside.path().join("mcp"))), (0o700, 0o700));
    let asked = json!({ "path": "a/b.txt", "content": "x", "create_directories": true });
    desk.call("write_file", asked).await.expect("written");
    assert_eq!((mode(&desk.root.join("a")), mode(&desk.root.join("a/b.txt"))), (0o700, 0o600));
}

#[tokio::test]
async fn a_file_that_may_only_be_read_is_not_written_over() {
    let desk = Desk::new().await;
    desk.plant("a.txt", "old");
    fs::set_permissions(desk.root.join("a.txt"), Permissions::from_mode(0o400)).expect("a mode");
    assert_eq!(desk.write("a.txt", "new").await, Err("`a.txt` may only be read.".to_owned()));
    let info = desk.call("get_file_info", json!({ "path": "a.txt" })).await.expect("what is known");
    assert_eq!(info["is_read_only"], json!(true));
    assert_eq!(desk.read("a.txt").await, Ok(json!({ "content": "old", "size": 3 })));
}

#[tokio::test]
async fn whoever_has_the_old_file_open_goes_on_reading_it_whole() {
    let desk = Desk::new().await;
    desk.plant("a.txt", "the old content");
    for append in [false, true] {
        let before = fs::read_to_string(desk.root.join("a.txt")).expect("the file");
        let mut open = File::open(desk.root.join("a.txt")).expect("the file");
        let asked = json!({ "path": "a.txt", "content": "new", "append": append });
        desk.call("write_file", asked).await.expect("written");
        let mut read = String::new();
        open.read_to_string(&mut read).expect("the old content");
        assert_eq!(read, before, "it was not written into");
    }
    assert_eq!(desk.read("a.txt").await, Ok(json!({ "content": "newnew", "size": 6 })));
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_reads_meanwhile_sees_the_old_or_the_new() {
    let desk = Desk::new().await;
    let contents = ["a".repeat(100_000), "b".repeat(50_000)];
    desk.plant("a.txt", &contents[0]);
    let is_over = AtomicBool::new(false);
    std::thread::scope(|scope| {
        let reading = scope.spawn(|| {
            while !is_over.load(Ordering::Relaxed) {
                let seen = fs::read_to_string(desk.root.join("a.txt")).expect("the file");
                assert!(contents.contains(&seen), "{} bytes", seen.len());
            }
        });
        let writing = async {
            for round in 0..60 {
                desk.write("a.txt", &contents[round % 2]).await.expect("written");
            }
        };
        tokio::task::block_in_place(|| tokio::runtime::Handle::current().block_on(writing));
        is_over.store(true, Ordering::Relaxed);
        reading.join().expect("only whole contents");
    });
}

#[tokio::test]
async fn what_a_crash_left_half_written_is_not_seen_and_hinders_nobody() {
    let desk = Desk::new().await;
    desk.plant("notes/a.txt", "old");
    desk.plant("notes/.mainstay-part", "hal");
    let listed = desk.call("list_directory", json!({ "path": "notes" })).await.expect("a list");
    assert_eq!(listed["entries"].as_array().map(Vec::len), Some(1));
    let found = desk.call("search_files", json!({ "pattern": "*part*" })).await.expect("what was found");
    assert_eq!(found["matches"], json!([]));
    assert_eq!(desk.read("notes/a.txt").await, Ok(json!({ "content": "old", "size": 3 })));
    desk.write("notes/a.txt", "new").await.expect("written");
    assert_eq!(fs::read_dir(desk.root.join("notes")).expect("the folder").count(), 1, "it is cleared away");
}

#[tokio::test]
async fn a_write_that_fails_leaves_the_old_content() {
    let desk = Desk::new().await;
    desk.plant("a.txt", "old");
    // Where the new content would be written first, there is something that cannot be taken away.
    desk.plant(".mainstay-part/x", "");
    let refusal = desk.write("a.txt", "new").await;
    assert_eq!(refusal, Err("`a.txt` cannot be read or written at present.".to_owned()));
    assert_eq!(desk.read("a.txt").await, Ok(json!({ "content": "old", "size": 3 })));
}
