//! Reading a file, whole or a part of it.

use super::{Given, arguments, schema};
use crate::filesystem::content::Content;
use crate::filesystem::folder::Folder;
use crate::filesystem::limits::Limits;
use crate::filesystem::part::Part;
use crate::filesystem::place::Place;
use crate::filesystem::refusal::Refusal;
use rmcp::model::{JsonObject, Tool};
use serde::Deserialize;
use serde_json::json;
use std::num::NonZeroUsize;
use std::sync::Arc;

pub(super) const NAME: &str = "read_file";

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Arguments {
    path: String,
    offset: Option<u64>,
    length: Option<u64>,
    head: Option<NonZeroUsize>,
    tail: Option<NonZeroUsize>,
}

pub(super) fn tool(limits: &Limits) -> Tool {
    let most = limits.read_bytes;
    let lines = |what| json!({ "type": "integer", "minimum": 1, "description": what });
    let input = json!({
        "path": schema::path("The file"),
        "offset": { "type": "integer", "minimum": 0, "description": "The first byte that is read: 0 unless said." },
        "length": {
            "type": "integer", "minimum": 0, "maximum": most,
            "description": "How many bytes are read: up to the end unless said.",
        },
        "head": lines("Reads so many of the first lines, instead of bytes."),
        "tail": lines("Reads so many of the last lines, instead of bytes."),
    });
    let output = json!({
        "content": { "type": "string", "description": "What was read." },
        "size": { "type": "integer", "minimum": 0, "description": "Bytes of the whole file." },
        "encoding": {
            "type": "string", "enum": ["base64"],
            "description": "Said when what was read is no UTF-8 text: then `content` is base64 (RFC 4648).",
        },
    });
    let description = "Reads a file of the workspace. A large file is read in parts: by bytes with `offset` and `length`, \
                       or by lines with `head` or `tail`.";
    schema::reader(NAME, "Read a file", description, schema::object(input, &["path"]))
        .with_raw_output_schema(Arc::new(schema::object(output, &["content", "size"])))
}

pub(super) fn run(folder: &Folder, arguments: JsonObject) -> Given {
    let asked: Arguments = arguments::read(arguments)?;
    let place = Place::parse(&asked.path)?;
    let part = asked.part()?;
    let (file, seen) = folder.open_file(&place)?;
    let size = seen.len();
    Ok(match Content::of(part.read(file, size, folder.limits.read_bytes, &place)?) {
        Content::Text(text) => json!({ "content": text, "size": size }),
        Content::Base64(text) => json!({ "content": text, "size": size, "encoding": "base64" }),
    })
}

impl Arguments {
    fn part(&self) -> Result<Part, Refusal> {
        match (self.offset, self.length, self.head, self.tail) {
            (offset, length, None, None) => Ok(Part::Bytes { offset: offset.unwrap_or(0), length }),
            (None, None, Some(lines), None) => Ok(Part::Head(lines.get())),
            (None, None, None, Some(lines)) => Ok(Part::Tail(lines.get())),
            _ => Err(Refusal::Arguments("a part is told by bytes, by `head` or by `tail`".to_owned())),
        }
    }
}
