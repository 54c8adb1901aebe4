//! How sites are described to those who call tools.

pub(super) use mainstay_mcp::describe::{changer, object, reader};
use serde_json::{Value, json};

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
