//! The second factor: codes of an authenticator (RFC 6238), recovery codes, and the question that a login asks.

mod challenge;
mod factors;
mod recovery;
mod service;
mod setup;
pub(crate) mod store;
mod totp;

pub use challenge::NewChallenge;
pub(crate) use challenge::challenge;
pub use factors::SecondFactors;
pub use service::{SecondFactorService, SecondFactorStatus};
pub use setup::Setup;
