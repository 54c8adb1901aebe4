//! Counting what is used.

pub mod events;
pub(crate) mod ledger;
pub mod series;
pub mod store;

pub use store::{Entry, Outcome, UseId};
