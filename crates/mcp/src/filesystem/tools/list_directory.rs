//! Listing a folder.

use super::{Given, arguments, schema};
use crate::filesystem::facts;
use crate::filesystem::folder::{Folder, first_by_name};
use crate::filesystem::place::Place;
use cap_std::fs::DirEntry;
use rmcp::model::{JsonObject, Tool};
use serde::Deserialize;
use serde_json::{Value, json};
use std::sync::Arc;

pub(super) const NAME: &str = "list_directory";

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Arguments {
    #[serde(default = "arguments::here")]
    path: String,
}

pub(super) fn tool() -> Tool {
    let mut path = schema::path("The folder; the workspace's own unless said");
    path["default"] = json!(".");
    let entry = json!({
        "name": { "type": "string", "description": "Its name in this folder." },
        "type": schema::kind(),
        "size": schema::size(),
        "modified_at": schema::time("When it was last changed."),
    });
    let output = json!({
        "path": { "type": "string", "description": "The folder." },
        "entries": {
            "type": "array", "items": schema::object(entry, &["name", "type", "size"]),
            "description": "What is in it, by name.",
        },
        "truncated": { "type": "boolean", "description": "Whether there is more than is listed." },
    });
    let description = "Lists the files and folders in a folder of the workspace, by name.";
    schema::reader(NAME, "List a folder", description, schema::object(json!({ "path": path }), &[]))
        .with_raw_output_schema(Arc::new(schema::object(output, &["path", "entries", "truncated"])))
}

pub(super) fn run(folder: &Folder, arguments: JsonObject) -> Given {
    let asked: Arguments = arguments::read(arguments)?;
    let place = Place::parse(&asked.path)?;
    let (first, is_cut) = first_by_name(folder.entries(&place)?, folder.limits.entries);
    let entries: Vec<_> = first.iter().filter_map(|(name, entry)| told(name, entry)).collect();
    Ok(json!({ "path": place.to_string(), "entries": entries, "truncated": is_cut }))
}

/// None for what is gone by now.
fn told(name: &str, entry: &DirEntry) -> Option<Value> {
    let seen = entry.metadata().ok()?;
    let mut told = json!({ "name": name, "type": facts::kind(&seen), "size": facts::size(&seen) });
    if let Some(time) = facts::time(seen.modified()) {
        told["modified_at"] = json!(time);
    }
    Some(told)
}
