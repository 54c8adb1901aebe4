//! What is read of a file, and what is known about it.

use super::desk::{Desk, each};
use mainstay_kernel::Timestamp;
use serde_json::{Value, json};
use std::fs::{self, FileTimes};
use std::time::{Duration, UNIX_EPOCH};

async fn part(desk: &Desk, mut part: Value) -> Result<Value, String> {
    part["path"] = json!("a.txt");
    desk.call("read_file", part).await.map(|read| read["content"].clone())
}

#[tokio::test]
async fn text_is_read_as_text_and_anything_else_as_base64() {
    let desk = Desk::new().await;
    let files: [(&[u8], Value); 4] = [
        (b"", json!({ "content": "", "size": 0 })),
        ("gr\u{fc}n\n".as_bytes(), json!({ "content": "gr\u{fc}n\n", "size": 6 })),
        (&[0xff, 0xfe], json!({ "content": "//4=", "size": 2, "encoding": "base64" })),
        (b"a\0", json!({ "content": "YQA=", "size": 2, "encoding": "base64" })),
    ];
    for (bytes, told) in files {
        desk.plant("file", bytes);
        assert_eq!(desk.read("file").await, Ok(told));
    }
}

#[tokio::test]
async fn a_part_is_read_by_bytes() {
    let desk = Desk::new().await;
    desk.plant("a.txt", "0123456789");
    let parts = [
        (json!({ "offset": 7 }), "789"),
        (json!({ "length": 3 }), "012"),
        (json!({ "offset": 2, "length": 3 }), "234"),
        (json!({ "offset": 8, "length": 30 }), "89"),
        (json!({ "offset": 30 }), ""),
        (json!({ "offset": u64::MAX, "length": u64::MAX }), ""),
        (json!({ "length": 0 }), ""),
    ];
    for (asked, content) in parts {
        assert_eq!(part(&desk, asked.clone()).await, Ok(json!(content)), "{asked}");
    }
    let read = desk.call("read_file", json!({ "path": "a.txt", "offset": 9 })).await;
    assert_eq!(read, Ok(json!({ "content": "9", "size": 10 })), "the size is that of the whole file");
}

#[tokio::test]
async fn a_part_is_read_by_lines() {
    let desk = Desk::new().await;
    for (file, lines) in [("one\ntwo\nthree\n", 3), ("one\ntwo\nthree", 3), ("\n\n\n", 3), ("one", 1), ("", 0)] {
        desk.plant("a.txt", file);
        let split: Vec<_> = file.split_inclusive('\n').collect();
        assert_eq!(split.len(), lines);
        for asked in 1..=4 {
            let (head, tail) = (&split[..asked.min(lines)], &split[lines.saturating_sub(asked)..]);
            assert_eq!(part(&desk, json!({ "head": asked })).await, Ok(json!(head.concat())), "{asked} of {file:?}");
            assert_eq!(part(&desk, json!({ "tail": asked })).await, Ok(json!(tail.concat())), "{asked} of {file:?}");
        }
    }
}

#[tokio::test]
async fn a_part_is_told_in_one_way() {
    let desk = Desk::new().await;
    desk.plant("a.txt", "one\n");
    for asked in [json!({ "head": 1, "tail": 1 }), json!({ "head": 1, "offset": 0 }), json!({ "tail": 1, "length": 1 })]
    {
        let refusal = "The arguments do not fit: a part is told by bytes, by `head` or by `tail`.";
        assert_eq!(part(&desk, asked).await, Err(refusal.to_owned()));
    }
}

#[tokio::test]
async fn a_folder_is_listed_by_name() {
    let desk = Desk::new().await;
    for name in ["b.txt", "a.txt", "\u{e9}.txt", "B.txt", ".hidden"] {
        desk.plant(name, name);
    }
    desk.plant("folder/inner.txt", "");
    let listed = desk.call("list_directory", json!({})).await.expect("a list");
    assert_eq!((&listed["path"], &listed["truncated"]), (&json!("."), &json!(false)));
    let entries = &listed["entries"];
    assert_eq!(each(entries, "name"), [".hidden", "B.txt", "a.txt", "b.txt", "folder", "\u{e9}.txt"]);
    assert_eq!((&entries[1]["type"], &entries[1]["size"]), (&json!("file"), &json!(5)));
    assert_eq!((&entries[4]["type"], &entries[4]["size"]), (&json!("directory"), &json!(0)));
}

#[tokio::test]
async fn times_are_told_in_utc() {
    let desk = Desk::new().await;
    desk.plant("notes/a.txt", "hello");
    let file = fs::File::options().write(true).open(desk.root.join("notes/a.txt")).expect("the file");
    let time = UNIX_EPOCH + Duration::from_secs(1_700_000_000);
    file.set_times(FileTimes::new().set_modified(time)).expect("a time");
    let listed = desk.call("list_directory", json!({ "path": "notes" })).await.expect("a list");
    assert_eq!(each(&listed["entries"], "modified_at"), ["2023-11-14T22:13:20Z"]);
    let info = desk.call("get_file_info", json!({ "path": "/notes/a.txt" })).await.expect("what is known");
    assert_eq!(info["modified_at"], json!("2023-11-14T22:13:20Z"));
    let made = info["created_at"].as_str().map(Timestamp::parse);
    assert!(made.is_none_or(|made| made.is_some()), "{info}");
}

#[tokio::test]
async fn what_is_known_about_a_file_is_told() {
    let desk = Desk::new().await;
    desk.plant("notes/a.json", "{}");
    let mut info = desk.call("get_file_info", json!({ "path": "/notes/a.json" })).await.expect("what is known");
    info.as_object_mut().expect("an object").retain(|fact, _| !fact.ends_with("_at"));
    let told = json!({
        "path": "notes/a.json", "name": "a.json", "type": "file", "size": 2, "is_read_only": false,
        "mime_type": "application/json",
    });
    assert_eq!(info, told);
    let info = desk.call("get_file_info", json!({ "path": "" })).await.expect("what is known");
    let told = ["path", "name", "type", "size"].map(|fact| &info[fact]);
    assert_eq!(told, [&json!("."), &json!("."), &json!("directory"), &json!(0)]);
}
