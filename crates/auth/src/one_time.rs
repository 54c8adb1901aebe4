//! One-time secrets: codes that are typed and links that are followed.
//!
//! Each belongs to one purpose, which is a type. The purpose goes into the hash that is stored and into the row's
//! key, so that a secret of one purpose is nothing where another is asked for.

mod clean_up;
mod code;
mod keyed_hash;
mod link;
mod purpose;
mod quota;
mod store;

pub use clean_up::OneTimeCleanUp;
pub(crate) use clean_up::StaleStore;
pub(crate) use code::{Codes, Guess, Outcome};
pub(crate) use keyed_hash::KeyedHash;
pub(crate) use link::{LIFETIME, LinkKey, Links, NewLink, Spent};
pub(crate) use purpose::{
    AddAddress, AuthorizationCode, DeviceCode, FinishSignUp, Purpose, ResetPassword, SecondFactor, SignUp,
};
pub(crate) use quota::QuotaKey;
pub(crate) use store::{CodeMail, OneTime};
