//! Writing a file so that a crash leaves the old or the new.

use super::place::PARTIAL;
use cap_std::fs::{Dir, OpenOptions, OpenOptionsExt as _};
use std::fs::File;
use std::io;

/// Puts a file in its place whole: it is written beside it and on disk before it takes the name. Only one may write in a
/// folder at a time. What a crash left beside it is taken away.
pub(super) fn replace(dir: &Dir, name: &str, fill: impl FnOnce(&mut File) -> io::Result<()>) -> io::Result<()> {
    let _ = dir.remove_file(PARTIAL);
    let done = write(dir, fill).and_then(|()| dir.rename(PARTIAL, dir, name));
    if done.is_err() {
        let _ = dir.remove_file(PARTIAL);
    }
    done
}

/// Makes sure that the names in a folder are on disk.
pub(super) fn sync(dir: &Dir) -> io::Result<()> {
    dir.open(".")?.sync_all()
}

fn write(dir: &Dir, fill: impl FnOnce(&mut File) -> io::Result<()>) -> io::Result<()> {
    let mut options = OpenOptions::new();
    // New, so that no link is followed and nothing else is written to.
    options.write(true).create_new(true).mode(0o600);
    let mut partial = dir.open_with(PARTIAL, &options)?.into_std();
    fill(&mut partial)?;
    partial.sync_all()
}
