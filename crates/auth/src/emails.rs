//! The addresses of a person: several, of which one is the default.

mod addresses;
mod service;
pub(crate) mod store;

pub use addresses::Addresses;
pub use service::{Address, EmailService};
