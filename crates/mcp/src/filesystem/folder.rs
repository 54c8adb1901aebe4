//! A workspace's folder, out of which nothing is reached.

use super::limits::Limits;
use super::place::{PARTIAL, Place};
use super::refusal::Refusal;
use cap_fs_ext::{DirExt as _, FollowSymlinks, OpenOptionsFollowExt as _, OpenOptionsSyncExt as _};
use cap_std::fs::{Dir, DirEntry, File, Metadata, OpenOptions, ReadDir};
use std::collections::BTreeMap;
use std::fs::TryLockError;
use std::io;
use std::os::unix::fs::DirBuilderExt as _;
use std::path::Path;

/// A workspace's folder as a capability: no path is resolved out of it, whatever lies in it. Relative symbolic links that
/// stay in it are followed where a client names them, absolute ones never.
#[derive(Debug)]
pub(super) struct Folder {
    pub(super) root: Dir,
    pub(super) limits: Limits,
}

/// Why a workspace's folder cannot be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// Another process, or another part of this one, has it open. Its files are counted by one alone.
    #[error("the folder is in use")]
    InUse,
    /// It cannot be made or opened.
    #[error("the folder cannot be opened")]
    Io(#[from] io::Error),
}

impl Folder {
    /// Opens the folder, which nobody but this process's user may enter, and makes it if it is missing. It is locked until
    /// it is dropped, or the process ends.
    pub(super) fn open(root: &Path, limits: Limits) -> Result<Self, OpenError> {
        std::fs::DirBuilder::new().recursive(true).mode(0o700).create(root)?;
        let opened = std::fs::File::open(root)?;
        match opened.try_lock() {
            Ok(()) => Ok(Self { root: Dir::from_std_file(opened), limits }),
            Err(TryLockError::WouldBlock) => Err(OpenError::InUse),
            Err(TryLockError::Error(cause)) => Err(cause.into()),
        }
    }

    /// What is known about a file or a folder; anything else is refused.
    pub(super) fn look_at(&self, place: &Place) -> Result<Metadata, Refusal> {
        let seen = self.root.metadata(place.as_path()).map_err(Refusal::at(place))?;
        if seen.is_file() || seen.is_dir() { Ok(seen) } else { Err(Refusal::Special(place.clone())) }
    }

    /// Opens a file to read it, and what is known about it.
    pub(super) fn open_file(&self, place: &Place) -> Result<(File, Metadata), Refusal> {
        // Before it is opened, since opening a device may set something off; what counts is what is open.
        regular(&self.look_at(place)?, place)?;
        open_regular(&self.root, place.as_path(), FollowSymlinks::Yes, place)
    }

    /// Opens a file to read it, if it is not a symbolic link.
    pub(super) fn open_found(&self, place: &Place) -> Result<(File, Metadata), Refusal> {
        open_regular(&self.root, place.as_path(), FollowSymlinks::No, place)
    }

    /// Opens a folder.
    pub(super) fn open_folder(&self, place: &Place) -> Result<Dir, Refusal> {
        if !self.look_at(place)?.is_dir() {
            return Err(Refusal::NotAFolder(place.clone()));
        }
        self.root.open_dir(place.as_path()).map_err(Refusal::at(place))
    }

    /// Refuses what is no folder, be it a symbolic link to one.
    pub(super) fn check_no_link(&self, place: &Place) -> Result<(), Refusal> {
        let seen = self.root.symlink_metadata(place.as_path()).map_err(Refusal::at(place))?;
        if seen.is_dir() { Ok(()) } else { Err(Refusal::NotAFolder(place.clone())) }
    }

    /// What is in a folder, in no order.
    pub(super) fn entries(&self, place: &Place) -> Result<Entries, Refusal> {
        self.open_folder(place)?.entries().map(Entries).map_err(Refusal::at(place))
    }

    /// What is in a folder, in no order, if it is not a symbolic link.
    pub(super) fn entries_found(&self, place: &Place) -> io::Result<Entries> {
        self.root.open_dir_nofollow(place.as_path())?.entries().map(Entries)
    }
}

/// Opens a file to read it. It is looked at when it is open, so that nobody can swap it in between; and opening what is
/// no file, a pipe above all, waits for nobody.
pub(super) fn open_regular(
    dir: &Dir,
    path: &Path,
    follow: FollowSymlinks,
    place: &Place,
) -> Result<(File, Metadata), Refusal> {
    let mut options = OpenOptions::new();
    options.read(true).nonblock(true).follow(follow);
    let file = dir.open_with(path, &options).map_err(Refusal::at(place))?;
    let seen = file.metadata().map_err(Refusal::at(place))?;
    regular(&seen, place)?;
    Ok((file, seen))
}

/// Refuses all that is no file.
pub(super) fn regular(seen: &Metadata, place: &Place) -> Result<(), Refusal> {
    if seen.is_file() {
        Ok(())
    } else if seen.is_dir() {
        Err(Refusal::Folder(place.clone()))
    } else {
        Err(Refusal::Special(place.clone()))
    }
}

/// What is in a folder, by name. Names that are no UTF-8 cannot be asked for, and are left out.
pub(super) struct Entries(ReadDir);

impl Iterator for Entries {
    type Item = (String, DirEntry);

    fn next(&mut self) -> Option<Self::Item> {
        self.0.by_ref().filter_map(Result::ok).find_map(|entry| {
            let name = entry.file_name().into_string().ok()?;
            (!name.eq_ignore_ascii_case(PARTIAL)).then_some((name, entry))
        })
    }
}

/// The first so many by name, in order, and whether there are more.
pub(super) fn first_by_name(
    entries: impl Iterator<Item = (String, DirEntry)>,
    most: usize,
) -> (BTreeMap<String, DirEntry>, bool) {
    let (mut first, mut is_cut) = (BTreeMap::new(), false);
    for (name, entry) in entries {
        first.insert(name, entry);
        if first.len() > most {
            first.pop_last();
            is_cut = true;
        }
    }
    (first, is_cut)
}
