//! What may be declared.

use super::cost;
use super::model::NewEventType;
use super::schemas::compile;
use crate::event_name::EventName;
use mainstay_kernel::FieldError;
use serde_json::Value;

const MOST_DESCRIPTION: usize = 1_000;
/// Most bytes of a schema.
const MOST_BYTES: usize = 64 * 1024;
/// Most lists and objects within each other, the schema itself being the first.
const DEEPEST: usize = 64;

/// The declaration, if all of it may be; or each field that may not. A schema is compiled on a thread for such work.
pub(super) async fn checked(declared: NewEventType) -> Result<NewEventType, Vec<FieldError>> {
    let mut wrong = Vec::new();
    if let Err(text) = declared.name.parse::<EventName>() {
        wrong.push(FieldError::new("name", "format", text));
    }
    if declared.description.chars().count() > MOST_DESCRIPTION {
        wrong.push(FieldError::new("description", "maxLength", "The description has at most 1000 characters."));
    }
    if declared.description.contains('\0') {
        wrong.push(FieldError::new("description", "format", "The description may not contain the character NUL."));
    }
    if let Some(schema) = declared.schema.clone() {
        let looked_at = tokio::task::spawn_blocking(move || look_at(&schema)).await;
        let outcome = looked_at.unwrap_or_else(|_| Err("The schema cannot be read.".to_owned()));
        wrong.extend(outcome.err().map(|text| FieldError::new("schema", "schema", text)));
    }
    if wrong.is_empty() { Ok(declared) } else { Err(wrong) }
}

/// What is wrong with a schema, in a sentence.
fn look_at(schema: &Value) -> Result<(), String> {
    if !matches!(schema, Value::Object(_) | Value::Bool(_)) {
        return Err("A schema is an object, true or false.".to_owned());
    }
    if !is_within(schema, DEEPEST) {
        return Err(format!("A schema is nested at most {DEEPEST} levels deep, and without the character NUL."));
    }
    if schema.to_string().len() > MOST_BYTES {
        return Err("A schema has at most 64 KiB.".to_owned());
    }
    cost::of(schema)?;
    compile(schema).map(drop)
}

/// Whether nothing is nested deeper, and no text has a NUL, which PostgreSQL does not keep.
fn is_within(value: &Value, levels: usize) -> bool {
    match value {
        Value::String(text) => !text.contains('\0'),
        Value::Array(items) => levels > 0 && items.iter().all(|item| is_within(item, levels - 1)),
        Value::Object(members) => {
            let is_fine = |(key, value): (&String, &Value)| !key.contains('\0') && is_within(value, levels - 1);
            levels > 0 && members.iter().all(is_fine)
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => true,
    }
}
