//! What an issue is known by among those of its page.

use serde_json::{Map, Value};
use sha2::{Digest as _, Sha256};

/// What tells an issue from others: its sort and its element. Where no element is named, all that was said of it.
pub(crate) fn traits(kind: &str, details: &Map<String, Value>) -> String {
    let mut text = format!("{kind} ");
    match details.get("element") {
        None | Some(Value::Null) => write_object(details, &mut text),
        Some(element) => write(element, &mut text),
    }
    text
}

/// The fingerprint of the `nth` issue with these traits, from 0: 64 hexadecimal digits.
pub(crate) fn of(traits: &str, nth: usize) -> String {
    hex::encode(Sha256::digest(format!("{nth} {traits}")))
}

/// One text for one value, in whatever order members were written. What was read from JSON is at most 128 levels deep.
fn write(value: &Value, text: &mut String) {
    match value {
        Value::Object(members) => write_object(members, text),
        Value::Array(items) => {
            text.push('[');
            for item in items {
                write(item, text);
                text.push(',');
            }
            text.push(']');
        }
        plain => text.push_str(&plain.to_string()),
    }
}

fn write_object(members: &Map<String, Value>, text: &mut String) {
    let mut sorted: Vec<_> = members.iter().collect();
    sorted.sort_by_key(|(name, _)| *name);
    text.push('{');
    for (name, value) in sorted {
        text.push_str(&Value::from(name.as_str()).to_string());
        text.push(':');
        write(value, text);
        text.push(',');
    }
    text.push('}');
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn traits_of(value: Value) -> String {
        let Value::Object(members) = value else { panic!("an object") };
        traits("x", &members)
    }

    #[test]
    fn an_element_alone_tells_an_issue_and_else_all_that_was_said() {
        assert_eq!(
            traits_of(json!({ "element": "img", "line": 1 })),
            traits_of(json!({ "element": "img", "line": 2 }))
        );
        assert_ne!(traits_of(json!({ "element": "img" })), traits_of(json!({ "element": "p" })));
        assert_ne!(traits_of(json!({ "line": 1 })), traits_of(json!({ "line": 2 })));
        assert_eq!(
            traits_of(json!({ "a": 1, "b": { "c": 2, "d": 3 } })),
            traits_of(json!({ "b": { "d": 3, "c": 2 }, "a": 1 }))
        );
    }

    #[test]
    fn a_text_is_not_taken_for_what_it_looks_like() {
        assert_ne!(traits_of(json!({ "a": "1" })), traits_of(json!({ "a": 1 })));
        assert_ne!(traits_of(json!({ "a": "x\",\"b\":\"y" })), traits_of(json!({ "a": "x", "b": "y" })));
    }
}
