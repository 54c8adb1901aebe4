//! How lists are asked for and answered, the same for every resource.

use crate::clock::Timestamp;

/// Which part of a list is wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PageRequest {
    page: i64,
    per_page: i64,
}

impl PageRequest {
    /// Items a page when nothing is said.
    pub const DEFAULT_SIZE: i64 = 25;
    /// Most items a page; more is pulled down to this.
    pub const MAX_SIZE: i64 = 100;

    /// Page `page`, counted from 1, of `per_page` items; both are pulled into their range.
    pub fn new(page: i64, per_page: i64) -> Self {
        Self { page: page.max(1), per_page: per_page.clamp(1, Self::MAX_SIZE) }
    }

    /// The page's number, from 1.
    pub const fn page(self) -> i64 {
        self.page
    }

    /// The page's size, 1 to 100.
    pub const fn per_page(self) -> i64 {
        self.per_page
    }

    /// How many items stand before this page.
    pub const fn offset(self) -> i64 {
        (self.page - 1).saturating_mul(self.per_page)
    }
}

impl Default for PageRequest {
    fn default() -> Self {
        Self::new(1, Self::DEFAULT_SIZE)
    }
}

/// One page of a list, and how long the whole list is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page<T> {
    /// The items of this page.
    pub items: Vec<T>,
    /// How many items match in all.
    pub total: i64,
}

impl<T> Page<T> {
    /// The same page with every item turned into something else.
    pub fn map<U>(self, turn: impl FnMut(T) -> U) -> Page<U> {
        Page { items: self.items.into_iter().map(turn).collect(), total: self.total }
    }
}

/// A span of time, both ends included and each open when absent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Span {
    /// Not before.
    pub after: Option<Timestamp>,
    /// Not after.
    pub before: Option<Timestamp>,
}

/// One step of an ordering.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sort<C> {
    /// By which column.
    pub column: C,
    /// From large to small.
    pub descending: bool,
}

/// What every list can be asked: which page, in which order, and the filters that all share.
/// `C` names the columns that a resource sorts by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listing<C> {
    /// Which page.
    pub page: PageRequest,
    /// In which order; the newest first when empty. Ties are broken by id.
    pub sort: Vec<Sort<C>>,
    /// Created within.
    pub created: Span,
    /// Last changed within.
    pub updated: Span,
    /// Text that must occur in the names, whatever its case.
    pub search: Option<String>,
}

impl<C> Default for Listing<C> {
    fn default() -> Self {
        let (page, created, updated) = Default::default();
        Self { page, sort: Vec::new(), created, updated, search: None }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_are_pulled_into_range_and_far_ones_do_not_overflow() {
        assert_eq!(PageRequest::new(0, 0), PageRequest { page: 1, per_page: 1 });
        assert_eq!(PageRequest::new(3, 1_000).offset(), 200);
        assert_eq!(PageRequest::new(i64::MAX, 100).offset(), i64::MAX);
    }
}
