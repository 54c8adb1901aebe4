//! All that is in a folder and in the folders in it.

use super::folder::Folder;
use super::place::{DEEPEST, Place};
use cap_std::fs::Metadata;
use std::collections::VecDeque;

/// Goes through a folder and the folders in it, each by name. No symbolic link is followed, and nothing is entered that is
/// deeper than any path may be.
pub(super) struct Walk<'a> {
    folder: &'a Folder,
    ahead: Vec<Place>,
    here: VecDeque<(Place, Metadata)>,
    left: u64,
    is_cut: bool,
}

impl<'a> Walk<'a> {
    /// From this folder on, past so many files and folders at most.
    pub(super) fn new(folder: &'a Folder, from: Place, most: u64) -> Self {
        Self { folder, ahead: vec![from], here: VecDeque::new(), left: most, is_cut: false }
    }

    /// Whether something was not looked at.
    pub(super) const fn is_cut(&self) -> bool {
        self.is_cut
    }

    fn enter(&mut self, place: &Place) {
        let Ok(mut entries) = self.folder.entries_found(place) else {
            self.is_cut = true;
            return;
        };
        let most = usize::try_from(self.left).unwrap_or(usize::MAX);
        let mut found: Vec<_> = entries.by_ref().take(most).collect();
        self.is_cut |= found.len() == most && entries.next().is_some();
        self.left = self.left.saturating_sub(u64::try_from(found.len()).unwrap_or(u64::MAX));
        found.sort_unstable_by(|(one, _), (other, _)| one.cmp(other));
        // What is gone by now is passed over.
        let seen = found.into_iter().filter_map(|(name, entry)| Some((place.join(&name), entry.metadata().ok()?)));
        self.here.extend(seen);
        let folders = self.here.iter().filter(|(place, seen)| seen.is_dir() && place.depth() < DEEPEST);
        self.ahead.extend(folders.rev().map(|(place, _)| place.clone()));
    }
}

impl Iterator for Walk<'_> {
    type Item = (Place, Metadata);

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            if let Some(found) = self.here.pop_front() {
                return Some(found);
            }
            let place = self.ahead.pop()?;
            self.enter(&place);
        }
    }
}
