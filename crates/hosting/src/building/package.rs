//! A release of a program: all that its build left, as it lies.

use super::release::{Made, Unmade, settle};
use crate::deployments::FailureReason;
use sha2::{Digest as _, Sha256};
use std::fs::{self, File};
use std::io;
use std::os::unix::ffi::OsStrExt as _;
use std::path::{Path, PathBuf};

/// Most files of a release.
const MOST_FILES: u32 = 250_000;
/// What git keeps for itself, which no program needs.
const GIT: &str = ".git";

/// Makes a folder the release itself: nothing is copied, and links stay links. They lead nowhere that a box does not show.
/// What is there afterwards is there as a whole, and on the disk.
pub(super) fn take(source: &Path, to: &Path, most_bytes: u64) -> Result<Made, Unmade> {
    let internal = |cause: io::Error| (FailureReason::Internal, format!("The files cannot be kept: {}", cause.kind()));
    match fs::remove_dir_all(source.join(GIT)) {
        Err(cause) if cause.kind() != io::ErrorKind::NotFound => return Err(internal(cause)),
        _ => {}
    }
    let mut sum = Sum { digest: Sha256::new(), bytes: 0, files: 0, most_bytes };
    sum.folder(source, Path::new(""))?;
    fs::create_dir_all(to.parent().unwrap_or(to)).map_err(internal)?;
    settle(source, to).map_err(internal)?;
    Ok(Made { sha256: hex::encode(sum.digest.finalize()), bytes: sum.bytes, files: sum.files })
}

struct Sum {
    digest: Sha256,
    bytes: u64,
    files: u32,
    most_bytes: u64,
}

impl Sum {
    fn folder(&mut self, folder: &Path, inner: &Path) -> Result<(), Unmade> {
        let unreadable = |cause: io::Error| {
            (FailureReason::Internal, format!("{} cannot be read: {}", inner.display(), cause.kind()))
        };
        let entries = fs::read_dir(folder).and_then(Iterator::collect::<io::Result<Vec<_>>>);
        let mut entries = entries.map_err(unreadable)?;
        entries.sort_by_key(fs::DirEntry::file_name);
        for entry in entries {
            let (path, inner) = (entry.path(), inner.join(entry.file_name()));
            let kind = entry.file_type().map_err(unreadable)?;
            if kind.is_dir() {
                self.folder(&path, &inner)?;
            } else if kind.is_symlink() {
                let target = fs::read_link(&path).map_err(unreadable)?;
                self.add(&inner, Sha256::digest(target.as_os_str().as_bytes()).as_slice())?;
            } else if kind.is_file() {
                self.file(&path, &inner).map_err(unreadable)??;
            }
        }
        Ok(())
    }

    fn file(&mut self, path: &PathBuf, inner: &Path) -> io::Result<Result<(), Unmade>> {
        let mut digest = Sha256::new();
        self.bytes += io::copy(&mut File::open(path)?, &mut digest)?;
        Ok(self.add(inner, digest.finalize().as_slice()))
    }

    fn add(&mut self, inner: &Path, content: &[u8]) -> Result<(), Unmade> {
        self.files += 1;
        self.digest.update(inner.as_os_str().as_bytes());
        self.digest.update([0]);
        self.digest.update(content);
        if self.files > MOST_FILES {
            return Err((FailureReason::TooLarge, format!("There are more than {MOST_FILES} files")));
        }
        if self.bytes > self.most_bytes {
            let most = self.most_bytes / (1024 * 1024);
            let text = format!("The files are larger than the {most} MiB of resources.diskMb");
            return Err((FailureReason::TooLarge, text));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::symlink;

    fn source() -> tempfile::TempDir {
        let folder = tempfile::tempdir().expect("a folder");
        for (path, text) in [("source/server.js", "1"), ("source/.env", "2"), ("source/.git/config", "3")] {
            let path = folder.path().join(path);
            fs::create_dir_all(path.parent().expect("a parent")).expect("made");
            fs::write(path, text).expect("written");
        }
        symlink("/usr/bin/node", folder.path().join("source/node")).expect("linked");
        folder
    }

    #[test]
    fn a_program_keeps_all_that_its_build_left_but_what_is_gits() {
        let folder = source();
        let (from, to) = (folder.path().join("source"), folder.path().join("releases/one"));
        let made = take(&from, &to, 1000).expect("a release");
        assert_eq!((made.files, made.bytes), (3, 2));
        assert!(to.join("server.js").is_file() && to.join(".env").is_file() && to.join("node").is_symlink());
        assert!(!to.join(".git").exists() && !from.exists());
    }

    #[test]
    fn a_program_that_is_too_large_is_no_release() {
        let folder = source();
        let to = folder.path().join("releases/one");
        let refused = take(&folder.path().join("source"), &to, 1).expect_err("no release");
        assert_eq!(refused.0, FailureReason::TooLarge);
        assert!(!to.exists());
    }

    #[test]
    fn the_sum_tells_where_a_link_leads() {
        let sum = |target: &str| {
            let folder = source();
            symlink(target, folder.path().join("source/link")).expect("linked");
            take(&folder.path().join("source"), &folder.path().join("releases/one"), 1000).expect("a release").sha256
        };
        assert_eq!(sum("a"), sum("a"));
        assert_ne!(sum("a"), sum("b"));
    }
}
