//! How much a workspace holds.

use super::folder::Folder;
use super::limits::Limits;
use super::place::Place;
use super::refusal::Refusal;
use super::walk::Walk;

/// What a workspace holds. It is counted when the folder is opened, and kept by the one who writes: writes of a workspace go
/// one after the other, so that no two of them pass a limit together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Usage {
    /// Files and folders, and whatever else lies there.
    pub(super) files: u64,
    /// Bytes of the files, by their lengths.
    pub(super) bytes: u64,
}

impl Usage {
    /// Counts what is there.
    pub(super) fn of(folder: &Folder) -> Self {
        Walk::new(folder, Place::root(), u64::MAX).fold(Self::default(), |sum, (_, seen)| {
            let bytes = if seen.is_file() { seen.len() } else { 0 };
            Self { files: sum.files.saturating_add(1), bytes: sum.bytes.saturating_add(bytes) }
        })
    }

    /// What is held when so many files and folders came, and these bytes took the place of those. Refused when that is above
    /// a limit and more than before: a workspace that is too full may still shrink.
    pub(super) fn after(self, come: usize, old: u64, new: u64, limits: &Limits) -> Result<Self, Refusal> {
        let files = self.files.saturating_add(u64::try_from(come).unwrap_or(u64::MAX));
        let bytes = self.bytes.saturating_sub(old).saturating_add(new);
        let is_full = (files > limits.files && come > 0) || (bytes > limits.total_bytes && new > old);
        if is_full {
            return Err(Refusal::Full { files: limits.files, bytes: limits.total_bytes });
        }
        Ok(Self { files, bytes })
    }
}
