//! JSON into a request type, with the field named when a value does not fit.

mod absent;
mod nul;
mod object;

use crate::failure::Rejection;
use mainstay_kernel::FieldError;
use object::Object;
use schemars::JsonSchema;
use serde::de::{DeserializeOwned, IgnoredAny};
use serde_path_to_error::Path;

/// Reads a body that is an object.
///
/// # Errors
/// [`Rejection::Malformed`] when it is not JSON, [`Rejection::Invalid`] when a value does not fit.
pub fn object<T: DeserializeOwned + JsonSchema>(body: &[u8]) -> Result<T, Rejection> {
    let text = readable(body)?;
    refuse_list(text)?;
    fit(text)
}

/// Reads a body that is a list of objects.
///
/// # Errors
/// As for [`object`]; a field is named by its object's place and its own name, such as `0.id`.
pub fn objects<T: DeserializeOwned + JsonSchema>(body: &[u8]) -> Result<Vec<T>, Rejection> {
    let objects: Vec<Object<T>> = fit(readable(body)?)?;
    Ok(objects.into_iter().map(|Object(object)| object).collect())
}

/// RFC 8259 §8.1: JSON is UTF-8, also in the parts that nobody reads.
fn readable(body: &[u8]) -> Result<&str, Rejection> {
    let text = std::str::from_utf8(body).map_err(|_| Rejection::Malformed("The body is not UTF-8.".to_owned()))?;
    nul::refuse(body)?;
    Ok(text)
}

/// To keep the way to each value costs more than to read it, and only what is wrong needs it.
fn fit<T: DeserializeOwned + JsonSchema>(text: &str) -> Result<T, Rejection> {
    serde_json::from_str(text).or_else(|_| explained(text))
}

/// Reads it again, now with the way to each value.
fn explained<T: DeserializeOwned + JsonSchema>(text: &str) -> Result<T, Rejection> {
    let mut reader = serde_json::Deserializer::from_str(text);
    let value = serde_path_to_error::deserialize(&mut reader).map_err(|error| {
        // A value that does not fit may be met before the place where the JSON breaks.
        if let Err(broken) = serde_json::from_str::<IgnoredAny>(text) {
            return malformed(&broken);
        }
        let path = field_name(error.path());
        match missing(error.inner()) {
            Some(field) if path.is_empty() => required(&absent::fields::<T>(text, &field)),
            Some(field) => required(&[below(&path, &field)]),
            None => explain(error.inner(), &path),
        }
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
    if let Some(twice) = quoted(&words, "duplicate field `") {
        let field = below(path, twice);
        return Rejection::field(&field, "once", format!("The {field} field must be there only once."));
    }
    if let Some(strange) = quoted(&words, "unknown field `") {
        let field = if path.ends_with(strange) { path.to_owned() } else { below(path, strange) };
        return Rejection::field(&field, "unknown", format!("There is no field {field} here."));
    }
    let field = if path.is_empty() { "body" } else { path };
    let expected = words.rsplit_once(", expected ").map(|(_, rest)| rest.split(" at line ").next().unwrap_or(rest));
    let message = match expected {
        Some("a sequence") => format!("The {field} field must be a list."),
        Some("struct" | "a map") => format!("The {field} field must be an object."),
        Some(expected) if expected.starts_with("struct ") => format!("The {field} field must be an object."),
        Some(expected) => format!("The {field} field must be {expected}."),
        None => format!("The {field} field is not valid."),
    };
    Rejection::field(field, "type", message)
}

/// The field that is not there.
fn missing(error: &serde_json::Error) -> Option<String> {
    quoted(&error.to_string(), "missing field `").map(str::to_owned)
}

/// The name between backticks in serde's words, which is the program's own and not what was sent.
fn quoted<'w>(words: &'w str, before: &str) -> Option<&'w str> {
    words.strip_prefix(before)?.split('`').next()
}

fn required(fields: &[String]) -> Rejection {
    let complaint = |field: &String| FieldError::new(field, "required", format!("The {field} field is required."));
    Rejection::Invalid(fields.iter().map(complaint).collect())
}

/// A field, by the way to it.
fn below(path: &str, name: &str) -> String {
    if path.is_empty() { name.to_owned() } else { format!("{path}.{name}") }
}

/// `scopes.0` for the first element of `scopes`.
fn field_name(path: &Path) -> String {
    let text = path.to_string().replace('[', ".").replace(']', "");
    if text == "." || text == "?" { String::new() } else { text.trim_start_matches('.').to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use mainstay_kernel::{Details, Fault as _};
    use serde::Deserialize;

    #[derive(Debug, Deserialize, JsonSchema)]
    #[expect(dead_code, reason = "only read")]
    struct Body {
        name: String,
        #[serde(default)]
        tags: Vec<String>,
        owner: Option<Owner>,
    }

    #[derive(Debug, Deserialize, JsonSchema)]
    #[expect(dead_code, reason = "only read")]
    struct Owner {
        email: String,
        name: String,
    }

    fn complaints(body: &str) -> Vec<(String, String)> {
        match object::<Body>(body.as_bytes()).expect_err("refused").details() {
            Details::Fields(fields) => fields.into_iter().map(|wrong| (wrong.field, wrong.message)).collect(),
            other => panic!("{other:?}"),
        }
    }

    fn complaint(body: &str) -> (String, String) {
        complaints(body).remove(0)
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
            assert!(matches!(object::<Body>(body), Err(Rejection::Malformed(_))), "{body:?}");
        }
    }

    #[test]
    fn a_field_that_is_there_twice_is_named_unless_nobody_knows_it() {
        let due = |field: &str| vec![(field.to_owned(), format!("The {field} field must be there only once."))];
        assert_eq!(complaints(r#"{"name": "a", "name": "b"}"#), due("name"));
        assert_eq!(complaints(r#"{"name": "a", "owner": {"email": "a", "email": "b"}}"#), due("owner.email"));
        assert!(object::<Body>(br#"{"name": "a", "secret": 1, "secret": 2}"#).is_ok());
    }

    #[test]
    fn in_a_list_a_field_is_named_by_the_place_of_its_object() {
        let named = |body: &str| match objects::<Body>(body.as_bytes()).expect_err("refused").details() {
            Details::Fields(fields) => fields[0].field.clone(),
            other => panic!("{other:?}"),
        };
        assert_eq!(named(r#"[{"name": "x"}, {"name": 7}]"#), "1.name");
        assert_eq!(named("[{}]"), "0.name");
        assert_eq!(named(r#"[["a name"]]"#), "0", "fields are not told by their place");
        assert_eq!(named(r#"{"name": "x"}"#), "body");
        assert_eq!(objects::<Body>(br#"[{"name": "x"}]"#).expect("a list").len(), 1);
    }

    #[test]
    fn a_field_below_another_is_named_with_the_way_to_it() {
        assert_eq!(complaint(r#"{"name": "x", "owner": {"name": "y"}}"#).0, "owner.email");
    }
}
