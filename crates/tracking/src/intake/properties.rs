//! What is said of an event beside its name and page.

use mainstay_kernel::FieldError;
use serde_json::{Map, Value};

/// Most bytes, as JSON.
const MOST_BYTES: usize = 8 * 1024;
/// How deep values may stand in each other: the properties themselves are the first level.
const DEEPEST: usize = 4;
/// Most properties of one event.
const MOST: usize = 64;
/// Longest name, in characters.
const LONGEST_NAME: usize = 64;

/// What is wrong with properties.
pub(super) fn check(properties: &Map<String, Value>) -> Option<FieldError> {
    let wrong = |rule: &str, text: String| Some(FieldError::new("properties", rule, text));
    if properties.len() > MOST {
        return wrong("max", format!("The properties field may have up to {MOST} members."));
    }
    if let Some(name) = properties.keys().find(|name| !is_name(name)) {
        let text = format!("A property's name has 1 to {LONGEST_NAME} characters, none of them a control character.");
        return Some(FieldError::new(format!("properties.{name}"), "name", text));
    }
    if properties.values().any(|value| depth(value) >= DEEPEST) {
        return wrong("depth", format!("The properties field may not be deeper than {DEEPEST} levels."));
    }
    if properties.values().any(has_nul) {
        return wrong("nul", "The properties field may not have a NUL in it.".to_owned());
    }
    if serde_json::to_string(properties).map_or(usize::MAX, |text| text.len()) > MOST_BYTES {
        return wrong("max", format!("The properties field may not be larger than {} KiB.", MOST_BYTES / 1024));
    }
    None
}

fn is_name(name: &str) -> bool {
    let length = name.chars().count();
    (1..=LONGEST_NAME).contains(&length) && !name.chars().any(char::is_control)
}

/// How many levels are in a value. The reader of JSON does not let in so many that this could run out of stack.
fn depth(value: &Value) -> usize {
    let deepest = |depths: &mut dyn Iterator<Item = usize>| depths.max().unwrap_or(0) + 1;
    match value {
        Value::Array(values) => deepest(&mut values.iter().map(depth)),
        Value::Object(members) => deepest(&mut members.values().map(depth)),
        _ => 0,
    }
}

/// PostgreSQL keeps no such text.
fn has_nul(value: &Value) -> bool {
    match value {
        Value::String(text) => text.contains('\0'),
        Value::Array(values) => values.iter().any(has_nul),
        Value::Object(members) => members.iter().any(|(name, value)| name.contains('\0') || has_nul(value)),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn wrong(properties: &Value) -> Option<String> {
        check(properties.as_object().expect("an object")).map(|wrong| wrong.rule)
    }

    #[test]
    fn properties_are_small_and_flat() {
        assert_eq!(wrong(&json!({ "plan": "pro", "cart": { "items": [1, 2] } })), None);
        assert_eq!(wrong(&json!({ "a": { "b": { "c": { "d": {} } } } })).as_deref(), Some("depth"));
        assert_eq!(wrong(&json!({ "a": "x".repeat(9_000) })).as_deref(), Some("max"));
        assert_eq!(wrong(&json!({ "": 1 })).as_deref(), Some("name"));
    }
}
