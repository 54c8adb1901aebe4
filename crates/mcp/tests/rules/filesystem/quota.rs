//! How much a workspace may hold.

use super::desk::Desk;
use mainstay_mcp::filesystem::{Filesystem, Limits, OpenError};
use proptest::prelude::*;
use serde_json::{Value, json};
use std::fs;
use std::path::Path;

const FILES: u64 = 6;
const BYTES: u64 = 100;

fn small() -> Limits {
    Limits { files: FILES, total_bytes: BYTES, ..Limits::default() }
}

fn full() -> String {
    "The workspace is full: it may hold 6 files and folders, and 100 bytes.".to_owned()
}

/// What there is, counted by somebody else.
fn held(folder: &Path) -> (u64, u64) {
    fs::read_dir(folder).expect("a folder").fold((0, 0), |(files, bytes), entry| {
        let seen = entry.as_ref().expect("one").metadata().expect("what is known");
        let (inner_files, inner_bytes) =
            if seen.is_dir() { held(&entry.expect("one").path()) } else { (0, seen.len()) };
        (files + 1 + inner_files, bytes + inner_bytes)
    })
}

#[tokio::test]
async fn a_workspace_holds_only_so_many_bytes() {
    let desk = Desk::with(small()).await;
    desk.write("a", &"x".repeat(60)).await.expect("60 bytes");
    desk.write("b", &"x".repeat(40)).await.expect("100 bytes");
    assert_eq!(desk.write("c", "x").await, Err(full()));
    assert!(!desk.root.join("c").exists());
    assert_eq!(desk.write("a", &"x".repeat(61)).await, Err(full()));
    desk.write("a", &"x".repeat(59)).await.expect("99 bytes");
    desk.write("c", "x").await.expect("100 bytes");
    let more = json!({ "path": "c", "content": "x", "append": true });
    assert_eq!(desk.call("write_file", more).await, Err(full()));
}

#[tokio::test]
async fn a_workspace_holds_only_so_many_files_and_folders() {
    let desk = Desk::with(small()).await;
    let below = |path: &str| json!({ "path": path, "content": "", "create_directories": true });
    desk.call("write_file", below("1/2/3/4/a")).await.expect("five");
    assert_eq!(desk.call("write_file", below("5/b")).await, Err(full()), "a folder and a file are two");
    assert!(!desk.root.join("5").exists(), "nothing is made on the way to a refusal");
    desk.write("b", "").await.expect("six");
    assert_eq!(desk.write("c", "").await, Err(full()));
    desk.write("b", "x").await.expect("what is there may be written");
}

#[tokio::test]
async fn what_was_there_before_counts() {
    let desk = Desk::prepared(small(), |root| fs::write(root.join("old"), "x".repeat(99)).expect("a file")).await;
    desk.write("a", "x").await.expect("100 bytes");
    assert_eq!(desk.write("b", "x").await, Err(full()));
}

#[tokio::test]
async fn a_workspace_that_is_too_full_may_shrink() {
    let desk = Desk::prepared(small(), |root| {
        for name in ["1", "2", "3", "4", "5", "6", "7"] {
            fs::write(root.join(name), "x".repeat(50)).expect("a file");
        }
    });
    let desk = desk.await;
    desk.write("1", &"x".repeat(49)).await.expect("less than before");
    assert_eq!(desk.write("1", &"x".repeat(50)).await, Err(full()));
}

#[tokio::test(flavor = "multi_thread")]
async fn many_who_write_at_once_do_not_pass_it_together() {
    let desk = Desk::with(Limits { files: 1000, at_once: 8, ..small() }).await;
    let names: Vec<_> = (0..32).map(|number| format!("file-{number}")).collect();
    let content = "x".repeat(10);
    let writes = names.iter().map(|name| desk.write(name, &content));
    let written = futures_util::future::join_all(writes).await;
    assert_eq!(written.iter().filter(|written| written.is_ok()).count(), 10);
    assert_eq!(held(&desk.root), (10, 100));
}

#[tokio::test]
async fn a_folder_is_counted_by_one_alone() {
    let desk = Desk::with(small()).await;
    let other = Filesystem::open(&desk.root, small()).await;
    assert!(matches!(other, Err(OpenError::InUse)), "{other:?}");
    let Desk { beside, root, files } = desk;
    let clone = files.clone();
    drop(files);
    Filesystem::open(&root, small()).await.expect_err("a clone has it open");
    drop(clone);
    Filesystem::open(&root, small()).await.expect("nobody has it open");
    drop(beside);
}

#[tokio::test]
async fn a_folder_that_cannot_be_opened_is_not_named() {
    let desk = Desk::new().await;
    let refused = Filesystem::open(&desk.beside.path().join("canary.txt/7"), small()).await.expect_err("an error");
    desk.check_silence(&format!("{refused} {refused:?}"));
}

fn write() -> impl Strategy<Value = (String, usize, bool)> {
    let path = prop::sample::select(vec!["a", "b", "c", "d/a", "d/b", "d/e/a", "f/g/h/a"]);
    (path.prop_map(str::to_owned), 0_usize..60, any::<bool>())
}

/// Whether it fits, by what is there.
fn fits(root: &Path, path: &str, size: usize, is_appended: bool) -> bool {
    let (files, bytes) = held(root);
    let ends = path.match_indices('/').map(|(end, _)| end).chain([path.len()]);
    let come = ends.filter(|end| !root.join(&path[..*end]).exists()).count() as u64;
    let old = fs::metadata(root.join(path)).map_or(0, |seen| seen.len());
    let new = if is_appended { old + size as u64 } else { size as u64 };
    (come == 0 || files + come <= FILES) && (new <= old || bytes - old + new <= BYTES)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn exactly_that_is_written_which_fits(writes in prop::collection::vec(write(), 1..24)) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
        runtime.block_on(async {
            let desk = Desk::with(small()).await;
            for (path, size, append) in writes {
                let may = fits(&desk.root, &path, size, append);
                let before = held(&desk.root);
                let asked = json!({
                    "path": path, "content": "x".repeat(size), "append": append, "create_directories": true,
                });
                let written: Result<Value, _> = desk.call("write_file", asked).await;
                assert_eq!(written.is_ok(), may, "{path} {size} {append}: {written:?}");
                let after = held(&desk.root);
                assert!(after.0 <= FILES && after.1 <= BYTES, "{after:?}");
                assert!(may || before == after, "a refusal changes nothing");
            }
        });
    }
}
