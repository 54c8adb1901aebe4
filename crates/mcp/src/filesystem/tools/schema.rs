//! How tools are described.

use rmcp::model::{JsonObject, Tool, ToolAnnotations};
use serde_json::{Value, json};
use std::sync::Arc;

/// An object of these properties and no others, of which some must be there.
pub(super) fn object(properties: Value, required: &[&str]) -> JsonObject {
    JsonObject::from_iter([
        ("type".to_owned(), json!("object")),
        ("properties".to_owned(), properties),
        ("required".to_owned(), json!(required)),
        ("additionalProperties".to_owned(), json!(false)),
    ])
}

/// The path of a file or a folder, as a property.
pub(super) fn path(what: &str) -> Value {
    let description = format!("{what}, from the workspace's folder on: `notes/a.txt`. `..` is refused.");
    json!({ "type": "string", "description": description })
}

/// What there is in a folder, as a property.
pub(super) fn kind() -> Value {
    json!({ "type": "string", "enum": ["file", "directory", "symlink", "other"], "description": "What it is." })
}

/// A size as a property.
pub(super) fn size() -> Value {
    json!({ "type": "integer", "minimum": 0, "description": "Bytes of the file; 0 for what is none." })
}

/// A time as a property.
pub(super) fn time(what: &str) -> Value {
    json!({ "type": "string", "format": "date-time", "description": what })
}

/// A tool that only reads.
pub(super) fn reader(name: &'static str, title: &str, description: &'static str, input: JsonObject) -> Tool {
    let annotations = ToolAnnotations::with_title(title).read_only(true).open_world(false);
    Tool::new(name, description, Arc::new(input)).with_title(title).with_annotations(annotations)
}

/// A tool that writes over what is there.
pub(super) fn writer(name: &'static str, title: &str, description: &'static str, input: JsonObject) -> Tool {
    let hints = ToolAnnotations::with_title(title).read_only(false).destructive(true).idempotent(false);
    Tool::new(name, description, Arc::new(input)).with_title(title).with_annotations(hints.open_world(false))
}
