//! People find each other, as far as they may.

mod searches;
mod service;
pub(crate) mod store;

pub use searches::Searches;
pub use service::{Found, SearchService};
