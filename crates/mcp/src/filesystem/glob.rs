//! What names are searched for.

use super::refusal::Refusal;
use globset::{Error, GlobBuilder, GlobSet};

/// A glob that holds for names or, when it has a slash, for paths.
#[derive(Debug)]
pub(super) struct Pattern {
    glob: GlobSet,
    is_of_paths: bool,
}

impl Pattern {
    pub(super) fn new(text: &str) -> Result<Self, Refusal> {
        let text = text.trim_start_matches("./").trim_start_matches('/');
        let refuse = |cause: Error| Refusal::Pattern(cause.kind().to_string());
        let glob = GlobBuilder::new(text).literal_separator(true).build().map_err(refuse)?;
        // A set of one: a matcher of its own would panic at a pattern that is too large.
        let glob = GlobSet::new([glob]).map_err(refuse)?;
        Ok(Self { glob, is_of_paths: text.contains('/') })
    }

    /// Whether it holds for what is at this path.
    pub(super) fn holds_for(&self, path: &str) -> bool {
        let name = path.rsplit('/').next().filter(|_| !self.is_of_paths);
        self.glob.is_match(name.unwrap_or(path))
    }
}
