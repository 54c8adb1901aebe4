#![doc = include_str!("../README.md")]

mod auth;
mod email;
mod error;
mod model;
mod passwords;
mod schema;
mod service;
mod sessions;
pub mod store;
mod tokens;

pub use auth::{Auth, AuthParts};
pub use email::Email;
pub use error::AuthError;
pub use model::{Login, Person, TokenPair};
pub use service::AuthService;
pub use sessions::{Session, SessionCleanUp};
