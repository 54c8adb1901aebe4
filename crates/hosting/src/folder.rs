//! Folders within a repository.

use serde::{Deserialize, Serialize};
use std::path::{Component, Path};

/// A folder within a repository; it leads nowhere else. The empty one is the repository itself.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Folder(String);

/// Longest path, in bytes.
const LONGEST: usize = 500;

impl Folder {
    /// Reads a path: `.`, `web/dist`, `/web`, which begins at the repository too.
    pub fn parse(text: &str) -> Option<Self> {
        if text.len() > LONGEST || text.contains(['\0', '\\']) {
            return None;
        }
        let mut parts = Vec::new();
        for part in Path::new(text.trim_start_matches('/')).components() {
            match part {
                Component::Normal(name) => parts.push(name.to_str()?),
                Component::CurDir => {}
                Component::ParentDir | Component::RootDir | Component::Prefix(_) => return None,
            }
        }
        Some(Self(parts.join("/")))
    }

    /// The path, without a slash at either end.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether this is the repository itself.
    pub const fn is_whole(&self) -> bool {
        self.0.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_never_leads_out_of_the_repository() {
        for (text, expected) in [("", ""), (".", ""), ("./web//dist/", "web/dist"), ("/web", "web")] {
            assert_eq!(Folder::parse(text).expect("a folder").as_str(), expected);
        }
        for text in ["..", "a/../..", "a/..", "a\0b", "a\\..\\b"] {
            assert_eq!(Folder::parse(text), None, "{text:?}");
        }
    }
}
