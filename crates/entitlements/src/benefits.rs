//! What a workspace has beside its plan: boosts, and the day on which its billing months begin.

pub mod events;
mod model;
mod rules;
mod schema;
mod service;
pub mod store;

pub use model::{Benefits, Billing, BoostTerm, Boosted, NewBoost};
pub use rules::CHANGED;
pub use service::BenefitService;
