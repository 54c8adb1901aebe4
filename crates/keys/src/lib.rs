#![doc = include_str!("../README.md")]

mod allowed_ips;
mod error;
pub mod events;
mod gauge;
mod grace;
mod hash;
mod keys;
mod model;
mod schema;
mod service;
pub mod store;
mod token;

pub use allowed_ips::{AllowedIps, NotAnAddress};
pub use error::{KeyError, Refusal};
pub use gauge::KeyGauge;
pub use grace::GraceEnd;
pub use hash::KeyHash;
pub use keys::{CHANGED, KeyDeps, Keys, MAX_GRACE_HOURS};
pub use model::{
    ApiKey, Environment, IssuedKey, KeyColumn, KeyQuery, KeyStatus, NewKey, Rotation, UnknownEnvironment, UnknownStatus,
};
pub use service::KeyService;
pub use token::{Brand, NotABrand, Token};
