//! Writing a file within what the workspace may hold.

use super::folder::{Folder, regular};
use super::limits::Limits;
use super::place::Place;
use super::refusal::Refusal;
use super::replace::{replace, sync};
use super::usage::Usage;
use cap_std::fs::{DirBuilder, DirBuilderExt as _};
use std::io::{self, Read as _, Write as _};

/// What is written.
pub(super) struct NewContent {
    /// The bytes.
    pub(super) bytes: Vec<u8>,
    /// Whether they come at the end of what is there.
    pub(super) is_appended: bool,
    /// Whether missing folders are made.
    pub(super) makes_folders: bool,
}

/// What was written.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Written {
    /// Bytes of the file now.
    pub(super) size: u64,
    /// Whether there was none.
    pub(super) is_new: bool,
}

/// Writes a file. `usage` is that of the folder and nobody else's meanwhile.
pub(super) fn write(
    folder: &Folder,
    usage: &mut Usage,
    place: &Place,
    content: &NewContent,
) -> Result<Written, Refusal> {
    let (parent, name) = place.split().ok_or_else(|| Refusal::Folder(place.clone()))?;
    let missing = missing_folders(folder, &parent)?;
    if let Some(outermost) = missing.first().filter(|_| !content.makes_folders) {
        return Err(Refusal::NoFolder(outermost.clone()));
    }
    let old = if missing.is_empty() { old_size(folder, place)? } else { None };
    let size = new_size(old.unwrap_or(0), content, &folder.limits)?;
    let come = missing.len() + usize::from(old.is_none());
    let after = usage.after(come, old.unwrap_or(0), size, &folder.limits)?;

    for step in &missing {
        make_folder(folder, step)?;
        usage.files += 1;
    }
    let dir = folder.open_folder(&parent)?;
    let kept = if content.is_appended { old } else { None };
    let before = kept.map(|_| folder.open_found(place)).transpose()?;
    let written = replace(&dir, name, |file| {
        if let (Some((before, _)), Some(kept)) = (before, kept) {
            io::copy(&mut before.into_std().take(kept), file)?;
        }
        file.write_all(&content.bytes)
    });
    written.map_err(Refusal::at(place))?;
    *usage = after;
    sync(&dir).map_err(Refusal::at(place))?;
    Ok(Written { size, is_new: old.is_none() })
}

/// The folders that have to be made for this one to be there, from the outermost on.
fn missing_folders(folder: &Folder, place: &Place) -> Result<Vec<Place>, Refusal> {
    let mut missing = Vec::new();
    for step in place.steps() {
        match folder.look_at(&step) {
            Ok(seen) if seen.is_dir() => {}
            Ok(_) => return Err(Refusal::NotAFolder(step)),
            Err(Refusal::Missing(_)) => missing.push(step),
            Err(refusal) => return Err(refusal),
        }
    }
    Ok(missing)
}

/// The size of the file that is there. Only a file that may be written to is written over.
fn old_size(folder: &Folder, place: &Place) -> Result<Option<u64>, Refusal> {
    let seen = match folder.root.symlink_metadata(place.as_path()) {
        Ok(seen) => seen,
        Err(cause) if cause.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(cause) => return Err(Refusal::of(&cause, place)),
    };
    regular(&seen, place)?;
    if seen.permissions().readonly() { Err(Refusal::ReadOnly(place.clone())) } else { Ok(Some(seen.len())) }
}

fn new_size(old: u64, content: &NewContent, limits: &Limits) -> Result<u64, Refusal> {
    let come = u64::try_from(content.bytes.len()).unwrap_or(u64::MAX);
    let (size, most) =
        if content.is_appended { (old.saturating_add(come), limits.file_bytes) } else { (come, u64::MAX) };
    if come > limits.write_bytes {
        Err(Refusal::TooMuch { size: come, most: limits.write_bytes })
    } else if size > most {
        Err(Refusal::TooMuch { size, most })
    } else {
        Ok(size)
    }
}

fn make_folder(folder: &Folder, place: &Place) -> Result<(), Refusal> {
    let mut options = DirBuilder::new();
    options.mode(0o700);
    folder.root.create_dir_with(place.as_path(), &options).map_err(Refusal::at(place))?;
    let parent = place.split().map_or_else(Place::root, |(parent, _)| parent);
    sync(&folder.open_folder(&parent)?).map_err(Refusal::at(place))
}
