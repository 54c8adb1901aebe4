//! Under what a visitor was counted already.

use crate::dimension::Dimension;
use mainstay_store::{StoreError, StoreResult};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// A dimension's number, and a word's.
type Mark = (u8, i64);

/// Under what a visitor was counted on a day, and during the visit that they are at.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub(super) struct Counted {
    on_day: BTreeSet<Mark>,
    at_visit: BTreeSet<Mark>,
}

impl Counted {
    /// What was kept.
    pub(super) fn read(bytes: &[u8]) -> StoreResult<Self> {
        postcard::from_bytes(bytes).map_err(|cause| StoreError::Damaged(format!("a visitor cannot be read: {cause}")))
    }

    /// What is to be kept.
    pub(super) fn write(&self) -> StoreResult<Vec<u8>> {
        postcard::to_stdvec(self).map_err(|cause| StoreError::Damaged(cause.to_string()))
    }

    /// Another visit begins.
    pub(super) fn begin_visit(&mut self) {
        self.at_visit.clear();
    }

    /// Counts the visitor under this; says whether they are new there today.
    pub(super) fn on_day(&mut self, dimension: Dimension, word: i64) -> bool {
        self.on_day.insert((dimension as u8, word))
    }

    /// Counts the visit under this; says whether it is new there.
    pub(super) fn at_visit(&mut self, dimension: Dimension, word: i64) -> bool {
        self.at_visit.insert((dimension as u8, word))
    }
}
