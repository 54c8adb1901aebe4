//! How the path of a file goes on.

use super::folder::{Folder, first_by_name};
use super::place::Place;
use super::resources::{TEMPLATE, VARIABLE};
use crate::upstream::UpstreamFault;
use rmcp::model::{CompleteRequestParams, CompleteResult, CompletionInfo, ErrorData, Reference};

/// What a request wants completed: the beginning of a path.
pub(super) fn begun(request: CompleteRequestParams) -> Result<String, UpstreamFault> {
    let is_known = match &request.r#ref {
        Reference::Resource(template) => template.uri == TEMPLATE && request.argument.name == VARIABLE,
        _ => false,
    };
    if is_known {
        Ok(request.argument.value)
    } else {
        let sentence = format!("Only the argument {VARIABLE} of {TEMPLATE} is completed.");
        Err(UpstreamFault::Refused(ErrorData::invalid_params(sentence, None)))
    }
}

/// The paths that begin so, up to the next slash. A path that nothing may have begins none.
pub(super) fn complete(folder: &Folder, begun: &str) -> CompleteResult {
    let (values, has_more) = paths(folder, begun).unwrap_or_default();
    let mut info = CompletionInfo::default();
    (info.values, info.has_more) = (values, Some(has_more));
    CompleteResult::new(info)
}

fn paths(folder: &Folder, begun: &str) -> Option<(Vec<String>, bool)> {
    let (parent, begun) = begun.rsplit_once('/').unwrap_or(("", begun));
    let parent = Place::parse(parent).ok()?;
    let entries = folder.entries(&parent).ok()?.filter(|(name, _)| name.starts_with(begun));
    let (first, has_more) = first_by_name(entries, CompletionInfo::MAX_VALUES);
    let paths = first.into_iter().map(|(name, entry)| {
        let is_folder = entry.file_type().is_ok_and(|kind| kind.is_dir());
        let path = parent.join(&name);
        format!("{}{}", path.as_str(), if is_folder { "/" } else { "" })
    });
    Some((paths.collect(), has_more))
}
