//! JSON into a request type, with the field named when a value does not fit.

use crate::failure::Rejection;
use serde::de::{DeserializeOwned, IgnoredAny};
use serde_json::Value;
use serde_path_to_error::Path;

/// Reads a body.
///
/// # Errors
/// [`Rejection::Malformed`] when it is not JSON, [`Rejection::Invalid`] when a value does not fit.
pub(super) fn parse<T: DeserializeOwned>(body: &[u8]) -> Result<T, Rejection> {
    // RFC 8259 §8.1: JSON is UTF-8, also in the parts that nobody reads.
    let text = std::str::from_utf8(body).map_err(|_| Rejection::Malformed("The body is not UTF-8.".to_owned()))?;
    refuse_nul(body)?;
    refuse_list(text)?;
    let mut reader = serde_json::Deserializer::from_str(text);
    let value = serde_path_to_error::deserialize(&mut reader).map_err(|error| {
        // A value that does not fit may be met before the place where the JSON breaks.
        if let Err(broken) = serde_json::from_str::<IgnoredAny>(text) {
            return malformed(&broken);
        }
        let path = field_name(error.path());
        explain(error.inner(), &path)
    })?;
    reader.end().map_err(|error| malformed(&error))?;
    Ok(value)
}

/// A type that has fields would take a list of them as well, in the order in which they stand in the program.
fn refuse_list(text: &str) -> Result<(), Rejection> {
    if !text.trim_start().starts_with('[') {
        return Ok(());
    }
    match serde_json::from_str::<IgnoredAny>(text) {
        Ok(_) => Err(Rejection::field("body", "type", "The body field must be an object.")),
        Err(error) => Err(malformed(&error)),
    }
}

fn malformed(error: &serde_json::Error) -> Rejection {
    let (line, column) = (error.line(), error.column());
    Rejection::Malformed(format!("The body is not valid JSON (line {line}, column {column})."))
}

/// Serde's own words may repeat what was sent, which may be a secret: only what it expected is kept.
fn explain(error: &serde_json::Error, path: &str) -> Rejection {
    let words = error.to_string();
    if words.starts_with("recursion limit") {
        return malformed(error);
    }
    if let Some(missing) = words.strip_prefix("missing field `").and_then(|rest| rest.split('`').next()) {
        let field = if path.is_empty() { missing.to_owned() } else { format!("{path}.{missing}") };
        return Rejection::field(&field, "required", format!("The {field} field is required."));
    }
    let field = if path.is_empty() { "body" } else { path };
    let expected = words.rsplit_once(", expected ").map(|(_, rest)| rest.split(" at line ").next().unwrap_or(rest));
    let message = match expected {
        Some("struct" | "a map") => format!("The {field} field must be an object."),
        Some(expected) if expected.starts_with("struct ") => format!("The {field} field must be an object."),
        Some(expected) => format!("The {field} field must be {expected}."),
        None => format!("The {field} field is not valid."),
    };
    Rejection::field(field, "type", message)
}

/// `scopes.0` for the first element of `scopes`.
fn field_name(path: &Path) -> String {
    let text = path.to_string().replace('[', ".").replace(']', "");
    if text == "." || text == "?" { String::new() } else { text.trim_start_matches('.').to_owned() }
}

/// PostgreSQL keeps no NUL in text, so none is taken anywhere.
fn refuse_nul(body: &[u8]) -> Result<(), Rejection> {
    let suspicious = body.windows(6).any(|window| window == b"\\u0000");
    if !suspicious {
        return Ok(());
    }
    let value: Value = serde_json::from_slice(body).map_err(|error| malformed(&error))?;
    match find_nul(&value, String::new()) {
        Some(field) => {
            let message = format!("The {field} field must not contain the character NUL.");
            Err(Rejection::field(&field, "nul", message))
        }
        None => Ok(()),
    }
}

fn find_nul(value: &Value, path: String) -> Option<String> {
    let below = |name: &str| if path.is_empty() { name.to_owned() } else { format!("{path}.{name}") };
    match value {
        Value::String(text) if text.contains('\0') => Some(if path.is_empty() { "body".to_owned() } else { path }),
        Value::Array(items) => items.iter().enumerate().find_map(|(at, item)| find_nul(item, below(&at.to_string()))),
        Value::Object(fields) => fields.iter().find_map(|(name, field)| {
            if name.contains('\0') { Some("body".to_owned()) } else { find_nul(field, below(name)) }
        }),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use mainstay_kernel::{Details, Fault as _};
    use serde::Deserialize;

    #[derive(Debug, Deserialize)]
    #[expect(dead_code, reason = "only read")]
    struct Body {
        name: String,
        #[serde(default)]
        tags: Vec<String>,
    }

    fn complaint(body: &str) -> (String, String) {
        match parse::<Body>(body.as_bytes()).expect_err("refused").details() {
            Details::Fields(fields) => (fields[0].field.clone(), fields[0].message.clone()),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn the_field_that_does_not_fit_is_named_and_its_value_not_repeated() {
        assert_eq!(complaint("{}"), ("name".into(), "The name field is required.".into()));
        assert_eq!(complaint(r#"{"name": 7}"#), ("name".into(), "The name field must be a string.".into()));
        let nested = complaint(r#"{"name": "x", "tags": ["a", {"secret": 1}]}"#);
        assert_eq!(nested, ("tags.1".into(), "The tags.1 field must be a string.".into()));
        assert_eq!(complaint("[]"), ("body".into(), "The body field must be an object.".into()));
        assert_eq!(complaint(r#" ["a name"]"#).0, "body", "fields are not told by their place");
    }

    #[test]
    fn what_is_no_json_is_malformed() {
        let broken: [&[u8]; 7] = [
            b"",
            b"{",
            b"[[",
            b"{\"name\": }",
            b"{\"name\": \"x\"} tail",
            b"{} tail",
            b"{\"name\": \"x\", \"other\": \"\xff\"}",
        ];
        for body in broken {
            assert!(matches!(parse::<Body>(body), Err(Rejection::Malformed(_))), "{body:?}");
        }
    }

    #[test]
    fn the_character_nul_is_refused_wherever_it_stands_and_an_escaped_backslash_is_not_taken_for_it() {
        assert_eq!(complaint(r#"{"name": "a\u0000b"}"#).0, "name");
        assert_eq!(complaint(r#"{"name": "x", "tags": ["\u0000"]}"#).0, "tags.0");
        assert!(parse::<Body>(br#"{"name": "a\\u0000b"}"#).is_ok());
    }
}
