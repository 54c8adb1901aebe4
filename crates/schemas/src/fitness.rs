//! What may be said in a schema.

use crate::cost;
use crate::schema::compile;
use serde_json::Value;

/// Most bytes of a schema.
const MOST_BYTES: usize = 64 * 1024;
/// Most lists and objects within each other, the schema itself being the first.
const DEEPEST: usize = 64;

/// Why nothing may be held against a schema, in a sentence; none when it is fit. It takes a while: this belongs on a thread
/// for such work.
pub fn unfit(schema: &Value) -> Option<String> {
    look_at(schema).err()
}

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
