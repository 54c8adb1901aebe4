//! What is found.

use super::desk::{Desk, each};
use proptest::prelude::*;
use serde_json::json;

async fn desk() -> Desk {
    let desk = Desk::new().await;
    let files =
        [("a.txt", "one"), ("b.md", "two"), ("notes/a.txt", "three"), ("notes/old/a.txt", "four"), ("x/y.md", "")];
    for (path, content) in files {
        desk.plant(path, content);
    }
    desk
}

#[tokio::test]
async fn a_pattern_holds_for_names_and_with_a_slash_for_paths() {
    let desk = desk().await;
    let searches: [(&str, &str, &[&str]); 9] = [
        (".", "*.txt", &["a.txt", "notes/a.txt", "notes/old/a.txt"]),
        (".", "?.md", &["b.md", "x/y.md"]),
        (".", "{a,y}.*", &["a.txt", "notes/a.txt", "notes/old/a.txt", "x/y.md"]),
        (".", "notes/*", &["notes/a.txt", "notes/old"]),
        (".", "notes/**", &["notes/a.txt", "notes/old", "notes/old/a.txt"]),
        (".", "**/old/*.txt", &["notes/old/a.txt"]),
        ("notes", "old/*", &["notes/old/a.txt"]),
        ("/notes", "*", &["notes/a.txt", "notes/old", "notes/old/a.txt"]),
        (".", "*.TXT", &[]),
    ];
    for (path, pattern, found) in searches {
        let told =
            desk.call("search_files", json!({ "path": path, "pattern": pattern })).await.expect("what was found");
        assert_eq!(each(&told["matches"], "path"), found, "{pattern} in {path}");
        assert_eq!(told["truncated"], json!(false));
    }
}

#[tokio::test]
async fn a_text_is_looked_for_in_files_letter_for_letter() {
    let desk = desk().await;
    let found = desk.call("search_files", json!({ "pattern": "*", "text": "o" })).await.expect("what was found");
    let told = json!([
        { "path": "a.txt", "type": "file", "size": 3 },
        { "path": "b.md", "type": "file", "size": 3 },
        { "path": "notes/old/a.txt", "type": "file", "size": 4 },
    ]);
    assert_eq!(found["matches"], told);
    let found = desk.call("search_files", json!({ "pattern": "*", "text": "O" })).await.expect("what was found");
    assert_eq!(found["matches"], json!([]));
}

#[tokio::test]
async fn a_search_that_means_nothing_is_refused() {
    let desk = desk().await;
    let long = "x".repeat(1025);
    for (pattern, text) in [("", "x"), ("*", ""), (&*long, "x"), ("*", &*long)] {
        let refusal = "The arguments do not fit: `pattern` and `text` have 1 to 1024 bytes.".to_owned();
        assert_eq!(desk.call("search_files", json!({ "pattern": pattern, "text": text })).await, Err(refusal));
    }
    let refusal = desk.call("search_files", json!({ "pattern": "[a" })).await.expect_err("a refusal");
    assert!(refusal.starts_with("The pattern cannot be read: "), "{refusal}");
    let nested = format!("{}a{}", "{".repeat(500), "}".repeat(500));
    let refusal = desk.call("search_files", json!({ "pattern": nested })).await.expect_err("a refusal");
    assert!(refusal.starts_with("The pattern cannot be read: "), "{refusal}");
}

#[tokio::test]
async fn a_pattern_leads_nowhere_else() {
    let desk = desk().await;
    for pattern in ["../*", "/../*", "**/../*", "/etc/*", "../canary.txt"] {
        let found = desk.call("search_files", json!({ "pattern": pattern })).await.expect("what was found");
        assert_eq!(found["matches"], json!([]), "{pattern}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn any_pattern_is_taken_or_refused(pattern in "[{}\\[\\]!*?,/.a^\\-\\\\é]{1,40}") {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
        runtime.block_on(async {
            let desk = desk().await;
            match desk.call("search_files", json!({ "pattern": pattern })).await {
                Ok(found) => prop_assert_eq!(&found["truncated"], &json!(false)),
                Err(refusal) => prop_assert!(refusal.starts_with("The pattern cannot be read: "), "{}", refusal),
            }
            Ok(())
        })?;
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    /// Large files are read in chunks of 64 KiB.
    #[test]
    fn a_text_is_found_wherever_it_stands(before in 65_500_usize..65_560, length in 1_usize..40) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
        runtime.block_on(async {
            let desk = Desk::new().await;
            let text: String = ('A'..='z').cycle().take(length).collect();
            desk.plant("a", format!("{}{text}{}", ".".repeat(before), ".".repeat(70_000)));
            for (text, count) in [(text.clone(), 1), (format!("{text}!"), 0)] {
                let found = desk.call("search_files", json!({ "pattern": "a", "text": text })).await.expect("found");
                assert_eq!(found["matches"].as_array().map(Vec::len), Some(count));
            }
        });
    }
}
