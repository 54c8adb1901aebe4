//! Finding files and folders.

use super::{Given, arguments, schema};
use crate::filesystem::facts;
use crate::filesystem::folder::Folder;
use crate::filesystem::glob::Pattern;
use crate::filesystem::place::Place;
use crate::filesystem::refusal::Refusal;
use crate::filesystem::text::Searched;
use crate::filesystem::walk::Walk;
use rmcp::model::{JsonObject, Tool};
use serde::Deserialize;
use serde_json::json;
use std::sync::Arc;

pub(super) const NAME: &str = "search_files";

/// The most bytes of a pattern and of a text.
const LONGEST: usize = 1024;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Arguments {
    #[serde(default = "arguments::here")]
    path: String,
    pattern: String,
    text: Option<String>,
}

pub(super) fn tool() -> Tool {
    let mut path = schema::path("The folder that is searched, with all in it; the workspace's own unless said");
    path["default"] = json!(".");
    let input = json!({
        "path": path,
        "pattern": {
            "type": "string", "minLength": 1, "maxLength": LONGEST,
            "description": "A glob: `*.txt` holds for the name, `notes/**/*.txt` (with a slash) for the path from the \
                            searched folder on. `*` and `?` stand for no slash, `**` for any folders.",
        },
        "text": {
            "type": "string", "minLength": 1, "maxLength": LONGEST,
            "description": "Finds only files that have this text in them, letter for letter.",
        },
    });
    let found = json!({
        "path": { "type": "string", "description": "Where it is, from the workspace's folder on." },
        "type": schema::kind(),
        "size": schema::size(),
    });
    let output = json!({
        "path": { "type": "string", "description": "The folder that was searched." },
        "matches": {
            "type": "array", "items": schema::object(found, &["path", "type", "size"]),
            "description": "What was found.",
        },
        "truncated": { "type": "boolean", "description": "Whether not everything was looked at." },
    });
    let description = "Finds files and folders of the workspace by their names, and files by a text in them. Symbolic \
                       links are not followed.";
    schema::reader(NAME, "Search files", description, schema::object(input, &["pattern"]))
        .with_raw_output_schema(Arc::new(schema::object(output, &["path", "matches", "truncated"])))
}

pub(super) fn run(folder: &Folder, arguments: JsonObject) -> Given {
    let asked: Arguments = arguments::read(arguments)?;
    let place = Place::parse(&asked.path)?;
    let pattern = Pattern::new(checked(&asked.pattern)?)?;
    let text = asked.text.as_deref().map(checked).transpose()?;
    folder.check_no_link(&place)?;

    let limits = &folder.limits;
    let mut searched = Searched::new(folder, text);
    let mut walk = Walk::new(folder, place.clone(), limits.files);
    let mut matches = Vec::new();
    let mut has_more = false;
    for (found, seen) in walk.by_ref() {
        if !pattern.holds_for(found.seen_from(&place)) || !searched.holds_for(&found, &seen) {
            continue;
        }
        if matches.len() == limits.matches {
            has_more = true;
            break;
        }
        matches.push(json!({ "path": found.as_str(), "type": facts::kind(&seen), "size": facts::size(&seen) }));
    }
    let truncated = has_more || walk.is_cut() || searched.is_cut();
    Ok(json!({ "path": place.to_string(), "matches": matches, "truncated": truncated }))
}

fn checked(asked: &str) -> Result<&str, Refusal> {
    if (1..=LONGEST).contains(&asked.len()) {
        Ok(asked)
    } else {
        Err(Refusal::Arguments(format!("`pattern` and `text` have 1 to {LONGEST} bytes")))
    }
}
