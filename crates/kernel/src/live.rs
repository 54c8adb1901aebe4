//! A value that many read while somebody replaces it.

use arc_swap::ArcSwap;
use std::fmt::{self, Debug, Formatter};
use std::sync::Arc;

/// A value that is read all the time and replaced now and then. Readers wait for nobody, and whoever holds a value keeps it,
/// whatever comes after it. Clones are handles of the same.
pub struct Live<T>(Arc<ArcSwap<T>>);

impl<T> Live<T> {
    /// A handle of this value, until it is replaced.
    pub fn new(value: impl Into<Arc<T>>) -> Self {
        Self(Arc::new(ArcSwap::new(value.into())))
    }

    /// The value as it is now.
    pub fn load(&self) -> Arc<T> {
        self.0.load_full()
    }

    /// Gives every handle another value.
    pub fn replace(&self, value: impl Into<Arc<T>>) {
        self.0.store(value.into());
    }
}

impl<T> Clone for Live<T> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<T: Debug> Debug for Live<T> {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        self.load().fmt(formatter)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_handle_has_the_new_value_and_who_holds_the_old_one_keeps_it() {
        let live = Live::new(1);
        let (handle, held) = (live.clone(), live.load());
        handle.replace(2);
        assert_eq!((*live.load(), *held), (2, 1));
    }
}
