//! Paths where callers without a credential are not counted as such.

use std::collections::HashMap;
use std::sync::Arc;

/// Such paths: what machines ask often, and what slows those who guess in a way of its own.
#[derive(Debug, Clone, Default)]
pub struct Uncounted(Arc<HashMap<String, Instead>>);

/// What stands in place of the count.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Instead {
    /// Nothing, or a throttle of the domain.
    Nothing,
    /// The count of what was refused: see [`crate::Surface::is_for_clients`].
    Refusals,
    /// The count of everything: see [`crate::Surface::is_for_counted_clients`].
    Requests,
}

impl Uncounted {
    /// These paths.
    pub(crate) fn new(paths: HashMap<String, Instead>) -> Self {
        Self(Arc::new(paths))
    }

    /// Whether this path is one of them.
    pub(crate) fn has(&self, path: &str) -> bool {
        self.0.contains_key(path)
    }

    /// What is counted where clients prove themselves; none for every other path.
    pub(crate) fn of_clients(&self, path: &str) -> Option<Instead> {
        self.0.get(path).copied().filter(|instead| *instead != Instead::Nothing)
    }
}
