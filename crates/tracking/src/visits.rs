//! Hits become visits, and visits numbers.

mod book;
mod counted;
mod lexicon;
mod open_visit;
mod reached;
mod roller;
mod store;

pub(crate) use reached::Target;
pub(crate) use roller::Roller;
pub use roller::Rolling;
pub(crate) use store::open;
