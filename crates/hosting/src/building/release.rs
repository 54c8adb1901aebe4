//! A release: a copy of a site's files that nobody changes any more.

use crate::deployments::FailureReason;
use cap_std::fs::{Dir, File as CapFile};
use sha2::{Digest as _, Sha256};
use std::fs::{self, File};
use std::io::{self, Read as _, Write as _};
use std::path::{Path, PathBuf};

/// What was made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Made {
    /// Of names and contents, in hexadecimal: the same files give the same.
    pub(super) sha256: String,
    pub(super) bytes: u64,
    pub(super) files: u32,
}

/// Why nothing was made.
pub(super) type Unmade = (FailureReason, String);

/// Most files of a release.
const MOST_FILES: u32 = 50_000;
/// How deep folders may lie in each other; a link to a folder above leads deeper for ever.
const DEEPEST: usize = 40;
/// What is copied at a time.
const PIECE: usize = 64 * 1024;

/// Copies a folder to where no release is yet. What is there afterwards is there as a whole, and on the disk.
pub(super) fn make(source: &Dir, to: &Path, most_bytes: u64) -> Result<Made, Unmade> {
    let internal =
        |cause: io::Error| (FailureReason::Internal, format!("The files cannot be copied: {}", cause.kind()));
    let partial = to.with_extension("partial");
    let _ = fs::remove_dir_all(&partial);
    fs::create_dir_all(&partial).map_err(internal)?;
    let mut copy = Copy { digest: Sha256::new(), bytes: 0, files: 0, most_bytes, piece: vec![0; PIECE] };
    copy.folder(source, Path::new(""), &partial, 0)?;
    settle(&partial, to).map_err(internal)?;
    Ok(Made { sha256: hex::encode(copy.digest.finalize()), bytes: copy.bytes, files: copy.files })
}

/// Puts a folder in its place once all of it is on the disk.
pub(super) fn settle(partial: &Path, to: &Path) -> io::Result<()> {
    rustix::fs::syncfs(File::open(partial)?)?;
    let _ = fs::remove_dir_all(to);
    fs::rename(partial, to)?;
    to.parent().map_or(Ok(()), |parent| File::open(parent)?.sync_all())
}

struct Copy {
    digest: Sha256,
    bytes: u64,
    files: u32,
    most_bytes: u64,
    piece: Vec<u8>,
}

impl Copy {
    fn folder(&mut self, source: &Dir, inner: &Path, to: &Path, depth: usize) -> Result<(), Unmade> {
        if depth > DEEPEST {
            let text = format!("Folders lie more than {DEEPEST} deep in each other, or a link leads round in a circle");
            return Err((FailureReason::TooLarge, text));
        }
        let here = if inner.as_os_str().is_empty() { Path::new(".") } else { inner };
        let mut names = Vec::new();
        for entry in source.read_dir(here).map_err(|cause| unreadable(inner, &cause))? {
            names.push(entry.map_err(|cause| unreadable(inner, &cause))?.file_name());
        }
        names.sort();
        for name in names.into_iter().filter(|name| is_public(inner, name)) {
            let (path, target) = (inner.join(&name), to.join(&name));
            // Follows links, but never out of the source.
            let facts = source.metadata(&path).map_err(|cause| unreadable(&path, &cause))?;
            if facts.is_dir() {
                fs::create_dir(&target).map_err(|cause| unreadable(&path, &cause))?;
                self.folder(source, &path, &target, depth + 1)?;
            } else if facts.is_file() {
                let file = source.open(&path).map_err(|cause| unreadable(&path, &cause))?;
                self.file(file, &path, &target)?;
            }
        }
        Ok(())
    }

    fn file(&mut self, mut file: CapFile, path: &Path, target: &PathBuf) -> Result<(), Unmade> {
        self.files += 1;
        if self.files > MOST_FILES {
            return Err((FailureReason::TooLarge, format!("There are more than {MOST_FILES} files")));
        }
        let failed = |cause: io::Error| unreadable(path, &cause);
        let mut written = File::create_new(target).map_err(failed)?;
        let mut digest = Sha256::new();
        loop {
            let count = file.read(&mut self.piece).map_err(failed)?;
            if count == 0 {
                break;
            }
            self.bytes += count as u64;
            if self.bytes > self.most_bytes {
                let most = self.most_bytes / (1024 * 1024);
                return Err((
                    FailureReason::TooLarge,
                    format!("The files are larger than the {most} MiB of resources.diskMb"),
                ));
            }
            digest.update(&self.piece[..count]);
            written.write_all(&self.piece[..count]).map_err(failed)?;
        }
        self.digest.update(path.as_os_str().as_encoded_bytes());
        self.digest.update([0]);
        self.digest.update(digest.finalize());
        Ok(())
    }
}

