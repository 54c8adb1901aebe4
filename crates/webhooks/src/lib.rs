#![doc = include_str!("../README.md")]

mod key_pair;
mod secret;
mod signature;

pub use key_pair::{NotASeed, SigningKeyPair};
pub use secret::{SigningSecret, generate};
pub use signature::Signer;
