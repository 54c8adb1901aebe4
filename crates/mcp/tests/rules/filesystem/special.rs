//! What is neither a file nor a folder.

use super::desk::{Desk, each};
use serde_json::json;
use std::os::unix::net::UnixListener;
use std::process::Command;
use std::time::Duration;

/// A call that waited for somebody at the other end of a pipe would never end.
const PATIENCE: Duration = Duration::from_secs(20);

fn pipe(desk: &Desk, name: &str) {
    assert!(Command::new("mkfifo").arg(desk.root.join(name)).status().expect("mkfifo").success());
}

#[tokio::test]
async fn a_pipe_or_a_socket_is_refused_at_once_by_every_tool() {
    let desk = Desk::new().await;
    pipe(&desk, "pipe");
    let _socket = UnixListener::bind(desk.root.join("socket")).expect("a socket");
    for path in ["pipe", "socket"] {
        let refusals = tokio::time::timeout(PATIENCE, desk.refusals(path)).await.expect("answers");
        let special = format!("`{path}` is neither a file nor a folder.");
        let no_folder = format!("`{path}` is not a folder.");
        assert_eq!(refusals, [&special, &special, &special, &no_folder, &special].map(String::clone));
    }
}

#[tokio::test]
async fn a_search_for_a_text_passes_a_pipe_by() {
    let desk = Desk::new().await;
    pipe(&desk, "a_pipe");
    desk.plant("b.txt", "needle");
    let search = desk.call("search_files", json!({ "pattern": "*", "text": "needle" }));
    let found = tokio::time::timeout(PATIENCE, search).await.expect("an answer").expect("what was found");
    assert_eq!(each(&found["matches"], "path"), ["b.txt"]);
    let listed = desk.call("list_directory", json!({})).await.expect("a list");
    assert_eq!(each(&listed["entries"], "type"), ["other", "file"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pipe_that_takes_the_place_of_a_file_is_neither_waited_for_nor_read() {
    let desk = Desk::new().await;
    desk.plant("file", "mine");
    pipe(&desk, "pipe");
    let (file, pipe, spare) = (desk.root.join("file"), desk.root.join("pipe"), desk.root.join("spare"));
    let swaps = tokio::task::spawn_blocking(move || {
        for _ in 0..50_000 {
            std::fs::rename(&file, &spare).and_then(|()| std::fs::rename(&pipe, &file)).expect("swapped");
            std::fs::rename(&file, &pipe).and_then(|()| std::fs::rename(&spare, &file)).expect("swapped back");
        }
    });
    let refusals = ["`file` is neither a file nor a folder.", "There is no file or folder `file`."];
    let calls = async {
        while !swaps.is_finished() {
            match desk.read("file").await {
                Ok(read) => assert_eq!(read, json!({ "content": "mine", "size": 4 })),
                Err(refusal) => assert!(refusals.contains(&&*refusal), "{refusal}"),
            }
        }
    };
    tokio::time::timeout(PATIENCE * 3, calls).await.expect("answers");
    swaps.await.expect("the swaps");
    assert_eq!(desk.read("file").await, Ok(json!({ "content": "mine", "size": 4 })));
}
