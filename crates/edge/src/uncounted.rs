//! Paths where callers without a credential are not counted.

use std::collections::HashSet;
use std::sync::Arc;

/// Such paths: what machines ask often, and what slows those who guess by a throttle of its own.
#[derive(Debug, Clone, Default)]
pub struct Uncounted(Arc<HashSet<String>>);

impl Uncounted {
    /// These paths, with and without a slash at their end.
    pub(crate) fn new(paths: HashSet<String>) -> Self {
        Self(Arc::new(paths))
    }

    /// Whether this path is one of them.
    pub(crate) fn has(&self, path: &str) -> bool {
        self.0.contains(path.trim_end_matches('/'))
    }
}
