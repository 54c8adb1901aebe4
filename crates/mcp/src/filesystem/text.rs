//! What text is searched for.

use super::folder::Folder;
use super::place::Place;
use cap_std::fs::Metadata;
use memchr::memmem::Finder;
use std::io::{self, Read};

/// How much of a file is held at a time.
const CHUNK: u64 = 64 * 1024;

/// The files that a search looks into, until it has read as much as it may.
pub(super) struct Searched<'a> {
    folder: &'a Folder,
    text: Option<Finder<'a>>,
    left: u64,
    is_cut: bool,
}

impl<'a> Searched<'a> {
    /// For this text, or for none.
    pub(super) fn new(folder: &'a Folder, text: Option<&'a str>) -> Self {
        let left = folder.limits.searched_bytes;
        Self { folder, text: text.map(Finder::new), left, is_cut: false }
    }

    /// Whether something was not looked into.
    pub(super) const fn is_cut(&self) -> bool {
        self.is_cut
    }

    /// Whether this has the text in it. Where none is searched for, everything holds.
    pub(super) fn holds_for(&mut self, place: &Place, seen: &Metadata) -> bool {
        let Some(text) = &self.text else {
            return true;
        };
        if !seen.is_file() {
            return false;
        }
        let Some(left) = self.left.checked_sub(seen.len()) else {
            self.is_cut = true;
            return false;
        };
        self.left = left;
        let opened = self.folder.open_found(place);
        let has = opened.ok().and_then(|(file, seen)| contains(file.take(seen.len()), text).ok());
        self.is_cut |= has.is_none();
        has.unwrap_or(false)
    }
}

fn contains(mut file: impl Read, text: &Finder<'_>) -> io::Result<bool> {
    let mut window = Vec::new();
    loop {
        let read = file.by_ref().take(CHUNK).read_to_end(&mut window)?;
        if text.find(&window).is_some() {
            return Ok(true);
        }
        if read == 0 {
            return Ok(false);
        }
        // The end of this part may be the beginning of the text.
        let kept = window.len().min(text.needle().len().saturating_sub(1));
        window.drain(..window.len() - kept);
    }
}
