//! How the files of a workspace are described to those who call tools.

pub(super) use crate::describe::{object, reader, writer};
use serde_json::{Value, json};

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
