//! What a person says of themselves.

mod name;
mod profiles;
mod service;
pub(crate) mod store;
mod text;
mod username;

pub use name::NameOrder;
pub use profiles::Profiles;
pub use service::{Profile, ProfileChange, ProfileService};
