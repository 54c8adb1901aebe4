//! Whatever path a client writes, nothing outside the folder is read, made or changed.

use super::desk::Desk;
use mainstay_mcp::protocol::ReadResourceRequestParams;
use mainstay_mcp::upstream::{Hearing, Upstream as _};
use proptest::prelude::*;
use serde_json::json;
use std::os::unix::fs::symlink;

/// Names that lead somewhere, names that look so, and any others.
fn name() -> impl Strategy<Value = String> {
    let known = [
        "..",
        ".",
        "",
        "a",
        "notes",
        "canary.txt",
        "7",
        "up",
        "away",
        "out.txt",
        "%2e%2e",
        "%2E.",
        "..%2f",
        "%00",
        "．．",
        "...",
        "~",
        "C:",
        ".. ",
        "\0",
        "..\0",
        "\u{2215}",
        "..\u{2044}..",
        ".mainstay-part",
    ];
    prop_oneof![
        6 => prop::sample::select(known.to_vec()).prop_map(str::to_owned),
        1 => any::<String>(),
        1 => (1_usize..300).prop_map(|length| "x".repeat(length)),
    ]
}

fn path() -> impl Strategy<Value = String> {
    let separator = prop_oneof![8 => Just("/"), 1 => Just("\\"), 1 => Just("//"), 1 => Just("%2f")];
    let names = prop::collection::vec((separator, name()), 1..8);
    (any::<bool>(), names).prop_map(|(is_rooted, names)| {
        let path: String = names.into_iter().flat_map(|(separator, name)| [name, separator.to_owned()]).collect();
        if is_rooted { format!("/{path}") } else { path.trim_end_matches('/').to_owned() }
    })
}

async fn call_everything(desk: &Desk, path: &str) {
    let written = |append| json!({ "path": path, "content": "x", "append": append, "create_directories": true });
    let calls = [
        ("read_file", json!({ "path": path })),
        ("list_directory", json!({ "path": path })),
        ("search_files", json!({ "path": path, "pattern": "*", "text": "canary" })),
        ("search_files", json!({ "pattern": path })),
        ("get_file_info", json!({ "path": path })),
        ("write_file", written(false)),
        ("write_file", written(true)),
        ("read_file", json!({ "path": path, "tail": 3 })),
    ];
    for (tool, arguments) in calls {
        // What it gives is looked at as it comes.
        let _ = desk.call(tool, arguments).await;
    }
    let request = ReadResourceRequestParams::new(format!("filesystem://{path}"));
    let read = desk.files.read(request, Hearing::default()).await;
    desk.check_silence(&format!("{read:?}"));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn nothing_outside_is_read_made_or_changed(paths in prop::collection::vec(path(), 1..5)) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
        runtime.block_on(async {
            let desk = Desk::new().await;
            desk.plant("notes/a", "mine");
            symlink("..", desk.root.join("up")).expect("a link");
            symlink(desk.beside.path(), desk.root.join("notes/away")).expect("a link");
            symlink("../canary.txt", desk.root.join("out.txt")).expect("a link");
            for path in &paths {
                call_everything(&desk, path).await;
                desk.check_untouched();
            }
        });
    }
}
