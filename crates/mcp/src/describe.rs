//! How tools of servers of this process are described.

use rmcp::model::{JsonObject, Tool, ToolAnnotations};
use serde_json::{Value, json};
use std::sync::Arc;

/// An object of these properties and no others, of which some must be there.
pub fn object(properties: Value, required: &[&str]) -> JsonObject {
    JsonObject::from_iter([
        ("type".to_owned(), json!("object")),
        ("properties".to_owned(), properties),
        ("required".to_owned(), json!(required)),
        ("additionalProperties".to_owned(), json!(false)),
    ])
}

/// A tool that only reads.
pub fn reader(name: &'static str, title: &str, description: &'static str, input: JsonObject) -> Tool {
    tool((name, title, description), input, |hints| hints.read_only(true).open_world(false))
}

/// A tool that writes over what is there.
pub fn writer(name: &'static str, title: &str, description: &'static str, input: JsonObject) -> Tool {
    tool((name, title, description), input, |hints| writing(hints).open_world(false))
}

/// A tool that changes what is there, by what others have to say.
pub fn changer(name: &'static str, title: &str, description: &'static str, input: JsonObject) -> Tool {
    tool((name, title, description), input, |hints| writing(hints).open_world(true))
}

fn writing(hints: ToolAnnotations) -> ToolAnnotations {
    hints.read_only(false).destructive(true).idempotent(false)
}

fn tool(
    (name, title, description): (&'static str, &str, &'static str),
    input: JsonObject,
    hint: impl FnOnce(ToolAnnotations) -> ToolAnnotations,
) -> Tool {
    let hints = hint(ToolAnnotations::with_title(title));
    Tool::new(name, description, Arc::new(input)).with_title(title).with_annotations(hints)
}