/// Whether visitors may see it: what begins with a dot is for programs, but for `.well-known` (RFC 8615).
fn is_public(inner: &Path, name: &std::ffi::OsStr) -> bool {
    let is_hidden = name.as_encoded_bytes().starts_with(b".");
    !is_hidden || (inner.as_os_str().is_empty() && name == ".well-known")
}

fn unreadable(path: &Path, cause: &io::Error) -> Unmade {
    let name = path.display();
    if cause.raw_os_error() == Some(rustix::io::Errno::LOOP.raw_os_error()) {
        return (FailureReason::TooLarge, format!("{name} is a link that leads round in a circle"));
    }
    match cause.kind() {
        io::ErrorKind::PermissionDenied => {
            (FailureReason::LinkEscapes, format!("{name} is a link that leads out of the site"))
        }
        io::ErrorKind::NotFound => (FailureReason::LinkEscapes, format!("{name} is a link that leads nowhere")),
        kind => (FailureReason::Internal, format!("{name} cannot be copied: {kind}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use cap_std::ambient_authority;
    use std::os::unix::fs::symlink;

    struct Site {
        folder: tempfile::TempDir,
    }

    impl Site {
        fn with(files: &[(&str, &str)]) -> Self {
            let folder = tempfile::tempdir().expect("a folder");
            for (path, text) in files {
                let path = folder.path().join("source").join(path);
                fs::create_dir_all(path.parent().expect("a parent")).expect("made");
                fs::write(path, text).expect("written");
            }
            Self { folder }
        }

        fn path(&self, inner: &str) -> PathBuf {
            self.folder.path().join(inner)
        }

        fn make(&self, most: u64) -> Result<Made, Unmade> {
            fs::create_dir_all(self.path("releases")).expect("made");
            let source = Dir::open_ambient_dir(self.path("source"), ambient_authority()).expect("a folder");
            make(&source, &self.path("releases/one"), most)
        }
    }

    #[test]
    fn a_release_has_every_file_but_the_hidden_ones() {
        let site = Site::with(&[
            ("index.html", "home"),
            ("a/b.css", "b"),
            (".git/config", "x"),
            (".env", "x"),
            (".well-known/security.txt", "ok"),
            ("a/.htaccess", "x"),
        ]);
        let made = site.make(1000).expect("a release");
        assert_eq!((made.files, made.bytes), (3, 7));
        for (path, is_there) in [
            ("index.html", true),
            ("a/b.css", true),
            (".well-known/security.txt", true),
            (".env", false),
            (".git", false),
            ("a/.htaccess", false),
        ] {
            assert_eq!(site.path("releases/one").join(path).exists(), is_there, "{path}");
        }
    }

    #[test]
    fn the_same_files_have_the_same_sum_and_others_another() {
        let sum = |files| Site::with(files).make(1000).expect("a release").sha256;
        assert_eq!(sum(&[("a", "1"), ("b", "2")]), sum(&[("b", "2"), ("a", "1")]));
        assert_ne!(sum(&[("a", "1"), ("b", "2")]), sum(&[("a", "2"), ("b", "1")]));
    }

    #[test]
    fn links_are_followed_within_the_site_and_never_out_of_it() {
        let site = Site::with(&[("index.html", "home")]);
        symlink("index.html", site.path("source/start.html")).expect("linked");
        assert_eq!(site.make(1000).expect("a release").files, 2);
        assert!(!site.path("releases/one/start.html").is_symlink());
        fs::write(site.path("secret"), "secret").expect("written");
        for target in ["../secret", "/etc/passwd", "nowhere"] {
            let _ = fs::remove_file(site.path("source/out"));
            symlink(target, site.path("source/out")).expect("linked");
            assert_eq!(site.make(1000).expect_err("no release").0, FailureReason::LinkEscapes, "{target}");
        }
    }

    #[test]
    fn what_is_too_large_or_leads_in_a_circle_comes_to_an_end() {
        let site = Site::with(&[("index.html", "four")]);
        assert_eq!(site.make(3).expect_err("no release").0, FailureReason::TooLarge);
        symlink(".", site.path("source/again")).expect("linked");
        assert_eq!(site.make(1_000_000).expect_err("no release").0, FailureReason::TooLarge);
        assert!(!site.path("releases/one").exists());
    }
}
