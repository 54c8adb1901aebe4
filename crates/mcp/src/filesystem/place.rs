//! Where something is in a workspace's folder.

use std::fmt;
use std::path::Path;

/// What a write is called before it is whole. Nobody sees it, and nobody may call anything so.
pub(super) const PARTIAL: &str = ".mainstay-part";

/// The most bytes of a path, as on Linux.
const LONGEST: usize = 4095;
/// The most bytes of a name, as on Linux.
const LONGEST_NAME: usize = 255;
/// The most names of a path.
pub(super) const DEEPEST: usize = 32;

/// Names from the workspace's folder downwards, with a slash between them; none for the folder itself. It is not proven
/// that there is something.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Place(String);

/// Not the path of anything in a workspace's folder.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(super) enum BadPath {
    #[error("A path may not have `..` in it.")]
    Upwards,
    #[error("A path may not have control characters in it.")]
    Control,
    #[error("A path may not have a backslash in it; names are parted by `/`.")]
    Backslash,
    #[error("A path may have at most {LONGEST} bytes.")]
    TooLong,
    #[error("A name in a path may have at most {LONGEST_NAME} bytes.")]
    NameTooLong,
    #[error("A path may have at most {DEEPEST} names.")]
    TooDeep,
    #[error("The name `{PARTIAL}` is taken.")]
    Taken,
}

impl Place {
    /// The workspace's folder.
    pub(super) const fn root() -> Self {
        Self(String::new())
    }

    /// Reads what a client wrote: `notes/a.txt`, `/notes/a.txt` and `./notes/a.txt` are one place. Nothing is decoded and
    /// nothing is resolved: `%2e%2e`, `~` and `C:` are names as any other.
    pub(super) fn parse(text: &str) -> Result<Self, BadPath> {
        if text.len() > LONGEST {
            return Err(BadPath::TooLong);
        }
        let names: Vec<_> = text.split('/').filter(|name| !matches!(*name, "" | ".")).collect();
        names.iter().try_for_each(|name| check(name))?;
        if names.len() > DEEPEST { Err(BadPath::TooDeep) } else { Ok(Self(names.join("/"))) }
    }

    /// What has this name in this folder.
    pub(super) fn join(&self, name: &str) -> Self {
        if self.is_root() { Self(name.to_owned()) } else { Self(format!("{}/{name}", self.0)) }
    }

    /// The folder it is in, and its name there; none for the workspace's folder.
    pub(super) fn split(&self) -> Option<(Self, &str)> {
        if self.is_root() {
            return None;
        }
        let (folder, name) = self.0.rsplit_once('/').unwrap_or(("", &self.0));
        Some((Self(folder.to_owned()), name))
    }

    /// The folders it is in, from the outermost on, and itself; not the workspace's folder.
    pub(super) fn steps(&self) -> impl Iterator<Item = Self> + '_ {
        let ends = self.0.match_indices('/').map(|(end, _)| end).chain([self.0.len()]);
        ends.map(|end| Self(self.0[..end].to_owned())).filter(|step| !step.is_root())
    }

    /// How it is called from a folder that it is in.
    pub(super) fn seen_from(&self, folder: &Self) -> &str {
        self.0.strip_prefix(&folder.0).map_or(&self.0, |rest| rest.trim_start_matches('/'))
    }

    /// How many names it has.
    pub(super) fn depth(&self) -> usize {
        self.0.split_terminator('/').count()
    }

    /// Its names and nothing else: empty for the workspace's folder.
    pub(super) fn as_str(&self) -> &str {
        &self.0
    }

    /// As it is opened from the workspace's folder.
    pub(super) fn as_path(&self) -> &Path {
        Path::new(if self.is_root() { "." } else { &self.0 })
    }

    fn is_root(&self) -> bool {
        self.0.is_empty()
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.is_root() { "." } else { &self.0 })
    }
}

fn check(name: &str) -> Result<(), BadPath> {
    if name == ".." {
        Err(BadPath::Upwards)
    } else if name.len() > LONGEST_NAME {
        Err(BadPath::NameTooLong)
    } else if name.contains('\\') {
        Err(BadPath::Backslash)
    } else if name.contains(char::is_control) {
        Err(BadPath::Control)
    // Some file systems do not tell capitals from small letters.
    } else if name.eq_ignore_ascii_case(PARTIAL) {
        Err(BadPath::Taken)
    } else {
        Ok(())
    }
}
