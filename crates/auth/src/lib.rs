#![doc = include_str!("../README.md")]

mod auth;
mod email;
mod emails;
mod error;
mod model;
mod one_time;
mod passwords;
mod post;
mod profile;
mod registration;
mod schema;
mod service;
mod sessions;
pub mod store;
mod tokens;

pub use auth::{Auth, AuthParts};
pub use email::Email;
pub use emails::{Address, Addresses, EmailService};
pub use error::AuthError;
pub use model::{Login, Person, TokenPair};
pub use one_time::OneTimeCleanUp;
pub use passwords::{ForgottenPasswords, PasswordChanges, PasswordService};
pub use post::{Letter, Post};
pub use profile::{NameOrder, Profile, ProfileChange, ProfileService, Profiles};
pub use registration::{Registration, RegistrationService, SignedUp};
pub use service::AuthService;
pub use sessions::{Client, Session, SessionCleanUp, SessionService, SessionView};
