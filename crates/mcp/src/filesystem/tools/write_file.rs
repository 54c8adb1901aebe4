//! Writing a file.

use super::{Given, arguments, schema};
use crate::filesystem::content::from_base64;
use crate::filesystem::folder::Folder;
use crate::filesystem::place::Place;
use crate::filesystem::refusal::Refusal;
use crate::filesystem::usage::Usage;
use crate::filesystem::write::{self, NewContent};
use rmcp::model::{JsonObject, Tool};
use serde::Deserialize;
use serde_json::json;
use std::sync::Arc;

pub(super) const NAME: &str = "write_file";

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Arguments {
    path: String,
    content: String,
    #[serde(default)]
    encoding: Encoding,
    #[serde(default)]
    append: bool,
    #[serde(default = "yes")]
    create_directories: bool,
}

const fn yes() -> bool {
    true
}

#[derive(Deserialize, Clone, Copy, Default)]
enum Encoding {
    #[default]
    #[serde(rename = "utf-8")]
    Utf8,
    #[serde(rename = "base64")]
    Base64,
}

pub(super) fn tool() -> Tool {
    let flag = |default: bool, what| json!({ "type": "boolean", "default": default, "description": what });
    let input = json!({
        "path": schema::path("The file"),
        "content": { "type": "string", "description": "What is written." },
        "encoding": {
            "type": "string", "enum": ["utf-8", "base64"], "default": "utf-8",
            "description": "`base64` (RFC 4648) when `content` stands for bytes.",
        },
        "append": flag(false, "Writes at the end of the file instead of over it."),
        "create_directories": flag(true, "Makes the folders that the file is in where they are missing."),
    });
    let output = json!({
        "path": { "type": "string", "description": "The file." },
        "size": { "type": "integer", "minimum": 0, "description": "Bytes of the file, as it is now." },
        "created": { "type": "boolean", "description": "Whether there was no such file before." },
    });
    let description = "Writes a file of the workspace, over the one that is there or at its end. Whoever reads it sees \
                       the old content or the new, never something between.";
    schema::writer(NAME, "Write a file", description, schema::object(input, &["path", "content"]))
        .with_raw_output_schema(Arc::new(schema::object(output, &["path", "size", "created"])))
}

pub(super) fn run(folder: &Folder, usage: &mut Usage, arguments: JsonObject) -> Given {
    let asked: Arguments = arguments::read(arguments)?;
    let place = Place::parse(&asked.path)?;
    let bytes = match asked.encoding {
        Encoding::Utf8 => asked.content.into_bytes(),
        Encoding::Base64 => from_base64(&asked.content).ok_or(Refusal::NotBase64)?,
    };
    let content = NewContent { bytes, is_appended: asked.append, makes_folders: asked.create_directories };
    let written = write::write(folder, usage, &place, &content)?;
    Ok(json!({ "path": place.to_string(), "size": written.size, "created": written.is_new }))
}
