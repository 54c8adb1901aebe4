//! Deliveries, as the workspace sees them.

pub mod model;
pub(crate) mod rules;
mod service;
pub(crate) mod store;

pub use model::{Attempt, Delivery, DeliveryColumn, DeliveryQuery, DeliveryStatus, DeliveryStory};
pub use rules::Deliveries;
pub use service::DeliveryService;
