//! The character NUL, which PostgreSQL keeps in no text: none is taken anywhere.

use super::{below, malformed};
use crate::failure::Rejection;
use serde_json::Value;

/// Refuses a body that has it in a text or in a name.
///
/// # Errors
/// [`Rejection::Invalid`] with the field, [`Rejection::Malformed`] when it is not JSON.
pub(super) fn refuse(body: &[u8]) -> Result<(), Rejection> {
    let is_suspicious = body.windows(6).any(|window| window == b"\\u0000");
    if !is_suspicious {
        return Ok(());
    }
    let value: Value = serde_json::from_slice(body).map_err(|error| malformed(&error))?;
    let Some(field) = find(&value, "") else { return Ok(()) };
    let field = if field.is_empty() { "body" } else { &field };
    Err(Rejection::field(field, "nul", format!("The {field} field must not contain the character NUL.")))
}

/// The way to the first of them.
fn find(value: &Value, path: &str) -> Option<String> {
    match value {
        Value::String(text) => text.contains('\0').then(|| path.to_owned()),
        Value::Array(items) => {
            items.iter().enumerate().find_map(|(at, item)| find(item, &below(path, &at.to_string())))
        }
        Value::Object(fields) => fields.iter().find_map(|(name, field)| {
            let path = below(path, name);
            if name.contains('\0') { Some(path) } else { find(field, &path) }
        }),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use mainstay_kernel::{Details, Fault as _};

    fn named(body: &str) -> Option<String> {
        match refuse(body.as_bytes()).err()?.details() {
            Details::Fields(fields) => Some(fields[0].field.clone()),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn it_is_refused_wherever_it_stands_and_an_escaped_backslash_is_not_taken_for_it() {
        for (body, field) in [
            (r#"{"name": "a\u0000b"}"#, "name"),
            (r#"{"name": "x", "tags": ["", "\u0000"]}"#, "tags.1"),
            (r#"{"na\u0000me": "x"}"#, "na\0me"),
            (r#"{"settings": {"a": {"\u0000": 1}}}"#, "settings.a.\0"),
            (r#""\u0000""#, "body"),
        ] {
            assert_eq!(named(body).as_deref(), Some(field), "{body}");
        }
        assert_eq!(named(r#"{"name": "a\\u0000b"}"#), None);
    }
}
