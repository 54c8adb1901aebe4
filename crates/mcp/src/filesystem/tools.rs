//! The tools, and what each of them does with its arguments.

mod arguments;
mod get_file_info;
mod list_directory;
mod read_file;
mod schema;
mod search_files;
mod write_file;

use super::folder::Folder;
use super::limits::Limits;
use super::refusal::Refusal;
use super::usage::Usage;
use rmcp::model::{JsonObject, Tool};
use serde_json::Value;

/// What a tool gives.
pub(super) type Given = Result<Value, Refusal>;

/// What a tool does.
#[derive(Clone, Copy)]
pub(super) enum Work {
    /// Looks at the folder.
    Reading(fn(&Folder, JsonObject) -> Given),
    /// Changes what is in it, as the only one who does at the time.
    Writing(fn(&Folder, &mut Usage, JsonObject) -> Given),
}

/// All tools, by name.
pub(super) fn all(limits: &Limits) -> Vec<Tool> {
    vec![
        get_file_info::tool(),
        list_directory::tool(),
        read_file::tool(limits),
        search_files::tool(),
        write_file::tool(),
    ]
}

/// What the tool of this name does.
pub(super) fn named(name: &str) -> Option<Work> {
    Some(match name {
        get_file_info::NAME => Work::Reading(get_file_info::run),
        list_directory::NAME => Work::Reading(list_directory::run),
        read_file::NAME => Work::Reading(read_file::run),
        search_files::NAME => Work::Reading(search_files::run),
        write_file::NAME => Work::Writing(write_file::run),
        _ => return None,
    })
}
