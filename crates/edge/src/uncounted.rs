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
    /// These paths, with and without a slash at their end. Where the last part of one is a parameter, it stands for any.
    pub(crate) fn new(paths: HashMap<String, Instead>) -> Self {
        let known = paths.into_iter().map(|(path, instead)| match path.rsplit_once('/') {
            Some((parent, last)) if last.starts_with('{') => (any_below(parent), instead),
            _ => (path, instead),
        });
        Self(Arc::new(known.collect()))
    }

    /// Whether this path is one of them.
    pub(crate) fn has(&self, path: &str) -> bool {
        self.find(path).is_some()
    }

    /// Whether clients prove themselves at this path, and only refusals are counted.
    pub(crate) fn is_for_clients(&self, path: &str) -> bool {
        self.find(path) == Some(Instead::Refusals)
    }

    fn find(&self, path: &str) -> Option<Instead> {
        let path = path.trim_end_matches('/');
        let below = || self.0.get(&any_below(path.rsplit_once('/')?.0));
        self.0.get(path).or_else(below).copied()
    }
}

/// What is kept for every path that has one more part than this.
fn any_below(parent: &str) -> String {
    format!("{parent}/*")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_parameter_at_the_end_stands_for_any_part_and_for_one() {
        let paths = [("/a/{id}", Instead::Refusals), ("/a/b", Instead::Nothing)];
        let uncounted = Uncounted::new(paths.map(|(path, instead)| (path.to_owned(), instead)).into());
        assert!(uncounted.is_for_clients("/a/x") && uncounted.is_for_clients("/a/x/"));
        assert!(uncounted.has("/a/b") && !uncounted.is_for_clients("/a/b"));
        for other in ["/a", "/a/x/y", "/", ""] {
            assert!(!uncounted.has(other), "{other}");
        }
    }
}
