//! Sign-up: an address, the code that was mailed to it, and a password.

mod registrations;
mod service;
pub(crate) mod store;

pub use registrations::Registration;
pub use service::{RegistrationService, SignedUp};
