//! Telling about a file or a folder.

use super::{Given, arguments, schema};
use crate::filesystem::facts;
use crate::filesystem::folder::Folder;
use crate::filesystem::place::Place;
use rmcp::model::{JsonObject, Tool};
use serde::Deserialize;
use serde_json::json;
use std::sync::Arc;

pub(super) const NAME: &str = "get_file_info";

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Arguments {
    path: String,
}

pub(super) fn tool() -> Tool {
    let input = json!({ "path": schema::path("The file or folder") });
    let output = json!({
        "path": { "type": "string", "description": "The file or folder." },
        "name": { "type": "string", "description": "Its name; `.` for the workspace's folder." },
        "type": { "type": "string", "enum": ["file", "directory"], "description": "What it is." },
        "size": schema::size(),
        "created_at": schema::time("When it was made, where that is kept."),
        "modified_at": schema::time("When it was last changed."),
        "is_read_only": { "type": "boolean", "description": "Whether it may only be read." },
        "mime_type": { "type": "string", "description": "The media type of a file, by its name's ending." },
    });
    let description = "Tells the type, the size and the times of a file or a folder of the workspace.";
    schema::reader(NAME, "Tell about a file", description, schema::object(input, &["path"]))
        .with_raw_output_schema(Arc::new(schema::object(output, &["path", "name", "type", "size", "is_read_only"])))
}

pub(super) fn run(folder: &Folder, arguments: JsonObject) -> Given {
    let asked: Arguments = arguments::read(arguments)?;
    let place = Place::parse(&asked.path)?;
    let seen = folder.look_at(&place)?;
    let name = place.split().map_or_else(|| ".".to_owned(), |(_, name)| name.to_owned());
    let known = [
        ("created_at", facts::time(seen.created())),
        ("modified_at", facts::time(seen.modified())),
        ("mime_type", facts::media_type(&name).filter(|_| seen.is_file()).map(str::to_owned)),
    ];
    let mut told = json!({
        "path": place.to_string(),
        "name": name,
        "type": facts::kind(&seen),
        "size": facts::size(&seen),
        "is_read_only": seen.permissions().readonly(),
    });
    for (fact, known) in known {
        if let Some(known) = known {
            told[fact] = json!(known);
        }
    }
    Ok(told)
}
