//! Symbolic links that somebody else put into the folder.

use super::desk::{CANARY, Desk, each};
use serde_json::{Value, json};
use std::fs;
use std::os::unix::fs::symlink;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};

fn closed(path: &str) -> String {
    format!("`{path}` leads out of the workspace's folder, or may not be opened.")
}

#[tokio::test]
async fn a_link_that_leads_out_is_not_followed_by_any_tool() {
    let desk = Desk::new().await;
    let outside = desk.beside.path();
    let inside = desk.root.join("inside.txt");
    fs::write(&inside, "inside").expect("a file");
    desk.plant("deep/x", "");
    let links: [(&str, &Path); 6] = [
        ("relative", Path::new("../canary.txt")),
        ("absolute", &outside.join("canary.txt")),
        ("absolute_inside", &inside),
        ("deep/relative", Path::new("../../canary.txt")),
        ("chain", Path::new("relative")),
        ("device", Path::new("/dev/zero")),
    ];
    for (link, target) in links {
        symlink(target, desk.root.join(link)).expect("a link");
    }
    for (link, _) in links {
        let refusals = desk.refusals(link).await;
        // What is written takes no link's place, and what is searched is no link.
        assert_eq!(refusals[0], closed(link));
        assert_eq!(refusals[1], format!("`{link}` is neither a file nor a folder."));
        assert_eq!(refusals[2], closed(link));
        assert_eq!(refusals[3], format!("`{link}` is not a folder."));
        assert_eq!(refusals[4], closed(link));
    }
    assert_eq!(fs::read_to_string(inside).expect("the file"), "inside");
    desk.check_untouched();
}

#[tokio::test]
async fn nothing_is_reached_through_a_folder_that_is_a_link_out() {
    let desk = Desk::new().await;
    symlink("..", desk.root.join("up")).expect("a link");
    symlink(desk.beside.path(), desk.root.join("away")).expect("a link");
    symlink("/", desk.root.join("top")).expect("a link");
    for path in ["up/canary.txt", "away/canary.txt", "top/etc/passwd", "up/7/a.txt", "up/new/file.txt"] {
        for refusal in desk.refusals(path).await {
            assert!(
                refusal.ends_with("leads out of the workspace's folder, or may not be opened."),
                "{path}: {refusal}"
            );
        }
    }
    for folder in ["up", "away", "top"] {
        assert_eq!(desk.call("list_directory", json!({ "path": folder })).await, Err(closed(folder)));
    }
    desk.check_untouched();
}

#[tokio::test]
async fn a_link_to_nowhere_outside_makes_nothing_there() {
    let desk = Desk::new().await;
    symlink("../new.txt", desk.root.join("file")).expect("a link");
    symlink("../new", desk.root.join("folder")).expect("a link");
    desk.write("file", "x").await.expect_err("a refusal");
    let below = json!({ "path": "folder/a.txt", "content": "x", "create_directories": true });
    desk.call("write_file", below).await.expect_err("a refusal");
    desk.check_untouched();
}

#[tokio::test]
async fn a_link_that_stays_inside_is_followed_where_it_is_named() {
    let desk = Desk::new().await;
    desk.plant("notes/a.txt", "hello");
    symlink("notes", desk.root.join("alias")).expect("a link");
    symlink("notes/a.txt", desk.root.join("a")).expect("a link");
    for path in ["alias/a.txt", "a"] {
        assert_eq!(desk.read(path).await, Ok(json!({ "content": "hello", "size": 5 })));
    }
    desk.write("alias/a.txt", "changed").await.expect("written");
    assert_eq!(fs::read_to_string(desk.root.join("notes/a.txt")).expect("the file"), "changed");
    let refusal = desk.write("a", "x").await;
    assert_eq!(refusal, Err("`a` is neither a file nor a folder.".to_owned()), "a link is not written over");
}

#[tokio::test]
async fn a_link_is_listed_as_what_it_is_and_not_searched() {
    let desk = Desk::new().await;
    desk.plant("notes/a.txt", "hello");
    symlink("notes", desk.root.join("alias")).expect("a link");
    symlink("..", desk.root.join("up")).expect("a link");
    symlink(".", desk.root.join("here")).expect("a link");
    let listed = desk.call("list_directory", json!({})).await.expect("a list");
    assert_eq!(each(&listed["entries"], "name"), ["alias", "here", "notes", "up"]);
    assert_eq!(each(&listed["entries"], "type"), ["symlink", "symlink", "directory", "symlink"]);
    assert!(listed["entries"].as_array().expect("a list").iter().all(|entry| entry["size"] == json!(0)));
    for search in [json!({ "pattern": "*.txt" }), json!({ "pattern": "*", "text": "l" })] {
        let found = desk.call("search_files", search).await.expect("what was found");
        assert_eq!(each(&found["matches"], "path"), ["notes/a.txt"]);
        assert_eq!(found["truncated"], json!(false));
    }
}

#[tokio::test]
async fn what_is_known_by_another_name_outside_is_not_changed_there() {
    let desk = Desk::new().await;
    fs::hard_link(desk.beside.path().join("canary.txt"), desk.root.join("a.txt")).expect("a name");
    fs::hard_link(desk.beside.path().join("canary.txt"), desk.root.join("b.txt")).expect("a name");
    desk.write("a.txt", "x").await.expect("written");
    desk.call("write_file", json!({ "path": "b.txt", "content": "x", "append": true })).await.expect("written");
    desk.check_untouched();
}

#[tokio::test]
async fn a_ring_of_links_ends() {
    let desk = Desk::new().await;
    symlink("two", desk.root.join("one")).expect("a link");
    symlink("one", desk.root.join("two")).expect("a link");
    assert_eq!(desk.refusals("one").await[0], "`one` cannot be read or written at present.");
}

/// While `door` is now a folder and now a link out, no call gets through it.
#[tokio::test(flavor = "multi_thread")]
async fn a_folder_that_is_swapped_for_a_link_lets_nobody_out() {
    let desk = Desk::new().await;
    let (door, folder, link) = (desk.root.join("door"), desk.root.join("folder"), desk.root.join("link"));
    desk.plant("door/canary.txt", "mine");
    symlink("..", &link).expect("a link");
    let is_over = AtomicBool::new(false);
    std::thread::scope(|scope| {
        let swapping = scope.spawn(|| {
            let mut swaps = 0;
            while !is_over.load(Ordering::Relaxed) {
                fs::rename(&door, &folder).and_then(|()| fs::rename(&link, &door)).expect("swapped");
                fs::rename(&door, &link).and_then(|()| fs::rename(&folder, &door)).expect("swapped back");
                swaps += 1;
            }
            swaps
        });
        let calls = async {
            for round in 0..400 {
                let _ = desk.read("door/canary.txt").await.map(|read| assert_eq!(read["content"], json!("mine")));
                let _ = desk.call("search_files", json!({ "pattern": "*", "text": CANARY })).await.map(none_found);
                let _ = desk.call("list_directory", json!({ "path": "door" })).await;
                if round % 8 == 0 {
                    // The door itself is not to be made anew while it is away.
                    let new = json!({ "path": "door/new.txt", "content": "x", "create_directories": false });
                    let _ = desk.call("write_file", new).await;
                }
            }
        };
        tokio::task::block_in_place(|| tokio::runtime::Handle::current().block_on(calls));
        is_over.store(true, Ordering::Relaxed);
        assert!(swapping.join().expect("the swaps") > 0);
    });
    desk.check_untouched();
}

#[expect(clippy::needless_pass_by_value, reason = "what a call gives")]
fn none_found(found: Value) {
    assert_eq!(found["matches"], json!([]));
}
