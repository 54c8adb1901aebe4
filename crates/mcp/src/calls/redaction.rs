//! Arguments as the log has them: less what is secret, and cut where they are long.

use serde_json::{Map, Value, json};

/// What stands in the place of a secret.
const HIDDEN: &str = "[redacted]";
/// Most characters of a text.
const LONGEST: usize = 256;
/// Most levels that are looked into.
const DEEPEST: usize = 8;
/// Most members or items of one object or list.
const MOST_PARTS: usize = 50;
/// Most bytes of all arguments together.
const MOST_BYTES: usize = 8 * 1024;

/// Words that tell of a secret in the name of an argument, whatever its schema says.
const TELLING: [&str; 12] = [
    "password",
    "passwd",
    "passphrase",
    "secret",
    "token",
    "apikey",
    "accesskey",
    "privatekey",
    "credential",
    "authorization",
    "cookie",
    "sessionid",
];

/// The arguments as they are kept. Hidden is what the schema calls secret (`writeOnly`, the format `password`, or
/// `x-sensitive`), and what is called as secrets are.
pub(crate) fn redacted(arguments: &Map<String, Value>, schema: &Map<String, Value>) -> Value {
    let kept = Value::Object(members(arguments, Some(schema), DEEPEST));
    if kept.to_string().len() > MOST_BYTES {
        let names: Vec<&String> = arguments.keys().take(MOST_PARTS).collect();
        return json!({ "(too large)": names });
    }
    kept
}

fn members(object: &Map<String, Value>, schema: Option<&Map<String, Value>>, levels: usize) -> Map<String, Value> {
    let properties = schema.and_then(|schema| schema.get("properties")?.as_object());
    let kept = |(name, value): (&String, &Value)| {
        let of_member = properties.and_then(|properties| properties.get(name)?.as_object());
        let is_hidden = tells_of_secret(name) && !value.is_null();
        let value = if is_hidden { json!(HIDDEN) } else { part(value, of_member, levels) };
        (cut(name), value)
    };
    object.iter().take(MOST_PARTS).map(kept).collect()
}

fn part(value: &Value, schema: Option<&Map<String, Value>>, levels: usize) -> Value {
    if schema.is_some_and(is_secret) && !value.is_null() {
        return json!(HIDDEN);
    }
    let Some(levels) = levels.checked_sub(1) else { return json!("…") };
    match value {
        Value::String(text) => Value::String(cut(text)),
        Value::Array(items) => {
            let of_items = schema.and_then(|schema| schema.get("items")?.as_object());
            items.iter().take(MOST_PARTS).map(|item| part(item, of_items, levels)).collect()
        }
        Value::Object(object) => Value::Object(members(object, schema, levels)),
        Value::Null | Value::Bool(_) | Value::Number(_) => value.clone(),
    }
}

fn is_secret(schema: &Map<String, Value>) -> bool {
    let is_true = |word: &str| schema.get(word) == Some(&Value::Bool(true));
    is_true("writeOnly") || is_true("x-sensitive") || schema.get("format") == Some(&json!("password"))
}

fn tells_of_secret(name: &str) -> bool {
    let plain: String = name.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_ascii_lowercase();
    TELLING.iter().any(|word| plain.contains(word))
}

/// A text as both databases keep it, cut where it is long.
fn cut(text: &str) -> String {
    let mut kept: String = text.chars().filter(|letter| *letter != '\0').take(LONGEST).collect();
    if text.chars().count() > LONGEST {
        kept.push('…');
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn kept(arguments: &Value, schema: &Value) -> Value {
        let object = |value: &Value| value.as_object().cloned().expect("an object");
        redacted(&object(arguments), &object(schema))
    }

    #[test]
    fn what_the_schema_calls_secret_is_hidden() {
        let schema = json!({"properties": {
            "pin": {"type": "string", "writeOnly": true},
            "word": {"type": "string", "format": "password"},
            "inner": {"properties": {"x": {"x-sensitive": true}}},
            "list": {"items": {"properties": {"y": {"writeOnly": true}}}},
        }});
        let arguments =
            json!({"pin": 1234, "word": "w", "inner": {"x": {"deep": 1}, "z": 1}, "list": [{"y": 1, "z": 2}]});
        let expected = json!({
            "pin": HIDDEN, "word": HIDDEN, "inner": {"x": HIDDEN, "z": 1}, "list": [{"y": HIDDEN, "z": 2}]
        });
        assert_eq!(kept(&arguments, &schema), expected);
    }

    #[test]
    fn what_is_called_as_secrets_are_is_hidden_wherever_it_stands() {
        let arguments =
            json!({"API-Key": "k", "path": "a.txt", "nested": [{"refresh_token": "t", "n": 1}], "password": null});
        let expected = json!({"API-Key": HIDDEN, "path": "a.txt", "nested": [{"refresh_token": HIDDEN, "n": 1}], "password": null});
        assert_eq!(kept(&arguments, &json!({})), expected);
    }

    #[test]
    fn long_texts_are_cut_and_large_arguments_are_told_by_their_names() {
        let cut = kept(&json!({"text": "x".repeat(1_000)}), &json!({}));
        assert_eq!(cut["text"].as_str().map(|text| text.chars().count()), Some(LONGEST + 1));
        let many: Map<String, Value> = (0..50).map(|n| (format!("n{n}"), json!("x".repeat(250)))).collect();
        assert!(redacted(&many, &Map::new()).get("(too large)").is_some());
    }

    proptest! {
        #[test]
        fn a_secret_is_nowhere_in_what_is_kept(name in "[a-z]{0,4}(password|Secret|api_key)[a-z]{0,4}", depth in 0_usize..12) {
            let mut value = json!({ name: "hunter2hunter2" });
            for _ in 0..depth {
                value = json!({ "inner": [value] });
            }
            let text = kept(&value, &json!({})).to_string();
            prop_assert!(!text.contains("hunter2"));
        }
    }
}
