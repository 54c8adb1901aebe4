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

    /// Whether clients prove themselves at this path, and only refusals are counted.
    pub(crate) fn is_for_clients(&self, path: &str) -> bool {
        self.0.get(path) == Some(&Instead::Refusals)
    }
}
