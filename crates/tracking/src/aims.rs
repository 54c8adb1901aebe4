//! What sites want their visitors to do: goals, which are one step, and funnels, which are several, one after the other.

pub mod events;
mod model;
mod rules;
mod service;
mod store;

pub use model::{Aim, AimChange, AimId, AimKind, NewAim};
pub use rules::Aims;
pub use service::AimService;
pub(crate) use store::{Targets, open};
