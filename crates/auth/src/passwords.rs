//! Passwords: which are taken, how they are kept, and how they are replaced.

mod changes;
mod forgotten;
mod hashing;
mod memory;
mod rules;
mod service;
pub(crate) mod store;

pub use changes::PasswordChanges;
pub use forgotten::ForgottenPasswords;
pub(crate) use hashing::{Comparison, Passwords};
pub(crate) use rules::Password;
pub use service::PasswordService;
