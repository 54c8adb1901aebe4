//! Files as resources.

use super::content::Content;
use super::facts;
use super::folder::{Folder, first_by_name};
use super::part::Part;
use super::place::Place;
use super::refusal::Refusal;
use crate::upstream::UpstreamFault;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};
use rmcp::model::{ErrorData, ReadResourceResult, Resource, ResourceContents, ResourceTemplate};
use serde_json::json;

/// What the addresses of files look like (RFC 6570 §3.2.3).
pub(super) const TEMPLATE: &str = "filesystem://{+path}";
/// The variable of the template.
pub(super) const VARIABLE: &str = "path";

const SCHEME: &str = "filesystem://";
/// What stands for itself in an address: RFC 3986 §2.3, and the slash.
const ENCODED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~').remove(b'/');

/// The template of all files.
pub(super) fn template() -> ResourceTemplate {
    ResourceTemplate::new(TEMPLATE, "file")
        .with_title("A file")
        .with_description("A file of the workspace, by its path.")
}

/// The files that lie in the workspace's folder itself: the first by name. Others are found by the template.
pub(super) fn list(folder: &Folder) -> Result<Vec<Resource>, Refusal> {
    let root = Place::root();
    let files = folder.entries(&root)?.filter(|(_, entry)| entry.file_type().is_ok_and(|kind| kind.is_file()));
    let (first, _) = first_by_name(files, folder.limits.entries);
    let resources = first.into_iter().filter_map(|(name, entry)| {
        let seen = entry.metadata().ok()?;
        let resource = Resource::new(address(&root.join(&name)), name.clone()).with_size(seen.len());
        Some(match facts::media_type(&name) {
            Some(media_type) => resource.with_mime_type(media_type),
            None => resource,
        })
    });
    Ok(resources.collect())
}

/// Reads the file at this address.
pub(super) fn read(folder: &Folder, uri: &str) -> Result<ReadResourceResult, UpstreamFault> {
    let fault = |refusal| fault(&refusal, uri);
    let place = place(uri).map_err(fault)?;
    let (file, seen) = folder.open_file(&place).map_err(fault)?;
    let bytes = Part::ALL.read(file, seen.len(), folder.limits.read_bytes, &place).map_err(fault)?;
    Ok(ReadResourceResult::new(vec![contents(Content::of(bytes), &place, uri)]))
}

fn contents(content: Content, place: &Place, uri: &str) -> ResourceContents {
    let media_type = facts::media_type(place.as_str());
    match content {
        // Some endings of texts are those of films too.
        Content::Text(text) => {
            let media_type = media_type.filter(|name| !name.starts_with("video/") && !name.starts_with("audio/"));
            ResourceContents::text(text, uri).with_mime_type(media_type.unwrap_or("text/plain"))
        }
        Content::Base64(blob) => {
            ResourceContents::blob(blob, uri).with_mime_type(media_type.unwrap_or("application/octet-stream"))
        }
    }
}

fn address(place: &Place) -> String {
    format!("{SCHEME}{}", utf8_percent_encode(place.as_str(), ENCODED))
}

/// An address is decoded once, and then is a path as any other.
fn place(uri: &str) -> Result<Place, Refusal> {
    let unknown = || Refusal::Missing(Place::root());
    let encoded = uri.strip_prefix(SCHEME).ok_or_else(unknown)?;
    let path = percent_decode_str(encoded).decode_utf8().map_err(|_| unknown())?;
    Ok(Place::parse(&path)?)
}

fn fault(refusal: &Refusal, uri: &str) -> UpstreamFault {
    match refusal {
        Refusal::TooLarge { most, .. } => {
            UpstreamFault::TooLarge { most: usize::try_from(*most).unwrap_or(usize::MAX) }
        }
        Refusal::Failed(_) => UpstreamFault::Refused(ErrorData::internal_error(refusal.to_string(), None)),
        _ => UpstreamFault::Refused(ErrorData::resource_not_found("Resource not found", Some(json!({ "uri": uri })))),
    }
}
