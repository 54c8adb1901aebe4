//! What is known about a file, as it is said.

use cap_std::fs::Metadata;
use cap_std::time::SystemTime;
use mainstay_kernel::Timestamp;
use std::io;
use std::time::UNIX_EPOCH;

/// What something in a folder is, in one word.
pub(super) fn kind(seen: &Metadata) -> &'static str {
    if seen.is_file() {
        "file"
    } else if seen.is_dir() {
        "directory"
    } else if seen.is_symlink() {
        "symlink"
    } else {
        "other"
    }
}

/// Bytes of a file; 0 for what is none.
pub(super) fn size(seen: &Metadata) -> u64 {
    if seen.is_file() { seen.len() } else { 0 }
}

/// When a file was made or changed, in ISO 8601; none where the file system keeps no such time.
pub(super) fn time(kept: io::Result<SystemTime>) -> Option<String> {
    let since = kept.ok()?.into_std().duration_since(UNIX_EPOCH).ok()?;
    Some(Timestamp::default().plus(since).to_iso_seconds())
}

/// What a file is by its name's ending, as media types have it (RFC 2046).
pub(super) fn media_type(name: &str) -> Option<&'static str> {
    mime_guess::from_path(name).first_raw()
}
