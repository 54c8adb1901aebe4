//! The settings of a workspace: a small JSON object, changed key by key.

use mainstay_kernel::FieldError;
use serde_json::{Map, Value};

const MAX_KEYS: usize = 100;
const MAX_KEY_CHARACTERS: usize = 64;
const MAX_BYTES: usize = 16 * 1024;
/// The settings themselves are the first level.
const MAX_DEPTH: usize = 8;

/// The settings after a change: each of its keys is set, or removed where its value is null.
pub(crate) fn merge(
    present: &Map<String, Value>,
    change: Map<String, Value>,
) -> Result<Map<String, Value>, FieldError> {
    let mut settings = present.clone();
    for (key, value) in change {
        if value.is_null() {
            settings.remove(&key);
        } else {
            check(&key, &value)?;
            settings.insert(key, value);
        }
    }
    if settings.len() > MAX_KEYS {
        return Err(FieldError::new("settings", "maxProperties", "The settings may not have more than 100 keys."));
    }
    if serde_json::to_vec(&settings).map_or(usize::MAX, |document| document.len()) > MAX_BYTES {
        return Err(FieldError::new("settings", "maxLength", "The settings may not be larger than 16 KiB."));
    }
    Ok(settings)
}

fn check(key: &str, value: &Value) -> Result<(), FieldError> {
    let wrong = |rule: &str, message: &str| {
        let start: String = key.chars().take(MAX_KEY_CHARACTERS).collect();
        Err(FieldError::new(format!("settings.{start}"), rule, message))
    };
    if key.is_empty() {
        return wrong("required", "A key of the settings may not be empty.");
    }
    if key.chars().count() > MAX_KEY_CHARACTERS {
        return wrong("maxLength", "A key of the settings may not be longer than 64 characters.");
    }
    if depth(value) >= MAX_DEPTH {
        return wrong("maxDepth", "The settings may not be nested more than 8 levels deep.");
    }
    // PostgreSQL keeps no such character, in text or in JSON.
    if key.contains('\0') || has_nul(value) {
        return wrong("format", "The settings may not contain the character NUL.");
    }
    Ok(())
}

/// How many levels of objects and arrays a value has.
fn depth(value: &Value) -> usize {
    match value {
        Value::Array(items) => 1 + items.iter().map(depth).max().unwrap_or(0),
        Value::Object(fields) => 1 + fields.values().map(depth).max().unwrap_or(0),
        _ => 0,
    }
}

fn has_nul(value: &Value) -> bool {
    match value {
        Value::String(text) => text.contains('\0'),
        Value::Array(items) => items.iter().any(has_nul),
        Value::Object(fields) => fields.iter().any(|(key, value)| key.contains('\0') || has_nul(value)),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn object(value: Value) -> Map<String, Value> {
        serde_json::from_value(value).expect("an object")
    }

    fn refused(change: Value) -> (String, String) {
        let problem = merge(&Map::new(), object(change)).expect_err("refused");
        (problem.field, problem.rule)
    }

    #[test]
    fn a_change_sets_replaces_and_removes_keys_of_the_first_level_only() {
        let present = object(json!({"a": 1, "b": {"x": 1, "y": 2}, "c": true}));
        let merged = merge(&present, object(json!({"b": {"x": 3}, "c": null, "d": [null]}))).expect("merged");
        assert_eq!(Value::Object(merged), json!({"a": 1, "b": {"x": 3}, "d": [null]}));
    }

    #[test]
    fn the_hundredth_key_is_taken_and_the_next_is_not() {
        let hundred: Map<_, _> = (0..100).map(|n| (format!("k{n}"), json!(n))).collect();
        let full = merge(&Map::new(), hundred).expect("a hundred keys");
        assert_eq!(merge(&full, object(json!({"one": 1}))).expect_err("refused").rule, "maxProperties");
        assert!(merge(&full, object(json!({"one": 1, "k0": null}))).is_ok(), "a key was removed for it");
    }

    #[test]
    fn keys_have_one_to_sixty_four_characters_whatever_their_bytes() {
        assert!(merge(&Map::new(), object(json!({"é".repeat(64): 1}))).is_ok());
        assert_eq!(refused(json!({"k".repeat(65): 1})), (format!("settings.{}", "k".repeat(64)), "maxLength".into()));
        assert_eq!(refused(json!({"": 1})), ("settings.".into(), "required".into()));
    }

    #[test]
    fn the_document_has_at_most_sixteen_kibibytes() {
        let fitting = MAX_BYTES - r#"{"k":""}"#.len();
        assert!(merge(&Map::new(), object(json!({"k": "x".repeat(fitting)}))).is_ok());
        assert_eq!(refused(json!({"k": "x".repeat(fitting + 1)})), ("settings".into(), "maxLength".into()));
    }

    #[test]
    fn eight_levels_are_taken_and_nine_are_not() {
        let nested = |levels| (0..levels).fold(json!(1), |value, _| json!([value]));
        assert!(merge(&Map::new(), object(json!({"k": nested(7)}))).is_ok());
        assert_eq!(refused(json!({"k": nested(8)})), ("settings.k".into(), "maxDepth".into()));
    }

    #[test]
    fn the_character_that_no_database_keeps_is_refused_wherever_it_hides() {
        for change in [json!({"k\0": 1}), json!({"k": "\0"}), json!({"k": [{"\0": 1}]})] {
            assert_eq!(refused(change).1, "format");
        }
    }
}
