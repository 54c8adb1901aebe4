//! Paths where callers without a credential are not counted as such.

use std::collections::HashMap;
use std::sync::Arc;

/// Such paths: what machines ask often, and what slows those who guess in a way of its own.
#[derive(Debug, Clone, Default)]
pub struct Uncounted(Arc<Paths>);

#[derive(Debug, Default)]
struct Paths {
    whole: HashMap<String, Instead>,
    /// By what stands before the last part, which may be any.
    parents: HashMap<String, Instead>,
}

/// What stands in place of the count.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Instead {
    /// Nothing, or a throttle of the domain.
    Nothing,
    /// The count of what was refused: see [`crate::Surface::is_for_clients`].
    Refusals,
    /// The count of everything: see [`crate::Surface::is_for_counted_clients`].
    Requests,
    /// A count of its own: see [`crate::Surface::counts_apart`].
    Apart(Apart),
}

/// A count of its own: what it is called, and how many requests a minute an address may make.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Apart {
    /// See [`crate::limit::Bucket::Named`].
    pub name: &'static str,
    /// Requests a minute.
    pub limit: u32,
}

impl Uncounted {
    /// These paths. Where the last part of one is a parameter, it stands for any.
    pub(crate) fn new(paths: HashMap<String, Instead>) -> Self {
        let mut known = Paths::default();
        for (path, instead) in paths {
            match path.rsplit_once('/') {
                Some((parent, last)) if last.starts_with('{') => known.parents.insert(parent.to_owned(), instead),
                _ => known.whole.insert(path, instead),
            };
        }
        Self(Arc::new(known))
    }

    /// Whether this path is one of them.
    pub(crate) fn has(&self, path: &str) -> bool {
        self.find(path).is_some()
    }

    /// What is counted instead; none for every other path.
    pub(crate) fn find(&self, path: &str) -> Option<Instead> {
        let below = || self.0.parents.get(path.rsplit_once('/')?.0);
        self.0.whole.get(path).or_else(below).copied()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_parameter_at_the_end_stands_for_any_part_and_for_one() {
        let paths = [("/a/{id}", Instead::Refusals), ("/a/b", Instead::Nothing)];
        let uncounted = Uncounted::new(paths.map(|(path, instead)| (path.to_owned(), instead)).into());
        assert_eq!(uncounted.find("/a/x"), Some(Instead::Refusals));
        assert_eq!(uncounted.find("/a/b"), Some(Instead::Nothing));
        for other in ["/a", "/a/x/y", "/", ""] {
            assert!(!uncounted.has(other), "{other}");
        }
    }
}
