//! How tools are described.

use mainstay_mcp::protocol::{JsonObject, Tool, ToolAnnotations};
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

/// Which site, as a property.
pub(super) fn site() -> Value {
    json!({ "type": "string", "description": "The id or the name of the site." })
}

/// How many, as a property.
pub(super) fn limit(usual: u32, most: u32) -> Value {
    json!({
        "type": "integer", "minimum": 1, "maximum": most, "default": usual,
        "description": format!("How many: {usual} unless said otherwise."),
    })
}

/// A tool that only reads.
pub(super) fn reader(name: &'static str, title: &str, description: &'static str, input: JsonObject) -> Tool {
    let hints = ToolAnnotations::with_title(title).read_only(true).open_world(false);
    Tool::new(name, description, Arc::new(input)).with_title(title).with_annotations(hints)
}

/// A tool that changes what visitors see.
pub(super) fn changer(name: &'static str, title: &str, description: &'static str, input: JsonObject) -> Tool {
    let hints = ToolAnnotations::with_title(title).read_only(false).destructive(true).idempotent(false);
    Tool::new(name, description, Arc::new(input)).with_title(title).with_annotations(hints.open_world(true))
}
